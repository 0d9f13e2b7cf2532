#!/bin/sh
# What the manual says about plugin-cfg.xml, wlmcfg, wlmctl and wlm-discover is what the programs say, and the files that it names are there.
# Prints what differs and fails.
# Needs build/wlmcfg and build/wlmctl.
set -u
export LC_ALL=C
cd "$(dirname "$0")/../.." || exit 2
manual=docs/plugin-cfg.md
build=${WLM_BUILD:-build}
wlmcfg=$build/wlmcfg
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
problems=$work/problems
: >"$problems"

problem() { echo "$*" >>"$problems"; }
# part NAME: the lines between the marks <!-- NAME --> and <!-- end of NAME -->
part() { sed -n "/^<!-- $1 -->\$/,/^<!-- end of $1 -->\$/p" "$manual" | sed '1d;$d'; }
# compare WHAT A B: sorted lists, one word a line; A and B are files named by what they are lists of
compare() {
    comm -23 "$work/$2" "$work/$3" | sed "s|.*|$1 & is in $2, but not in $3|" >>"$problems"
    comm -13 "$work/$2" "$work/$3" | sed "s|.*|$1 & is in $3, but not in $2|" >>"$problems"
    # an empty list means that this script no longer finds what it looks for
    [ -s "$work/$2" ] || problem "no ${1}s found in $2"
    [ -s "$work/$3" ] || problem "no ${1}s found in $3"
}

for f in "$manual" docs/man/wlmcfg.1 docs/man/wlmctl.1 "$wlmcfg" "$build/wlmctl"; do
    [ -s "$f" ] || problem "$f is not there"
done

# the support table
"$wlmcfg" schema >"$work/schema" || problem "wlmcfg schema fails"
part schema >"$work/table"
if ! diff -u --label "$manual" --label "wlmcfg schema" "$work/table" "$work/schema" >"$work/diff"; then
    problem "the table in $manual is not what 'wlmcfg schema' prints; put that between the marks:"
    sed -n '1,40p' "$work/diff" >>"$problems"
fi

# the schemas that are installed
for kind in xsd rng; do
    "$wlmcfg" schema --$kind | cmp -s - docs/schema/plugin-cfg.$kind ||
        problem "docs/schema/plugin-cfg.$kind is not what 'wlmcfg schema --$kind' prints; put that into it"
done

# the findings that the code names: a row of the table that no call names is one too many
# ids_in FILES...
ids_in() { grep -ohE 'PLUGIN_CFG_FINDING_[A-Z_]+' "$@" | sed 's/^PLUGIN_CFG_FINDING_//' | tr 'A-Z_' 'a-z-' | sort -u; }
ids_in plugin-cfg/*.c tools/wlmcfg/check/review*.c >"$work/code"
ids_in tools/wlmcfg/check/review*.c >"$work/review"
part review | grep -oE '`[a-z-]+`' | tr -d '`' | sort >"$work/review-part"
compare finding review review-part
part findings | sed -n 's/^| `\([a-z-]*\)` |.*/\1/p' | sort >"$work/ids"
uniq -d "$work/ids" | sed "s|.*|finding & is twice in $manual|" >>"$problems"
sort -u "$work/ids" >"$work/manual"
compare finding code manual
ignored=$(part findings | grep '^|' | grep -vc '^| `[a-z-]*` |')
[ "$ignored" -eq 2 ] || problem "$manual: $ignored lines of the findings table begin with no id; expected are its 2 headings"

# and the table says what wlmcfg says
part findings | grep '^| `' >"$work/rows"
"$wlmcfg" check --explain all | awk -F'\n' -v RS= '{
    split($1, head, ": "); sub(/^ +/, "", $2); sub(/^ +/, "", $3)
    printf "| `%s` | %s | %s | %s |\n", head[1], head[2], $2, $3 }' >"$work/told"
if ! diff -u --label "$manual" --label "wlmcfg check --explain all" "$work/rows" "$work/told" >"$work/diff"; then
    problem "the findings in $manual are not those of plugin-cfg/finding_table.h:"
    sed -n '1,40p' "$work/diff" >>"$problems"
fi

# check_page TOOL: commands and options of the lists in --help, and of the sections in the man page; and neither knows one
# elsewhere
check_page() {
    man=docs/man/$1.1
    "$build/$1" --help >"$work/usage" || problem "$1 --help fails"
    sed -n 's/^  \(--[a-z-]*\|[a-z][a-z]*\)  .*/\1/p' "$work/usage" | sort >"$work/help"
    {
        sed -n '/^\.SH COMMANDS/,/^\.SH OPTIONS/p' "$man" | sed -n '/^\.TP/{n;s/^\.B //p;}'
        sed -n '/^\.SH OPTIONS/,/^\.SH [^O]/p' "$man" | sed -n '/^\.TP/{n;s/^\.B //p;}' | tr -d '\\'
    } | sort >"$work/page"
    compare word help page
    sed "/^Tells\|^Shows/,\$d; s/^.*$1 //" "$work/usage" | grep -oE -- '--[a-z-]+|^[a-z]+' | sort -u >"$work/usages"
    sed -n '/^\.SH SYNOPSIS/,/^\.SH DESC/p' "$man" | tr -d '\\' | grep -oE -- "--[a-z-]+|$1 [a-z]+" |
        sed "s/^$1 //" | sort -u >"$work/synopsis"
    compare word usages synopsis
    comm -23 "$work/synopsis" "$work/page" | sed "s|.*|word & is in the synopsis of $man only|" >>"$problems"
}
check_page wlmcfg
check_page wlmctl
[ ! -x "$build/wlm-discover" ] || check_page wlm-discover

# the tests that the manual names are there
for test in $(grep -ohE '\b[0-9]{3}_[0-9]{2}\b' docs/security.md | sort -u); do
    grep -q "def test_${test}_" tests/http/test_*.py || problem "docs/security.md names the test $test, which is not there"
done

# files that the manual names are there: in backticks as `base/clock.h`, below mod_wlm/ or the root; with a folder also elsewhere
grep -noE '`[a-zA-Z0-9_./-]+\.(c|h|sh|py|md|css|txt)`|\b[a-z_-]+(/[a-zA-Z0-9_-]+)+\.(c|h|sh|py)\b' docs/*.md README.md |
    tr -d '`' | grep -v NAME | sort -u >"$work/named"
[ -s "$work/named" ] || problem "no files found that the manual names"
while IFS=: read -r page line file; do
    [ -e "$file" ] || [ -e "mod_wlm/$file" ] || [ -e "$(dirname "$page")/$file" ] || problem "$page:$line names $file, which is not there"
done <"$work/named"

if [ -s "$problems" ]; then
    cat "$problems"
    exit 1
fi
echo "plugin-cfg.md, security.md, the man pages, and names of files: all right"
