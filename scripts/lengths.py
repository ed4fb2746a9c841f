#!/usr/bin/env python3
"""File lengths, for information: half the files under about 100 lines, nine in ten under about 300."""

import pathlib
import statistics

ROOT = pathlib.Path(__file__).resolve().parent.parent
PATTERNS = ["crates/*/src/**/*.rs", "crates/*/tests/**/*.rs", "frontend/src/**/*.ts", "e2e/**/*.mjs", "scripts/*"]


def main():
    for pattern in PATTERNS:
        files = [file for file in ROOT.glob(pattern) if file.is_file() and "node_modules" not in file.parts]
        if not files:
            continue
        sizes = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in files}
        lengths = sorted(sizes.values())
        ninth = lengths[min(len(lengths) - 1, len(lengths) * 9 // 10)]
        longest = max(sizes, key=sizes.get)
        print(
            f"{pattern:<26}{len(lengths):>4} files {sum(lengths):>6} lines  median {statistics.median(lengths):.0f}"
            f"  nine in ten under {ninth}  longest {sizes[longest]} ({longest.relative_to(ROOT)})"
        )


if __name__ == "__main__":
    main()
