#!/usr/bin/env bash
# terraform.sh EMULATOR: examples/terraform with the real Terraform and the real provider, on an emulator of its own:
# apply, a plan that must find nothing to do, destroy. EMULATOR is the eci-emulator command.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh
emulator=$1
work=$(mktemp -d)
export TF_IN_AUTOMATION=1 TF_PLUGIN_CACHE_DIR=${TF_PLUGIN_CACHE_DIR:-$HOME/.terraform.d/plugin-cache}

tidy_up() {
    [ ! -e "$work/state" ] || "$emulator" down --state-dir "$work/state"
    rm -rf "$work"
}
trap tidy_up EXIT

in_example() {
    terraform -chdir="$work/example" "$@" -no-color
}

# What Terraform says of an error, as one line.
reason() {
    sed -n '/^[│ ]*Error: /,$p' "$work/init" | sed 's/^[│╷╵ ]*//; s/^Error: //' |
        awk 'NF { printf "%s%s", between, $0; between = " " } !NF { between = ": " } !NF && ++gaps > 1 { exit }'
}

command -v terraform >/dev/null ||
    fail "Terraform is not installed: put its binary on PATH (1.3 or newer), then try again."
mkdir -p "$TF_PLUGIN_CACHE_DIR"
cp -r examples/terraform "$work/example"
in_example init -input=false >"$work/init" 2>&1 ||
    fail "The provider aliyun/alicloud cannot be had here, so the example was not run: $(reason)"

"$emulator" up --detach --port 0 --state-dir "$work/state"
eval "$("$emulator" env --state-dir "$work/state")"
export TF_VAR_endpoint=$ECI_ENDPOINT
export NO_PROXY=$ECI_ENDPOINT,127.0.0.1${NO_PROXY:+,$NO_PROXY} # the provider compares the port, too
TF_VAR_image=$(curl -fsS --noproxy '*' "http://$ECI_ENDPOINT/_eci/health" | sed -n 's/.*"base_image": *"\([^"]*\)".*/\1/p')
export TF_VAR_image # the emulator's own, which needs no registry

in_example apply -input=false -auto-approve
in_example plan -input=false -detailed-exitcode >"$work/plan" || {
    cat "$work/plan"
    fail "A plan right after apply wants changes: the state differs from what was applied."
}
echo "A plan right after apply finds nothing to do."
in_example destroy -input=false -auto-approve
