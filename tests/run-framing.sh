#!/bin/sh
# What comes of messages that can be read in two ways, with mod_wlm and with other proxies. tests/run-framing.sh --help
cd "$(dirname "$0")/.." || exit 2
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=tests:tests/http
exec /usr/bin/python3 -m framing "$@"
