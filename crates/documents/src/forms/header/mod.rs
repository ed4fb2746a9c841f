//! Finds the header of a form in a grid and says which column is which field.

mod headings;
mod mapping;

use super::Form;
use super::context;
use super::projects::Columns;
use super::words::{Field, HeaderText};
use crate::grid::{Cell, CellKind, Grid, GridRow};
use crate::limits;
use crate::value::money_unit::{self, Stated};
pub(in crate::forms) use headings::Heading;
pub(in crate::forms) use headings::headings;
use mapping::bands;

/// A header found in a grid.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    pub form: Form,
    /// Rows of the grid it takes.
    pub height: usize,
    /// Tables of 附件1 standing side by side under one header; one for most.
    pub bands: Vec<Mapping>,
    /// The columns of 附件2 or 附件3.
    pub projects: Option<Columns>,
    /// First column after the header.
    pub width: u32,
}

/// Which column is which field.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mapping {
    pub columns: Vec<Column>,
    /// Columns that are no field of the form: column and header.
    pub extra: Vec<(u32, String)>,
    /// Fields that several columns claim equally, with their headers; the unit without any when its header is blank.
    pub unclear: Vec<(Field, Vec<String>)>,
}

/// The column of one field.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub field: Field,
    pub col: u32,
    pub cols: u32,
    /// The header in one line, with what stands above it.
    pub label: String,
    pub unit: Option<Stated>,
    pub percent: bool,
}

impl Column {
    fn holds(&self, col: u32) -> bool {
        col >= self.col && col < self.col.saturating_add(self.cols)
    }
}

impl Mapping {
    /// Takes columns out: which part of them is meant cannot be told.
    fn give_up(&mut self, unclear: impl Fn(&Column) -> bool) {
        let (given_up, kept) = self.columns.drain(..).partition(unclear);
        self.columns = kept;
        let given_up: Vec<Column> = given_up;
        self.unclear.extend(
            given_up
                .into_iter()
                .map(|column| (column.field, vec![column.label])),
        );
    }

    pub fn column(&self, field: Field) -> Option<&Column> {
        self.columns.iter().find(|column| column.field == field)
    }
}

/// The header that starts in row `at`, if one does. `year` is the year of the title: of two columns for two years
/// it picks the right one.
pub(crate) fn find(grid: &Grid, at: usize, year: Option<i32>) -> Option<Header> {
    let mut best: Option<(usize, Header)> = None;
    if !grid.rows.get(at).is_some_and(speaks_of_a_form) {
        return None;
    }
    for height in 1..=limits::HEADER_ROWS {
        let Some(rows) = grid.rows.get(at..at + height) else {
            break;
        };
        if !rows.iter().all(may_be_header) || (height > 1 && !starts_header(&rows[0])) {
            break;
        }
        let headings = headings(grid, rows);
        if let Some(columns) = Columns::of(&headings) {
            return Some(of_projects(grid, at, height, columns));
        }
        let bands = bands(&headings, year);
        let score = bands.iter().map(|band| band.columns.len()).sum();
        if score > 0 && best.as_ref().is_none_or(|(before, _)| score > *before) {
            best = Some((
                score,
                Header {
                    form: Form::Annex1,
                    height,
                    bands,
                    projects: None,
                    width: width(rows),
                },
            ));
        }
    }
    let (_, header) = best?;
    let header = with_unit_row(grid, at, header, year);
    Some(with_finer_row(grid, at, header, year))
}

/// The header of 附件2 or 附件3: as many rows as tell more columns apart.
fn of_projects(grid: &Grid, at: usize, mut height: usize, mut columns: Columns) -> Header {
    while height < limits::HEADER_ROWS
        && let Some(row) = grid.rows.get(at + height)
        && may_be_header(row)
    {
        let rows = &grid.rows[at..=at + height];
        let Some(finer) = Columns::of(&headings(grid, rows)) else {
            break;
        };
        let more = finer.form == columns.form && finer.count() > columns.count();
        let as_many = finer.count() == columns.count();
        if !(more || as_many && divides(grid, at, height, row)) {
            break;
        }
        columns = finer;
        height += 1;
    }
    Header {
        form: columns.form,
        height,
        bands: Vec::new(),
        projects: Some(columns),
        width: width(&grid.rows[at..at + height]),
    }
}

/// Whether a row under a header only divides its columns further: its words stand under headers over several
/// columns, or are units of money.
fn divides(grid: &Grid, at: usize, height: usize, row: &GridRow) -> bool {
    let above = headings(grid, &grid.rows[at..at + height]);
    let mut texts = row
        .cells
        .iter()
        .filter(|cell| !cell.is_below() && !cell.text.is_empty())
        .peekable();
    texts.peek().is_some()
        && texts.all(|cell| {
            let text = HeaderText::parse(&cell.text);
            let unit = text.is_generic() && (text.unit.is_some() || text.counts || text.percent);
            let over = above
                .iter()
                .find(|over| cell.col >= over.col && cell.col < over.col.saturating_add(over.cols));
            let under_wide =
                over.is_some_and(|over| over.cols > cell.cols) && is_heading(&cell.text);
            unit || under_wide
        })
}

/// A row under the header without a unit but with words over the figures divides the columns further (内资 | 外资).
/// Where that leaves a field without a column of its own, nobody may take the first part for the whole.
fn with_finer_row(grid: &Grid, at: usize, mut header: Header, year: Option<i32>) -> Header {
    let Some(row) = grid.rows.get(at + header.height) else {
        return header;
    };
    let named = |column: &Column| {
        row.cell(column.col)
            .is_some_and(|cell| !cell.is_below() && !cell.text.is_empty())
    };
    let is_data = header
        .bands
        .iter()
        .filter_map(|band| band.column(Field::Unit))
        .any(named);
    let divided = |column: &Column| {
        row.cells
            .iter()
            .any(|cell| column.holds(cell.col) && is_heading(&cell.text))
    };
    let figures = |band: &Mapping| {
        band.columns
            .iter()
            .any(|column| column.field != Field::Unit && divided(column))
    };
    if is_data || !may_be_header(row) || !header.bands.iter().any(figures) {
        return header;
    }
    let finer = bands(&headings(grid, &grid.rows[at..=at + header.height]), year);
    if finer.len() == header.bands.len() {
        header.bands = finer;
    } else {
        for band in &mut header.bands {
            band.give_up(|column| column.field != Field::Unit && divided(column));
        }
    }
    header.height += 1;
    header
}

/// A word over a column; not a dash or 待定 in a row of data.
fn is_heading(text: &str) -> bool {
    let has_words =
        text.chars().any(char::is_alphabetic) && !text.chars().any(|c| c.is_ascii_digit());
    has_words
        && !matches!(
            crate::value::squeeze(text).as_str(),
            "无" | "待定" | "暂无" | "未定" | "面议"
        )
}

/// A row of units (`万元 | 万元 | %`) right under the header belongs to it.
fn with_unit_row(grid: &Grid, at: usize, header: Header, year: Option<i32>) -> Header {
    let Some(row) = grid.rows.get(at + header.height) else {
        return header;
    };
    let mut texts = row
        .cells
        .iter()
        .filter(|cell| !cell.is_below())
        .map(|cell| HeaderText::parse(&cell.text))
        .peekable();
    if texts.peek().is_none()
        || !texts
            .all(|text| text.is_generic() && (text.unit.is_some() || text.counts || text.percent))
    {
        return header;
    }
    let rows = &grid.rows[at..=at + header.height];
    Header {
        height: header.height + 1,
        bands: bands(&headings(grid, rows), year),
        ..header
    }
}

/// A quick look, because every row is asked: no numbers, no long texts.
fn may_be_header(row: &GridRow) -> bool {
    /// Bytes of a header cell: some forty characters, with the unit and the period in it.
    const LONGEST: usize = 180;
    let fits = |cell: &Cell| match cell.kind {
        CellKind::Below(_) => true,
        CellKind::Text => {
            cell.text.len() <= LONGEST
                && (cell.text.chars().any(char::is_alphabetic) || is_percent_sign(&cell.text))
        }
        CellKind::Number
        | CellKind::Percent
        | CellKind::Date
        | CellKind::Bool
        | CellKind::Error => false,
    };
    row.cells
        .iter()
        .all(|cell| fits(cell) || cell.text.is_empty())
        && !row.cells.is_empty()
}

/// Whether a row has two texts, one of them with a word that headers of the three forms have.
fn speaks_of_a_form(row: &GridRow) -> bool {
    const WORDS: [char; 12] = [
        '任', '目', '标', '计', '完', '到', '累', '率', '投', '展', '整', '央',
    ];
    row.cells.len() >= 2 && row.cells.iter().any(|cell| cell.text.contains(WORDS))
}

/// Whether a row can be the upper one of several header rows: it holds columns, not a title or a unit line.
fn starts_header(row: &GridRow) -> bool {
    if super::segments::is_signature_line(row) {
        return false;
    }
    let is_caption = |text: &str| {
        context::is_title(text)
            || text.contains([':', '：'])
            || money_unit::find_in_line(text).is_some()
    };
    row.cells
        .iter()
        .filter(|cell| !cell.is_below() && !cell.text.is_empty() && !is_caption(&cell.text))
        .count()
        >= 2
}

fn is_percent_sign(text: &str) -> bool {
    crate::value::squeeze(text).trim_matches(['(', ')']) == "%"
}

fn width(rows: &[GridRow]) -> u32 {
    rows.iter()
        .filter_map(|row| row.cells.last())
        .map(|cell| cell.col.saturating_add(cell.cols))
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::Place;

    /// Rows of `a|b|c`; `>` continues the cell to the left, `^` the one above.
    fn grid(lines: &[&str]) -> Grid {
        let mut grid = Grid::new(Place::Lines, Vec::new());
        for (number, line) in lines.iter().enumerate() {
            let mut cells: Vec<Cell> = Vec::new();
            for (col, text) in line.split('|').enumerate() {
                let col = u32::try_from(col).unwrap();
                match text {
                    "" => {}
                    ">" => cells.last_mut().unwrap().cols += 1,
                    "^" => cells.push(Cell {
                        kind: CellKind::Below(number - 1),
                        ..Cell::text(col, String::new())
                    }),
                    text => cells.push(Cell::text(col, text.to_owned())),
                }
            }
            grid.rows.push(GridRow {
                number: u32::try_from(number).unwrap() + 1,
                hidden: false,
                fields: 0,
                cells,
            });
        }
        grid
    }

    fn found(lines: &[&str]) -> Option<(usize, Vec<(Field, u32)>)> {
        let header = find(&grid(lines), 0, Some(2017))?;
        let columns = header
            .bands
            .iter()
            .flat_map(|band| band.columns.iter().map(|column| (column.field, column.col)));
        Some((header.height, columns.collect()))
    }

    use Field::{Done, Rate, Target, Unit};

    #[test]
    fn one_row() {
        let expected = vec![(Unit, 1), (Target, 3), (Done, 2), (Rate, 0)];
        assert_eq!(
            found(&["完成率|单位|累计完成数|任务数", "1%|甲|2|3"]),
            Some((1, expected))
        );
    }

    #[test]
    fn two_rows_with_and_without_merges() {
        let expected = Some((2, vec![(Unit, 0), (Target, 1), (Done, 2), (Rate, 3)]));
        assert_eq!(
            found(&[
                "单位|任务数|完成情况|>",
                "^|^|1-10月累计|完成率",
                "甲|1|2|3%"
            ]),
            expected
        );
        assert_eq!(
            found(&["单位|任务数|完成情况|", "||累计完成数|完成率", "甲|1|2|3%"]),
            expected
        );
    }

    #[test]
    fn a_row_of_units_belongs_to_the_header() {
        let lines = ["单位|任务数|完成数|完成率", "|（万元）|亿元|%", "甲|1|2|3"];
        let header = find(&grid(&lines), 0, None).unwrap();
        assert_eq!(header.height, 2);
        let done = header.bands[0].column(Done).unwrap();
        assert!(matches!(&done.unit, Some(Stated::Rmb(unit)) if unit.name == "亿元"));
    }

    #[test]
    fn the_year_of_the_title_chooses_and_equal_claims_are_unclear() {
        assert_eq!(
            found(&["单位|2016年任务数|2017年任务数|累计完成数"]),
            Some((1, vec![(Unit, 0), (Target, 2), (Done, 3)]))
        );
        let header = find(&grid(&["单位|任务数|完成数|内资完成数|完成率"]), 0, None).unwrap();
        assert_eq!(header.bands[0].unclear.len(), 1);
        assert!(header.bands[0].column(Done).is_none());
    }

    #[test]
    fn a_divided_column_is_not_taken_for_the_whole() {
        let lines = [
            "单位|任务数|累计完成数||完成率",
            "||内资|外资|",
            "甲|100|30|20|50%",
        ];
        let header = find(&grid(&lines), 0, None).unwrap();
        assert_eq!(header.height, 2);
        assert!(header.bands[0].column(Done).is_none());
        let lines = [
            "单位|任务数|累计完成数||完成率",
            "||合计|外资|",
            "甲|100|50|20|50%",
        ];
        let header = find(&grid(&lines), 0, None).unwrap();
        assert_eq!(
            header.bands[0].column(Done).map(|column| column.col),
            Some(2)
        );
    }

    #[test]
    fn a_blank_header_over_the_names() {
        let header = find(&grid(&["|任务数|累计完成数|完成率", "甲|1|2|3%"]), 0, None).unwrap();
        assert_eq!(
            header.bands[0].column(Unit).map(|column| column.col),
            Some(0)
        );
        assert_eq!(header.bands[0].unclear, [(Unit, vec![])]);
        assert!(
            find(
                &grid(&["项目|任务数|累计完成数|完成率", "甲|1|2|3%"]),
                0,
                None
            )
            .is_none()
        );
    }

    #[test]
    fn bands_side_by_side() {
        let header = find(&grid(&["单位|任务数|完成数|单位|任务数|完成数"]), 0, None).unwrap();
        assert_eq!(header.bands.len(), 2);
        assert_eq!(header.bands[1].column(Target).unwrap().col, 4);
    }

    #[test]
    fn data_is_no_header() {
        assert_eq!(found(&["温州银行股份有限公司|10000|90309|903.09%"]), None);
        assert_eq!(found(&["项目|内容"]), None);
    }
}
