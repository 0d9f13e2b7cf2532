#!/bin/sh
# Whether what is shipped was built with what keeps a mistake from becoming more than a crash. Prints what is missing and fails.
# tests/check/hardening.sh FILE...
set -u
problems=0

# lacks FILE WHAT
lacks() {
    echo "$1: $2"
    problems=$((problems + 1))
}

for file; do
    headers=$(readelf -lW "$file") && dynamic=$(readelf -dW "$file") && symbols=$(readelf --dyn-syms -W "$file") || exit 2
    echo "$headers" | grep -q GNU_RELRO && echo "$dynamic" | grep -qE 'BIND_NOW|Flags:.* NOW' ||
        lacks "$file" "its tables of addresses can be written (-z relro -z now)"
    echo "$headers" | grep -E 'GNU_STACK.* RW ' >/dev/null || lacks "$file" "its stack can be executed (-z noexecstack)"
    readelf -hW "$file" | grep -q 'Type: *DYN' || lacks "$file" "it lies at a fixed address (-fPIE -pie)"
    echo "$symbols" | grep -q __stack_chk_fail || lacks "$file" "no stack protector (-fstack-protector-strong)"
    case $file in
        *.so) ;;  # calls nothing of libc that can be checked
        *) echo "$symbols" | grep -q '__[a-z]*_chk' || lacks "$file" "unchecked calls of libc (-D_FORTIFY_SOURCE=2 -O2)" ;;
    esac
done
[ $problems -eq 0 ] || exit 1
echo "hardening: all right"
