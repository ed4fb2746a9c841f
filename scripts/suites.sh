#!/usr/bin/env bash
# All suites, one after the other, each leaving its report and its exit status in the folder given.
# Run by test.sh inside with-postgres.sh.
set -uo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
reports=$1

# suite NAME COMMAND…: its exit status goes to NAME.status; a failing suite does not stop the next one.
suite() {
  local name=$1 status=0
  shift
  say "$name"
  "$@" || status=$?
  printf '%s\n' "$status" >"$reports/$name.status"
}

# node_tests NAME FOLDER [CONCURRENCY]: node's own runner, readable on the screen and as TAP in the report.
node_tests() {
  node --test --test-concurrency="${3:-2}" --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=tap --test-reporter-destination="$reports/$1" "$2"/*.test.mjs
}

rust() { cargo nextest run --locked --workspace --profile all --run-ignored all; }
rust_doc() { cargo test --locked --workspace --doc --no-fail-fast 2>&1 | tee "$reports/rust-doc"; }
frontend_units() {
  rm -rf target/frontend-tests
  node frontend/build.mjs --tests target/frontend-tests && node_tests frontend target/frontend-tests
}
browser() { cargo build --locked --package zhaoshang && node_tests browser e2e/tests 1; }
readers() { cargo build --locked --package zhaoshang && /usr/bin/python3 scripts/unittests.py e2e/readers "$reports/readers"; }
scripts() { /usr/bin/python3 scripts/unittests.py scripts/tests "$reports/scripts"; }

# First: its crates/documents/tests/it/samples.rs writes target/reader-samples, which the readers below read.
suite rust rust
suite rust-doc rust_doc
suite frontend frontend_units
suite browser browser
suite readers readers
suite scripts scripts
