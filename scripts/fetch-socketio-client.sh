#!/usr/bin/env bash
# Fetches the official Socket.IO browser client into .build/vendor/socket.io/, from where the gateway serves it.
#
# First choice is the npm package of 4.8.3, which has every build. Where npm cannot be had, the PyPI wheel of nicegui carries
# an unchanged 4.8.1 `socket.io.min.js`. Every file must match the SHA-256 pinned here, taken from the upstream git tags.
# When neither works nothing is lost: the gateway serves its own client (public/socketio-client.js) under the same names.
#
# Never an ESM build older than 4.8.2: its minifier mangled `_placeholder`, which breaks every event with binary data.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/voice.sh
. scripts/voice.sh

vendor=.build/vendor/socket.io
npm_version=4.8.3
wheel='nicegui==3.18.0'
wheel_version=4.8.1

# Seconds after which a registry that does not answer counts as not there.
patience=90

npm_pins="\
7bcff1b4f1442787ff11dfc510dedb8de16502ff5c987c4bbeb477605f76d9a0  socket.io.min.js
bc425714aa8f2547d6939e3721ebafd3830a7562a1f6cb08acc1e794bd707954  socket.io.js
72a57408c85583436488d4dc29231cbb9b805b6e9bec8c7a73a43ff7f21f6c95  socket.io.esm.min.js
d04937e0b82ed5549344a11ab9ec5ef1a12d7972a2363086cd203b98937eb57f  socket.io.msgpack.min.js"
wheel_pins="\
b0e735814f8dcfecd6cdb8a7ce95a297a7e1e5f2727a29e6f5901801d52fa0c5  socket.io.min.js"

if [ -s "$vendor/VERSION" ] && (cd "$vendor" && sha256sum --quiet --check SHA256SUMS) 2>/dev/null; then
    note "Socket.IO browser client: official $(cat "$vendor/VERSION"), fetched before."
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# install_from DIRECTORY VERSION PINS: checks the files in DIRECTORY, then puts them in place as one step.
install_from() {
    local source=$1 version=$2 pins=$3 name
    if ! (cd "$source" && printf '%s\n' "$pins" | sha256sum --quiet --check -) >&2; then
        complain "the Socket.IO client $version that came is not the one that was pinned; not used"
        return 1
    fi
    mkdir "$work/ready"
    while read -r _ name; do
        cp "$source/$name" "$work/ready/$name"
    done <<<"$pins"
    printf '%s\n' "$pins" >"$work/ready/SHA256SUMS"
    printf '%s\n' "$version" >"$work/ready/VERSION"
    chmod -R u=rwX,go=rX "$work/ready"
    mkdir -p "$(dirname "$vendor")"
    rm -rf "$vendor"
    mv "$work/ready" "$vendor"
    note "Socket.IO browser client: official $version in $vendor."
}

from_npm() {
    command -v npm >/dev/null || return 1
    (cd "$work" && timeout "$patience" npm pack --silent --fetch-retries=0 "socket.io@$npm_version") >/dev/null 2>&1 || return 1
    tar -xzf "$work/socket.io-$npm_version.tgz" -C "$work" || return 1
    install_from "$work/package/client-dist" "$npm_version" "$npm_pins"
}

from_wheel() {
    # pip is wanted for this alone; where it cannot be installed the next line fails and the own client is served.
    scripts/install-packages.sh client || return 1
    timeout "$patience" python3 -m pip --disable-pip-version-check --quiet --retries 0 download --no-deps \
        --dest "$work/wheel" "$wheel" >/dev/null 2>&1 || return 1
    python3 - "$work/wheel" <<'PYTHON' || return 1
import pathlib, sys, zipfile
folder = pathlib.Path(sys.argv[1])
with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
    (folder / "socket.io.min.js").write_bytes(wheel.read("nicegui/static/socket.io.min.js"))
PYTHON
    install_from "$work/wheel" "$wheel_version" "$wheel_pins"
}

heading "Fetching the official Socket.IO browser client"
from_npm || from_wheel || note "not to be had here; telemetryd serves its own client instead, which the dashboard works with as well."
