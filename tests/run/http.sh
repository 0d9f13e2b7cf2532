#!/bin/sh
# End-to-end tests: a real httpd, real members. Arguments go to pytest, e.g. tests/run/http.sh -k shares -x
cd "$(dirname "$0")/../.." || exit 2
export PYTHONDONTWRITEBYTECODE=1
exec /usr/bin/python3 -m pytest -p no:cacheprovider -q --durations=5 "${@:-tests/http}"
