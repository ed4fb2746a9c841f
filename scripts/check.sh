#!/usr/bin/env bash
# make check: everything that can be said about the code without running it. Each check is counted; the last
# line is `N passed, N failed`.
set -uo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

counted=
trap '[[ -n $counted ]] || { echo "make check did not come to its end"; echo "0 passed, 1 failed"; }' EXIT

set -e
packages "${BUILD_PACKAGES[@]}" python3
toolchains
cargo_tool deny "$DENY_VERSION"
cargo_tool machete "$MACHETE_VERSION"
frontend
set +e

passed=0 failed=()
check() {
  local name=$1
  shift
  say "$name"
  if "$@"; then passed=$((passed + 1)); else failed+=("$name"); fi
}

formatted() { cargo fmt --all --check && cargo fmt --manifest-path fuzz/Cargo.toml --check; }
shell_syntax() { local file status=0; for file in scripts/*.sh .ci/run; do bash -n "$file" || status=1; done; return $status; }
node_syntax() { local file status=0; while read -r file; do node --check "$file" || status=1; done < <(git ls-files -co --exclude-standard '*.mjs'); return $status; }

check "format" formatted
check "clippy" cargo clippy --locked --workspace --all-targets -- -D warnings
check "arrows between crates" python3 scripts/arrows.py
# No advisories: their database lives on GitHub, which the build machines do not reach.
check "licences, bans and sources of dependencies" cargo-deny --locked check --hide-inclusion-graph licenses bans sources
check "unused dependencies" cargo-machete --skip-target-dir crates
check "npm packages pinned" python3 scripts/npm_pins.py
check "TypeScript" npm --prefix frontend run --silent check
check "shell syntax" shell_syntax
check "node syntax" node_syntax
check "templates" python3 scripts/templates.py
check "paths named in docs" python3 scripts/doc_paths.py
check "generated pages" scripts/generate.sh --check
say "file lengths (for information)"
python3 scripts/lengths.py

counted=1
echo
[[ ${#failed[@]} -eq 0 ]] || printf 'FAILED: %s\n' "${failed[@]}"
echo "$passed passed, ${#failed[@]} failed"
[[ ${#failed[@]} -eq 0 ]]
