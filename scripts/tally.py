#!/usr/bin/env python3
"""Adds up what the suites left behind and prints `N passed, N failed` as the last line.

    tally.py NAME=KIND:FILE …      KIND is junit, tap, doc or unittest

Honest counting: a suite whose report is missing, unreadable or empty counts as one failure, and so does a
test that was skipped. A suite that reports no failure but ended with an error does too; its exit status
stands in FILE.status.
"""

import json
import pathlib
import re
import sys
import xml.etree.ElementTree as xml


def junit(text):
    passed = failed = 0
    for case in xml.fromstring(text).iter("testcase"):
        if any(case.find(bad) is not None for bad in ("failure", "error", "skipped")):
            failed += 1
        else:
            passed += 1
    return passed, failed


def tap(text):
    count = {key: int(n) for key, n in re.findall(r"^# (pass|fail|cancelled|skipped|todo) (\d+)$", text, re.M)}
    return count["pass"], count["fail"] + count["cancelled"] + count["skipped"] + count["todo"]


def doc(text):
    """`cargo test --doc`: one result line per crate. No doc tests at all is a fair result."""
    lines = re.findall(r"^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored", text, re.M)
    if not lines:
        raise ValueError("no result line")
    return sum(int(line[0]) for line in lines), sum(int(line[1]) + int(line[2]) for line in lines)


def unittest(text):
    count = json.loads(text)
    return count["passed"], count["failed"]


KINDS = {"junit": junit, "tap": tap, "doc": doc, "unittest": unittest}


def count(kind, file):
    status_file = pathlib.Path(f"{file}.status")
    status = status_file.read_text().strip() if status_file.exists() else "did not run"
    try:
        passed, failed = KINDS[kind](pathlib.Path(file).read_text(errors="replace"))
    except (OSError, ValueError, KeyError, xml.ParseError):
        return 0, 1, f"no report, ended with {status}"
    if passed + failed == 0 and kind != "doc":
        return 0, 1, "no tests"
    if failed == 0 and status != "0":
        return passed, 1, f"ended with {status}"
    return passed, failed, ""


def main(arguments):
    total_passed = total_failed = 0
    print()
    for argument in arguments:
        name, _, rest = argument.partition("=")
        kind, _, file = rest.partition(":")
        passed, failed, remark = count(kind, file)
        total_passed += passed
        total_failed += failed
        print(f"{name:<34}{passed:>6} passed {failed:>5} failed  {remark}".rstrip())
    print(f"{total_passed} passed, {total_failed} failed")
    return 1 if total_failed or total_passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
