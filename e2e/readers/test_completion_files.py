"""The completion table as Excel, PDF and csv, as programs of other people read it: openpyxl, LibreOffice, poppler."""

import csv
import io
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
import zipfile

import openpyxl

from demo import ROOT, Demo

DATA = ROOT / "crates/documents/tests/data"
PICTURES = ROOT / "target/screenshots"
QUERY = "?year=2017&as_of=2017-10-31"


def published():
    with open(DATA / "annex1-2017-10.csv", encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


def squeeze(text):
    return re.sub(r"\s+", "", text)


def run(*command):
    return subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, timeout=180).stdout


class CompletionFiles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        demo = Demo()
        try:
            cls.bytes = {kind: demo.get(f"/api/v1/completion.{kind}{QUERY}") for kind in ("xlsx", "pdf", "csv")}
            cls.again = {kind: demo.get(f"/api/v1/completion.{kind}{QUERY}") for kind in ("xlsx", "pdf", "csv")}
        finally:
            demo.stop()
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="zhaoshang-readers-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        for kind, content in cls.bytes.items():
            (cls.folder / f"table.{kind}").write_bytes(content)
        PICTURES.mkdir(parents=True, exist_ok=True)

    def sheet(self):
        return openpyxl.load_workbook(io.BytesIO(self.bytes["xlsx"])).active

    def header_row(self, sheet):
        return next(row[0].row for row in sheet.iter_rows() if row[0].value == "单位")

    def test_the_same_table_gives_the_same_bytes(self):
        self.assertEqual(self.bytes, self.again)

    def test_excel_figures_are_numbers(self):
        sheet = self.sheet()
        start = self.header_row(sheet) + 1
        for row, (unit, target, done, rate) in enumerate(published(), start):
            cells = [sheet.cell(row, column) for column in range(1, 5)]
            self.assertEqual([cell.data_type for cell in cells], ["s", "n", "n", "n"], unit)
            self.assertEqual([cell.value for cell in cells[:3]], [unit, int(target), int(done)])
            self.assertEqual(cells[3].number_format, "0.00%")
            self.assertEqual(f"{cells[3].value:.2%}", rate)

    def test_excel_prints_as_the_annex(self):
        sheet = self.sheet()
        header = self.header_row(sheet)
        self.assertEqual(sheet.print_title_rows, f"${header}:${header}")
        self.assertEqual((sheet.page_setup.paperSize, sheet.page_setup.orientation), (9, "portrait"))
        self.assertAlmostEqual(sheet.page_margins.left * 25.4, 28, delta=0.1)
        self.assertAlmostEqual(sheet.page_margins.top * 25.4, 37, delta=0.1)
        self.assertIn("— ", sheet.oddFooter.center.text)
        self.assertIn("A2:D2", [str(merged) for merged in sheet.merged_cells.ranges])
        with zipfile.ZipFile(io.BytesIO(self.bytes["xlsx"])) as package:
            self.assertIsNone(package.testzip())
            for name in package.namelist():
                self.assertNotIn(b'TargetMode="External"', package.read(name), name)

    def test_libreoffice_prints_the_workbook(self):
        run("soffice", f"-env:UserInstallation=file://{self.folder}/profile", "--headless", "--convert-to", "pdf",
            "--outdir", str(self.folder / "printed"), str(self.folder / "table.xlsx"))
        printed = self.folder / "printed/table.pdf"
        text = squeeze(run("pdftotext", "-layout", str(printed), "-"))
        for unit, target, done, rate in published():
            self.assertIn(f"{target}{done}{rate}", text, unit)
        self.assertIn("—1—", text)
        self.assertIn("Pages:           1\n", run("pdfinfo", str(printed)))
        run("pdftoppm", "-r", "80", "-png", str(printed), str(PICTURES / "completion-xlsx"))

    def test_pdf_is_searchable(self):
        text = run("pdftotext", "-layout", str(self.folder / "table.pdf"), "-")
        for words in ("附件1", "市级国有企业招商引资情况一览表", "单位：万元", "温州银行股份有限公司", "903.09%"):
            self.assertIn(words, text)
        squeezed = squeeze(text)
        for row in published():
            self.assertIn("".join(row), squeezed)

    def test_pdf_embeds_its_fonts(self):
        lines = run("pdffonts", str(self.folder / "table.pdf")).splitlines()[2:]
        self.assertEqual(len(lines), 4, lines)
        for line in lines:
            self.assertRegex(line, r"Fandol.* yes +yes +yes ")

    def test_pdf_is_one_sheet_of_a4(self):
        information = run("pdfinfo", str(self.folder / "table.pdf"))
        self.assertRegex(information, r"Page size: +595\.\d+ x 841\.\d+ pts \(A4\)")
        self.assertRegex(information, r"Pages: +1\n")
        self.assertNotIn("CreationDate", information)
        run("pdftoppm", "-r", "80", "-png", str(self.folder / "table.pdf"), str(PICTURES / "completion-pdf"))

    def test_csv_is_what_was_published(self):
        self.assertTrue(self.bytes["csv"].startswith(b"\xef\xbb\xbf"))
        rows = list(csv.reader(io.StringIO(self.bytes["csv"].decode("utf-8-sig"), newline="")))
        self.assertEqual(rows[0], ["单位", "任务数（万元）", "1-10月累计完成数（万元）", "完成率"])
        self.assertEqual(rows[1:], published())


if __name__ == "__main__":
    unittest.main()
