#!/bin/sh
# A file's name tells its layer, and its layer which headers it may include; every log message has one documented id;
# every directive is documented. Prints what is wrong and fails.
set -u
cd "$(dirname "$0")/.." || exit 2
problems=$(mktemp)
trap 'rm -f "$problems"' EXIT

own='"[a-z_]+\.h"'
libc='<(assert|ctype|errno|fcntl|glob|ifaddrs|inttypes|limits|netdb|poll|pthread|sched|signal|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|string|strings|termios|time|unistd|getopt|linux/futex|sys/[a-z]+|netinet/[a-z]+|arpa/inet)\.h>'
apr='<(apr|apu)(_[a-z0-9_]+)?\.h>'

# layer FILES... : what is included but does not fit the pattern in $allowed
layer() {
    grep -nE '^ *# *include' "$@" /dev/null | grep -vE "include +($allowed)" |
        sed "s/^/wrong layer: /" >>"$problems"
}
allowed="$own|$libc|$apr|<libxml/[A-Za-z]+\.h>";          layer plugin-cfg/*.[ch]
grep -nE 'include +"(wlm|mod_wlm)' plugin-cfg/*.[ch] | sed 's/^/wrong layer: /' >>"$problems"
allowed="\"(wlm_|plugin_cfg)[a-z_]*\.h\"|$libc|$apr";  layer $(ls mod_wlm/wlm_*.[ch] | grep -v '/wlm_tls')
allowed="\"wlm_[a-z_]*\.h\"|$libc|$apr|<openssl/[a-z0-9]+\.h>"; layer mod_wlm/wlm_tls*.[ch]
allowed="$own|$libc|$apr|<jansson\.h>|<curl/curl\.h>|<libxml/[A-Za-z]+\.h>"; layer tools/*.[ch]
grep -nE 'include +"mod_wlm' tools/*.[ch] | sed 's/^/wrong layer: /' >>"$problems"

# what decides something is timed by wlm_now(); the time of day is for logs, and for dates that others have written
grep -nE 'apr_time_now\(|[^_]time\(NULL|gettimeofday\(|CLOCK_REALTIME' mod_wlm/*.[ch] tools/wlm[a-z]*.c |
    grep -vE '^mod_wlm/(wlm_clock\.|mod_wlm_log\.c|mod_wlm_check\.c:.*request_time|.*apr_date_parse_http|.*expires)' |
    sed 's/^/time of day (wlm_clock.h): /' >>"$problems"

# message ids: each used once, each documented, none documented in vain
used=$(grep -ohE 'WLMNO\([0-9]{4}\)' mod_wlm/mod_wlm*.c | tr -dc '0-9\n' | sort)
documented=$(grep -oE '^\| WLM[0-9]{4}' docs/messages.md | tr -dc '0-9\n' | sort)
echo "$used" | uniq -d | sed 's/.*/message id WLM& is used twice/' >>"$problems"
for id in $used; do
    echo "$documented" | grep -qx "$id" || echo "message id WLM$id is not in docs/messages.md" >>"$problems"
done
for id in $documented; do
    echo "$used" | grep -qx "$id" || echo "message id WLM$id is documented, but not used" >>"$problems"
done
grep -nE 'ap_log_[a-z]*error\(' -A1 mod_wlm/mod_wlm*.c | tr '\n' ' ' | sed 's/--/\n/g' | grep -v 'APLOG_TRACE' |
    grep -vE 'WLMNO' | sed 's/^/message without id: /' | grep '[^ ]: .*ap_log' >>"$problems"

# directives and environment variables
for d in $(grep -oE '(AP_INIT_[A-Z0-9_]+|OPTION)\("<?[A-Za-z]+"' mod_wlm/mod_wlm_config.c | cut -d'"' -f2 | tr -d '<'); do
    grep -qE "^( |#).*\\b$d\\b" docs/directives.md || echo "directive $d is not in docs/directives.md" >>"$problems"
done
for v in $(grep -ohE 'env, "[A-Z_]+"|note_time\(j, "[A-Z_]+"' mod_wlm/mod_wlm*.c | cut -d'"' -f2 | sort -u); do
    grep -q "\`$v\`" docs/directives.md || echo "environment variable $v is not in docs/directives.md" >>"$problems"
done

# values of the status
for name in $(grep -ohE '(MEMBER|CLUSTER)\("[a-z_0-9]+"' mod_wlm/wlm_view.c | cut -d'"' -f2 | sort -u); do
    grep -q "^| \`$name\` |" docs/status.md || echo "the value $name is not in docs/status.md" >>"$problems"
done

if [ -s "$problems" ]; then
    cat "$problems"
    exit 1
fi
echo "layers, messages and directives: all right"
