#!/bin/sh
# The C sources: columns, blanks and ends of lines, braces; and, where clang-format is installed, the blanks between words as
# .clang-format has them (where lines break and what is aligned is chosen by hand). Prints what is wrong and fails.
set -u
export LC_ALL=C.UTF-8
cd "$(dirname "$0")/../.." || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
problems=$work/problems

find mod_wlm plugin-cfg tools tests -name '*.[ch]' | sort >"$work/files"

# found TEXT PATTERN: lines that have it
found() { xargs grep -nHP "$2" <"$work/files" | cut -c1-160 | sed "s|^|$1: |" >>"$problems"; }
found 'more than 120 columns' '^.{121}'
found 'a tab' '\t'
found 'blanks at the end of the line' '\s$'
found 'else on the line of a brace' '^ *\} *else'
found 'a brace that opens a function behind its name' '^[a-z].*\) *\{$'
while read -r file; do
    [ -z "$(tail -c1 "$file")" ] || echo "no end of line at the end of the file: $file"
done <"$work/files" >>"$problems"

# the words of the sources below this folder, one a line, with their file; a macro's lines are one
words() { xargs awk '{ sub(/ *\\$/, ""); for (i = 1; i <= NF; i++) print FILENAME ": " $i }' <"$work/files"; }
if ! command -v clang-format >/dev/null; then
    checked="columns and braces (not the blanks between words: clang-format is not installed)"
else
    checked="columns, braces, blanks between words"
    mkdir "$work/formatted" && cp .clang-format "$work/formatted" && xargs cp --parents -t "$work/formatted" <"$work/files" || exit 2
    words >"$work/is"
    (cd "$work/formatted" && xargs clang-format -i --style=file <"$work/files" && words) >"$work/should" || exit 2
    diff -U2 --label 'as it is' --label 'by clang-format' "$work/is" "$work/should" >>"$problems"
fi

if [ -s "$problems" ]; then
    cat "$problems"
    exit 1
fi
echo "format of $(wc -l <"$work/files") files: $checked"
