#!/usr/bin/env bash
# Makes .venv/ with the Python packages of the end-to-end tests, exactly as pinned in Tests/EndToEnd/requirements.txt.
# Does nothing when the environment was made from the same file by the same Python.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/voice.sh
. scripts/voice.sh

requirements=Tests/EndToEnd/requirements.txt
stamp=.venv/made-from
made_from="$(sha256sum <"$requirements" | cut -d' ' -f1) $(python3 -c 'import sys; print(sys.executable, sys.version.split()[0])')"

if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$made_from" ]; then
    note "Python packages of the tests: all there."
    exit 0
fi

heading "Installing the Python packages of the tests into .venv/"
rm -rf .venv
python3 -m venv .venv
.venv/bin/python -m pip --disable-pip-version-check --quiet install --requirement "$requirements"
printf '%s\n' "$made_from" >"$stamp"
note "installed."
