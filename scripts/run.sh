#!/usr/bin/env bash
# make run: set up, build, serve the demo. The data stays in demo-data between starts.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

packages "${BUILD_PACKAGES[@]}"
toolchains
fonts
frontend
# The dev profile is built in a third of the time, and the tests use the same build. PROFILE=release is for measuring.
profile=${PROFILE:-dev}
say "cargo build, profile $profile (the first time takes some minutes)"
cargo build --locked --profile "$profile" --package zhaoshang
folder=$profile
[[ $profile == dev ]] && folder=debug
say "demo"
exec "target/$folder/zhaoshang" demo --data "${DATA:-demo-data}" --listen "${LISTEN:-127.0.0.1:8080}"
