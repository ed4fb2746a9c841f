//! The notice as it was published gives its 附件1, equal to the figures kept beside it.

use documents::forms::{self, Form, Outcome};

const NOTICE: &[u8] = include_bytes!("../data/notice.docx");
const FIGURES: &str = include_str!("../data/annex1-2017-10.csv");

#[test]
fn the_notice_gives_the_published_table() {
    let reading = forms::read("notice.docx", NOTICE, None);
    assert_eq!(
        reading.outcome,
        Outcome::Ok,
        "{} {:?}",
        reading.message,
        reading.warnings
    );
    assert_eq!(reading.form, Some(Form::Annex1));
    assert_eq!(
        (reading.year, reading.as_at.map(|day| day.to_string())),
        (Some(2017), Some("2017-10-31".into()))
    );
    assert_eq!(reading.unit_of_money.as_deref(), Some("万元"));
    assert_eq!(
        reading.title.as_deref(),
        Some("2017年1-10月市级国有企业招商引资情况一览表")
    );
    let total = reading.total.unwrap();
    let mut lines: Vec<String> = Vec::new();
    let text = |text: Option<String>| text.unwrap_or_default();
    for row in reading.rows {
        lines.push(format!(
            "{},{},{},{}%",
            row.unit,
            text(row.target_wan),
            text(row.done_wan),
            text(row.rate_pct)
        ));
    }
    lines.push(format!(
        "合计,{},{},{}%",
        text(total.target_wan),
        text(total.done_wan),
        text(total.rate_pct)
    ));
    let published: Vec<&str> = FIGURES.lines().skip(1).collect();
    assert_eq!(lines, published);
}
