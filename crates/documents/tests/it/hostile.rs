//! Files that are broken, false or hostile are refused with their kind and a sentence, fast and in little memory.

use std::time::{Duration, Instant};

use crate::support::{
    GOOD, Parts, SHEET, WORD, caption, docx, docx_document, good_rows, p, rels, row, table, xlsx,
    xlsx_sheet,
};
use documents::forms::{self, ErrorKind, Form, Outcome, Reading};
use documents::limits;

/// Even an unoptimised build on a busy machine answers in this time, unless work grows with the square of the input.
const PATIENCE: Duration = Duration::from_secs(120);

#[expect(
    clippy::disallowed_methods,
    reason = "the test measures how long reading takes"
)]
fn read(name: &str, bytes: &[u8]) -> Reading {
    let start = Instant::now();
    let reading = forms::read(name, bytes, Some(Form::Annex1));
    assert!(start.elapsed() < PATIENCE, "{name}: {:?}", start.elapsed());
    assert!(
        reading.message.ends_with('。') && reading.message.chars().count() > 8,
        "{}",
        reading.message
    );
    reading
}

#[track_caller]
fn refused(name: &str, bytes: &[u8], kind: ErrorKind) {
    let reading = read(name, bytes);
    assert_eq!(
        (reading.outcome, reading.error),
        (Outcome::Rejected, Some(kind)),
        "{}",
        reading.message
    );
    assert!(reading.rows.is_empty());
    // What is wrong with a container is wrong in every slot.
    let of_forms = [
        ErrorKind::FormMismatch,
        ErrorKind::FormNotRecognised,
        ErrorKind::NoRows,
    ];
    if !of_forms.contains(&kind) {
        for slot in [Form::Annex2, Form::Annex3] {
            let reading = forms::read(name, bytes, Some(slot));
            assert_eq!(reading.error, Some(kind), "{}", reading.message);
            assert!(reading.tables.is_empty());
        }
    }
}

#[track_caller]
fn fine(name: &str, parts: &Parts) {
    let reading = read(name, &parts.zip());
    assert_eq!(
        reading.outcome,
        Outcome::Ok,
        "{} {:?}",
        reading.message,
        reading.warnings
    );
    assert_eq!(reading.rows.len(), 2);
}

fn good_docx() -> Parts {
    docx(&(caption() + &table(&GOOD)))
}

fn good_xlsx() -> Parts {
    xlsx(&format!("<sheetData>{}</sheetData>", good_rows()))
}

#[test]
fn the_good_ones_are_good() {
    fine("a.docx", &good_docx());
    fine("a.xlsx", &good_xlsx());
}

#[test]
fn empty_and_cut_off_files() {
    refused("a.docx", b"", ErrorKind::EmptyFile);
    refused("a.csv", b"", ErrorKind::EmptyFile);
    for (name, parts) in [("a.docx", good_docx()), ("a.xlsx", good_xlsx())] {
        let bytes = parts.zip();
        for length in [30, 100, bytes.len() / 2, bytes.len() - 30, bytes.len() - 1] {
            refused(name, &bytes[..length], ErrorKind::BadDocument);
        }
    }
}

#[test]
fn broken_parts() {
    refused(
        "a.docx",
        &good_docx().with("word/document.xml", "<w:document").zip(),
        ErrorKind::BadDocument,
    );
    refused(
        "a.docx",
        &good_docx().with("word/document.xml", b"\xff\xfe\xff").zip(),
        ErrorKind::BadDocument,
    );
    refused(
        "a.docx",
        &good_docx().without("word/document.xml").zip(),
        ErrorKind::BadDocument,
    );
    refused(
        "a.docx",
        &good_docx().without("[Content_Types].xml").zip(),
        ErrorKind::BadDocument,
    );
    refused(
        "a.docx",
        &good_docx().without("_rels/.rels").zip(),
        ErrorKind::BadDocument,
    );
    refused(
        "a.xlsx",
        &good_xlsx().without("xl/worksheets/sheet1.xml").zip(),
        ErrorKind::BadDocument,
    );
    refused(
        "a.xlsx",
        &xlsx("<sheetData><row r='1'><c r='A1' t='s'><v>7</v></c></row></sheetData>").zip(),
        ErrorKind::BadDocument,
    );
    refused(
        "a.xlsx",
        &xlsx("<sheetData><row r='1'><c r='XFE1'><v>7</v></c></row></sheetData>").zip(),
        ErrorKind::BadDocument,
    );
    refused(
        "a.xlsx",
        &xlsx("<sheetData><row r='4294967296'/></sheetData>").zip(),
        ErrorKind::BadDocument,
    );
    let twice =
        "<sheetData><row r='1'><c r='A1'><v>7</v></c><c r='A1'><v>8</v></c></row></sheetData>";
    refused("a.xlsx", &xlsx(twice).zip(), ErrorKind::BadDocument);
}

#[test]
fn corrupt_bytes_inside() {
    let mut bytes = good_docx().zip();
    let at = bytes
        .windows(17)
        .position(|window| window == b"word/document.xml")
        .unwrap()
        + 40;
    bytes[at] ^= 0x55;
    let reading = read("a.docx", &bytes);
    assert_eq!(reading.error, Some(ErrorKind::BadDocument));
}

#[test]
fn names_that_leave_the_container_or_come_twice() {
    for name in [
        "../../etc/passwd",
        "/etc/passwd",
        "word/../../x",
        "C:/x",
        "..\\x",
    ] {
        refused(
            "a.docx",
            &good_docx().with(name, "x").zip(),
            ErrorKind::BadDocument,
        );
    }
    refused(
        "a.docx",
        &good_docx().with("WORD/Document.xml", "x").zip(),
        ErrorKind::BadDocument,
    );
    let mut bytes = good_docx().with("word/documenX.xml", "x").zip();
    while let Some(at) = bytes
        .windows(17)
        .position(|window| window == b"word/documenX.xml")
    {
        bytes[at + 12] = b't';
    }
    refused("a.docx", &bytes, ErrorKind::BadDocument);
}

#[test]
fn directories_that_lie() {
    let bytes = good_docx().zip();
    let end = bytes
        .windows(4)
        .rposition(|window| window == b"PK\x05\x06")
        .unwrap();
    for (field, value) in [
        (10, [2, 0]),
        (10, [0xff, 0x03]),
        (12, [1, 0]),
        (16, [0xff, 0xff]),
        (20, [9, 9]),
    ] {
        let mut bytes = bytes.clone();
        bytes[end + field..end + field + 2].copy_from_slice(&value);
        refused("a.docx", &bytes, ErrorKind::BadDocument);
    }
    let mut many = bytes.clone();
    many[end + 10..end + 12].copy_from_slice(&[0xfe, 0xff]);
    refused("a.docx", &many, ErrorKind::TooManyParts);
    // A size declared smaller than the part is.
    let first = bytes
        .windows(4)
        .position(|window| window == b"PK\x01\x02")
        .unwrap();
    let mut small = bytes.clone();
    small[first + 24..first + 28].copy_from_slice(&[5, 0, 0, 0]);
    refused("a.docx", &small, ErrorKind::BadDocument);
    let mut large = bytes;
    large[first + 24..first + 28].copy_from_slice(&[0, 0, 0, 0x7f]);
    refused("a.docx", &large, ErrorKind::TooLargeUnpacked);
}

#[test]
fn too_many_parts() {
    let mut parts = good_docx();
    for number in 0..limits::PARTS {
        parts
            .0
            .push((format!("word/media/{number}.bin"), Vec::new()));
    }
    refused("a.docx", &parts.zip(), ErrorKind::TooManyParts);
}

#[test]
fn bombs() {
    let blanks = vec![b' '; usize::try_from(limits::UNPACKED_BYTES).unwrap() + 1];
    let document = [b"<w:document>", blanks.as_slice(), b"</w:document>"].concat();
    let mut bytes = good_docx().with("word/document.xml", &document).zip();
    refused("a.docx", &bytes, ErrorKind::TooLargeUnpacked);
    // Declared small, unpacked large.
    let declared = u32::try_from(document.len()).unwrap().to_le_bytes();
    while let Some(at) = bytes.windows(4).position(|window| window == declared) {
        bytes[at..at + 4].copy_from_slice(&1000u32.to_le_bytes());
    }
    let reading = read("a.docx", &bytes);
    assert!(matches!(
        reading.error,
        Some(ErrorKind::TooLargeUnpacked | ErrorKind::BadDocument)
    ));
}

#[test]
fn deep_and_wide_xml() {
    let deep = format!("{}{}", "<w:sdt>".repeat(5_000), "</w:sdt>".repeat(5_000));
    refused("a.docx", &docx(&deep).zip(), ErrorKind::TooLargeUnpacked);
    let nested = format!(
        "{}{}",
        "<w:tbl><w:tr><w:tc>".repeat(1_000),
        "</w:tc></w:tr></w:tbl>".repeat(1_000)
    );
    refused("a.docx", &docx(&nested).zip(), ErrorKind::TooLargeUnpacked);
    let cell = "<w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc>";
    let many = format!(
        "<w:tbl><w:tr>{}</w:tr></w:tbl>",
        cell.repeat(limits::CELLS + 1)
    );
    refused("a.docx", &docx(&many).zip(), ErrorKind::TooLargeUnpacked);
    let attributes: String = (0..100_000)
        .map(|number| format!(" a{number}='x'"))
        .collect();
    fine(
        "a.docx",
        &docx(&(caption() + &table(&GOOD) + &format!("<w:p{attributes}/>"))),
    );
}

#[test]
fn absurd_numbers_in_attributes() {
    let span = "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='999999999'/></w:tcPr><w:p/></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>";
    let reading = read("a.docx", &docx(span).zip());
    assert_eq!(reading.outcome, Outcome::Rejected);
    let tail = "<mergeCells count='999999999'><mergeCell ref='A8:XFD1048576'/></mergeCells>";
    fine(
        "a.xlsx",
        &xlsx(&format!("<sheetData>{}</sheetData>{tail}", good_rows())),
    );
    let shared = format!("<sst xmlns='{SHEET}' count='4294967295' uniqueCount='4294967295'/>");
    fine("a.xlsx", &good_xlsx().with("xl/sharedStrings.xml", shared));
    let everything = format!(
        "<sheetData>{}</sheetData><mergeCells><mergeCell ref='A1:XFD1048576'/></mergeCells>",
        good_rows()
    );
    refused(
        "a.xlsx",
        &xlsx(&everything).zip(),
        ErrorKind::FormNotRecognised,
    );
    let overlapping = format!(
        "<mergeCells>{}</mergeCells>",
        "<mergeCell ref='A1:XFD1048576'/>".repeat(200_000)
    );
    let rows: String = (1..2_000).map(|number| row(number, &["x"])).collect();
    let reading = read(
        "a.xlsx",
        &xlsx(&format!("<sheetData>{rows}</sheetData>{overlapping}")).zip(),
    );
    assert_eq!(reading.outcome, Outcome::Rejected);
}

#[test]
fn formatted_but_empty_to_the_last_row() {
    let empty: String = (7..=300_000)
        .map(|number| format!("<row r='{number}' s='1'/>"))
        .collect();
    fine(
        "a.xlsx",
        &xlsx(&format!(
            "<dimension ref='A1:XFD1048576'/><sheetData>{}{empty}</sheetData>",
            good_rows()
        )),
    );
    let last = "<row r='1048576'><c r='XFD1048576' s='1'/></row>";
    fine(
        "a.xlsx",
        &xlsx(&format!("<sheetData>{}{last}</sheetData>", good_rows())),
    );
}

#[test]
fn too_many_rows_and_cells() {
    let many: String = (7..7 + u32::try_from(limits::ROWS).unwrap())
        .map(|number| row(number, &["x"]))
        .collect();
    refused(
        "a.xlsx",
        &xlsx(&format!("<sheetData>{}{many}</sheetData>", good_rows())).zip(),
        ErrorKind::TooLargeUnpacked,
    );
    let long = format!("单位,任务数,完成数\n{}", "a,1,1\n".repeat(limits::ROWS));
    refused("a.csv", long.as_bytes(), ErrorKind::TooLargeUnpacked);
    refused(
        "a.csv",
        &vec![b'a'; limits::UPLOAD_BYTES + 1],
        ErrorKind::TooLargeUnpacked,
    );
    // Columns without end: each would have a place kept, filled or not.
    let commas = vec![b','; limits::SEPARATORS + 1];
    refused(
        "a.csv",
        &[b"a", commas.as_slice()].concat(),
        ErrorKind::TooLargeUnpacked,
    );
    // One long shared string in very many cells.
    let string = "长".repeat(8_000);
    let cells: String = (1..20_000)
        .map(|number| format!("<row r='{number}'><c r='A{number}' t='s'><v>0</v></c></row>"))
        .collect();
    let parts = xlsx(&format!("<sheetData>{cells}</sheetData>")).with(
        "xl/sharedStrings.xml",
        format!("<sst xmlns='{SHEET}'><si><t>{string}</t></si></sst>"),
    );
    refused("a.xlsx", &parts.zip(), ErrorKind::TooLargeUnpacked);
}

#[test]
fn document_types_and_entities() {
    let bomb = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>";
    let document = format!(
        "{bomb}<w:document xmlns:w='{WORD}'><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>"
    );
    refused(
        "a.docx",
        &docx_document(&document).zip(),
        ErrorKind::ExternalContent,
    );
    let sheet = format!("<!DOCTYPE x SYSTEM 'file:///etc/passwd'><worksheet xmlns='{SHEET}'/>");
    refused(
        "a.xlsx",
        &xlsx_sheet(&sheet).zip(),
        ErrorKind::ExternalContent,
    );
    for part in [
        "docProps/core.xml",
        "word/styles.xml",
        "customXml/item1.xml",
    ] {
        refused(
            "a.docx",
            &good_docx().with(part, format!("{bomb}<x/>")).zip(),
            ErrorKind::ExternalContent,
        );
    }
    refused(
        "a.docx",
        &good_docx()
            .with("[Content_Types].xml", format!("{bomb}<x/>"))
            .zip(),
        ErrorKind::ExternalContent,
    );
}

#[test]
fn content_from_elsewhere() {
    let outer = |kind: &str, target: &str| {
        good_docx().with(
            "word/_rels/document.xml.rels",
            rels(&[("x", kind, target, true)]),
        )
    };
    for kind in [
        "attachedTemplate",
        "oleObject",
        "frame",
        "subDocument",
        "image",
    ] {
        refused(
            "a.docx",
            &outer(kind, "http://example.com/x").zip(),
            ErrorKind::ExternalContent,
        );
    }
    refused(
        "a.docx",
        &outer("attachedTemplate", "\\\\server\\x.dotm").zip(),
        ErrorKind::ExternalContent,
    );
    fine("a.docx", &outer("hyperlink", "http://example.com/"));
    fine(
        "a.docx",
        &outer("attachedTemplate", "file:///C:\\Users\\a\\Normal.dotm"),
    );
    refused(
        "a.xlsx",
        &good_xlsx()
            .with("xl/externalLinks/externalLink1.xml", "<x/>")
            .zip(),
        ErrorKind::ExternalContent,
    );
    let field = "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> DDEAUTO c:\\cmd.exe</w:instrText></w:r>\
        <w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>";
    refused(
        "a.docx",
        &docx(&(caption() + &table(&GOOD) + field)).zip(),
        ErrorKind::ExternalContent,
    );
    refused(
        "a.docx",
        &docx("<w:p><w:fldSimple w:instr='DDE x y'/></w:p>").zip(),
        ErrorKind::ExternalContent,
    );
    let dde = "<row r='9'><c r='A9'><f>cmd|'/c calc'!A0</f><v>0</v></c></row>";
    refused(
        "a.xlsx",
        &xlsx(&format!("<sheetData>{}{dde}</sheetData>", good_rows())).zip(),
        ErrorKind::ExternalContent,
    );
}

#[test]
fn macros() {
    refused(
        "a.docx",
        &good_docx().with("word/vbaProject.bin", "x").zip(),
        ErrorKind::MacroNotAllowed,
    );
    refused(
        "a.xlsx",
        &good_xlsx().with("xl/vbaProject.bin", "x").zip(),
        ErrorKind::MacroNotAllowed,
    );
    refused(
        "a.xlsx",
        &good_xlsx().with("xl/macrosheets/sheet1.xml", "<x/>").zip(),
        ErrorKind::MacroNotAllowed,
    );
    refused("a.docm", &good_docx().zip(), ErrorKind::MacroNotAllowed);
    let types = String::from_utf8(good_docx().0[0].1.clone()).unwrap();
    let types = types.replace(
        "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        "vnd.ms-word.document.macroEnabled.main+xml",
    );
    refused(
        "a.docx",
        &good_docx().with("[Content_Types].xml", types).zip(),
        ErrorKind::MacroNotAllowed,
    );
}

#[test]
fn names_and_bytes_that_disagree() {
    refused("a.docx", &good_xlsx().zip(), ErrorKind::ContentMismatch);
    refused("a.xlsx", &good_docx().zip(), ErrorKind::ContentMismatch);
    refused("a.csv", &good_xlsx().zip(), ErrorKind::ContentMismatch);
    refused("a.pdf", &good_docx().zip(), ErrorKind::ContentMismatch);
    refused("a.docx", b"MZ\x90\0\x03\0\0\0", ErrorKind::ContentMismatch);
    refused(
        "a.csv",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        ErrorKind::ContentMismatch,
    );
    refused("a.csv", b"a,b\0,c\n", ErrorKind::ContentMismatch);
    refused(
        "a.docx",
        "单位,任务数".as_bytes(),
        ErrorKind::ContentMismatch,
    );
    refused("a.xlsx", b"<html><table>", ErrorKind::ContentMismatch);
    refused("a.docx", b"%PDF-1.7\n", ErrorKind::ContentMismatch);
    refused(
        "a.docx",
        &Parts::default().with("hello.txt", "hello").zip(),
        ErrorKind::ContentMismatch,
    );
}

#[test]
fn old_and_encrypted_formats() {
    let mut ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    ole.resize(2048, 0);
    for name in ["a.doc", "a.xls", "a.wps", "a.et"] {
        refused(name, &ole, ErrorKind::UnsupportedLegacy);
    }
    refused("a.docx", &ole, ErrorKind::ContentMismatch);
    refused("a.doc", b"{\\rtf1 x}", ErrorKind::UnsupportedLegacy);
    refused(
        "a.xls",
        b"<html><table></table>",
        ErrorKind::UnsupportedLegacy,
    );
    ole[1024..1056].copy_from_slice(
        &"EncryptedPackage"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<_>>(),
    );
    refused("a.docx", &ole, ErrorKind::Encrypted);
    refused("a.xlsx", &ole, ErrorKind::Encrypted);
    let mut zip = good_docx().zip();
    for signature in [b"PK\x03\x04", b"PK\x01\x02"] {
        let flags = if signature == b"PK\x03\x04" { 6 } else { 8 };
        let at = zip
            .windows(4)
            .position(|window| window == signature)
            .unwrap();
        zip[at + flags] |= 1;
    }
    refused("a.docx", &zip, ErrorKind::Encrypted);
}

#[test]
fn attachments() {
    for (name, bytes) in [
        ("a.pdf", &b"%PDF-1.7\n\0"[..]),
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        ("a.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF"),
    ] {
        refused(name, bytes, ErrorKind::NotImportable);
        let kept = forms::read(name, bytes, None);
        assert_eq!((kept.outcome, kept.error), (Outcome::Attached, None));
        assert!(kept.message.contains("docx"), "{}", kept.message);
    }
    refused(
        "a.zip",
        &Parts::default().with("hello.txt", "hello").zip(),
        ErrorKind::NotImportable,
    );
}

#[test]
fn tracked_changes() {
    for change in [
        "<w:ins w:id='1'><w:r><w:t>5</w:t></w:r></w:ins>",
        "<w:del w:id='1'><w:r><w:delText>5</w:delText></w:r></w:del>",
    ] {
        refused(
            "a.docx",
            &docx(&(caption() + &table(&GOOD) + &format!("<w:p>{change}</w:p>"))).zip(),
            ErrorKind::TrackedChanges,
        );
    }
    let row = "<w:tbl><w:tr><w:trPr><w:del w:id='1'/></w:trPr><w:tc><w:p/></w:tc></w:tr></w:tbl>";
    refused("a.docx", &docx(row).zip(), ErrorKind::TrackedChanges);
    let format = "<w:p><w:pPr><w:pPrChange w:id='1'><w:pPr/></w:pPrChange></w:pPr></w:p>";
    fine("a.docx", &docx(&(caption() + &table(&GOOD) + format)));
}

#[test]
fn forms_that_are_not_there() {
    refused(
        "a.docx",
        &docx(&p("没有表格")).zip(),
        ErrorKind::FormNotRecognised,
    );
    refused(
        "a.csv",
        "姓名,电话\n张三,123\n".as_bytes(),
        ErrorKind::FormNotRecognised,
    );
    refused(
        "a.docx",
        &docx(&(caption() + &table(&GOOD[..1]))).zip(),
        ErrorKind::NoRows,
    );
    refused(
        "a.csv",
        "单位,任务数,完成数,完成率\n,,,\n".as_bytes(),
        ErrorKind::NoRows,
    );
    let second = table(&[
        &[
            "序号",
            "项目名称",
            "基本情况",
            "投资额（万元）",
            "调整内容",
            "调整理由",
            "联系人及联系方式",
            "备注",
        ],
        &["1", "", "", "", "", "", "", ""],
    ]);
    let third = table(&[&[
        "序号",
        "类别",
        "合作项目名称",
        "合作央企名称",
        "当前进展情况",
        "存在问题",
        "下一步工作计划和重点",
        "联系人及联系方式",
    ]]);
    for (body, form) in [(second, Form::Annex2), (third, Form::Annex3)] {
        let bytes = docx(&body).zip();
        refused("a.docx", &bytes, ErrorKind::FormMismatch);
        let any = forms::read("a.docx", &bytes, None);
        assert_eq!((any.outcome, any.form), (Outcome::Rejected, Some(form)));
        assert_eq!(any.error, Some(ErrorKind::NoRows), "{}", any.message);
    }
    let wrong = forms::read("a.docx", &good_docx().zip(), Some(Form::Annex2));
    assert_eq!(
        (wrong.error, wrong.form),
        (Some(ErrorKind::FormMismatch), Some(Form::Annex1))
    );
}

#[test]
fn much_of_one_thing() {
    let blank = "<w:p/>".repeat(300_000);
    let cell = format!("<w:tbl><w:tr><w:tc>{blank}</w:tc></w:tr></w:tbl>");
    refused("a.docx", &docx(&cell).zip(), ErrorKind::TooLargeUnpacked);
    let styles = format!(
        "<styleSheet xmlns='{SHEET}'><cellXfs>{}</cellXfs></styleSheet>",
        "<xf/>".repeat(500_000)
    );
    let parts = good_xlsx().with("xl/styles.xml", styles);
    refused("a.xlsx", &parts.zip(), ErrorKind::TooLargeUnpacked);
    let field = "<w:r><w:fldChar w:fldCharType='begin'/><w:fldChar w:fldCharType='separate'/><w:t>1</w:t></w:r>";
    let fields = format!("<w:p>{}</w:p>", field.repeat(30_000));
    refused("a.docx", &docx(&fields).zip(), ErrorKind::BadDocument);
    let references = format!(
        "<w:p><w:r><w:t>{}</w:t></w:r></w:p>",
        "&lt;".repeat(limits::CELL_TEXT_BYTES + 1)
    );
    refused(
        "a.docx",
        &docx(&references).zip(),
        ErrorKind::TooLargeUnpacked,
    );
}

#[test]
fn wide_headers_and_many_sums() {
    let wide: Vec<String> = (0..15_000).map(|number| format!("别的{number}")).collect();
    let header = format!("单位,任务数,累计完成数,完成率,{}", wide.join(","));
    let rows = "甲公司,1,1,100%,x\n".repeat(8_000);
    let reading = read("a.csv", format!("{header}\n{rows}").as_bytes());
    assert_eq!(reading.rows.len(), 8_000);
    let sums = "甲公司,1,1,100%\n小计,1,1,100%\n".repeat(8_000);
    let reading = read(
        "a.csv",
        format!("单位,任务数,累计完成数,完成率\n{sums}").as_bytes(),
    );
    assert_eq!(reading.rows.len(), 8_000);
    assert!(reading.warnings.len() <= limits::WARNINGS + 1);
}
