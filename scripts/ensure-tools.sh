#!/usr/bin/env bash
# Make sure of the programs that the tests drive. Without curl and openssl tests fail; those that need one of the others
# are left out. These others are only installed where there is no init system, that is, on a machine for one use.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

missing=()
need() {
    command -v "$1" >/dev/null || missing+=("${2:-$1}")
}

need curl
need openssl
if [ ! -d /run/systemd/system ]; then
    need ip iproute2
    need docker-registry
    need chromium
fi
[ ${#missing[@]} = 0 ] && exit
if on_debian_as_root; then
    install_debian "${missing[@]}"
fi
command -v curl >/dev/null && command -v openssl >/dev/null || fail "The tests need the programs curl and openssl."
