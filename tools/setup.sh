#!/bin/sh
# Installs the Debian packages that building, testing and the demo need, when they are missing.
# Asks nothing; says what it does. It installs the programs only, never a system service: apache2-bin (not
# apache2) and tomcat10-common (not tomcat10), so nothing is started and no port is taken.
set -eu

PACKAGES="
 build-essential autoconf pkg-config
 apache2-bin apache2-dev libapr1-dev libaprutil1-dev libxml2-dev libssl-dev libjansson-dev
 check python3 python3-pytest python3-h2 curl nghttp2-client libnss-wrapper
 tomcat10-common default-jre-headless"

missing=
for p in $PACKAGES; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null)" = installed ] || missing="$missing $p"
done
if [ -z "$missing" ]; then
    echo "setup: all needed packages are installed"
    exit 0
fi

if [ "$(id -u)" = 0 ]; then as_root=; else as_root=sudo; fi
echo "setup: installing:$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get -qq update
# shellcheck disable=SC2086
$as_root apt-get -qq -y --no-install-recommends install $missing >/dev/null
echo "setup: done"
