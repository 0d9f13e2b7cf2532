#!/bin/sh
# Runs the unit test programs named as arguments, as many at a time as there are processors; each ends with Check's own closing line.
# One that hangs is ended: Check limits a test only where it forks.
[ $# -gt 0 ] || { echo "unit.sh: no unit test programs; is Check installed? (Debian package: check)"; exit 1; }
export CK_DEFAULT_TIMEOUT=60  # seconds for a test; the machine may have other work
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
printf '%s\n' "$@" | xargs -P "$(nproc)" -I '{}' sh -c '
    output=$(timeout --kill-after=10 300 "$1" 2>&1)
    code=$?
    printf "== %s\n%s\n" "$1" "$output"
    [ $code -lt 124 ] || echo "$1: ended after 300 s, or by a signal: code $code"
    exit $code' sh '{}'
