#!/bin/bash
# Three members, an httpd with the module, and a story told with real requests: shares, a session that stays, a member
# that dies under load, the member back; then one is drained, and the file is changed under load. Exits with an error when
# the story is not true. KEEP=1 leaves it all running.
set -eu
cd "$(dirname "$0")/.."
build=$(cd "${WLM_BUILD:-build}" && pwd)
config=${WLM_CONFIG:-config.mk}
httpd=$(sed -n 's/^HTTPD *= *//p' "$config")
modules=$(sed -n 's/^HTTPD_LIBEXECDIR *= *//p' "$config")
dir=$(mktemp -d "${TMPDIR:-/tmp}/wlm-demo.XXXXXX")
declare -A pid port

say()  { printf '%s\n' "$*"; }
fail() { say "FAILED: $*"; [ -s "$dir/error_log" ] && tail -5 "$dir/error_log"; exit 1; }
stop() {
    [ -s "$dir/httpd.pid" ] && "$httpd" -f "$dir/httpd.conf" -k stop 2>/dev/null
    for m in "${!pid[@]}"; do kill "${pid[$m]}" 2>/dev/null || :; done
    for _ in $(seq 50); do [ -e "$dir/httpd.pid" ] || break; sleep 0.1; done # httpd removes it when it has ended
    rm -rf "$dir"
}
trap stop EXIT
trap 'exit 130' INT TERM

# wait_for COMMAND...: until it succeeds, at most 5 s
wait_for() {
    local deadline=$((SECONDS + 5))
    until "$@" 2>/dev/null; do
        [ $SECONDS -lt $deadline ] || fail "waited in vain for: $*"
        sleep 0.02
    done
}

start_member() { # NAME [PORT]
    "$build/wlm-member" --name "$1" --clone-id "clone-$1" --listen "127.0.0.1:${2:-0}" >"$dir/$1.out" 2>&1 </dev/null &
    pid[$1]=$!
    disown # so that the shell does not report its death
    wait_for grep -q listening "$dir/$1.out"
    port[$1]=$(sed -n 's/.*listening on .*://p' "$dir/$1.out")
}

take_port() { # into http: one that was free a moment ago
    start_member free
    http=${port[free]}
    kill "${pid[free]}"
    unset "pid[free]"
}

member_xml() { # NAME WEIGHT
    say "  <Server Name=\"$1\" CloneID=\"clone-$1\" LoadBalanceWeight=\"$2\" ConnectTimeout=\"2\" ServerIOTimeout=\"10\">" \
        "<Transport Hostname=\"127.0.0.1\" Port=\"${port[$1]}\" Protocol=\"http\"/></Server>"
}

write_config() {
    cat >"$dir/plugin-cfg.xml" <<XML
<?xml version="1.0" encoding="UTF-8"?>
<Config>
 <VirtualHostGroup Name="default_host"><VirtualHost Name="*:$http"/></VirtualHostGroup>
 <ServerCluster Name="demo" LoadBalance="Round Robin" RetryInterval="1" PostBufferSize="64">
$(member_xml a 1)
$(member_xml b 2)
$(member_xml c 1)
 </ServerCluster>
 <UriGroup Name="uris"><Uri Name="/app/*"/></UriGroup>
 <Route ServerCluster="demo" UriGroup="uris" VirtualHostGroup="default_host"/>
</Config>
XML
    cat >"$dir/httpd.conf" <<CONF
ServerRoot "$dir"
DefaultRuntimeDir "$dir"
PidFile "$dir/httpd.pid"
ErrorLog "$dir/error_log"
ServerName localhost
Listen 127.0.0.1:$http
LoadModule mpm_event_module $modules/mod_mpm_event.so
LoadModule authz_core_module $modules/mod_authz_core.so
LoadModule slotmem_shm_module $modules/mod_slotmem_shm.so
LoadModule wlm_module "$build/mod_wlm.so"
StartServers 3
ServerLimit 3
ThreadsPerChild 25
MaxRequestWorkers 75
WLMConfig plugin-cfg.xml
# by default a member that is back comes to its share in 30 s: longer than anybody watches a demonstration
WLMSlowStart 0
<Location "/wlm-status">
    SetHandler wlm-status
    WLMAdmin Unauthenticated
</Location>
CONF
    if [ "$(id -u)" = 0 ]; then
        chmod 755 "$dir"
        say "User nobody" >>"$dir/httpd.conf"
        say "Group nogroup" >>"$dir/httpd.conf"
    fi
}

# ask N PARALLEL QUERY: N requests without a session; "STATUS MEMBER" a line into $dir/answers
ask() {
    for _ in $(seq "$1"); do
        say "url = \"$url/app/page?$3\""
        say 'output = /dev/null'
    done | curl -s --no-progress-meter --parallel --parallel-immediate --parallel-max "$2" --max-time 20 \
                -w '%{http_code} %header{x-member}\n' -K - >"$dir/answers" || :
}

served()  { grep -c "^200 $1\$" "$dir/answers" || :; }
lost()    { grep -vc '^200 ' "$dir/answers" || :; }
row() { # TEXT: a line of the table from the last answers
    local n; n=$(wc -l <"$dir/answers")
    printf '%-46s %8d %5d   ' "$1" "$n" "$(lost)"
    for m in a b c; do awk -v k="$(served $m)" -v n="$n" 'BEGIN { printf "%6.1f%%", 100 * k / n }'; done
    echo
    [ "$(lost)" = 0 ] || fail "requests were lost"
}
expect() { # N-of-a N-of-b N-of-c, each may be off by 2
    local m i=0 want=("$@")
    for m in a b c; do
        local off=$(( $(served $m) - want[i++] ))
        [ ${off#-} -le 2 ] || fail "member $m served $(served $m), not ${want[i-1]}"
    done
}

session() { curl -s -b "$dir/cookies" -c "$dir/cookies" "$url/app/page" >"$dir/page"; sed -n "s/^$1=//p" "$dir/page"; }
ctl() { "$build/wlmctl" --url "$url/wlm-status" "$@"; }
# all processes have taken the changed file up: none gives b its old share any more
all_follow() { ask 64 1 x=1; [ "$(served b)" = 48 ]; }
is_up() { ask 4 1 x=1; [ "$(served b)" -gt 0 ]; }

say "mod_wlm demo"
for m in a b c; do start_member $m; done
take_port
url=http://127.0.0.1:$http
write_config
"$httpd" -f "$dir/httpd.conf" -k start || fail "httpd does not start"
wait_for curl -sf -o "$dir/page" "$url/app/page"
say "httpd at $url, 3 child processes; members a, b, c with weights 1, 2, 1"
say
printf '%-46s %8s %5s   %7s%7s%7s\n' "" requests lost a b c

ask 200 1 x=1;         row "new sessions"; expect 50 100 50
ask 400 16 'delay=5';  row "new sessions, 16 at a time"; expect 100 200 100

until [ "$(session member)" = b ]; do rm -f "$dir/cookies"; done
first=$(session hits)
for _ in $(seq 18); do [ "$(session member)" = b ] || fail "the session moved"; done
[ "$(sed -n 's/^hits=//p' "$dir/page")" = $((first + 18)) ] || fail "the session lost counts"
say "a session: 20 requests, all on member b, every hit counted"

( sleep 0.4; kill -9 "${pid[b]}" ) &
ask 400 16 'delay=40'; row "member b is killed meanwhile"
ask 200 1 x=1;         row "new sessions, without b"; expect 100 0 100
[ "$(session member)" != b ] || fail "a dead member answered"
say "the session goes on on member $(sed -n 's/^member=//p' "$dir/page"), which is told that it was moved (\$WSFO=$(sed -n 's/^fo=//p' "$dir/page"))"

start_member b "${port[b]}"
wait_for is_up
ask 200 1 x=1;         row "member b is back"; expect 50 100 50

say
say '$ wlmctl drain a --comment "kernel update"'
ctl drain a --comment "kernel update" | sed 's/^/    /'
ask 200 1 x=1;         row "new sessions, while a drains"; expect 0 133 67
ctl enable a >"$dir/ctl"

( sleep 0.3
  sed 's/LoadBalanceWeight="2"/LoadBalanceWeight="6"/' "$dir/plugin-cfg.xml" >"$dir/new.xml"
  mv "$dir/new.xml" "$dir/plugin-cfg.xml"
  ctl reload >"$dir/ctl" ) &
ask 400 16 'delay=40'; row "plugin-cfg.xml is changed meanwhile: b has 6"
wait $!
wait_for all_follow
ask 200 1 x=1;         row "new sessions, with the changed file"; expect 25 150 25
say
ctl status
say
say "all as it should be"

if [ "${KEEP:-0}" = 1 ]; then
    trap - EXIT INT TERM
    say
    say "left running:"
    say "  $url/app/page        a page of one of the members"
    say "  $url/wlm-status      the status page; wlmctl --url $url/wlm-status help"
    for m in a b c; do say "  http://127.0.0.1:${port[$m]}/   member $m, process ${pid[$m]}"; done
    say "stop it with: $httpd -f $dir/httpd.conf -k stop; kill ${pid[*]}; rm -r $dir"
fi
