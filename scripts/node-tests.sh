#!/usr/bin/env bash
# Runs Tests/Dashboard/*.test.mjs (or .js) with node's own test runner.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/voice.sh
. scripts/voice.sh

shopt -s nullglob
tests=(Tests/Dashboard/*.test.mjs Tests/Dashboard/*.test.js)
if [ "${#tests[@]}" -eq 0 ]; then
    note "none there."
    exit 0
fi
exec node --test "${tests[@]}"
