#!/usr/bin/env bash
# Runs the tests of the dashboard and of our Socket.IO client in node, with its own test runner.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/voice.sh
. scripts/voice.sh

shopt -s nullglob
tests=(Tests/{Client,Dashboard}/*.test.{js,mjs})
if [ "${#tests[@]}" -eq 0 ]; then
    note "none there."
    exit 0
fi
exec node --test --test-reporter=spec "${tests[@]}"
