#!/bin/sh
# End-to-end tests: a real httpd, real members. Arguments go to pytest, e.g. tests/run/http.sh -k shares -x
# WLM_TEST_JOBS=4 in the environment: the files are shared out to four processes (pytest-xdist), since most tests wait for most
# of their time. Then those that are marked as alone (tests/http/conftest.py) run one after the other.
# The times that tests allow hold for a machine that does nothing else, so up to three that have failed in either part are
# repeated, and that result counts. Those that passed only then are named at the end: each is to be explained.
cd "$(dirname "$0")/../.." || exit 2
export PYTHONDONTWRITEBYTECODE=1
tests() { /usr/bin/python3 -m pytest -q --durations=5 "$@"; }
[ $# -gt 0 ] || set -- tests/http
[ "${WLM_TEST_JOBS:-1}" -gt 1 ] || { tests -p no:cacheprovider "$@"; exit; }
NONE=5 REPEATED=3 # pytest's status when no test is selected; how many tests are repeated
cache=$(mktemp -d) failed=$cache/v/cache/lastfailed unsteady=
trap 'rm -rf "$cache"' EXIT
# tests_and_again OPTIONS ARGUMENT...: the options are for the first time only; sets $status
tests_and_again() {
    options=$1
    shift
    rm -f "$failed"
    tests -o cache_dir="$cache" $options "$@"
    status=$?
    [ $status -eq 1 ] && [ "$(grep -c ': true' "$failed")" -le $REPEATED ] || return
    ! grep ': true' "$failed" | grep -qv '::' || return # a process that could not begin is noted, too
    again=$(grep -o 'test_[0-9][^/"]*::[^"]*' "$failed" | sed 's/^/failed once, passed when repeated: /')
    echo "repeated:"
    tests -o cache_dir="$cache" --last-failed --last-failed-no-failures none "$@"
    status=$?
    [ $status -ne 0 ] || unsteady="$unsteady$again
"
}
tests_and_again "-n $WLM_TEST_JOBS --dist loadfile" -m "not alone" "$@"
together=$status
tests_and_again "" -m alone "$@"
printf %s "$unsteady"
[ $status -ne $NONE ] || exit $together
[ $together -ne $NONE ] || exit $status
[ $together -eq 0 ] || exit $together
exit $status
