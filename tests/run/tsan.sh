#!/bin/sh
# Tests of the engine with a module that ThreadSanitizer watches: fails when it finds a race, or a test fails.
#
# httpd and APR are as they are installed, and not watched. Their mutexes, condition variables and epoll are, since these
# are functions of the C library, so what httpd's threads hand over is known to be handed over; only APR's atomic
# operations are not seen. What code that is not watched does to memory by memcpy(), read() and the like is not looked at
# either: otherwise a pool that httpd passes on by an atomic operation would be a race. So there are no suppressions.
# The MPM starts threads that it never joins. All takes several times as long, and signals come late, so tests that
# depend on that are not among these.
cd "$(dirname "$0")/../.." || exit 2
TESTS="185_10 or 185_11 or 185_14 or 185_20 or 185_33 or 185_40 or 185_43 or 185_44 or 185_47
       or 186_03 or 186_04 or 186_05 or 186_06 or 186_08 or 186_09 or 186_10 or 186_14 or 186_15 or 186_16"
build=$PWD/build
reports=$build/tsan/reports
rm -rf "$reports" && mkdir "$reports" && chmod 777 "$reports" || exit 2
runtime=$(cc -print-file-name=libtsan.so)
export WLM_TEST_FLAVOUR=tsan WLM_TEST_MODULE="$build/tsan/mod_wlm.so"
export WLM_TEST_UNDER="setarch -R env LD_PRELOAD=$runtime TSAN_OPTIONS=ignore_noninstrumented_modules=1:\
die_after_fork=0:report_thread_leaks=0:history_size=4:log_path=$reports/report"
[ $# -gt 0 ] || set -- tests/http/test_185_engine.py tests/http/test_186_engine_requests.py -k "$(echo $TESTS)"
tests/run/http.sh "$@"
status=$?
for report in "$reports"/report.*; do
	[ -f "$report" ] && cat "$report" && status=1
done
exit $status
