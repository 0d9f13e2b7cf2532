#!/bin/sh
# Installs the Debian packages that are needed and missing:
#   tools/setup.sh build     to build
#   tools/setup.sh demo      and for make demo
#   tools/setup.sh           for make check: those, a browser, Java's Tomcat, Prometheus, logrotate; and, where npm is there, what
#                            the status page is checked with (tests/npm), into the build folder
#   tools/setup.sh ansible   for make check-ansible
#   tools/setup.sh fuzz      for make fuzz
#   tools/setup.sh format    clang-format
#   tools/setup.sh valgrind  for make check-valgrind
#   tools/setup.sh measure   for make framing, waiting, scale, soak and chaos
#   tools/setup.sh faults    for make faults: those, and Java's Tomcat
#   tools/setup.sh peers     and the proxies that mod_wlm is compared with (make faults PEERS=1, make framing PEERS=1)
#   tools/setup.sh bench     and what make bench needs
#   tools/setup.sh affinity  for make affinity
#   tools/setup.sh deb       for make deb and make check-deb
# Asks nothing; says what it does. No service is started and no port is taken: it installs programs only, apache2-bin
# (not apache2) and tomcat10-common (not tomcat10); those that come with a service are kept from starting it.
set -eu

BUILD="build-essential autoconf pkg-config
 apache2-dev libapr1-dev libaprutil1-dev libxml2-dev libssl-dev libjansson-dev libcurl4-openssl-dev"
DEMO="$BUILD apache2-bin curl"
MEASURE="$DEMO python3 python3-pytest python3-h2 python3-websocket openssl nghttp2-client libnss-wrapper"
TOMCAT="tomcat10-common default-jre-headless"
CHECK="$MEASURE $TOMCAT python3-pytest-xdist check logrotate graphviz libapache2-mod-security2
 chromium chromium-driver python3-selenium prometheus python3-prometheus-client groff-base mandoc zsh
 libxml2-utils jing redis-server memcached"
PEERS="libapache2-mod-jk nginx haproxy"
SERVICES="prometheus nginx haproxy redis-server memcached"
case "${1:-check}" in
    build) PACKAGES=$BUILD ;;
    demo) PACKAGES=$DEMO ;;
    check) PACKAGES=$CHECK ;;
    fuzz) PACKAGES="$BUILD clang libclang-rt-dev" ;;
    format) PACKAGES=clang-format ;;
    ansible) PACKAGES="$DEMO python3 python3-pytest ansible-core" ;;
    valgrind) PACKAGES="$MEASURE valgrind" ;;
    measure) PACKAGES=$MEASURE ;;
    faults) PACKAGES="$MEASURE $TOMCAT" ;;
    peers) PACKAGES="$MEASURE $TOMCAT $PEERS" ;;
    bench) PACKAGES="$MEASURE $TOMCAT $PEERS libnginx-mod-http-echo wrk strace valgrind" ;;
    affinity) PACKAGES="$MEASURE nginx libnginx-mod-http-echo wrk redis-server" ;;
    deb) PACKAGES="$BUILD git curl debootstrap" ;;
    *) echo "usage: tools/setup.sh [build|demo|check|ansible|fuzz|format|valgrind|measure|faults|peers|bench|affinity|deb]" >&2; exit 2 ;;
esac

# Of fixed versions (package-lock.json); without npm or its registry the tests that need them are skipped
install_npm() {
    to=${WLM_BUILD:-build}/npm
    ! cmp -s tests/npm/package-lock.json "$to/package-lock.json" || [ ! -f "$to/complete" ] || return 0
    command -v npm >/dev/null || { echo "setup: no npm: the rules for the status page are not tested"; return 0; }
    mkdir -p "$to"
    rm -f "$to/complete"
    cp tests/npm/package.json tests/npm/package-lock.json "$to"
    if (cd "$to" && npm ci --ignore-scripts --prefer-offline --no-audit --no-fund --fetch-retries=1 --loglevel=error >/dev/null); then
        : >"$to/complete"
    else
        echo "setup: npm cannot install tests/npm: the rules for the status page are not tested"
    fi
}
[ "${1:-check}" != check ] || install_npm

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
forbid_services
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
rm -f "${WLM_CONFIG:-config.mk}"  # configure runs once more: it may find more now
echo "setup: done"
