//! 附件2 市属国有企业招商引资项目调整情况表: plain for now, every cell in it; the printed layout is made elsewhere.

use chrono::{Datelike, NaiveDate};
use domain::Money;

use super::{
    Annex1Print, FontSet, WriteError, annex1_docx, annex1_pdf, csv::protected, xlsx::annex2_xlsx_of,
};

/// An 附件2 as it is printed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Annex2Print {
    /// 报送单位; empty in a collected table.
    pub unit: String,
    /// 填报时间; blank to be written by hand where none.
    pub reported_on: Option<NaiveDate>,
    /// Content code, printed small.
    pub code: String,
    /// `截至2017年11月`.
    pub title_note: String,
    /// Why there is no row (零报告).
    pub zero_reason: Option<String>,
    /// The rows, in printed order.
    pub rows: Vec<Annex2PrintRow>,
    /// Collected table only: who is not yet in.
    pub missing: Vec<String>,
}

/// A row as it is printed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Annex2PrintRow {
    /// Collected table only: whose row it is.
    pub unit: String,
    /// 项目名称.
    pub project_name: String,
    /// 基本情况.
    pub basic_info: String,
    /// 投资额.
    pub investment: Option<Money>,
    /// 调整内容.
    pub adjustment: String,
    /// 调整理由.
    pub reason: String,
    /// 联系人及联系方式.
    pub contact: String,
    /// 备注.
    pub remark: String,
}

const TITLE: &str = "市属国有企业招商引资项目调整情况表";

/// Every line of the form: its cells.
fn lines(form: &Annex2Print) -> Vec<Vec<String>> {
    let on = form.reported_on.map_or("月 日".to_owned(), |day| {
        format!("{}年{}月{}日", day.year(), day.month(), day.day())
    });
    let mut lines = vec![
        vec![format!("{TITLE}（{}）", form.title_note)],
        vec![
            format!("报送单位（盖章）：{}", form.unit),
            format!("填报时间：{on}"),
        ],
        [
            "序号",
            "单位",
            "项目名称",
            "基本情况",
            "投资额（万元）",
            "调整内容",
            "调整理由",
            "联系人及联系方式",
            "备注",
        ]
        .map(ToOwned::to_owned)
        .into(),
    ];
    for (at, row) in form.rows.iter().enumerate() {
        lines.push(vec![
            (at + 1).to_string(),
            row.unit.clone(),
            row.project_name.clone(),
            row.basic_info.clone(),
            row.investment.map(Money::wan_exact).unwrap_or_default(),
            row.adjustment.clone(),
            row.reason.clone(),
            row.contact.clone(),
            row.remark.clone(),
        ]);
    }
    if let Some(reason) = &form.zero_reason {
        lines.push(vec![format!("零报告：{reason}")]);
    }
    if !form.missing.is_empty() {
        lines.push(vec![format!("尚未报送：{}", form.missing.join("、"))]);
    }
    lines.push(vec![format!("内容码：{}", form.code)]);
    lines
}

fn notes(form: &Annex2Print) -> Annex1Print {
    Annex1Print {
        label: "附件2".to_owned(),
        title: vec![TITLE.to_owned()],
        notes: lines(form)
            .iter()
            .map(|line| line.join("　").replace('\n', " "))
            .collect(),
        ..Annex1Print::default()
    }
}

/// Makes the docx of 附件2.
///
/// # Errors
/// [`WriteError`] when packing fails, which no input causes.
pub fn annex2_docx(form: &Annex2Print) -> Result<Vec<u8>, WriteError> {
    annex1_docx(&notes(form))
}

/// Makes the xlsx of 附件2.
///
/// # Errors
/// [`WriteError`] when making the workbook fails.
pub fn annex2_xlsx(form: &Annex2Print) -> Result<Vec<u8>, WriteError> {
    annex2_xlsx_of(TITLE, &lines(form))
}

/// Makes the PDF of 附件2.
///
/// # Errors
/// [`WriteError::Glyphs`] for characters that no font of the set has.
pub fn annex2_pdf(form: &Annex2Print, fonts: &FontSet) -> Result<Vec<u8>, WriteError> {
    annex1_pdf(&notes(form), fonts)
}

/// Makes the csv of 附件2.
///
/// # Errors
/// [`WriteError`] when writing into memory fails, which no input causes.
pub fn annex2_csv(form: &Annex2Print) -> Result<Vec<u8>, WriteError> {
    let mut out = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(b"\xef\xbb\xbf".to_vec());
    for line in lines(form) {
        out.write_record(line.iter().map(|cell| protected(cell)))?;
    }
    out.into_inner()
        .map_err(|error| WriteError::Csv(error.into_error().into()))
}
