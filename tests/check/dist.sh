#!/bin/sh
# dist.sh TARBALL: the tarball has all that it needs: it builds in another folder than that of the sources, which nothing may
# write to, without autoconf; its unit tests pass; what it installs, to a folder with a blank in its name, it uninstalls; and
# distclean leaves nothing. Prints what is wrong and fails.
set -eu
tarball=$(realpath "$1")
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
fail() { echo "dist.sh: $*"; exit 1; }

tar -C "$work" -xzf "$tarball"
sources=$(echo "$work"/mod_wlm-*)
chmod -R a-w "$sources"
# root may write everywhere, so what has been written is found afterwards
listed() { (cd "$1" && find . ! -type d -printf '%p %s %T@\n' | sort); }
listed "$sources" >"$work/before"

mkdir "$work/made"
cd "$work/made"
export AUTOCONF=false
"$sources/configure" --prefix=/opt/wlm --enable-werror >"$work/log" || fail "configure: $(tail -n 20 "$work/log")"
make all >"$work/log" 2>&1 || fail "make: $(tail -n 20 "$work/log")"
make check-unit UNIT_FLAVOURS=unit >"$work/log" 2>&1 || fail "make check-unit: $(tail -n 40 "$work/log")"
make install DESTDIR="$work/a folder" >/dev/null
for file in opt/wlm/bin/wlmcfg opt/wlm/bin/wlmctl opt/wlm/bin/wlm-discover opt/wlm/share/man/man1/wlmctl.1 \
    opt/wlm/share/man/man5/plugin-cfg.xml.5 opt/wlm/share/man/man8/mod_wlm.8 \
    opt/wlm/share/bash-completion/completions/wlmcfg opt/wlm/share/zsh/site-functions/_wlmctl \
    opt/wlm/share/wlm/plugin-cfg.xsd "$(sed -n 's|^HTTPD_LIBEXECDIR *= */||p' config.mk)/mod_wlm.so"; do
    [ -s "$work/a folder/$file" ] || fail "make install has not made $file"
done
make uninstall DESTDIR="$work/a folder" >/dev/null
left=$(find "$work/a folder" ! -type d)
[ -z "$left" ] || fail "make uninstall leaves $left"
make distclean >/dev/null
left=$(find . ! -type d ! -path ./Makefile)
[ -z "$left" ] || fail "make distclean leaves $left"
listed "$sources" | diff "$work/before" - || fail "the folder of the sources was written to"
echo "$(basename "$tarball"): builds in another folder, passes its unit tests, installs and uninstalls"
