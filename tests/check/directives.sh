#!/bin/sh
# Each directive of the module has an entry in docs/directives.md with its context and default, which says what it does, when
# to use it, when not, and what it costs; and the other way round.
# Prints what is wrong and fails.
set -u
export LC_ALL=C
cd "$(dirname "$0")/../.." || exit 2

problems=$(awk -f tests/check/directives.awk mod_wlm/balance/option_table*.h mod_wlm/httpd/context/settings_table.h \
    mod_wlm/httpd/directives/*.[ch] docs/directives.md) || exit 2

if [ -n "$problems" ]; then
    printf '%s\n' "$problems"
    exit 1
fi
echo "directives: all right"
