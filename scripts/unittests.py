#!/usr/bin/env python3
"""Runs the unittest files (test_*.py) of FOLDER and writes {"passed", "failed"} to REPORT.

    unittests.py FOLDER REPORT

Skipped tests count as failed: nothing skips itself.
"""

import json
import pathlib
import sys
import unittest


def main(folder, report):
    suite = unittest.defaultTestLoader.discover(folder, top_level_dir=folder)
    result = unittest.TextTestRunner(verbosity=2).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.skipped)
    failed += len(result.expectedFailures) + len(result.unexpectedSuccesses)
    # An error in setUpClass is counted by unittest without a test having run.
    passed = max(0, result.testsRun - failed)
    pathlib.Path(report).write_text(json.dumps({"passed": passed, "failed": failed}))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
