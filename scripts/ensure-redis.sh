#!/usr/bin/env bash
# The tests also run on the system's redis-server where there is one; get it where that is easy.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

if ! command -v redis-server >/dev/null && on_debian_as_root && [ ! -d /run/systemd/system ]; then
    install_debian redis-server
fi
