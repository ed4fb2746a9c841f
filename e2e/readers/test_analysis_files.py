"""The analysis of the completion table as programs of other people read it: openpyxl, python-docx, LibreOffice, poppler."""

import io
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
import zipfile
from xml.etree import ElementTree

import docx
import openpyxl

from demo import ROOT, Demo

PICTURES = ROOT / "target/screenshots"
QUERY = "?year=2017&as_of=2017-10-31"
KINDS = ("docx", "xlsx", "pdf")
# Name and figure of the headline as printed; the figures of the notice's 附件1.
HEADLINE = {
    "完成率（合计）": "128.74%",
    "每户封顶100%": "68.61%",
    "剔除最大户": "87.99%",
    "落后于时间进度": "11/17户",
    "零完成": "7户",
    "完成率中位数": "18.48%",
    "尚缺": "62784万元",
    "时间进度": "83.33%",
}
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def squeeze(text):
    return re.sub(r"\s+", "", text)


def run(*command):
    return subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, timeout=180).stdout


class AnalysisFiles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        demo = Demo()
        try:
            cls.bytes = {kind: demo.get(f"/api/v1/completion/analysis.{kind}{QUERY}") for kind in KINDS}
            cls.again = {kind: demo.get(f"/api/v1/completion/analysis.{kind}{QUERY}") for kind in KINDS}
        finally:
            demo.stop()
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="zhaoshang-readers-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        for kind, content in cls.bytes.items():
            (cls.folder / f"analysis.{kind}").write_bytes(content)
        PICTURES.mkdir(parents=True, exist_ok=True)

    def printed(self, kind):
        """LibreOffice's print of a file, and its picture."""
        run("soffice", f"-env:UserInstallation=file://{self.folder}/profile", "--headless", "--convert-to", "pdf",
            "--outdir", str(self.folder / kind), str(self.folder / f"analysis.{kind}"))
        pdf = self.folder / kind / "analysis.pdf"
        run("pdftoppm", "-r", "80", "-png", str(pdf), str(PICTURES / f"analysis-{kind}"))
        return squeeze(run("pdftotext", "-layout", str(pdf), "-"))

    def package(self, kind):
        return zipfile.ZipFile(io.BytesIO(self.bytes[kind]))

    def test_the_same_data_give_the_same_bytes(self):
        for kind in KINDS:
            self.assertEqual(self.bytes[kind], self.again[kind], kind)

    def test_nothing_points_outside(self):
        for kind in ("docx", "xlsx"):
            with self.package(kind) as package:
                self.assertIsNone(package.testzip())
                for name in package.namelist():
                    self.assertNotIn(b'TargetMode="External"', package.read(name), name)

    def test_excel_headline_is_typed(self):
        sheet = openpyxl.load_workbook(io.BytesIO(self.bytes["xlsx"]))["分析"]
        found = {row[0].value: row[1] for row in sheet.iter_rows()}
        figures = {"完成率（合计）": 1.2874, "每户封顶100%": 0.6861, "剔除最大户": 0.8799, "落后于时间进度": 11, "零完成": 7, "完成率中位数": 0.1848, "尚缺": 62784}
        for label, figure in figures.items():
            self.assertEqual((found[label].data_type, found[label].value), ("n", figure), label)
        self.assertIn("/17户", found["落后于时间进度"].number_format)

    def test_excel_rows_are_typed(self):
        sheet = openpyxl.load_workbook(io.BytesIO(self.bytes["xlsx"]))["明细"]
        head = [cell.value for cell in sheet[1]]
        self.assertEqual(sheet.print_title_rows, "$1:$1")
        rows = {row[0].value: dict(zip(head, row)) for row in sheet.iter_rows(min_row=2)}
        self.assertEqual(len(rows), 18)
        bank, finance = rows["温州银行股份有限公司"], rows["温州市金融投资集团有限公司"]
        self.assertEqual((bank["任务数（万元）"].value, bank["完成率"].value, bank["完成率"].number_format), (10000, 9.0309, "0.00%"))
        self.assertEqual((finance["超/欠进度（百分点）"].value, finance["超/欠进度（百分点）"].data_type), (-19.64, "n"))
        self.assertEqual(rows["合计"]["完成率"].value, 1.2874)

    def test_excel_chart_refers_to_the_rows(self):
        workbook = openpyxl.load_workbook(io.BytesIO(self.bytes["xlsx"]))
        charts = workbook["图"]._charts
        self.assertEqual(len(charts), 1)
        rows = workbook["明细"]
        head = {cell.value: cell.column_letter for cell in rows[1]}
        refers = {}
        for series in charts[0].series + [one for chart in charts[0]._charts[1:] for one in chart.series]:
            refers[series.tx.strRef.f.replace("'", "")] = (series.cat.strRef.f.replace("'", ""), series.val.numRef.f.replace("'", ""))
        names = f"明细!${head['简称']}$2:${head['简称']}$18"
        for word in ("完成率", "时间进度"):
            column = head[word]
            self.assertEqual(refers[f"明细!${column}$1"], (names, f"明细!${column}$2:${column}$18"))

    def test_libreoffice_prints_the_workbook(self):
        text = self.printed("xlsx")
        for label, figure in HEADLINE.items():
            self.assertIn(label + figure, text)
        self.assertIn("−19.64", text)
        self.assertIn("903.09%379.22%", text, "figures over the columns that are cut")

    def test_word_tables(self):
        document = docx.Document(io.BytesIO(self.bytes["docx"]))
        tables = [[[squeeze(cell.text) for cell in row.cells] for row in table.rows] for table in document.tables]
        self.assertEqual(len(tables), 3)
        found = {row[0]: row[1] for row in tables[0]}
        for label, figure in HEADLINE.items():
            self.assertEqual(found[label], figure)
        self.assertIn(["温州市金融投资集团有限公司", "30000", "19106", "63.69%", "−19.64"], tables[1])
        self.assertEqual((len(tables[1]), len(tables[2])), (19, 19))
        for table in document.tables:
            self.assertIn("w:tblHeader", table._tbl.xml)
        text = "".join(paragraph.text for paragraph in document.paragraphs)
        for words in ("招商引资情况分析", "线性外推", "数据截至2017年10月31日"):
            self.assertIn(words, text)

    def test_word_chart_is_native_with_its_workbook(self):
        document = docx.Document(io.BytesIO(self.bytes["docx"]))
        self.assertEqual(len(document.inline_shapes), 1)
        with self.package("docx") as package:
            chart = ElementTree.fromstring(package.read("word/charts/chart1.xml"))
            sheet = openpyxl.load_workbook(io.BytesIO(package.read("word/embeddings/chart1.xlsx"))).active
        columns, line = chart.find(f".//{CHART}barChart"), chart.find(f".//{CHART}lineChart")
        cached = [float(value.text) for value in columns.findall(f".//{CHART}val//{CHART}v")]
        self.assertEqual(cached[:2] + cached[-1:], [9.0309, 3.7922, 0.0])
        self.assertEqual([row[1].value for row in sheet.iter_rows(min_row=2)], cached)
        self.assertEqual({value.text for value in line.findall(f".//{CHART}val//{CHART}v")}, {"0.8333"})

    def test_libreoffice_prints_the_document(self):
        text = self.printed("docx")
        for label, figure in HEADLINE.items():
            self.assertIn(label + figure, text)
        self.assertIn("时间进度83.33%", text)
        self.assertIn("200%", text, "the axis of the chart")

    def test_pdf_is_searchable_with_embedded_fonts(self):
        pdf = str(self.folder / "analysis.pdf")
        text = squeeze(run("pdftotext", "-layout", pdf, "-"))
        for label, figure in HEADLINE.items():
            self.assertIn(label + figure, text)
        self.assertIn("温州市金融投资集团有限公司300001910663.69%−19.64", text)
        self.assertIn("温州银行股份有限公司903.09%", text, "the chart's row")
        for words in ("线性外推", "数据时点未指定", "超出0%至200%的2户"):
            self.assertIn(words, text)
        for line in run("pdffonts", pdf).splitlines()[2:]:
            self.assertRegex(line, r" yes +yes +yes ")
        self.assertEqual(run("pdfimages", "-list", pdf).count("\n"), 2, "the chart is drawn, not a picture")
        information = run("pdfinfo", pdf)
        self.assertRegex(information, r"Page size: +595\.\d+ x 841\.\d+ pts \(A4\)")
        self.assertNotIn("CreationDate", information)
        run("pdftoppm", "-r", "80", "-png", pdf, str(PICTURES / "analysis-pdf"))


if __name__ == "__main__":
    unittest.main()
