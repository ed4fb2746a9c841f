#!/usr/bin/env bash
# make generate: writes docs/generated again. With --check DIR is compared instead and nothing is changed.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[[ -d frontend/dist ]] || frontend
cargo build --locked --quiet --package zhaoshang
if [[ ${1:-} == --check ]]; then
  fresh=$(mktemp -d)
  trap 'rm -rf "$fresh"' EXIT
  target/debug/zhaoshang generate "$fresh"
  diff -ru docs/generated "$fresh" || { echo "docs/generated is not what the program says: make generate"; exit 1; }
else
  rm -rf docs/generated
  mkdir -p docs/generated
  target/debug/zhaoshang generate docs/generated
fi
