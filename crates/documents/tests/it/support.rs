//! Builds small docx and xlsx files, good and hostile, without any library but zip.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

pub const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
pub const SHEET: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const WORD_TYPE: &str =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
const SHEET_TYPE: &str =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";

/// The parts of a container by name.
#[derive(Clone, Default)]
pub struct Parts(pub Vec<(String, Vec<u8>)>);

impl Parts {
    pub fn with(mut self, name: &str, content: impl AsRef<[u8]>) -> Self {
        self.0.retain(|(old, _)| old != name);
        self.0.push((name.to_owned(), content.as_ref().to_vec()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.0.retain(|(old, _)| old != name);
        self
    }

    pub fn zip(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in &self.0 {
            let options =
                SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
            zip.start_file(name.as_str(), options).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }
}

fn content_types(part: &str, kind: &str) -> String {
    format!(
        "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>\
         <Default Extension='rels' ContentType='application/vnd.openxmlformats-package.relationships+xml'/>\
         <Default Extension='xml' ContentType='application/xml'/><Override PartName='/{part}' ContentType='{kind}'/></Types>"
    )
}

/// A `.rels` part with these (id, kind, target, external).
pub fn rels(list: &[(&str, &str, &str, bool)]) -> String {
    let mut text = String::from(
        "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>",
    );
    for (id, kind, target, external) in list {
        let mode = if *external {
            " TargetMode='External'"
        } else {
            ""
        };
        text.push_str(&format!(
            "<Relationship Id='{id}' Type='{OFFICE}/{kind}' Target='{target}'{mode}/>"
        ));
    }
    text + "</Relationships>"
}

/// A docx with this body.
pub fn docx(body: &str) -> Parts {
    docx_document(&format!(
        "<w:document xmlns:w='{WORD}' xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'><w:body>{body}</w:body></w:document>"
    ))
}

/// A docx with this main part.
pub fn docx_document(document: &str) -> Parts {
    Parts::default()
        .with(
            "[Content_Types].xml",
            content_types("word/document.xml", WORD_TYPE),
        )
        .with(
            "_rels/.rels",
            rels(&[("r1", "officeDocument", "word/document.xml", false)]),
        )
        .with("word/document.xml", document)
}

/// A paragraph.
pub fn p(text: &str) -> String {
    format!("<w:p><w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>")
}

/// A table of plain cells.
pub fn table(rows: &[&[&str]]) -> String {
    let cells = |row: &&[&str]| {
        row.iter()
            .map(|text| format!("<w:tc>{}</w:tc>", p(text)))
            .collect::<String>()
    };
    let rows: String = rows
        .iter()
        .map(|row| format!("<w:tr>{}</w:tr>", cells(row)))
        .collect();
    format!("<w:tbl>{rows}</w:tbl>")
}

/// Title and unit line of 附件1.
pub fn caption() -> String {
    p("2017年1-10月市级国有企业招商引资情况一览表") + &p("单位：万元")
}

/// A small 附件1 that reads without warnings.
pub const GOOD: [&[&str]; 4] = [
    &["单位", "任务数", "1-10月累计完成数", "完成率"],
    &["甲公司", "100", "50", "50.00%"],
    &["乙公司", "300", "150", "50.00%"],
    &["合计", "400", "200", "50.00%"],
];

/// An xlsx with one sheet whose main part has this content in `worksheet`.
pub fn xlsx(sheet: &str) -> Parts {
    xlsx_sheet(&format!("<worksheet xmlns='{SHEET}'>{sheet}</worksheet>"))
}

/// An xlsx with this sheet part.
pub fn xlsx_sheet(sheet: &str) -> Parts {
    let book = format!(
        "<workbook xmlns='{SHEET}' xmlns:r='{OFFICE}'><sheets><sheet name='Sheet1' sheetId='1' r:id='s1'/></sheets></workbook>"
    );
    let list = [
        ("s1", "worksheet", "worksheets/sheet1.xml", false),
        ("s2", "sharedStrings", "sharedStrings.xml", false),
        ("s3", "styles", "styles.xml", false),
    ];
    Parts::default()
        .with("[Content_Types].xml", content_types("xl/workbook.xml", SHEET_TYPE))
        .with("_rels/.rels", rels(&[("r1", "officeDocument", "xl/workbook.xml", false)]))
        .with("xl/workbook.xml", book)
        .with("xl/_rels/workbook.xml.rels", rels(&list))
        .with("xl/sharedStrings.xml", format!("<sst xmlns='{SHEET}'><si><t>甲公司</t></si></sst>"))
        .with("xl/styles.xml", format!("<styleSheet xmlns='{SHEET}'><cellXfs><xf numFmtId='0'/><xf numFmtId='10'/></cellXfs></styleSheet>"))
        .with("xl/worksheets/sheet1.xml", sheet)
}

/// A row of inline strings and numbers.
pub fn row(number: u32, cells: &[&str]) -> String {
    let cell = |(at, text): (usize, &&str)| {
        let reference = format!("{}{number}", char::from(b'A' + u8::try_from(at).unwrap()));
        match text.parse::<u64>() {
            Ok(_) => format!("<c r='{reference}'><v>{text}</v></c>"),
            Err(_) => format!("<c r='{reference}' t='inlineStr'><is><t>{text}</t></is></c>"),
        }
    };
    format!(
        "<row r='{number}'>{}</row>",
        cells.iter().enumerate().map(cell).collect::<String>()
    )
}

/// Title, unit line and the rows of [`GOOD`] as sheet rows 1 to 6.
pub fn good_rows() -> String {
    let mut rows = row(1, &["2017年1-10月市级国有企业招商引资情况一览表"])
        + &row(2, &["", "", "", "单位：万元"]);
    for (number, cells) in (3..).zip(GOOD) {
        rows.push_str(&row(number, cells));
    }
    rows
}
