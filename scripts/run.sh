#!/usr/bin/env bash
# make run: set up, build, serve the demo. The data stays in demo-data between starts.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

packages "${BUILD_PACKAGES[@]}"
toolchains
fonts
frontend
say "cargo build (the first time takes some minutes)"
cargo build --locked --release --package zhaoshang
say "demo"
exec target/release/zhaoshang demo --data "${DATA:-demo-data}" --listen "${LISTEN:-127.0.0.1:8080}"
