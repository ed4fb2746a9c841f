#!/usr/bin/env python3
"""Templates carry nothing that the security policy refuses, and no address outside the house."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BANNED = [
    (re.compile(r"<[^>]*\sstyle\s*=", re.I), "inline style"),
    (re.compile(r"<[^>]*\son[a-z]+\s*=", re.I), "inline event handler"),
    (re.compile(r"<style\b", re.I), "style element"),
    (re.compile(r"<script\b(?![^>]*\ssrc=)", re.I), "inline script"),
    (re.compile(r"javascript:", re.I), "javascript: address"),
    (re.compile(r"""(?:https?:)?//[a-z0-9-]+\.[a-z]""", re.I), "external address"),
    (re.compile(r"\|\s*safe\b"), "unescaped output"),
]


def wrong_in(text):
    for pattern, what in BANNED:
        for hit in pattern.finditer(text):
            yield f"{text.count(chr(10), 0, hit.start()) + 1}: {what}: {hit.group()[:60]!r}"


def main():
    wrong = [
        f"{template.relative_to(ROOT)}:{what}"
        for template in sorted((ROOT / "crates").glob("*/templates/**/*.html"))
        for what in wrong_in(template.read_text(encoding="utf-8"))
    ]
    print("\n".join(wrong) or "templates are clean")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
