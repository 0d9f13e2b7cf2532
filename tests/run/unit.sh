#!/bin/sh
# Runs the unit test programs named as arguments; each ends with Check's own closing line.
[ $# -gt 0 ] || { echo "unit.sh: no unit test programs; is Check installed? (Debian package: check)"; exit 1; }
export CK_DEFAULT_TIMEOUT=60  # seconds for a test; the machine may have other work
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
failed=0
for t in "$@"; do
    echo "== $t"
    "$t" || failed=1
done
exit $failed
