#!/usr/bin/env bash
# What can be told about the source without running it, but for the build itself (see `make lint`).
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/voice.sh
. scripts/voice.sh

heading "Lint: swift format"
swift format lint --strict --parallel --recursive Package.swift Sources Tests Examples
note "clean."

heading "Lint: shell and Python syntax"
for script in scripts/*.sh .ci/run; do
    bash -n "$script"
done
if command -v python3 >/dev/null; then
    find Tests -name '*.py' -print0 | xargs -0 -r python3 -c '
import sys
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        compile(file.read(), path, "exec")
'
else
    note "no python3 here: Python files not looked at."
fi
note "clean."
