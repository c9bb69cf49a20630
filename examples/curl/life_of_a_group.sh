#!/usr/bin/env bash
# The whole life of a container group with nothing but curl: create, describe, look in, restart, delete.
# All calls but the last are unsigned, which the emulator accepts unless keys are configured: the access key's id
# only tells whose world it is. The last one shows how a signature (V1, HMAC-SHA1) is made with openssl.
#
#   eci-emulator up -d && examples/curl/life_of_a_group.sh
set -euo pipefail
endpoint=${ECI_ENDPOINT:-127.0.0.1:4588}
key_id=${ALIBABA_CLOUD_ACCESS_KEY_ID:-test}
key_secret=${ALIBABA_CLOUD_ACCESS_KEY_SECRET:-test}

# eci ACTION NAME=VALUE ...: one call of the API. Parameters go into the form, where there is room for long ones.
eci() {
    local action=$1 data=()
    shift
    for parameter in RegionId=cn-hangzhou AccessKeyId="$key_id" "$@"; do data+=(--data-urlencode "$parameter"); done
    curl -sS --noproxy '*' "http://$endpoint/?Action=$action&Version=2018-08-08&Format=JSON" "${data[@]}"
}

# pick EXPRESSION: a part of the JSON on standard input, such as "['Status']".
pick() {
    python3 -c "import json, sys; print(json.load(sys.stdin)$1)"
}

group() {
    eci DescribeContainerGroups "ContainerGroupIds=[\"$id\"]" WithEvent=true
}

wait_for() {
    local status=
    until [ "$status" = "$1" ]; do
        sleep 0.1
        status=$(group | pick "['ContainerGroups'][0]['Status']")
        [ "$status" != Failed ] || { group && exit 1; }
    done
    echo "   $id is $status"
}

image=$(curl -sS --noproxy '*' "http://$endpoint/_eci/health" | pick "['base_image']")

echo "1. Create a group: a quarter of a vCPU, half a GiB, one container."
id=$(eci CreateContainerGroup ContainerGroupName=curl Cpu=0.25 Memory=0.5 TerminationGracePeriodSeconds=1 \
    Tag.1.Key=made-by Tag.1.Value=curl \
    Container.1.Name=clock Container.1.Image="$image" \
    Container.1.Command.1=/bin/sh Container.1.Command.2=-c \
    Container.1.Arg.1='echo started; while sleep 1; do date; done' \
    Container.1.EnvironmentVar.1.Key=TZ Container.1.EnvironmentVar.1.Value=CST-8 | pick "['ContainerGroupId']")
wait_for Running

echo "2. What happened to it:"
group | python3 -c '
import json, sys
group = json.load(sys.stdin)["ContainerGroups"][0]
for event in reversed(group["Events"]):
    print("  ", event["LastTimestamp"], event["Reason"] + ":", event["Message"])
print("   address", group["IntranetIp"])'

echo "3. Run a command in it:"
eci ExecContainerCommand ContainerGroupId="$id" ContainerName=clock Sync=true TTY=false \
    'Command=["sh", "-c", "echo $TZ, $(nproc) CPUs seen"]' | pick "['SyncResponse'].rstrip()" | sed 's/^/   /'

echo "4. Its log:"
eci DescribeContainerLog ContainerGroupId="$id" ContainerName=clock Tail=3 | pick "['Content'].rstrip()" | sed 's/^/   /'

echo "5. Restart it:"
eci RestartContainerGroup ContainerGroupId="$id" >/dev/null
wait_for Running

echo "6. A call that is refused says why:"
eci CreateContainerGroup ContainerGroupName=curl | sed 's/^/   /'
echo

echo "7. Delete it, signed:"
encode() { # as RFC 3986 has it
    local LC_ALL=C out='' character at
    for ((at = 0; at < ${#1}; at++)); do
        character=${1:at:1}
        case $character in
        [a-zA-Z0-9._~-]) out+=$character ;;
        *) printf -v character '%%%02X' "'$character" && out+=$character ;;
        esac
    done
    printf %s "$out"
}

signed() { # signed NAME=VALUE ...: all parameters, sorted and encoded, are what is signed
    local query='' parameter signature
    while read -r parameter; do
        query+="${query:+&}$(encode "${parameter%%=*}")=$(encode "${parameter#*=}")"
    done < <(printf '%s\n' "$@" | LC_ALL=C sort)
    signature=$(printf %s "GET&%2F&$(encode "$query")" | openssl dgst -sha1 -hmac "$key_secret&" -binary | base64)
    curl -sS --noproxy '*' "http://$endpoint/?$query&Signature=$(encode "$signature")"
}

signed Action=DeleteContainerGroup Version=2018-08-08 Format=JSON RegionId=cn-hangzhou ContainerGroupId="$id" \
    AccessKeyId="$key_id" SignatureMethod=HMAC-SHA1 SignatureVersion=1.0 \
    SignatureNonce="$(openssl rand -hex 16)" Timestamp="$(date -u +%Y-%m-%dT%H:%M:%SZ)" | sed 's/^/   /'
echo
until [ "$(group | pick "['TotalCount']")" = 0 ]; do sleep 0.1; done
echo "   $id is gone"
