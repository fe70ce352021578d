#!/usr/bin/env bash
# Installs the Debian packages that are missing for the named purposes, and only those.
#
#   scripts/install-packages.sh build         what `swift build` needs
#   scripts/install-packages.sh build test    and what the tests need beyond it
#
# As root it calls apt-get itself, otherwise through sudo. When nothing is missing it touches nothing and needs no network.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/voice.sh
. scripts/voice.sh

declare -a wanted=() missing=()

# want PACKAGE COMMAND...: the package is missing when COMMAND fails. Asking for what is needed, rather than for the name
# of a package, leaves alone what was installed in another way (node from a version manager, say).
want() {
    local package=$1
    shift
    wanted+=("$package")
    "$@" >/dev/null 2>&1 || missing+=("$package")
}

has_command() { command -v "$1" || [ -x "/usr/sbin/$1" ]; }

has_library() { dpkg-query -W -f='${db:Status-Abbrev}' "$1" | grep -q '^ii'; }

has_node() { node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 18 ? 0 : 1)'; }

has_certificates() { [ -s /etc/ssl/certs/ca-certificates.crt ]; }

for purpose in "$@"; do
    case "$purpose" in
    build)
        want git has_command git
        want ca-certificates has_certificates
        want pkg-config has_command pkg-config
        want libmosquitto-dev has_library libmosquitto-dev
        want libsqlite3-dev has_library libsqlite3-dev
        want zlib1g-dev has_library zlib1g-dev
        ;;
    client)
        # Only to fetch the Socket.IO browser client (scripts/fetch-socketio-client.sh) where npm is not there.
        want python3 has_command python3
        want python3-pip python3 -m pip --version
        ;;
    test)
        want mosquitto has_command mosquitto
        want mosquitto-clients has_command mosquitto_pub
        want openssl has_command openssl
        want chromium has_command chromium
        want fonts-dejavu-core has_library fonts-dejavu-core
        want fonts-noto-core has_library fonts-noto-core
        want nodejs has_node
        want python3 has_command python3
        want python3-venv python3 -c 'import ensurepip, venv'
        ;;
    *)
        complain "unknown purpose '$purpose' (allowed: build, client, test)"
        exit 64
        ;;
    esac
done

if [ "${#missing[@]}" -eq 0 ]; then
    note "Debian packages for $*: all there."
    exit 0
fi

if ! command -v apt-get >/dev/null; then
    complain "these are missing, and this is no Debian to install them on: ${missing[*]}"
    exit 1
fi

declare -a as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        complain "run as root, or install sudo: apt-get install ${missing[*]}"
        exit 1
    fi
    as_root=(sudo)
fi

heading "Installing with apt-get: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" </dev/null >"$log" 2>&1 && return
    cat "$log" >&2
    complain "apt-get $1 failed"
    return 1
}
apt update
apt install -y --no-install-recommends "${missing[@]}"
note "installed."
