"""项目推介册 as poppler reads it."""

import unittest

from samples import fonts, pages, picture, run, sample, squeeze


class Brochure(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.file = sample("brochure.pdf")
        cls.pages = [squeeze(page) for page in pages(cls.file, "-layout")]

    def test_the_cover(self):
        for words in ("温州市人民政府国有资产监督管理委员会", "招商引资项目推介册", "共12个项目", "2017年12月8日"):
            self.assertIn(words, self.pages[0])

    def test_contents_lead_to_the_projects(self):
        contents, inside = self.pages[1], self.pages[2:]
        self.assertTrue(contents.startswith("目录"))
        for number in (1, *range(3, 13)):
            name = f"第{number}号冷链物流中心项目"
            page = next(at for at, text in enumerate(inside, 1) if name in text and "项目编号" in text)
            entry = contents.split(name)[1].lstrip(".")
            self.assertTrue(entry.startswith(str(page)), (name, entry[:20], page))
            self.assertIn(f"—{page}—", inside[page - 1])

    def test_rare_characters_and_what_is_still_to_come(self):
        text = "".join(self.pages)
        self.assertIn("玥湖㎡𠮷文化创意园", text)
        self.assertEqual(text.count("（待补充）"), 1)
        self.assertEqual(text.count("13800000001"), 11)

    def test_fonts_are_embedded(self):
        for name, flags in fonts(self.file):
            self.assertEqual(flags, ("yes", "yes", "yes"), name)

    def test_pages_are_a4_without_a_date_of_making(self):
        information = run("pdfinfo", str(self.file))
        self.assertRegex(information, r"Page size: +595\.\d+ x 841\.\d+ pts \(A4\)")
        self.assertNotIn("CreationDate", information)
        picture(self.file, "brochure", last=5)


if __name__ == "__main__":
    unittest.main()
