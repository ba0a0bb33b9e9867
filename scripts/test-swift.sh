#!/usr/bin/env bash
# Runs the tests of Swift. The emulated AWS that they make copies of is applied while they are
# built. In the end the operator's policy is judged by what the tests have used of it.
# Usage: test-swift.sh [OPTION OF swift test]...
set -euo pipefail
cd "$(dirname "$0")/.."

work=build/end-to-end
mkdir -p "$work"
rm -f "$work/ready.json"
started=$(date +%s)
scripts/local-cloud up --port 0 --work-dir "$work" &
world=$!
trap 'kill "$world" 2>/dev/null || true' EXIT

swift build --build-tests
until [ -e "$work/ready.json" ]; do
    kill -0 "$world" || exit 1
    sleep 0.2
done
SES_MAIL_TEST_WORLD=$work/ready.json SES_MAIL_TEST_WORLD_STARTED=$started \
    swift test --skip-build --disable-xctest "$@"

kill "$world"
wait "$world" || true
scripts/local-cloud --work-dir "$work" rights
