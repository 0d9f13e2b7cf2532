#!/bin/sh
# A file's folder says what it may include; every environment variable is documented. Prints what is wrong and fails.
set -u
cd "$(dirname "$0")/../.." || exit 2
problems=$(mktemp)
trap 'rm -f "$problems"' EXIT

grep -rnE --include='*.[ch]' '^[ \t]*#[ \t]*include' mod_wlm plugin-cfg tools |
    awk -f tests/check/rooms.awk -f tests/check/layers.awk tests/check/rooms.txt - >>"$problems"

# what decides something is timed by wlm_now(); the time of day is for logs, and for dates that others have written
grep -nE 'apr_time_now\(|[^_]time\(NULL|gettimeofday\(|CLOCK_REALTIME' -r mod_wlm tools --include='*.[ch]' --exclude-dir=member |
    grep -vE '^mod_wlm/(base/clock\.|httpd/runtime/log\.c|httpd/runtime/health_check\.c:.*request_time|.*apr_date_parse_http|.*expires)' |
    sed 's|^|time of day (base/clock.h): |' >>"$problems"

# environment variables
for v in $(grep -ohE 'env, "[A-Z_]+"|note_time\(j, "[A-Z_]+"' $(find mod_wlm/httpd -name '*.c') | cut -d'"' -f2 | sort -u); do
    grep -q "\`$v\`" docs/directives.md || echo "environment variable $v is not in docs/directives.md" >>"$problems"
done

if [ -s "$problems" ]; then
    cat "$problems"
    exit 1
fi
echo "layers: all right"
