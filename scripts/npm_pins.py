#!/usr/bin/env python3
"""Front-end packages are pinned exactly, and the lock files agree with package.json."""

import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def main():
    wrong = []
    for folder in ("frontend", "e2e"):
        package = json.loads((ROOT / folder / "package.json").read_text())
        locked = json.loads((ROOT / folder / "package-lock.json").read_text())["packages"]
        for kind in ("dependencies", "devDependencies"):
            for name, version in package.get(kind, {}).items():
                if not re.fullmatch(r"\d+\.\d+\.\d+", version):
                    wrong.append(f"{folder}: {name} {version} is not an exact version")
                elif locked.get(f"node_modules/{name}", {}).get("version") != version:
                    wrong.append(f"{folder}: {name} {version} is not what package-lock.json has")
    print("\n".join(wrong) or "all pinned")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
