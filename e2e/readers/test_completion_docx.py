"""The printed completion table as programs of other people read it: python-docx, LibreOffice and pdftotext."""

import csv
import io
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
import zipfile

import docx
from docx.shared import Mm

from demo import ROOT, Demo

DATA = ROOT / "crates/documents/tests/data"
TITLE = "招商引资"


def published():
    with open(DATA / "annex1-2017-10.csv", encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


def squeeze(text):
    return re.sub(r"\s+", "", text)


class CompletionDocx(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        demo = Demo()
        try:
            cls.bytes = demo.get("/api/v1/completion.docx?year=2017&as_of=2017-10-31")
        finally:
            demo.stop()
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="zhaoshang-readers-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.file = cls.folder / "completion.docx"
        cls.file.write_bytes(cls.bytes)
        cls.document = docx.Document(io.BytesIO(cls.bytes))

    def table(self):
        for table in self.document.tables:
            rows = [[squeeze(cell.text) for cell in row.cells] for row in table.rows]
            if any("温州银行股份有限公司" in row for row in rows):
                return table, rows
        self.fail("no table with the enterprises")

    def test_rows_are_the_published_ones(self):
        _, rows = self.table()
        found = []
        for row in rows:
            cells = [cell for at, cell in enumerate(row) if at == 0 or cell != row[at - 1]]
            names = [cell for cell in cells if cell == "合计" or cell.endswith("公司")]
            if names:
                found.append(cells[cells.index(names[0]):][:4])
        self.assertEqual(found, published())

    def test_title_and_unit_of_money_are_there(self):
        text = squeeze("".join(paragraph.text for paragraph in self.document.paragraphs))
        _, rows = self.table()
        text += "".join("".join(row) for row in rows)
        self.assertIn(TITLE, text)
        self.assertIn("万元", text)

    def test_header_row_is_repeated_on_every_sheet(self):
        table, _ = self.table()
        self.assertIn("w:tblHeader", table._tbl.xml)

    def test_paper_is_a4(self):
        section = self.document.sections[0]
        sides = sorted(side.mm for side in (section.page_width, section.page_height))
        self.assertAlmostEqual(sides[0], Mm(210).mm, delta=0.5)
        self.assertAlmostEqual(sides[1], Mm(297).mm, delta=0.5)

    def test_nothing_points_outside(self):
        with zipfile.ZipFile(io.BytesIO(self.bytes)) as package:
            self.assertIsNone(package.testzip())
            for name in package.namelist():
                self.assertNotIn(b'TargetMode="External"', package.read(name), name)

    def test_libreoffice_prints_it(self):
        pictures = ROOT / "target/screenshots"
        pictures.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{self.folder}/profile", "--headless", "--convert-to", "pdf",
             "--outdir", str(self.folder), str(self.file)],
            check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=180,
        )
        pdf = self.folder / "completion.pdf"
        text = squeeze(subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, stdout=subprocess.PIPE, text=True).stdout)
        self.assertIn(TITLE, text)
        for unit, target, done, rate in published():
            self.assertIn(f"{target}{done}{rate}", text, unit)
        subprocess.run(["pdftoppm", "-r", "80", "-png", str(pdf), str(pictures / "completion-docx")], check=True)


if __name__ == "__main__":
    unittest.main()
