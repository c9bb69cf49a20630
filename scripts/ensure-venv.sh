#!/usr/bin/env bash
# ensure-venv.sh VENV EXTRAS: a virtual environment with this project in it, e.g. `.venv dev`.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh
venv=$1 extras=${2:+[$2]}

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer is needed, and neither python3 nor python3.11 to python3.13 is; set PYTHON to one."
}

make_venv() {
    local python
    python=$(find_python)
    echo "Making $venv with $("$python" --version) ..."
    "$python" -m venv --clear "$venv" >/dev/null 2>&1 && return
    on_debian_as_root || fail "$python cannot make a virtual environment; install the package python3-venv."
    install_debian python3-venv
    "$python" -m venv --clear "$venv"
}

"$venv/bin/python" -c 'import pip' 2>/dev/null || make_venv
echo "Installing eci-emulator$extras into $venv ..."
"$venv/bin/python" -m pip install -qq --disable-pip-version-check --root-user-action ignore -e ".$extras"

# Type checkers and editors cannot follow an editable install, and are to know the SDK in users' scripts.
packages=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
ln -sfn "$PWD/sdk/eci_sdk" "$packages/eci_sdk"
