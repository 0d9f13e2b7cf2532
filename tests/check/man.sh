#!/bin/sh
# The man pages: mod_wlm(8) has each directive of the module, plugin-cfg.xml(5) each element, attribute and Property of the
# table in docs/plugin-cfg.md (which is what `wlmcfg schema` prints: tests/check/docs.sh), nothing of Markdown is left in them,
# and groff and mandoc find nothing wrong with these pages and the others. Prints what is wrong and fails.
set -u
export LC_ALL=C
cd "$(dirname "$0")/../.." || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
problems=$work/problems
: >"$problems"
problem() { echo "$*" >>"$problems"; }

cp docs/man/*.[0-9] "$work"
for page in mod_wlm.8 plugin-cfg.xml.5; do
    awk -v version=0 -f tools/manual/man.awk "docs/man/$page.in" >"$work/$page" || problem "$page cannot be made"
done

# missing PAGE: the words of standard input that are not in the list $work/page
missing() {
    sort -u >"$work/wanted"
    [ -s "$work/wanted" ] || problem "nothing found that $1 should have"
    comm -23 "$work/wanted" "$work/page" | sed "s|^|$1 does not have |" >>"$problems"
}

# directives: those of the tables, and those that have no row
sed -n 's/^\.SS \(WLM[A-Za-z]*\)$/\1/p; s/^Alias: *\([A-Za-z]*\) .*/\1/p' "$work/mod_wlm.8" | sort -u >"$work/page"
sed -n 's/^ *ROW([a-z_0-9]*, "\([A-Za-z]*\)".*/\1/p; s/^ *AP_INIT_[A-Z0-9_]*("<*\([A-Za-z]*\)".*/\1/p' \
    mod_wlm/balance/option_table*.h mod_wlm/httpd/context/settings_table.h mod_wlm/httpd/directives/directives.c |
    missing "mod_wlm(8)"

# elements as "Server in ServerCluster", attributes as "Server in ServerCluster: Name"
sed -n '/^\.SH ELEMENTS/,/^\.SH SEE/p' "$work/plugin-cfg.xml.5" | awk '
    sub(/^\.SS /, "") { element = $0; print }
    sub(/^\\fB/, "") && tag { sub(/\\fR$/, ""); print element ": " $0 }
    { tag = /^\.TP/ }' | sort -u >"$work/page"
sed -n '/^<!-- schema -->$/,/^<!-- end of schema -->$/p' docs/plugin-cfg.md | awk '
    sub(/^### /, "") { element = $0; print }
    /^\| `/ { split($0, parts, "`"); print element ": " parts[2] }' | missing "plugin-cfg.xml(5)"

for page in "$work"/*.[0-9]; do
    name=${page##*/}
    grep -nE '\*\*|\]\(|```|<!--|^\|' "$page" | sed "s|^|$name: Markdown is left: |" >>"$problems"
done

# check_with PROGRAM COMMAND...: it prints nothing about a page
checked=
check_with() {
    program=$1
    shift
    if ! command -v "$program" >/dev/null; then
        echo "man.sh: $program is not installed: the pages are not checked with it"
        return
    fi
    checked="$checked $program"
    for page in "$work"/*.[0-9]; do
        # the date of the pages is not known: they are as old as their release
        "$@" "$page" 2>&1 | grep -v 'missing date' | sed "s|^|$program: |; s|$work/||g" >>"$problems"
    done
}
check_with groff groff -ww -man -z
check_with mandoc mandoc -Tlint -Wwarning

if [ -s "$problems" ]; then
    cat "$problems"
    exit 1
fi
echo "man pages: all right${checked:+ (with$checked)}"
