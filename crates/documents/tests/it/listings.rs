//! Lists to take away: typed cells, nothing that runs, any number of rows.

use std::io::{Seek, SeekFrom, Write};

use chrono::NaiveDate;
use documents::write::{
    TableCell, TableColumn, TableHead, TableXlsx, WriteError, table_csv, table_xlsx,
};
use domain::{Money, partial_date::PartialDate};

use crate::annex2::part;

pub fn head() -> TableHead {
    let column = |(title, width)| TableColumn::new(title, width);
    TableHead {
        title: "项目库".into(),
        note: "王某某 2017-12-08 09:30 导出".into(),
        columns: [
            ("项目名称", 20),
            ("投资额（万元）", 8),
            ("附件数", 4),
            ("登记日期", 7),
            ("开工", 6),
        ]
        .map(column)
        .into(),
    }
}

pub fn rows(count: i64) -> impl Iterator<Item = [TableCell; 5]> {
    let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
    (0..count).map(move |number| {
        [
            TableCell::text(format!("项目{number}")),
            Money::from_fen(12_000_500_000 + number).into(),
            number.into(),
            day(2017, 12, 8).into(),
            PartialDate::Month {
                year: 2017,
                month: 5,
            }
            .into(),
        ]
    })
}

fn sheet(rows: &[Vec<TableCell>]) -> String {
    part(
        &table_xlsx(&head(), rows).unwrap(),
        "xl/worksheets/sheet1.xml",
    )
}

#[test]
fn cells_are_what_they_are() {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let made = sheet(&[
        vec![
            "=1+1\n甲\u{1}".into(),
            Money::from_fen(-1).into(),
            (-3).into(),
            day("2017-12-08").into(),
            TableCell::Empty,
        ],
        vec![
            "_x0041_ & <".into(),
            Money::from_wan(5).into(),
            i64::MAX.into(),
            day("1899-01-01").into(),
        ],
    ]);
    for cell in [
        "<c r=\"A2\" s=\"3\" t=\"inlineStr\"><is><t xml:space=\"preserve\">=1+1\n甲</t></is></c>",
        "<c r=\"B2\" s=\"11\"><v>-0.000001</v></c>",
        "<c r=\"C2\" s=\"5\"><v>-3</v></c>",
        "<c r=\"D2\" s=\"4\"><v>43077</v></c></row>",
        "<t xml:space=\"preserve\">_x005F_x0041_ &amp; &lt;</t>",
        "<c r=\"B3\" s=\"5\"><v>5</v></c>",
        "<c r=\"C3\" s=\"2\" t=\"inlineStr\"><is><t xml:space=\"preserve\">9223372036854775807</t>",
        ">1899-01-01</t>",
        "<autoFilter ref=\"A1:E3\"/>",
        "state=\"frozen\"",
    ] {
        assert!(made.contains(cell), "{cell}: {made}");
    }
    assert!(!made.contains("<f>"));
}

#[test]
fn csv_has_the_same_values() {
    let rows = [
        vec![
            "=1+1".into(),
            Money::from_fen(-1_500_000).into(),
            7.into(),
            TableCell::Empty,
            PartialDate::Month {
                year: 2017,
                month: 5,
            }
            .into(),
        ],
        vec!["甲,\"乙\"\n丙".into()],
    ];
    let csv = String::from_utf8(table_csv(&head(), &rows).unwrap()).unwrap();
    assert_eq!(
        csv,
        "\u{feff}项目名称,投资额（万元）,附件数,登记日期,开工\r\n'=1+1,-1.5,7,,2017-05\r\n\"甲,\"\"乙\"\"\n丙\",,,,\r\n"
    );
}

#[test]
fn the_same_rows_give_the_same_bytes_and_a_proper_name() {
    let mut head = head();
    assert_eq!(
        table_xlsx(&head, rows(3)).unwrap(),
        table_xlsx(&head, rows(3)).unwrap()
    );
    head.title = "'[甲]/乙:丙?'".into();
    let workbook = part(&table_xlsx(&head, rows(0)).unwrap(), "xl/workbook.xml");
    assert!(workbook.contains("<sheet name=\"甲乙丙\""), "{workbook}");
    assert!(workbook.contains("&apos;甲乙丙&apos;!$1:$1"), "{workbook}");
}

#[test]
fn a_text_that_no_cell_holds_is_cut_and_says_so() {
    let made = sheet(&[vec!["长".repeat(40_000).into()]]);
    assert!(made.contains("长…</t>"));
    assert_eq!(made.matches('长').count(), 32_766);
}

#[test]
fn more_columns_than_a_sheet_has_are_refused() {
    let head = TableHead {
        columns: vec![TableColumn::new("列", 4); 16_385],
        ..head()
    };
    assert!(matches!(
        table_xlsx(&head, rows(0)),
        Err(WriteError::TooLong)
    ));
}

/// Keeps nothing of what is written, and counts what it was given at most at once.
#[derive(Default)]
struct Sink {
    at: u64,
    end: u64,
    most: usize,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.at += bytes.len() as u64;
        self.end = self.end.max(self.at);
        self.most = self.most.max(bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Seek for Sink {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::End(by) => self.end.saturating_add_signed(by),
            SeekFrom::Current(by) => self.at.saturating_add_signed(by),
        };
        Ok(self.at)
    }
}

#[test]
fn rows_leave_as_they_come() {
    let mut table = TableXlsx::new(Sink::default(), &head()).unwrap();
    for row in rows(20_000) {
        table.row(&row).unwrap();
    }
    let sink = table.finish().unwrap();
    assert!(sink.end > 100_000, "{}", sink.end);
    assert!(
        sink.most < 200_000,
        "nothing is kept to the end: {}",
        sink.most
    );
}

#[test]
fn a_hundred_thousand_rows_are_one_sheet() {
    let names = (0..100_000).map(|number| [TableCell::text(format!("项目{number}"))]);
    let made = table_xlsx(&head(), names).unwrap();
    let sheet = part(&made, "xl/worksheets/sheet1.xml");
    assert_eq!(sheet.matches("<row ").count(), 100_001);
    assert!(sheet.contains("<autoFilter ref=\"A1:E100001\"/>"));
}
