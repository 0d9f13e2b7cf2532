#!/bin/sh
# What a fault of a member costs the clients: measures, prints tables. tests/run-faults.sh --help
cd "$(dirname "$0")/.." || exit 2
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=tests:tests/http
exec /usr/bin/python3 -m faults "$@"
