# Helpers of the set-up scripts; sourced, not run.

fail() {
    echo "$*" >&2
    exit 1
}

on_debian_as_root() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null
}

install_debian() {
    echo "Installing $* ..."
    {
        apt-get update -qq -o Acquire::Retries=3
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
            -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 "$@"
    } >/tmp/eci-emulator-apt.log 2>&1 || fail "apt-get could not install $*; see /tmp/eci-emulator-apt.log"
}
