"""附件2 in Word, Excel, PDF and csv, as programs of other people read it: python-docx, openpyxl, poppler, LibreOffice."""

import csv
import pathlib
import re
import shutil
import tempfile
import unittest
import zipfile

import docx
import openpyxl
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from samples import fonts, pages, picture, printed, run, sample, squeeze

TITLE = "市属国有企业招商引资项目调整情况表"
HEADS = ["序号", "项目名称", "基本情况", "投资额（万元）", "调整内容", "调整理由", "联系人及联系方式", "备注"]
UNIT = "温州市现代服务业投资集团有限公司"
CODE = "内容码7F3K-92QD共"
KINDS = ("form", "zero", "mixed", "collected", "long")
LONG = ("长文字十个字一共是十。" * 300)[:3000]


def cells(row):
    """The texts of a row, each cell once."""
    found = row.cells
    once = [cell for at, cell in enumerate(found) if at == 0 or cell._tc is not found[at - 1]._tc]
    return [squeeze(cell.text) for cell in once]


def footer_text(footer):
    return squeeze("".join(words.text or "" for words in footer._element.iter(qn("w:t"))))


class Annex2Docx(unittest.TestCase):
    def open(self, kind):
        return docx.Document(str(sample(f"annex2-{kind}.docx")))

    def table(self, kind):
        return self.open(kind).tables[0]

    def test_pages_are_a4_landscape_with_the_margins_of_the_notice(self):
        for kind in KINDS:
            section = self.open(kind).sections[0]
            self.assertEqual(section.orientation, WD_ORIENT.LANDSCAPE)
            self.assertAlmostEqual(section.page_width.mm, 297, delta=0.5)
            self.assertAlmostEqual(section.page_height.mm, 210, delta=0.5)
            margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
            for found, expected in zip(margins, (37, 35, 28, 26)):
                self.assertAlmostEqual(found.mm, expected, delta=0.1)

    def test_what_stands_above_the_table(self):
        texts = [squeeze(paragraph.text) for paragraph in self.open("mixed").paragraphs]
        self.assertEqual(texts[:4], ["附件2", TITLE, "（截至2017年11月）", f"报送单位（盖章）：{UNIT}填报时间：2017年12月8日"])
        blank = [squeeze(paragraph.text) for paragraph in self.open("form").paragraphs]
        self.assertEqual(blank[:3], ["附件2", TITLE, "报送单位（盖章）：填报时间：月日"])

    def test_fonts_are_named(self):
        paragraphs = self.open("mixed").paragraphs
        named = [paragraph.runs[0]._r.rPr.rFonts.get(qn("w:eastAsia")) for paragraph in paragraphs[:4]]
        self.assertEqual(named, ["黑体", "方正小标宋简体", "仿宋_GB2312", "仿宋_GB2312"])

    def test_header_row_is_repeated_and_rows_are_kept_whole(self):
        rows = self.table("long").rows
        properties = [row._tr.trPr for row in rows]
        repeated = [each.find(qn("w:tblHeader")) is not None for each in properties]
        self.assertEqual(repeated, [True] + [False] * 200)
        self.assertTrue(all(each.find(qn("w:cantSplit")) is not None for each in properties))

    def test_only_a_row_longer_than_a_page_may_split(self):
        rows = self.table("mixed").rows
        whole = [row._tr.trPr.find(qn("w:cantSplit")) is not None for row in rows]
        self.assertEqual(whole, [True, True, True, False, True])

    def test_the_empty_form(self):
        rows = [cells(row) for row in self.table("form").rows]
        self.assertEqual(rows[0], HEADS)
        self.assertEqual([row[0] for row in rows[1:]], ["1", "2", "3", "4", "5", "6", "..."])
        self.assertTrue(all(not any(row[1:]) for row in rows[1:]))

    def test_a_zero_return(self):
        rows = [cells(row) for row in self.table("zero").rows]
        self.assertEqual(rows[1:], [["—", "本期无调整。理由：各项目均按计划推进，投资额、建设内容均无变化"]])

    def test_rows_as_given(self):
        rows = [cells(row) for row in self.table("mixed").rows][1:]
        self.assertEqual([row[:2] for row in rows], [["1", "玥湖㎡𠮷文化创意园"], ["2", "=1+1"], ["3", "冷链项目3"], ["4", "冷链项目4"]])
        self.assertEqual([row[3] for row in rows], ["12000.5", "0.000001", "12000.5", ""])
        self.assertEqual(rows[2][2], LONG)
        lines = self.table("mixed").rows[1].cells[2].text
        self.assertEqual(lines, "占地50亩，建设冷链仓储。\n分两期实施。")
        long = [cells(row) for row in self.table("long").rows][1:]
        self.assertEqual([(row[0], row[1], row[3]) for row in long], [(str(n), f"第{n}号项目", f"{n}.5") for n in range(1, 201)])

    def test_units_are_merged_in_a_collected_table(self):
        document = self.open("collected")
        table = document.tables[0]
        self.assertEqual(cells(table.rows[0]), ["序号", "单位", *HEADS[1:]])
        first = [table.rows[at].cells[1] for at in (1, 2, 3)]
        self.assertEqual([cell.text for cell in first], ["甲公司"] * 3)
        self.assertTrue(first[0]._tc is first[1]._tc is first[2]._tc)
        self.assertEqual(cells(table.rows[4]), ["—", "乙公司", "本期无调整。理由：项目均按计划推进"])
        self.assertEqual(cells(table.rows[5])[:3], ["4", "丙公司", "丙一"])
        texts = [paragraph.text for paragraph in document.paragraphs]
        self.assertIn("未报送的单位（2家）：丁公司、戊公司。", texts)
        self.assertIn("本期无调整的单位（1家）：乙公司。", texts)

    def test_the_content_code_is_at_the_foot_of_every_page(self):
        section = self.open("mixed").sections[0]
        for footer in (section.footer, section.even_page_footer):
            text = footer_text(footer)
            self.assertIn(CODE, text)
        form = self.open("form").sections[0].footer
        self.assertEqual(footer_text(form), "—1—")

    def test_nothing_points_outside(self):
        for kind in KINDS:
            for ending in ("docx", "xlsx"):
                with zipfile.ZipFile(sample(f"annex2-{kind}.{ending}")) as package:
                    self.assertIsNone(package.testzip())
                    for name in package.namelist():
                        self.assertNotIn(b'TargetMode="External"', package.read(name), name)


class Annex2Xlsx(unittest.TestCase):
    def open(self, kind):
        return openpyxl.load_workbook(sample(f"annex2-{kind}.xlsx")).active

    def header(self, sheet):
        return next(row[0].row for row in sheet.iter_rows() if row[0].value == "序号")

    def body(self, sheet):
        return sheet.iter_rows(min_row=self.header(sheet) + 1)

    def test_prints_landscape_one_page_wide_with_its_header(self):
        for kind in KINDS:
            sheet = self.open(kind)
            header = self.header(sheet)
            self.assertEqual(sheet.print_title_rows, f"${header}:${header}")
            self.assertEqual((sheet.page_setup.paperSize, sheet.page_setup.orientation), (9, "landscape"))
            self.assertTrue(sheet.sheet_properties.pageSetUpPr.fitToPage)
            # One page wide is what is meant where nothing is said.
            self.assertIn(sheet.page_setup.fitToWidth, (None, 1))
            self.assertEqual(sheet.page_setup.fitToHeight, 0)
            self.assertEqual(sheet.freeze_panes, f"A{header + 1}")
        self.assertEqual(squeeze(self.open("mixed").oddFooter.left.text), f"{CODE}&N页")

    def test_amounts_are_numbers_and_text_is_text(self):
        sheet = self.open("mixed")
        rows = [row for row in self.body(sheet) if isinstance(row[0].value, int)]
        self.assertEqual([row[3].value for row in rows], [12000.5, 0.000001, 12000.5, None])
        self.assertEqual([row[3].number_format for row in rows[:2]], ["0.0", "0.000000"])
        self.assertEqual((rows[1][1].value, rows[1][1].data_type), ("=1+1", "s"))
        self.assertTrue(rows[1][1].quotePrefix)
        self.assertEqual(rows[0][1].value, "玥湖㎡𠮷文化创意园")
        self.assertEqual(rows[0][2].value, "占地50亩，建设冷链仓储。\n分两期实施。")
        self.assertEqual(rows[2][2].value, LONG)
        for kind in KINDS:
            for row in self.open(kind).iter_rows():
                self.assertTrue(all(cell.data_type != "f" for cell in row))

    def test_two_hundred_rows(self):
        rows = list(self.body(self.open("long")))
        self.assertEqual([(row[0].value, row[1].value, row[3].value) for row in rows], [(n, f"第{n}号项目", n + 0.5) for n in range(1, 201)])

    def test_a_long_text_has_room(self):
        sheet = self.open("mixed")
        merged = next(one for one in sheet.merged_cells.ranges if one.min_col == 3 == one.max_col)
        heights = [sheet.row_dimensions[row].height for row in range(merged.min_row, merged.max_row + 1)]
        self.assertLessEqual(max(heights), 409)
        # 200 lines of 15 characters, 14 points each.
        self.assertGreater(sum(heights), 200 * 14)

    def test_the_form_the_zero_return_and_units(self):
        self.assertEqual([row[0].value for row in self.body(self.open("form"))], ["1", "2", "3", "4", "5", "6", "..."])
        zero = self.open("zero")
        row = next(self.body(zero))
        self.assertEqual(row[1].value, "本期无调整。理由：各项目均按计划推进，投资额、建设内容均无变化")
        self.assertIn(f"B{row[0].row}:H{row[0].row}", [str(merged) for merged in zero.merged_cells.ranges])
        collected = self.open("collected")
        first = self.header(collected) + 1
        self.assertIn(f"B{first}:B{first + 2}", [str(merged) for merged in collected.merged_cells.ranges])
        self.assertEqual(collected.cell(first, 2).value, "甲公司")
        texts = [row[0].value for row in self.body(collected)]
        self.assertIn("未报送的单位（2家）：丁公司、戊公司。", texts)


class Annex2Pdf(unittest.TestCase):
    def test_searchable_with_the_header_on_every_page(self):
        found = pages(sample("annex2-long.pdf"), "-layout")
        self.assertGreater(len(found), 10)
        for number, page in enumerate(found, 1):
            page = squeeze(page)
            self.assertIn("序号项目名称基本情况调整内容调整理由备注", page)
            self.assertIn(f"{CODE}{len(found)}页", page)
            self.assertIn(f"—{number}—", page)
        everything = squeeze("".join(found))
        self.assertTrue(all(f"第{number}号项目" in everything for number in range(1, 201)))

    def test_rare_characters_long_words_and_long_texts(self):
        text = "".join(pages(sample("annex2-mixed.pdf")))
        self.assertIn("玥湖㎡𠮷文化创意园", text)
        self.assertIn("0577-88888888", text)
        # Broken over lines, without a hyphen that is not in it.
        self.assertIn("zhangsan.lianxiren@wenzhoutouzi", squeeze(text))
        # The column 基本情况 by itself: from 213 to 381 points.
        column = squeeze("".join(pages(sample("annex2-mixed.pdf"), "-x", "213", "-y", "0", "-W", "168", "-H", "595", "-r", "72")))
        self.assertEqual(column.count("长"), LONG.count("长"))

    def test_no_word_leaves_the_text_block(self):
        for kind in KINDS:
            words = run("pdftotext", "-bbox", str(sample(f"annex2-{kind}.pdf")), "-")
            places = re.findall(r'<word xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)"', words)
            self.assertTrue(places)
            # 28 and 26 mm of 297 are margins.
            self.assertGreaterEqual(min(float(left) for left, _ in places), 79)
            self.assertLessEqual(max(float(right) for _, right in places), 768.5)

    def test_fonts_are_embedded(self):
        for kind in KINDS:
            found = fonts(sample(f"annex2-{kind}.pdf"))
            self.assertTrue(found)
            for name, flags in found:
                self.assertRegex(name, r"^[A-Z]{6}\+(Fandol|NotoSerifCJK)")
                self.assertEqual(flags, ("yes", "yes", "yes"), name)

    def test_pages_are_a4_landscape_without_a_date(self):
        for kind in KINDS:
            file = sample(f"annex2-{kind}.pdf")
            information = run("pdfinfo", str(file))
            self.assertRegex(information, r"Page size: +841\.\d+ x 595\.\d+ pts \(A4\)")
            self.assertNotIn("CreationDate", information)
            picture(file, f"annex2-{kind}-pdf")

    def test_a_form_and_a_zero_return_are_one_page(self):
        self.assertEqual([len(pages(sample(f"annex2-{kind}.pdf"))) for kind in ("form", "zero")], [1, 1])


class Annex2Printed(unittest.TestCase):
    """LibreOffice prints the Word and the Excel files."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="zhaoshang-readers-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)

    def check(self, ending):
        for kind in KINDS:
            pdf = printed(sample(f"annex2-{kind}.{ending}"), self.folder)
            picture(pdf, f"annex2-{kind}-{ending}")
            found = [squeeze(page) for page in pages(pdf, "-layout")]
            self.assertIn(TITLE, found[0])
            self.assertEqual(len(found) == 1, kind in ("form", "zero"), kind)
            if kind == "long":
                for page in found:
                    self.assertIn("序号项目名称基本情况调整内容调整理由备注", page)
                    self.assertIn(f"{CODE}{len(found)}页", page)
                everything = "".join(found)
                self.assertTrue(all(f"第{number}号项目" in everything for number in range(1, 201)))

    def test_word(self):
        self.check("docx")

    def test_excel(self):
        self.check("xlsx")


class Annex2Csv(unittest.TestCase):
    def rows(self, kind):
        content = sample(f"annex2-{kind}.csv").read_bytes()
        self.assertTrue(content.startswith(b"\xef\xbb\xbf"))
        return list(csv.reader(content.decode("utf-8-sig").splitlines(keepends=True)))

    def test_values_are_exact_and_nothing_runs(self):
        rows = self.rows("mixed")
        self.assertEqual(rows[0], HEADS)
        self.assertEqual([row[3] for row in rows[1:]], ["12000.5", "0.000001", "12000.5", ""])
        self.assertEqual(rows[2][1], "'=1+1")
        self.assertEqual(rows[3][2], LONG)
        self.assertEqual(len(self.rows("long")), 201)

    def test_collected_rows_name_their_unit(self):
        rows = self.rows("collected")
        self.assertEqual([row[1] for row in rows[1:6]], ["甲公司"] * 3 + ["乙公司", "丙公司"])
        self.assertEqual(rows[-1][1], "戊公司")
        self.assertEqual(rows[-1][-1], "未报送")


if __name__ == "__main__":
    unittest.main()
