//! What could be read wrong without anybody noticing is doubted, or not read.

use documents::forms::{self, ErrorKind, Form, Outcome, Reading, RowRef};

use crate::support::{docx, p, row, table, xlsx};

const HEADER: &str = "单位,任务数,1-10月累计完成数,完成率\n";

fn csv(text: &str) -> Reading {
    forms::read("附件1.csv", text.as_bytes(), Some(Form::Annex1))
}

/// A reading of rows under title, unit line and header.
fn rows(text: &str) -> Reading {
    csv(&format!(
        "2017年1-10月招商引资情况一览表\n单位：万元\n{HEADER}{text}"
    ))
}

fn done(reading: &Reading) -> Vec<Option<&str>> {
    let rows = reading.rows.iter();
    rows.map(|row| row.done_wan.as_deref()).collect()
}

fn units(reading: &Reading) -> Vec<&str> {
    reading.rows.iter().map(|row| row.unit.as_str()).collect()
}

#[track_caller]
fn warned(reading: &Reading, row: RowRef, field: Option<&str>, part: &str) {
    let found = reading.warnings.iter().any(|warning| {
        warning.row == row && warning.field.as_deref() == field && warning.why.contains(part)
    });
    assert!(found, "no “{part}” in {:?}", reading.warnings);
}

#[test]
fn a_cell_with_a_magnitude_of_its_own_is_doubted() {
    for (text, value) in [
        ("1万", Some("1")),
        ("一万", Some("1")),
        ("5000万", Some("5000")),
        ("2千", Some("2000")),
        ("九万零三百零九", None),
    ] {
        let reading = rows(&format!("甲公司,10000,{text},\n"));
        assert_eq!(done(&reading), [value], "{text}");
        warned(&reading, RowRef::Row(1), Some("done_wan"), text);
        let why = reading.warnings.iter().map(|warning| &warning.why);
        assert!(why.into_iter().all(|why| !why.contains("写明单位是元")));
    }
    assert_eq!(rows("甲公司,10000,5000万元,50.00%\n").outcome, Outcome::Ok);
}

#[test]
fn counts_are_no_money() {
    for unit in ["个", "家", "户", "次", "人"] {
        let text = format!(
            "单位：万元\n单位,项目任务数（{unit}）,项目完成数（{unit}）,完成率\n甲公司,10,8,80%\n"
        );
        assert_eq!(csv(&text).error, Some(ErrorKind::FormNotRecognised));
    }
    let reading = csv(
        "单位：万元\n单位,任务数（家）,任务数,完成数（家）,完成数,完成率\n甲公司,10,100,8,50,50%\n",
    );
    assert_eq!(done(&reading), [Some("50")]);
    warned(&reading, RowRef::File, None, "任务数(家)、完成数(家)");
    let reading = csv("单位：个\n单位,任务数,完成数,完成率\n甲公司,10,8,80%\n");
    assert_eq!(done(&reading), [None]);
    warned(&reading, RowRef::Row(1), Some("done_wan"), "不是金额");
}

#[test]
fn the_unit_of_another_table_is_not_applied() {
    let own = "2017年1-10月市级国有企业招商引资情况一览表";
    let form: [&[&str]; 2] = [
        &["单位", "任务数", "1-10月累计完成数", "完成率"],
        &["甲公司", "10000", "5000", "50.00%"],
    ];
    let read = |body: String| forms::read("a.docx", &docx(&body).zip(), None);
    let reading = read(p("附件3 报送情况（单位：元）") + &p(own) + &table(&form));
    assert_eq!(
        (done(&reading), &reading.unit_of_money),
        (vec![Some("5000")], &None)
    );
    warned(&reading, RowRef::File, None, "属于另一张表");
    let other: [&[&str]; 2] = [&["项目", "金额"], &["甲", "5"]];
    let reading = read(p("其他表（单位：元）") + &table(&other) + &p(own) + &table(&form));
    assert_eq!(done(&reading), [Some("5000")]);
    let after = p("附件3 报送情况表") + &p("单位：元");
    let reading = read(p(own) + &table(&form) + &after);
    assert_eq!(
        (done(&reading), &reading.unit_of_money),
        (vec![Some("5000")], &None)
    );
}

#[test]
fn two_units_in_one_statement_are_asked_about() {
    for line in ["单位：万元，亿元", "单位：万元/亿元", "单位：万元 亿元"] {
        let reading = csv(&format!("\"{line}\"\n{HEADER}甲公司,10000,5000,50.00%\n"));
        assert_eq!(
            (done(&reading), &reading.unit_of_money),
            (vec![None], &None)
        );
        warned(&reading, RowRef::File, None, "不止一个");
    }
}

#[test]
fn periods_that_are_not_cumulative_are_doubted() {
    let read = |title: &str, header: &str| {
        csv(&format!(
            "{title}\n单位：万元\n{header}\n甲公司,10000,5000,50.00%\n"
        ))
    };
    let plain = "单位,任务数,完成数,完成率";
    let reading = read("2017年招商引资情况表", "单位,任务数,3-10月完成数,完成率");
    assert_eq!(reading.as_at, None);
    warned(&reading, RowRef::File, Some("done_wan"), "不是从1月起");
    let reading = read(
        "2017年1-10月招商引资情况表",
        "单位,任务数,3-10月完成数,完成率",
    );
    assert_eq!(reading.as_at, None);
    let reading = read(
        "2017年3-10月招商引资情况表",
        "单位,任务数,1-10月完成数,完成率",
    );
    assert_eq!((reading.year, reading.as_at), (Some(2017), None));
    warned(&reading, RowRef::File, None, "不是从1月起");
    let reading = read("2016年12月-2017年10月招商引资情况表", plain);
    assert_eq!((reading.year, reading.as_at), (None, None));
    warned(&reading, RowRef::File, None, "跨了两年");
    let reading = read(
        "招商引资情况表",
        "单位,2017年任务数,2016年1-10月累计完成数,完成率",
    );
    assert_eq!((reading.year, reading.as_at), (None, None));
    warned(&reading, RowRef::File, None, "年份不一致");
    let reading = csv(
        "单位：万元\n单位,2017年任务数,2016年1-10月累计完成数,完成率\n甲公司,10000,5000,50.00%\n",
    );
    assert_eq!((reading.year, reading.as_at), (None, None));
    warned(&reading, RowRef::File, None, "年份不一致");
    let reading = read(
        "2017年招商引资情况表",
        "单位,1-10月任务数,1-10月累计完成数,完成率",
    );
    assert_eq!(
        reading.as_at.map(|day| day.to_string()).as_deref(),
        Some("2017-10-31")
    );
    warned(&reading, RowRef::File, Some("target_wan"), "不是全年任务数");
    let reading = read("2017年10月招商引资完成情况", plain);
    warned(&reading, RowRef::File, Some("done_wan"), "只写了一个月");
    let reading = csv(
        "单位：万元\n单位,1-10月任务数,全年任务数,1-10月累计完成数,完成率\n甲公司,8000,10000,5000,50.00%\n",
    );
    assert_eq!(reading.rows[0].target_wan.as_deref(), Some("10000"));
}

#[test]
fn rows_that_are_no_enterprises_are_left_out() {
    for label in [
        "平均",
        "均值",
        "平均值",
        "排名",
        "最高",
        "最低",
        "其中：外资",
    ] {
        let reading = rows(&format!(
            "甲公司,100,50,50.00%\n{label},100,50,50.00%\n乙公司,100,50,50.00%\n"
        ));
        assert_eq!(units(&reading), ["甲公司", "乙公司"], "{label}");
        warned(&reading, RowRef::File, None, label);
    }
    let total = "合计,100,50,50.00%\n";
    for footer in [
        "填报人：张三,,联系电话：,88881234",
        "联系电话,88881234,,",
        "制表：李四,,审核：,",
        "单位：万元,,,",
        "备注,,,",
        "说明：数据截至10月底,,,",
        "注：不含外资,,,",
    ] {
        for before in ["", total] {
            let reading = rows(&format!("甲公司,100,50,50.00%\n{before}{footer}\n"));
            assert_eq!(units(&reading), ["甲公司"], "{footer}");
        }
    }
    let reading = rows("甲公司,-100,50,\n乙公司,100,50,50.00%\n");
    warned(&reading, RowRef::Row(1), Some("target_wan"), "负数");
}

#[test]
fn amounts_out_of_all_proportion_are_doubted() {
    let reading = csv(&format!("单位：亿元\n{HEADER}甲公司,5000,2500,50.00%\n"));
    assert_eq!(done(&reading), [Some("25000000")]);
    warned(&reading, RowRef::Row(1), Some("target_wan"), "数额异常");
    let reading = csv(&format!("单位：元\n{HEADER}甲公司,5000,2500,50.00%\n"));
    warned(&reading, RowRef::File, None, "请核对单位是否为元");
    let reading =
        rows("甲公司,5000,2500,50.00%\n乙公司,4000,2000,50.00%\n丙公司,50000000,25000000,50.00%\n");
    warned(&reading, RowRef::Row(3), Some("target_wan"), "大一万倍");
    let reading =
        rows("甲公司,5000,2500,50.00%\n乙公司,4000,0.2,0.01%\n丙公司,5000,600000,12000.00%\n");
    warned(&reading, RowRef::Row(2), Some("done_wan"), "万分之一");
    warned(&reading, RowRef::Row(3), Some("done_wan"), "100倍");
    assert_eq!(
        rows("甲公司,10000,90309,903.09%\n乙公司,5000,0,0.00%\n丙公司,5000,262,5.24%\n").outcome,
        Outcome::Ok
    );
}

#[test]
fn a_second_page_in_the_same_sheet_goes_on() {
    let title = "2017年1-10月市级国有企业招商引资情况一览表";
    let header: [&str; 4] = ["单位", "任务数", "1-10月累计完成数", "完成率"];
    let sheet = |first: &str, second: &str, total: bool| {
        let mut lines: Vec<Vec<&str>> = vec![vec![first], vec!["单位：万元"]];
        lines.extend([header.to_vec(), vec!["甲公司", "100", "50", "50.00%"]]);
        if total {
            lines.push(vec!["合计", "100", "50", "50.00%"]);
        }
        lines.extend([vec![second], vec!["单位：万元"], header.to_vec()]);
        lines.extend([vec!["乙公司", "100", "50", "50.00%"]]);
        let rows: String = (1..)
            .zip(&lines)
            .map(|(at, cells)| row(at, cells))
            .collect();
        let bytes = xlsx(&format!("<sheetData>{rows}</sheetData>")).zip();
        forms::read("a.xlsx", &bytes, None)
    };
    let reading = sheet(title, title, false);
    assert_eq!(
        (units(&reading), reading.outcome),
        (vec!["甲公司", "乙公司"], Outcome::Ok)
    );
    let reading = sheet("", title, false);
    assert_eq!(units(&reading), ["甲公司", "乙公司"], "{reading:?}");
    assert_eq!(reading.title.as_deref(), Some(title));
    let reading = sheet(title, title, true);
    assert_eq!(units(&reading), ["甲公司", "乙公司"]);
    warned(&reading, RowRef::File, None, "下一页");
    let other = "2017年1-9月市级国有企业招商引资情况一览表";
    let reading = sheet(title, other, false);
    assert_eq!(units(&reading), ["甲公司"]);
    warned(&reading, RowRef::File, None, other);
}

#[test]
fn blank_texts_are_empty_and_messages_fit_text() {
    for bytes in [&b" \r\n\t"[..], b"\xef\xbb\xbf", b"\xff\xfe"] {
        let reading = forms::read("a.csv", bytes, None);
        assert_eq!(reading.error, Some(ErrorKind::EmptyFile));
    }
    let many = rows(&"甲公司,1,1,100.00%\n".repeat(300_000));
    assert_eq!(many.error, Some(ErrorKind::TooLargeUnpacked));
    assert!(!many.message.contains("图片"), "{}", many.message);
}
