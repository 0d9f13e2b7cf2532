#!/bin/sh
# Every log message of the module has one id, and one row in docs/messages.md, which says its level. Prints what is wrong and fails.
set -u
cd "$(dirname "$0")/../.." || exit 2
problems=$(awk -f tests/check/messages.awk docs/messages.md $(find mod_wlm/httpd -name '*.c' | sort)) || exit 2
if [ -n "$problems" ]; then
    printf '%s\n' "$problems"
    exit 1
fi
echo "messages: all right"
