#!/bin/sh
# Installs the Debian packages that building, testing and the demo need, when they are missing.
# "tools/setup.sh fuzz": also what make fuzz needs.
# "tools/setup.sh format", "tools/setup.sh valgrind": also clang-format, valgrind.
# "tools/setup.sh peers": also the proxies that mod_wlm is compared with (make faults PEERS=1, make framing PEERS=1).
# "tools/setup.sh bench": those, and what make bench needs.
# Asks nothing; says what it does. No service is started and no port is taken: it installs programs only, apache2-bin
# (not apache2) and tomcat10-common (not tomcat10); those that come with a service are kept from starting it.
set -eu

PACKAGES="
 build-essential autoconf pkg-config
 apache2-bin apache2-dev libapr1-dev libaprutil1-dev libxml2-dev libssl-dev libjansson-dev libcurl4-openssl-dev
 check python3 python3-pytest python3-h2 python3-websocket curl openssl nghttp2-client libnss-wrapper graphviz
 chromium chromium-driver python3-selenium
 tomcat10-common default-jre-headless prometheus python3-prometheus-client libapache2-mod-security2"
SERVICES="prometheus nginx haproxy"
case "${1:-}" in
    '') ;;
    fuzz) PACKAGES="$PACKAGES clang libclang-rt-dev" ;;
    format) PACKAGES="$PACKAGES clang-format" ;;
    valgrind) PACKAGES="$PACKAGES valgrind" ;;
    peers) PACKAGES="$PACKAGES libapache2-mod-jk nginx haproxy" ;;
    bench) PACKAGES="$PACKAGES libapache2-mod-jk nginx haproxy libnginx-mod-http-echo wrk strace valgrind" ;;
    *) echo "usage: tools/setup.sh [fuzz|format|valgrind|peers|bench]" >&2; exit 2 ;;
esac

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

missing=
new_services=
for p in $PACKAGES; do
    is_installed "$p" || missing="$missing $p"
done
for p in $SERVICES; do
    case " $missing " in *" $p "*) new_services="$new_services $p" ;; esac
done
if [ -z "$missing" ]; then
    echo "setup: all needed packages are installed"
    exit 0
fi

if [ "$(id -u)" = 0 ]; then as_root=; else as_root=sudo; fi

# Debian's packages ask this program whether they may start what they install. One that is there already is put back
POLICY=/usr/sbin/policy-rc.d
forbid_services() {
    [ ! -e "$POLICY" ] || $as_root mv "$POLICY" "$POLICY.before-wlm"
    trap allow_services EXIT
    trap 'exit 1' INT TERM
    printf '#!/bin/sh\nexit 101\n' | $as_root tee "$POLICY" >/dev/null
    $as_root chmod 755 "$POLICY"
}
allow_services() {
    $as_root rm -f "$POLICY"
    [ ! -e "$POLICY.before-wlm" ] || $as_root mv "$POLICY.before-wlm" "$POLICY"
}

echo "setup: installing:$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get -qq update
[ -z "$new_services${1:-}" ] || forbid_services
# shellcheck disable=SC2086
$as_root apt-get -qq -y --no-install-recommends install $missing >/dev/null
for p in $new_services; do
    $as_root update-rc.d "$p" disable >/dev/null  # nor are they started when the machine is
done
case "$missing" in
    *mod-jk*) [ ! -x /usr/sbin/a2dismod ] || $as_root a2dismod -q jk >/dev/null ;;  # not in the machine's own Apache
esac
case "$missing" in
    *mod-security2*) [ ! -x /usr/sbin/a2dismod ] || $as_root a2dismod -q security2 >/dev/null ;;  # nor this one
esac
echo "setup: done"
