#!/usr/bin/env python3
"""Every path of ours that a page names exists, every link between pages leads somewhere, every `make` door is there."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
OURS = ("crates/", "docs/", "frontend/", "e2e/", "scripts/", ".ci/", ".config/")
GENERATED = ("frontend/dist", "target/")  # made by the build, not in the repository
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
DOOR = re.compile(r"`make ([a-z-]+)")


def pages():
    for pattern in ("*.md", "docs/**/*.md", "crates/**/*.md", "frontend/*.md", "e2e/*.md", "scripts/*.md"):
        yield from (page for page in sorted(ROOT.glob(pattern)) if "node_modules" not in page.parts)


def exists(path, base=ROOT):
    path = re.sub(r":\d+$", "", path.split("#")[0])
    if "*" in path:
        return any(base.glob(path))
    return (base / path).exists()


def wrong_in(page, doors):
    text = page.read_text(encoding="utf-8")
    for code in CODE.findall(text):
        for word in code.split():
            word = word.rstrip(".,;:，。")
            if word.startswith(OURS) and not word.startswith(GENERATED) and not re.search(r"[…<>{}$]", word):
                if not exists(word):
                    yield f"`{word}` does not exist"
    for link in LINK.findall(text):
        if not re.match(r"[a-z]+:|#", link) and not exists(link, page.parent):
            yield f"link to {link} leads nowhere"
    for door in DOOR.findall(text):
        if door not in doors:
            yield f"`make {door}` is not in the Makefile"


def main():
    doors = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    wrong = [f"{page.relative_to(ROOT)}: {what}" for page in pages() for what in wrong_in(page, doors)]
    print("\n".join(wrong) or "all named paths exist")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
