"""The counting itself is counted: a suite that dies must never look like a suite that passed."""

import contextlib
import io
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tally  # noqa: E402

JUNIT = """<testsuites><testsuite name="a">
<testcase name="one"/><testcase name="two"><failure message="no"/></testcase></testsuite></testsuites>"""
TAP = "ok 1 - a\n# tests 3\n# suites 0\n# pass 2\n# fail 0\n# cancelled 0\n# skipped 1\n# todo 0\n"
DOC = "test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n"


class Tally(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def report(self, text, status="0"):
        file = self.folder / "report"
        file.write_text(text)
        if status is not None:
            pathlib.Path(f"{file}.status").write_text(status)
        return str(file)

    def run_tally(self, *arguments):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            status = tally.main(arguments)
        return status, out.getvalue().splitlines()

    def test_passed_and_failed_are_added_up_and_stand_last(self):
        status, lines = self.run_tally(f"a=junit:{self.report(JUNIT, '100')}")
        self.assertEqual((status, lines[-1]), (1, "1 passed, 1 failed"))

    def test_all_passed(self):
        status, lines = self.run_tally(f"a=doc:{self.report(DOC)}")
        self.assertEqual((status, lines[-1]), (0, "2 passed, 0 failed"))

    def test_a_missing_report_is_a_failure(self):
        self.assertEqual(tally.count("junit", str(self.folder / "none")), (0, 1, "no report, ended with did not run"))

    def test_half_a_report_is_a_failure(self):
        self.assertEqual(tally.count("junit", self.report(JUNIT[:40], "139")), (0, 1, "no report, ended with 139"))
        self.assertEqual(tally.count("tap", self.report("ok 1 - a\n", "1")), (0, 1, "no report, ended with 1"))
        self.assertEqual(tally.count("doc", self.report("", "101")), (0, 1, "no report, ended with 101"))

    def test_a_suite_that_ends_with_an_error_after_passing_is_a_failure(self):
        self.assertEqual(tally.count("doc", self.report(DOC, "101")), (2, 1, "ended with 101"))

    def test_a_suite_without_a_status_did_not_run(self):
        self.assertEqual(tally.count("doc", self.report(DOC, None)), (2, 1, "ended with did not run"))

    def test_skipped_tests_are_failures(self):
        self.assertEqual(tally.count("tap", self.report(TAP)), (2, 1, ""))

    def test_an_empty_suite_is_a_failure(self):
        self.assertEqual(tally.count("junit", self.report("<testsuites/>")), (0, 1, "no tests"))

    def test_nothing_at_all_is_not_a_success(self):
        self.assertEqual(self.run_tally()[0], 1)


if __name__ == "__main__":
    unittest.main()
