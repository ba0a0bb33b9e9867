#!/usr/bin/env bash
# Runs the functions through simulated histories, in an optimised build of the simulation alone.
# HISTORIES says how many. SIMULATION_SEED=N runs the history of that seed and prints what happens
# in it.
# Usage: test-simulation.sh [OPTION OF swift test]...
set -euo pipefail
cd "$(dirname "$0")/.."

export SES_MAIL_SIMULATION=1 SIMULATION_HISTORIES=${HISTORIES:-20000}
swift test -c release -Xswiftc -enable-testing --scratch-path .build-simulation \
    --disable-xctest --filter SimulationTests "$@"
