"""A check that finds nothing is only worth something if it finds what is wrong."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import arrows  # noqa: E402
import doc_paths  # noqa: E402
import templates  # noqa: E402


def crate(name, *dependencies):
    return {"name": name, "dependencies": [{"name": other, "kind": kind} for other, kind in dependencies]}


class Arrows(unittest.TestCase):
    FLOORS = [crate(name) for name in ("domain", "documents", "app", "store", "testkit")]

    def wrong(self, *crates):
        named = {each["name"] for each in crates}
        rest = [each for each in self.FLOORS if each["name"] not in named]
        return list(arrows.direct({"packages": [*crates, *rest]}))

    def test_arrows_as_drawn(self):
        self.assertEqual(self.wrong(crate("app", ("store", None), ("domain", None), ("serde", None))), [])

    def test_bench_stands_outside(self):
        self.assertEqual(self.wrong(crate("bench", ("serde", None))), [])
        self.assertEqual(self.wrong(crate("bench", ("domain", None))), ["bench → domain (normal): not an allowed arrow"])
        self.assertEqual(self.wrong(crate("bench"), crate("app", ("bench", None))), ["app → bench (normal): not an allowed arrow"])

    def test_web_may_not_import_the_store(self):
        self.assertEqual(self.wrong(crate("web", ("app", None), ("store", None))), ["web → store (normal): not an allowed arrow"])

    def test_nothing_points_back(self):
        self.assertEqual(self.wrong(crate("domain", ("app", None))), ["domain → app (normal): not an allowed arrow"])

    def test_the_testkit_is_for_tests(self):
        self.assertEqual(self.wrong(crate("app", ("testkit", "dev"))), [])
        self.assertEqual(len(self.wrong(crate("app", ("testkit", None)))), 1)

    def test_a_new_crate_needs_its_arrow(self):
        self.assertEqual(len(self.wrong(crate("helpers"))), 1)


class Templates(unittest.TestCase):
    def test_what_the_policy_refuses_is_found_with_its_line(self):
        for bad in (
            '<p class="a" style="color:red">',
            '<button onclick="go()">',
            "<style>p {}</style>",
            "<script>go()</script>",
            '<a href="javascript:go()">',
            '<img src="https://example.com/a.png">',
            '<link href="//cdn.example.com/a.css">',
            "{{ text|safe }}",
        ):
            found = list(templates.wrong_in(f"<main>\n{bad}\n</main>"))
            self.assertEqual(len(found), 1, f"{bad}: {found}")
            self.assertTrue(found[0].startswith("2: "), found)

    def test_what_is_allowed_is_not_found(self):
        fine = '<script src="/assets/app.js" defer></script><a href="/a//b">一</a><option value="x" selected>onset = 1</option>'
        self.assertEqual(list(templates.wrong_in(fine)), [])


class DocPaths(unittest.TestCase):
    def wrong(self, text):
        with tempfile.TemporaryDirectory() as folder:
            page = pathlib.Path(folder) / "page.md"
            page.write_text(text, encoding="utf-8")
            return list(doc_paths.wrong_in(page, {"test"}))

    def test_named_paths_must_exist(self):
        self.assertEqual(self.wrong("`scripts/tally.py`, `scripts/*.sh`, `scripts/tally.py:3`, `crates/…/x`, `frontend/dist/app.css`"), [])
        self.assertEqual(self.wrong("see `scripts/nowhere.py`"), ["`scripts/nowhere.py` does not exist"])

    def test_links_must_lead_somewhere(self):
        self.assertEqual(self.wrong("[self](page.md#here) [out](https://example.com) [top](#top)"), [])
        self.assertEqual(self.wrong("![picture](images/none.png)"), ["link to images/none.png leads nowhere"])

    def test_doors_must_be_in_the_makefile(self):
        self.assertEqual(self.wrong("`make test`"), [])
        self.assertEqual(self.wrong("`make coffee`"), ["`make coffee` is not in the Makefile"])


if __name__ == "__main__":
    unittest.main()
