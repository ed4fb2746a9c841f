#!/usr/bin/env bash
# make fuzz: mutated fixtures (docx, xlsx, csv) and random amounts, dates and contacts through the reader, CASES of
# each. Found cases are kept beside the tests as proptest-regressions and are tried first from then on.
#
# Mutation by proptest on the stable toolchain: the corpus is the committed fixtures, changes are made inside the
# parts of a container and not only to its compressed bytes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PROPTEST_CASES=${CASES:-4000}
# Not nextest: it ends tests after three minutes.
cargo test --locked --package documents -- surviv mutated random wrong_scale come_apart every_day every_month
