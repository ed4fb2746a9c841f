#!/usr/bin/env bash
# make fuzz: libFuzzer on the reader (fuzz/), SECONDS_EACH for each target (default 30), TARGETS all unless named. The
# committed corpus is where each begins; what it finds on the way is kept in target/fuzz-corpus, so that the next run goes
# on from there. A text that breaks a law is left in fuzz/artifacts and named.
#
# On the stable toolchain: coverage needs no nightly. SANITIZER=address with a nightly toolchain looks at memory too.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

packages "${BUILD_PACKAGES[@]}" g++
command -v cargo >/dev/null || die "No Rust here. Please install Rust 1.95 or newer (https://rustup.rs) and start again."
cargo_tool fuzz "$FUZZ_VERSION"
# cargo-fuzz asks rustc for what stable calls unstable: flags of the coverage pass, nothing in the language.
export RUSTC_BOOTSTRAP=1
export CARGO_TARGET_DIR=$ROOT/target/fuzz CARGO_INCREMENTAL=0

read -ra targets <<<"${TARGETS:-docx xlsx csv amounts dates contacts}"
say "cargo fuzz build"
nice -n 19 cargo fuzz build --sanitizer "${SANITIZER:-none}" --strip-dead-code
failed=()
for target in "${targets[@]}"; do
  say "fuzzing $target for ${SECONDS_EACH:-30} s"
  found=target/fuzz-corpus/$target log=target/fuzz-corpus/$target.log
  mkdir -p "$found"
  # Ten seconds for one input is what nobody waits for; memory as the reading child has it.
  if nice -n 19 cargo fuzz run --sanitizer "${SANITIZER:-none}" "$target" "$found" "fuzz/corpus/$target" -- \
    -max_total_time="${SECONDS_EACH:-30}" -timeout=10 -rss_limit_mb=1024 -max_len=65536 -dict=fuzz/words.dict \
    -print_final_stats=1 >"$log" 2>&1; then
    grep -a '^stat::' "$log"
  else
    failed+=("$target")
    grep -aEv '^#|# Uses:|^ *[0-9]+: |^ +at ' "$log" | tail -n 40
  fi
done
[[ ${#failed[@]} -eq 0 ]] || die "Broken: ${failed[*]}. The inputs are in fuzz/artifacts; run one again with: cargo fuzz run TARGET FILE"
say "no target broke"
