#!/bin/sh
# What a request costs, compared with other proxies: measures, prints tables. tests/run-bench.sh --help
cd "$(dirname "$0")/.." || exit 2
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=tests:tests/http
exec /usr/bin/python3 -m bench "$@"
