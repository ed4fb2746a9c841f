#!/usr/bin/python3
"""Writes fuzz/corpus anew: out of the reader's fixtures what is small, and texts of cells as clerks write them.

Containers are taken apart (see src/lib.rs), with the parts that are read; of each sort one stays whole.
"""

import json
import pathlib
import re
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent / "crates/documents/tests/data"
CORPUS = HERE / "corpus"
LARGEST = 24 * 1024
READ = re.compile(r"(\[Content_Types\]|document|workbook|sheet\d*|sharedStrings|styles|\.rels)(\.xml|\.rels)?$")
# python-docx brings all of Word's styles; the reader of docx looks at none.
UNREAD = re.compile(r"word/styles|docProps|theme|fontTable|webSettings|customXml|printerSettings")

AMOUNTS = """5000 5,000.50 ５０００ 约5亿元 1.2亿 三千万 一亿二千万 2万 3-5亿元 500万美元 待定 面议 — 100左右 10000以上 1.5亿元人民币
0.0001 -300 (300) （300） 1e5 +5 ¥5000 5 000 一万二 壹仟贰佰万 5000万元整 不少于3000万 50%% 1,2,3 999999999999999999 五百 两亿 1.23456789 12..5"""
DATES = """2017.5.8 2017-5 2017年5月8日 42863 5月8日 2017-02-29 二〇一七年五月八日 2017/05/08 20170508 2017年5月底 约2017年5月 2017.13.1
1999-12-31 2017-11-24T00:00:00 17.5.8 2017年 2017年第三季度 5/8/2017 2017-05-08（周一） 2017年5月8-10日 42863.5 十二月三日"""
CONTACTS = """张三13800138000
李四 0577-88123456转802
王五、赵六 13900139000/13800138001
联系人：张三（副总经理） 电话：138 0013 8000
传真：0577-88000000 QQ 123456789
待定
张三 (0577)8812-3456、李四：１３８００１３８０００
a@b.cn 张三
+86 138-0013-8000
张三\\n13800138000\\n李四\\n13900139000"""


def put(target, name, content):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def apart(path):
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if READ.search(name) and not UNREAD.search(name)]
        return b"".join(b"@@ " + name.encode() + b"\n" + archive.read(name) + b"\n" for name in sorted(names))


def containers(kind):
    """Those that are small enough, the ten that differ most in size, and one as it is."""
    files = [path for path in sorted(DATA.glob(f"*/*.{kind}")) if zipfile.is_zipfile(path)]
    whole = min(files, key=lambda path: (path.stat().st_size, path.name))
    put(kind, "whole", whole.read_bytes())
    taken = {path.stem: apart(path) for path in files}
    small = sorted((len(parts), stem) for stem, parts in taken.items() if len(parts) <= LARGEST)
    step = max(1, len(small) // 10)
    for _, stem in small[::step]:
        put(kind, stem, taken[stem])


def main():
    for old in sorted(CORPUS.glob("*/*")):
        old.unlink()
    for kind in ["docx", "xlsx"]:
        containers(kind)
    for path in sorted([*DATA.glob("*/*.csv"), *DATA.glob("*/*.txt")]):
        if path.stat().st_size <= 8 * 1024:
            put("csv", path.stem, path.read_bytes())
    for target, texts in [("amounts", AMOUNTS.split()), ("dates", DATES.split()), ("contacts", CONTACTS.splitlines())]:
        for number, text in enumerate(texts):
            put(target, f"{number:02}", text.replace("\\n", "\n").encode())
    words(HERE / "words.dict")


def words(path):
    """Header words and marks, so that the fuzzer need not find Chinese byte by byte."""
    texts = set("序号 项目名称 基本情况 投资额（万元） 调整内容 调整理由 联系人及联系方式 备注 类别 合作项目名称 合作央企名称 当前进展情况 存在问题 "
                "下一步工作计划和重点 单位 任务数 累计完成数 完成率 合计 小计 在谈项目 已签约未落地项目 已落地项目 报送单位 填报时间 本期无调整 万元 亿元 元 约 "
                "左右 以上 待定 面议 年 月 日 底 上旬 转 电话 传真 联系人 … —".split())
    marks = ["<w:tbl>", "<w:tr>", "<w:tc>", "<w:p>", "<w:t>", "<w:ins>", "<w:del>", "<w:vMerge/>", '<w:gridSpan w:val="2"/>', "<w:sdt>", "<row>",
             "<c>", "<v>", "<f>", "<mergeCell ref=\"A1:B2\"/>", "<is>", 't="s"', 't="inlineStr"', 'hidden="1"', 'state="hidden"', "@@ "]
    lines = [f'"{word}"'.encode() for word in sorted(texts)]
    lines += [json.dumps(mark).encode() for mark in marks]
    # The format knows bytes beyond ASCII as escapes only.
    escaped = [b"".join(bytes([byte]) if byte < 128 else f"\\x{byte:02X}".encode() for byte in line) for line in lines]
    path.write_bytes(b"\n".join(escaped) + b"\n")


main()
