#!/usr/bin/env bash
# ensure-redis.sh [system]: a redis-server, on PATH or bundled; with `system` rather one on PATH,
# so that the tests run on both. Installed where that is easy; `eci-emulator up` says so where it is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

bundled() {
    .venv/bin/python -c 'from eci_emulator.supervisor.private_redis import find_server; find_server()' 2>/dev/null
}

command -v redis-server >/dev/null && exit
[ "${1:-}" != system ] && bundled && exit
if on_debian_as_root && [ ! -d /run/systemd/system ]; then
    install_debian redis-server
fi
