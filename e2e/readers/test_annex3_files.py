"""附件3 and the reports, as programs of other people read them: python-docx, openpyxl, poppler, LibreOffice."""

import csv
import pathlib
import shutil
import tempfile
import unittest

import docx
import openpyxl
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from samples import fonts, pages, picture, printed, run, sample, squeeze

TITLE = "市属国有企业与央企合作项目进展情况表"
HEADS = ["序号", "类别", "合作项目名称", "合作央企名称", "当前进展情况", "存在问题", "下一步工作计划和重点", "联系人及联系方式"]
UNIT = "温州市交通运输集团有限公司"
CODE = "内容码7F3K-92QD共"
KINDS = ("form", "zero", "mixed", "collected", "long")
CLASSES = ("在谈项目", "已签约未落地项目", "已落地项目")


def cells(row):
    found = row.cells
    once = [cell for at, cell in enumerate(found) if at == 0 or cell._tc is not found[at - 1]._tc]
    return [squeeze(cell.text) for cell in once]


class Annex3Docx(unittest.TestCase):
    def open(self, kind):
        return docx.Document(str(sample(f"annex3-{kind}.docx")))

    def table(self, kind):
        return self.open(kind).tables[0]

    def test_a_landscape_form_as_the_notice_has_it(self):
        for kind in KINDS:
            section = self.open(kind).sections[0]
            self.assertEqual(section.orientation, WD_ORIENT.LANDSCAPE)
        texts = [squeeze(paragraph.text) for paragraph in self.open("mixed").paragraphs]
        self.assertEqual(texts[:4], ["附件3", TITLE, "（截至2017年11月）", f"报送单位（盖章）：{UNIT}填报时间：2017年12月8日"])
        blank = [squeeze(paragraph.text) for paragraph in self.open("form").paragraphs]
        self.assertEqual(blank[:3], ["附件3", TITLE, "报送单位（盖章）：填报时间：月日"])

    def test_the_empty_form(self):
        table = self.table("form")
        rows = [cells(row) for row in table.rows]
        self.assertEqual(rows[0], HEADS)
        self.assertEqual([row[0] for row in rows[1:]], ["1", "2", "1", "2", "1", "2", "..."])
        for at, name in zip((1, 3, 5), CLASSES):
            first, second = (table.rows[row].cells[1] for row in (at, at + 1))
            self.assertTrue(first._tc is second._tc)
            self.assertEqual(first.text, name)
        self.assertTrue(table.rows[6].cells[1]._tc is table.rows[7].cells[1]._tc)

    def test_classes_are_merged_and_numbers_begin_again(self):
        table = self.table("mixed")
        rows = [cells(row) for row in table.rows][1:]
        self.assertEqual([row[0] for row in rows], ["1", "2", "1", "1", "2", "3"])
        self.assertEqual([row[1] for row in rows], ["在谈项目"] * 2 + ["已签约未落地项目"] + ["已落地项目"] * 3)
        self.assertTrue(table.rows[4].cells[1]._tc is table.rows[6].cells[1]._tc)
        self.assertFalse(any(rows[2][2:]), "a class without projects keeps its place")
        self.assertEqual(table.rows[1].cells[4].text, "11月上旬赴集团总部对接。\n双方就合作模式达成初步意向。")

    def test_header_row_is_repeated(self):
        rows = self.table("long").rows
        repeated = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in rows]
        self.assertEqual(repeated, [True] + [False] * 100)

    def test_collected(self):
        table = self.table("collected")
        self.assertEqual(cells(table.rows[0]), HEADS[:2] + ["单位"] + HEADS[2:])
        rows = [cells(row) for row in table.rows][1:]
        self.assertEqual([row[:4] for row in rows], [
            ["1", "在谈项目", "甲公司", "甲一"], ["2", "在谈项目", "甲公司", "甲二"], ["3", "在谈项目", "乙公司", "乙一"],
            ["1", "已落地项目", "甲公司", "甲三"], ["2", "已落地项目", "乙公司", "乙二"]])
        texts = [paragraph.text for paragraph in self.open("collected").paragraphs]
        self.assertIn("未报送的单位（1家）：丁公司。", texts)


class Annex3Xlsx(unittest.TestCase):
    def open(self, kind):
        return openpyxl.load_workbook(sample(f"annex3-{kind}.xlsx")).active

    def header(self, sheet):
        return next(row[0].row for row in sheet.iter_rows() if row[0].value == "序号")

    def test_prints_landscape_one_page_wide_with_its_header(self):
        for kind in KINDS:
            sheet = self.open(kind)
            header = self.header(sheet)
            self.assertEqual(sheet.print_title_rows, f"${header}:${header}")
            self.assertEqual((sheet.page_setup.paperSize, sheet.page_setup.orientation), (9, "landscape"))
            self.assertTrue(sheet.sheet_properties.pageSetUpPr.fitToPage)

    def test_classes_are_merged_ranges_and_text_is_text(self):
        sheet = self.open("mixed")
        first = self.header(sheet) + 1
        merged = [str(one) for one in sheet.merged_cells.ranges]
        self.assertIn(f"B{first}:B{first + 1}", merged)
        self.assertEqual(sheet.cell(first, 2).value, "在谈项目")
        cell = sheet.cell(first + 1, 5)
        self.assertEqual((cell.value, cell.data_type), ("=1+1", "s"))
        for kind in KINDS:
            for row in self.open(kind).iter_rows():
                self.assertTrue(all(cell.data_type != "f" for cell in row))

    def test_units_are_merged_within_their_class(self):
        sheet = self.open("collected")
        first = self.header(sheet) + 1
        merged = [str(one) for one in sheet.merged_cells.ranges]
        for one in (f"B{first}:B{first + 2}", f"C{first}:C{first + 1}", f"B{first + 3}:B{first + 4}"):
            self.assertIn(one, merged)


class Annex3Pdf(unittest.TestCase):
    def test_searchable_with_the_header_on_every_page(self):
        found = pages(sample("annex3-long.pdf"), "-layout")
        self.assertGreater(len(found), 5)
        for number, page in enumerate(found, 1):
            page = squeeze(page)
            self.assertIn("合作项目名称合作央企名称当前进展情况存在问题", page)
            self.assertIn(f"{CODE}{len(found)}页", page)
            self.assertIn(f"—{number}—", page)
        everything = squeeze("".join(found))
        for name, count in zip(CLASSES, (30, 40, 30)):
            self.assertTrue(all(f"{name}之{number}" in everything or f"之{number}" in everything for number in range(1, count + 1)))

    def test_embedded_on_a4_landscape(self):
        for kind in KINDS:
            file = sample(f"annex3-{kind}.pdf")
            self.assertRegex(run("pdfinfo", str(file)), r"Page size: +841\.\d+ x 595\.\d+ pts \(A4\)")
            self.assertTrue(all(flags == ("yes", "yes", "yes") for _, flags in fonts(file)))
            picture(file, f"annex3-{kind}-pdf")

    def test_a_form_and_a_zero_return_are_one_page(self):
        self.assertEqual([len(pages(sample(f"annex3-{kind}.pdf"))) for kind in ("form", "zero")], [1, 1])


class Annex3Printed(unittest.TestCase):
    """LibreOffice prints the Word and the Excel files."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="zhaoshang-readers-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)

    def test_word_and_excel(self):
        for ending in ("docx", "xlsx"):
            for kind in KINDS:
                pdf = printed(sample(f"annex3-{kind}.{ending}"), self.folder)
                picture(pdf, f"annex3-{kind}-{ending}")
                found = [squeeze(page) for page in pages(pdf, "-layout")]
                self.assertIn(TITLE, found[0])
                self.assertEqual(len(found) == 1, kind in ("form", "zero", "collected"), f"{kind} {ending}")
                if kind == "long":
                    for page in found:
                        self.assertIn("合作项目名称合作央企名称当前进展情况存在问题", page)

    def test_reports(self):
        for name in ("report-monthly", "report-collected"):
            picture(sample(f"{name}.pdf"), f"{name}-pdf")
            pdf = printed(sample(f"{name}.docx"), self.folder)
            picture(pdf, f"{name}-docx")
            text = squeeze("".join(pages(pdf, "-layout")))
            self.assertIn("工作进展", text)
            self.assertIn("本月走访企业6家。", text)


class Annex3Csv(unittest.TestCase):
    def test_one_row_a_project(self):
        content = sample("annex3-mixed.csv").read_bytes()
        self.assertTrue(content.startswith(b"\xef\xbb\xbf"))
        rows = list(csv.reader(content.decode("utf-8-sig").splitlines(keepends=True)))
        self.assertEqual(rows[0], HEADS)
        self.assertEqual([row[:2] for row in rows[1:]], [["1", "在谈项目"], ["2", "在谈项目"], ["1", "已落地项目"], ["2", "已落地项目"], ["3", "已落地项目"]])
        self.assertEqual(rows[2][4], "'=1+1")


if __name__ == "__main__":
    unittest.main()
