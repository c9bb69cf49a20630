#!/usr/bin/env bash
# Make sure that a Docker engine answers and that the emulator can make its own small image.
# On Debian and Ubuntu as root it installs and starts what is missing; no init system is needed.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh
python=${1:-.venv/bin/python}
log=/var/log/dockerd.log

answers() {
    "$python" -c 'import docker; docker.from_env(timeout=5).ping()' 2>/dev/null
}

has_busybox() {
    "$python" -c 'from eci_emulator.engine.docker.base_image import find_busybox; find_busybox()' 2>/dev/null
}

# A pid file whose process is gone, or is another program by now, keeps dockerd from starting.
drop_stale_pid_file() {
    local file=$1 program=$2
    [ -f "$file" ] || return 0
    [ "$(cat "/proc/$(cat "$file")/comm" 2>/dev/null)" = "$program" ] || rm -f "$file"
}

start_engine() {
    if [ -d /run/systemd/system ]; then
        systemctl start docker
        return
    fi
    drop_stale_pid_file /var/run/docker.pid dockerd
    drop_stale_pid_file /var/run/docker/containerd/containerd.pid containerd
    echo "Starting dockerd (log: $log) ..."
    setsid dockerd >>"$log" 2>&1 </dev/null &
}

wait_for_engine() {
    local deadline=$((SECONDS + 60))
    until answers; do
        [ $SECONDS -lt $deadline ] || fail "dockerd does not answer; the end of $log: $(tail -n 5 "$log" 2>&1)"
        sleep 0.3
    done
}

if ! answers; then
    [ -z "${DOCKER_HOST:-}" ] || fail "No Docker engine answers at DOCKER_HOST=$DOCKER_HOST."
    on_debian_as_root || fail "No Docker engine answers: install Docker Engine, start it and let this user use it" \
        "(or run \`.venv/bin/eci-emulator up --engine simulated\`, which runs no containers)."
    command -v dockerd >/dev/null || install_debian docker.io
    answers || start_engine
    wait_for_engine
fi

if ! has_busybox; then
    on_debian_as_root || fail "No static busybox is on this machine: install the package busybox-static."
    install_debian busybox-static
fi
