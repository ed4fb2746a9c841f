#!/usr/bin/env bash
# make bench: set up, build the release binary, measure it (crates/bench). Loopback only; everything it starts ends with
# it, also after a failure or Ctrl-C. ARGS go to the tool: `make bench ARGS="--only pdf,idle"`.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

read -ra arguments <<<"${ARGS:-}"
[[ -z ${SHORT:-} || ${SHORT:-} == 0 ]] || arguments+=(--short)

packages "${BUILD_PACKAGES[@]}" time
case ${DATABASE:-sqlite} in
  sqlite) ;;
  postgres) packages postgresql python3 ;;
  *) die "DATABASE=sqlite or DATABASE=postgres, not ${DATABASE}" ;;
esac
toolchains
fonts
frontend
say "cargo build, profile release (the first time takes a quarter of an hour)"
# Two builds, so that the program is the one that is shipped: the tool's dependencies must not add features to it.
cargo build --locked --release --package zhaoshang
cargo build --locked --release --package bench

# Nothing stays behind, whatever happens to the tool.
TMPDIR=$(mktemp -d "${TMPDIR:-/tmp}/zhaoshang-bench.XXXXXX")
export TMPDIR
pid=
stop() {
  trap '' INT TERM
  [[ -z $pid ]] || { kill -TERM "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true; }
  rm -rf "$TMPDIR"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say "measuring"
if [[ ${DATABASE:-sqlite} == postgres ]]; then
  # shellcheck disable=SC2016 # the address is known inside only
  scripts/with-postgres.sh bash -c 'exec target/release/bench run --postgres "$ZHAOSHANG_TEST_POSTGRES" "$@"' bench "${arguments[@]}" &
else
  target/release/bench run "${arguments[@]}" &
fi
pid=$!
status=0
wait "$pid" || status=$?
pid=
exit "$status"
