#!/usr/bin/env bash
# compose-test.sh [WHEELS]: build the stack of docker-compose.yml and take it through its paces: up, a first Running
# group, a command in it, down -v; then nothing of it may be left. The network is not needed: this machine's own
# Python, busybox and redis-server (/usr/bin) are put into an image that stands in for python:3.11-slim and redis, and
# WHEELS is a folder of wheels of what setup.cfg asks for (`pip wheel -w WHEELS . setuptools wheel async-timeout`); it is made if missing.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh
compose="docker-compose"
command -v docker-compose >/dev/null || compose="docker compose"
wheels=${1:-wheels}
base=eci-emulator-standin
export COMPOSE_PROJECT_NAME=ecitest$$ ECI_INSTANCE=composetest$$ ECI_PORT=${ECI_PORT:-4599}
export BASE_IMAGE=$base REDIS_IMAGE=$base PIP_OPTIONS="--no-index --find-links /src/wheels"
work=$(mktemp -d)

tidy_up() {
    [ -z "${up:-}" ] || $compose down -v --timeout 60 2>/dev/null || true
    rm -rf "$work"
}
trap tidy_up EXIT

make_base() {
    local files=(usr/lib/python3.11 usr/lib/python3 usr/bin/python3.11 usr/bin/python3 usr/share/python-wheels
        bin/sh bin/dash bin/busybox usr/bin/redis-server usr/bin/redis-cli lib64/ld-linux-x86-64.so.2 etc/ssl/certs)
    local tools=(cat chmod chown cp dirname echo env id install ln ls mkdir mv rm sleep test touch uname)
    local found=()
    for file in "${files[@]}" "${tools[@]/#/usr/bin/}"; do [ ! -e "/$file" ] || found+=("$(realpath "/$file")" "/$file"); done
    while read -r library; do found+=("$library" "$(realpath "$library")"); done < <(
        { find /usr/lib/python3.11 -name '*.so'; printf '%s\n' "${found[@]}"; } | xargs ldd 2>/dev/null |
            sed -n 's/.*=> \(\/[^ ]*\).*/\1/p' | sort -u
    )
    # What wheels link to, or glibc loads by itself.
    find /lib/x86_64-linux-gnu/ -regex '.*/lib\(nss_[a-z]*\|resolv\|pthread\|dl\|rt\|util\|stdc++\)\.so.*' >"$work/more"
    mkdir -p "$work/etc" "$work/tmp"
    printf 'root:x:0:0:root:/root:/bin/sh\n' >"$work/etc/passwd"
    tar -C / --exclude='__pycache__' --exclude=usr/lib/python3.11/test -cf "$work/base.tar" \
        bin lib lib64 sbin \
        $(printf '%s\n' "${found[@]}" $(cat "$work/more") | sed -E 's#^/(bin|lib|lib64|sbin)/#/usr/\1/#; s#^/##' | sort -u)
    tar -C "$work" -rf "$work/base.tar" etc/passwd tmp
    docker import -c 'ENV PATH=/usr/sbin:/usr/bin:/sbin:/bin' "$work/base.tar" $base >/dev/null
}

call() {
    curl -sS --noproxy '*' "http://127.0.0.1:$ECI_PORT/?Action=$1&Version=2018-08-08&Format=JSON&RegionId=cn-hangzhou" "${@:2}"
}

docker image inspect $base >/dev/null 2>&1 || make_base
[ -d "$wheels" ] || "${PIP:-.venv/bin/pip}" wheel -q -w "$wheels" . setuptools wheel async-timeout
[ "$(realpath "$wheels")" = "$(realpath -m wheels)" ] || { rm -rf wheels && cp -r "$wheels" wheels; }
rm -f wheels/eci_emulator-*.whl
$compose build api >"$work/build.log" 2>&1 || { tail -n 20 "$work/build.log"; fail "the image does not build"; }
up=1
$compose up -d redis node worker-1 worker-2 api # no stand-in for the registry is at hand
for _ in $(seq 60); do
    curl -fs --noproxy '*' "http://127.0.0.1:$ECI_PORT/_eci/ready" >/dev/null && break || sleep 1
done
image=$(curl -sS --noproxy '*' "http://127.0.0.1:$ECI_PORT/_eci/health" | sed -n 's/.*"base_image": *"\([^"]*\)".*/\1/p')
group=$(call CreateContainerGroup -d ContainerGroupName=first -d Container.1.Name=main -d Container.1.Image="$image" \
    -d Container.1.Command.1=sleep -d Container.1.Command.2=1000 | sed -n 's/.*"ContainerGroupId": *"\([^"]*\)".*/\1/p')
for _ in $(seq 100); do
    call DescribeContainerGroups -d "ContainerGroupIds=[\"$group\"]" | grep -q '"Status": *"Running"' && running=1 && break || sleep 0.2
done
[ -n "${running:-}" ] || { $compose logs --tail 20; fail "no group is Running"; }
said=$(call ExecContainerCommand -d ContainerGroupId="$group" -d ContainerName=main -d Sync=true -d 'Command=["echo","hello"]')
[[ $said == *hello* ]] || fail "a command in the container said $said"
[ "$($compose exec -T api id -u)" = 10001 ] || fail "the API runs as root"
$compose down -v --timeout 60
up=
left=$(docker ps -aq --filter "label=eci-emulator.instance=$ECI_INSTANCE"; docker network ls -q --filter "label=eci-emulator.instance=$ECI_INSTANCE")
[ -z "$left" ] || fail "left in the engine: $left"
echo "The stack came up, ran $group, and left nothing."
