//! The completion table as exact values: what xlsx and csv are made from.

/// The values of 附件1. Amounts are exact decimals in 万元, rates exact decimals in percent, both as strings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Annex1Sheet {
    /// Above the title, flush left: `附件1`. Nothing when empty.
    pub label: String,
    /// The title, one line each; put the break where it reads well.
    pub title: Vec<String>,
    /// `单位：万元`.
    pub unit_line: String,
    /// Header of the third column: `1-10月累计完成数`.
    pub period_header: String,
    /// The rows, in printed order.
    pub rows: Vec<SheetRow>,
    /// The last row; its `unit` is printed as given (`合计`).
    pub total: Option<SheetRow>,
    /// Lines under the table: notes on rounding and the like.
    pub notes: Vec<String>,
}

/// One row of values. What is not known is printed as —.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SheetRow {
    /// Name of the unit.
    pub unit: String,
    /// 任务数: `5000`.
    pub target: Option<String>,
    /// 累计完成数: `1848.5`.
    pub done: Option<String>,
    /// 完成率 in percent, without its sign: `903.09`.
    pub rate: Option<String>,
}

/// Whether a spreadsheet program may take this text for a formula.
pub(super) fn looks_like_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// What stands where there is no figure.
pub(super) const NOTHING: &str = "—";
