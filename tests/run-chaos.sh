#!/bin/sh
# Everything that can go wrong at once, with the module under AddressSanitizer and UBSan. tests/run-chaos.sh --help
cd "$(dirname "$0")/.." || exit 2
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=tests:tests/http
exec /usr/bin/python3 -m chaos "$@"
