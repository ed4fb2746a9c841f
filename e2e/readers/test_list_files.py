"""Lists as Excel and csv, as openpyxl, LibreOffice and Python's csv read them."""

import csv
import datetime
import pathlib
import shutil
import tempfile
import unittest
import zipfile

import openpyxl

from samples import pages, picture, printed, sample, squeeze

HEADS = ["项目名称", "投资额（万元）", "附件数", "登记日期", "开工"]
NAMES = {0: "=1+1", 1: "玥湖㎡𠮷\n第二行", 2: "_x0041_"}


class Lists(unittest.TestCase):
    def sheet(self):
        return openpyxl.load_workbook(sample("list.xlsx")).active

    def test_cells_have_their_types(self):
        rows = list(self.sheet().iter_rows())
        self.assertEqual([cell.value for cell in rows[0]], HEADS)
        self.assertEqual(len(rows), 301)
        for number, row in enumerate(rows[1:]):
            self.assertEqual([cell.data_type for cell in row], ["s", "n", "n", "d", "s"])
            self.assertEqual(row[0].value.replace("_x005F_", "_"), NAMES.get(number, f"项目{number}"))
            self.assertEqual(f"{row[1].value:.6f}", f"12000.{500000 + number}")
            self.assertEqual(row[2].value, number)
            self.assertEqual(row[3].value, datetime.datetime(2017, 12, 8))
            self.assertEqual(row[3].number_format, "yyyy-mm-dd")
            self.assertEqual(row[4].value, "2017-05")
        self.assertTrue(rows[1][0].quotePrefix)

    def test_header_is_frozen_filtered_and_printed_again(self):
        sheet = self.sheet()
        self.assertEqual(sheet.title, "项目库")
        self.assertEqual(sheet.freeze_panes, "A2")
        self.assertEqual(sheet.auto_filter.ref, "A1:E301")
        self.assertEqual(sheet.print_title_rows, "$1:$1")
        self.assertEqual((sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight), ("landscape", 1, 0))
        self.assertGreater(sheet.column_dimensions["A"].width, sheet.column_dimensions["C"].width)

    def test_the_container_is_sound(self):
        with zipfile.ZipFile(sample("list.xlsx")) as package:
            self.assertIsNone(package.testzip())
            for name in package.namelist():
                self.assertNotIn(b'TargetMode="External"', package.read(name), name)

    def test_libreoffice_prints_it(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="zhaoshang-readers-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        pdf = printed(sample("list.xlsx"), folder)
        picture(pdf, "list-xlsx")
        found = [squeeze(page) for page in pages(pdf, "-layout")]
        for page in found:
            self.assertIn("".join(HEADS), page)
            self.assertIn("王某某2017-12-0809:30导出", page)
        everything = "".join(found)
        self.assertIn("=1+1", everything)
        self.assertIn("_x0041_12000.500002", everything)
        self.assertIn("项目29912000.5002992992017-12-082017-05", everything)

    def test_csv_has_the_same(self):
        content = sample("list.csv").read_bytes().decode("utf-8")
        self.assertTrue(content.startswith("\ufeff"))
        rows = list(csv.reader(content[1:].splitlines(keepends=True)))
        self.assertEqual(rows[0], HEADS)
        self.assertEqual(rows[1], ["'=1+1", "12000.5", "0", "2017-12-08", "2017-05"])
        self.assertEqual(rows[2][0], NAMES[1])
        self.assertEqual(len(rows), 301)


if __name__ == "__main__":
    unittest.main()
