#!/bin/bash
# deb.sh build SUITE: makes the Debian packages in a clean root of that suite (debootstrap), into build/deb/SUITE; lintian must
#   have nothing to say.
# deb.sh check SUITE: tests them in a bare root: installed, and serving a request, without a compiler; an upgrade while httpd
#   runs and requests come; removed; purged.
# As root, or with sudo. The bare roots are kept in build/deb, or in $WLM_DEB_ROOTS, for the next time.
set -eu
cd "$(dirname "$0")/.."
command=$1
suite=$2
[ "$(id -u)" = 0 ] || exec sudo --preserve-env=WLM_BUILD,WLM_DEB_ROOTS,DEB_BUILD_OPTIONS "$0" "$@"
build=$(cd "${WLM_BUILD:-build}" && pwd)
result=$build/deb/$suite
roots=${WLM_DEB_ROOTS:-$build/deb}
bare=$roots/base-$suite
root=$roots/$command-$suite
mirror=http://deb.debian.org
version=$(sed -n '1s/.*(\(.*\)).*/\1/p' debian/changelog)
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

say()  { printf '%s: %s\n' "deb.sh $command $suite" "$*"; }
fail() { say "FAILED: $*"; exit 1; }
in_root() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
    DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 DEB_BUILD_OPTIONS="${DEB_BUILD_OPTIONS:-}" "$@"; }
quietly() { "$@" >"$root/log" 2>&1 || { tail -n 40 "$root/log"; fail "$*"; }; }

unmount() { umount "$root/proc" "$root/dev/pts" "$root/dev/shm" 2>/dev/null || :; }
trap unmount EXIT

# a root that nothing has been installed into, with the updates of the suite
make_root() {
    if [ ! -e "$bare/etc/debian_version" ]; then
        say "debootstrap, into $bare"
        debootstrap --variant=minbase "$suite" "$bare" "$mirror/debian" >"$result/debootstrap.log" ||
            { tail -n 20 "$result/debootstrap.log"; fail "debootstrap"; }
    fi
    unmount
    rm -rf "$root"
    cp -a "$bare" "$root"
    printf 'deb %s %s main\n' "$mirror/debian" "$suite" "$mirror/debian" "$suite-updates" \
        "$mirror/debian-security" "$suite-security" >"$root/etc/apt/sources.list"
    cp /etc/resolv.conf /etc/hosts "$root/etc/"
    mount -t proc proc "$root/proc"
    mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"  # unit tests of wlmctl open terminals
    quietly in_root apt-get update
}

build_packages() {
    local release=${version%-*} dir=$root/tmp/packages
    make_root
    mkdir "$dir"
    cp "$build/mod_wlm-$release.tar.gz" "$dir/mod-wlm_$release.orig.tar.gz"
    tar -C "$dir" -xzf "$dir/mod-wlm_$release.orig.tar.gz"
    rm -rf "$dir/mod_wlm-$release/debian"
    cp -a debian "$dir/mod_wlm-$release/"
    chown -R root:root "$dir"
    say "packages that the build needs"
    quietly in_root apt-get -y --no-install-recommends install lintian dpkg-dev
    quietly in_root apt-get -y --no-install-recommends build-dep "/tmp/packages/mod_wlm-$release"
    say "dpkg-buildpackage"
    quietly in_root sh -c "cd /tmp/packages/mod_wlm-$release && dpkg-buildpackage -us -uc"
    cp "$root/log" "$result/build.log"
    ! grep -E ':[0-9]+: warning: |_FORTIFY_SOURCE.*_FORTIFY_SOURCE' "$result/build.log" || fail "the compiler warns, or a flag is given twice"
    in_root sh -c 'cd /tmp/packages && lintian --allow-root *.changes' 2>&1 |
        grep -v '^N: ' >"$result/lintian.log" || :
    [ ! -s "$result/lintian.log" ] || { cat "$result/lintian.log"; fail "lintian has something to say"; }
    cp "$dir"/*.deb "$dir"/*.dsc "$dir"/*.changes "$dir"/*.buildinfo "$dir"/*.tar.* "$result/"
    cp "$dir/mod_wlm-$release/build/wlm-member" "$result/"
    say "done: $(cd "$result" && echo *.deb)"
    unmount
    rm -rf "$root"
}

# -- the test ---------------------------------------------------------------------------------------------------------
# Programs of the root in a network of their own: no port of this machine is taken
in_network() { nsenter --net="/proc/$network/ns/net" chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    HOME=/root DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"; }
ask() { in_network curl -s -o /dev/null --max-time 10 -w '%{http_code}' "http://localhost$1"; }
wait_for() { # WANT PATH: the status that a request gets
    local deadline=$((SECONDS + 20))
    until [ "$(ask "$2")" = "$1" ]; do
        [ $SECONDS -lt $deadline ] || { tail -n 5 "$root/var/log/apache2/error.log"; fail "$2 does not get $1"; }
        sleep 0.1
    done
}
stop_all() {
    in_network apachectl stop >/dev/null 2>&1 || :
    kill "${member:-}" "$network" 2>/dev/null || :
    unmount
}

write_plugin_cfg() {
    cat >"$root/tmp/plugin-cfg.xml" <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<Config>
 <VirtualHostGroup Name="default_host"><VirtualHost Name="*:80"/></VirtualHostGroup>
 <ServerCluster Name="shop">
  <Server Name="a" CloneID="a1"><Transport Hostname="127.0.0.1" Port="9081" Protocol="http"/></Server>
 </ServerCluster>
 <UriGroup Name="uris"><Uri Name="/shop/*"/></UriGroup>
 <Route ServerCluster="shop" UriGroup="uris" VirtualHostGroup="default_host"/>
</Config>
XML
}

# the same packages with a higher version, for the upgrade
make_newer() {
    local deb
    for deb in "$root"/tmp/first/*.deb; do
        dpkg-deb -R "$deb" "$root/tmp/newer"
        sed -i "s/^Version: .*/&+newer/" "$root/tmp/newer/DEBIAN/control"
        dpkg-deb -b "$root/tmp/newer" "$root/tmp/second/" >"$root/log"
        rm -rf "$root/tmp/newer"
    done
}

install_first() {
    local began=$SECONDS
    quietly in_root apt-get -y install /tmp/first/libapache2-mod-wlm.deb /tmp/first/wlm-tools.deb
    # what it is linked with has been installed with httpd
    in_network /tmp/wlm-member --name a --clone-id a1 --listen 127.0.0.1:9081 >"$root/tmp/member.log" &
    member=$!
    quietly in_network apachectl start
    quietly in_network a2enmod wlm
    cp "$root/tmp/plugin-cfg.xml" "$root/etc/apache2/plugin-cfg.xml"
    quietly in_network apachectl graceful
    wait_for 200 /shop/page
    say "installed; the first request was served $((SECONDS - began)) s after the beginning of apt install"
    ! in_root sh -c 'command -v cc || command -v gcc || command -v clang' || fail "there is a compiler"
    wait_for 200 /wlm-status
    in_network wlmctl --url http://localhost/wlm-status status | grep -q 'a .*127.0.0.1:9081 .*up' || fail "wlmctl status"
    quietly in_network wlmcfg check /etc/apache2/plugin-cfg.xml
    [ "$(in_network curl -s -o /dev/null -w '%{http_code}' --interface 192.0.2.1 http://192.0.2.2/wlm-status)" = 403 ] ||
        fail "the status page is shown to others"
}

# Requests one after the other while the packages are replaced. httpd is restarted by the packages, so what is asked in that
# moment is refused a connection; whatever got a connection is answered.
upgrade() {
    local before after
    before=$(in_network sh -c 'cat /var/run/apache2/apache2.pid')
    ( while [ ! -e "$root/tmp/upgraded" ]; do ask /shop/page || :; echo; done >"$root/tmp/answers" ) &
    quietly in_network apt-get -y install /tmp/second/libapache2-mod-wlm.deb /tmp/second/wlm-tools.deb
    touch "$root/tmp/upgraded"
    wait $!
    wait_for 200 /shop/page
    after=$(in_network sh -c 'cat /var/run/apache2/apache2.pid')
    in_root dpkg-query -W -f '${Version}\n' libapache2-mod-wlm | grep -q newer || fail "not upgraded"
    ! grep -vE '^(200|000)$' "$root/tmp/answers" || fail "requests were answered wrongly during the upgrade"
    say "upgraded: $(grep -c 200 "$root/tmp/answers") requests meanwhile, $(grep -c 000 "$root/tmp/answers" || :) found no" \
        "httpd; httpd's process was $before, is $after"
}

remove() {
    quietly in_network apt-get -y remove libapache2-mod-wlm
    wait_for 404 /shop/page
    [ ! -e "$root/etc/apache2/mods-enabled/wlm.load" ] || fail "the module is still enabled"
    quietly in_network apt-get -y install /tmp/second/libapache2-mod-wlm.deb
    quietly in_network a2enmod wlm
    quietly in_network apachectl graceful
    wait_for 200 /shop/page
    quietly in_network apt-get -y purge libapache2-mod-wlm wlm-tools
    wait_for 404 /shop/page
    local left
    left=$(in_root find /etc /usr /var/lib /lib -path /var/lib/apt -prune -o \( -name '*wlm*' ! -type d \) -print -o \
        -path '/var/lib/mod_wlm*' -print)
    [ -z "$left" ] || fail "purged, and left: $left"
    in_network apachectl -t >"$root/log" 2>&1 || fail "httpd's configuration is broken after the purge"
    say "removed and purged: nothing is left but /etc/apache2/plugin-cfg.xml; httpd serves on"
}

check_packages() {
    local package
    [ -e "$result/wlm-member" ] || fail "no packages in $result: make deb"
    make_root
    mkdir "$root/tmp/first" "$root/tmp/second"
    for package in libapache2-mod-wlm wlm-tools; do
        cp "$result/${package}_${version}_"*.deb "$root/tmp/first/$package.deb"
    done
    make_newer
    for package in libapache2-mod-wlm wlm-tools; do
        mv "$root/tmp/second/${package}_"*.deb "$root/tmp/second/$package.deb"
    done
    cp "$result/wlm-member" "$root/tmp/"
    write_plugin_cfg
    quietly in_root apt-get -y --no-install-recommends install curl procps
    # installing starts nothing in the network of this machine
    printf '#!/bin/sh\n[ -e /tmp/may-start ] || exit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
    unshare --net sleep 3600 &
    network=$!
    trap stop_all EXIT
    until [ "$(readlink "/proc/$network/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done
    nsenter --net="/proc/$network/ns/net" sh -c 'ip link set lo up; ip addr add 192.0.2.1/24 dev lo; ip addr add 192.0.2.2/24 dev lo'
    install_first
    touch "$root/tmp/may-start"
    upgrade
    remove
    stop_all
    trap - EXIT
    rm -rf "$root"
}

mkdir -p "$result"
case $command in
    build) build_packages ;;
    check) check_packages ;;
    *) echo "usage: deb.sh build|check SUITE" >&2; exit 2 ;;
esac
