#!/usr/bin/env bash
# make test: sets itself up, runs everything, counts honestly. The last line is `N passed, N failed`.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# What the tests put aside is removed with its folder. Ended before the counting: say so in the same form.
counted=
TMPDIR=$(mktemp -d "${TMPDIR:-/tmp}/zhaoshang-test.XXXXXX")
chmod 711 "$TMPDIR" # servers that step down to a user of their own go through it
export TMPDIR
finish() {
  rm -rf "$TMPDIR"
  [[ -n $counted ]] || { echo "make test did not come to its end"; echo "0 passed, 1 failed"; }
}
trap finish EXIT

packages "${TEST_PACKAGES[@]}"
toolchains
mkdir -p target
exec 9>target/.make-test.lock # two runs in one checkout share reports: the second waits
flock 9
nextest
fonts
frontend
npm_packages e2e

reports=target/test-reports
# The readers read what this run of the Rust tests writes, never what an earlier one left.
rm -rf "$reports" target/nextest/all target/reader-samples
mkdir -p "$reports" target/screenshots

scripts/with-postgres.sh scripts/suites.sh "$reports" 9>&- || true

[[ -f target/nextest/all/junit.xml ]] && cp target/nextest/all/junit.xml "$reports/rust"
counted=1
python3 scripts/tally.py \
  "Rust (SQLite and PostgreSQL)=junit:$reports/rust" \
  "Rust documentation examples=doc:$reports/rust-doc" \
  "front end=tap:$reports/frontend" \
  "browser=tap:$reports/browser" \
  "independent readers=unittest:$reports/readers" \
  "scripts=unittest:$reports/scripts"
