//! The completion table as exact values: what xlsx and csv are made from.

use std::borrow::Cow;

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

/// UTF-16 units that a cell of a workbook holds.
const CELL_HOLDS: usize = 32_767;

/// A text as a cell of a workbook holds it: what does not fit is left out, and an ellipsis says so.
pub(super) fn within_cell(text: &str) -> Cow<'_, str> {
    if text.len() <= CELL_HOLDS || text.encode_utf16().count() <= CELL_HOLDS {
        return Cow::Borrowed(text);
    }
    let mut left = CELL_HOLDS - 1;
    let fits = |character: &char| {
        let enough = left.checked_sub(character.len_utf16());
        left = enough.unwrap_or(0);
        enough.is_some()
    };
    let kept: String = text.chars().take_while(fits).collect();
    Cow::Owned(format!("{kept}…"))
}

/// What stands where there is no figure.
pub(super) const NOTHING: &str = "—";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_holds_what_excel_takes() {
        assert_eq!(within_cell("短"), "短");
        let full = "长".repeat(32_767);
        assert_eq!(within_cell(&full), full);
        let long = within_cell(&format!("{full}。")).into_owned();
        assert_eq!(long.encode_utf16().count(), 32_767);
        assert!(long.ends_with("长…"));
        let rare = within_cell(&"𠮷".repeat(20_000)).into_owned();
        assert_eq!(rare.chars().count(), 16_384, "pairs stay whole");
    }
}
