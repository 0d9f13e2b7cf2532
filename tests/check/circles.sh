#!/bin/sh
# No file comes back to itself by calls, and none calls what its room may not have (rooms.txt). Read from the objects of the
# last make, so a call counts whatever header it came by. Prints each circle with the symbols that make it, and fails.
set -u
cd "$(dirname "$0")/../.." || exit 2
build=${WLM_BUILD:-build}
found=$(mktemp)
trap 'rm -f "$found"' EXIT

find mod_wlm plugin-cfg tools -name '*.c' | sort | while read -r source; do
    object=$build/obj/${source%.c}.o
    [ "$object" -nt "$source" ] && echo "$object" || echo "$object is not newer than its source: make" >>"$found"
done | xargs -r nm -Ag | sed -E 's|^'"$build"'/obj/(.*)\.o:.* ([A-Za-z]) ([^ ]+)$|\1.c \2 \3|' |
    awk -f tests/check/rooms.awk -f tests/check/calls.awk tests/check/rooms.txt - | sort >>"$found"

# a number of files at the end, or the program itself failed
count=$(sed -n 's/^files: //p' "$found")
sed -i '/^files: /d' "$found"
[ "${count:-0}" -gt 1 ] || echo "no objects were read" >>"$found"
if [ -s "$found" ]; then
    cat "$found"
    exit 1
fi
echo "calls between $count files: no circle, none against the rooms"
