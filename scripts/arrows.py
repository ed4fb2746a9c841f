#!/usr/bin/env python3
"""The arrows between our crates: zhaoshang → web → app → {store, documents} → domain, and nothing back.

Direct dependencies of each kind are read from `cargo metadata`; what must not be reached at all, by whatever
path, from `cargo tree`. `bench` stands outside: nothing of ours below it or above it.
"""

import json
import subprocess
import sys

ALLOWED = {
    "zhaoshang": {"web", "app", "store", "documents", "domain"},
    "web": {"app", "domain"},
    "app": {"store", "documents", "domain"},
    "store": {"domain"},
    "documents": {"domain"},
    "domain": set(),
    "testkit": {"zhaoshang", "web", "app", "store", "documents", "domain"},
    "bench": set(),  # it measures the program from outside, over HTTP
}
# Crates that may not appear below, each with its reason.
UNREACHABLE = {
    "domain": {
        "tokio": "domain is true without a computer: no async",
        "sea-orm": "no SQL in domain",
        "sqlx": "no SQL in domain",
        "axum": "no HTTP in domain",
        "zip": "no files in domain",
    },
    "documents": {
        "tokio": "reading and writing documents are pure functions",
        "sea-orm": "documents knows forms, not the database",
        "axum": "documents knows forms, not HTTP",
    },
    "store": {"axum": "store knows no HTTP"},
    "app": {"axum": "app decides, web speaks HTTP"},
}


def workspace():
    return json.loads(
        subprocess.run(
            ["cargo", "metadata", "--format-version", "1", "--no-deps", "--locked"],
            check=True, stdout=subprocess.PIPE, text=True,
        ).stdout
    )


def direct(metadata):
    ours = {package["name"] for package in metadata["packages"]}
    for package in metadata["packages"]:
        name = package["name"]
        if name not in ALLOWED:
            yield f"{name}: a new crate must bring its own heavy dependency or its own arrow; add it to scripts/arrows.py"
            continue
        for dependency in package["dependencies"]:
            other, kind = dependency["name"], dependency["kind"] or "normal"
            if other not in ours:
                continue
            if other == "testkit":
                if kind != "dev":
                    yield f"{name} → testkit: for tests only (dev-dependencies)"
            elif kind == "dev" and name == "zhaoshang":
                continue  # the integration tests may look at every floor
            elif other not in ALLOWED[name]:
                yield f"{name} → {other} ({kind}): not an allowed arrow"


def reachable():
    for name, banned in UNREACHABLE.items():
        tree = subprocess.run(
            ["cargo", "tree", "--locked", "--package", name, "--edges", "normal", "--prefix", "none", "--format", "{p}"],
            check=True, stdout=subprocess.PIPE, text=True,
        ).stdout
        below = {line.split()[0] for line in tree.splitlines() if line.strip()}
        for crate in sorted(below & banned.keys()):
            yield f"{name} reaches {crate}: {banned[crate]} (cargo tree -p {name} -i {crate})"


def main():
    wrong = [*direct(workspace()), *reachable()]
    print("\n".join(wrong) or "arrows as drawn")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
