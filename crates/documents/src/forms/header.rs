//! Finds the header of a form in a grid and says which column is which field.

use super::Form;
use super::context;
use super::words::{self, Field, HeaderText};
use crate::grid::{Cell, CellKind, Grid, GridRow};
use crate::limits;
use crate::value::money_unit::{self, Stated};

/// A header found in a grid.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    pub form: Form,
    /// Rows of the grid it takes.
    pub height: usize,
    /// Tables standing side by side under one header; one for most.
    pub bands: Vec<Mapping>,
    /// First column after the header.
    pub width: u32,
}

/// Which column is which field.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mapping {
    pub columns: Vec<Column>,
    /// Columns that are no field of the form: column and header.
    pub extra: Vec<(u32, String)>,
    /// Fields that several columns claim equally, with their headers.
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

/// One column of the header, before anybody knows its field.
struct Heading {
    col: u32,
    cols: u32,
    leaf: HeaderText,
    above: Vec<HeaderText>,
}

impl Mapping {
    pub fn column(&self, field: Field) -> Option<&Column> {
        self.columns.iter().find(|column| column.field == field)
    }
}

/// The header that starts in row `at`, if one does. `year` is the year of the title: of two columns for two years
/// it picks the right one.
pub(crate) fn find(grid: &Grid, at: usize, year: Option<i32>) -> Option<Header> {
    let mut best: Option<(usize, Header)> = None;
    for height in 1..=limits::HEADER_ROWS {
        let Some(rows) = grid.rows.get(at..at + height) else {
            break;
        };
        if !rows.iter().all(may_be_header) || (height > 1 && !starts_header(&rows[0])) {
            break;
        }
        let headings = headings(grid, rows);
        if let Some(form) = words::other_form(
            &headings
                .iter()
                .map(|heading| heading.leaf.clone())
                .collect::<Vec<_>>(),
        ) {
            return Some(Header {
                form,
                height,
                bands: Vec::new(),
                width: width(rows),
            });
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
                    width: width(rows),
                },
            ));
        }
    }
    let (_, header) = best?;
    Some(with_unit_row(grid, at, header, year))
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
        || !texts.all(|text| text.is_generic() && (text.unit.is_some() || text.percent))
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

/// A quick look: two texts at least, and no numbers.
fn may_be_header(row: &GridRow) -> bool {
    let numeric = |cell: &Cell| match cell.kind {
        CellKind::Text | CellKind::Below(_) => {
            !cell.text.is_empty() && !cell.text.chars().any(is_word)
        }
        CellKind::Number
        | CellKind::Percent
        | CellKind::Date
        | CellKind::Bool
        | CellKind::Error => true,
    };
    let texts = row
        .cells
        .iter()
        .filter(|cell| !cell.is_below() && !cell.text.is_empty())
        .count();
    texts >= 1
        && !row
            .cells
            .iter()
            .any(|cell| numeric(cell) && !is_percent_sign(&cell.text))
}

/// Whether a row can be the upper one of several header rows: it holds columns, not a title or a unit line.
fn starts_header(row: &GridRow) -> bool {
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

fn is_word(c: char) -> bool {
    c.is_alphabetic()
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

/// The columns of the header rows: at each place where a cell starts, the lowest text and those above it.
fn headings(grid: &Grid, rows: &[GridRow]) -> Vec<Heading> {
    let mut starts: Vec<u32> = rows
        .iter()
        .flat_map(|row| row.cells.iter().map(|cell| cell.col))
        .collect();
    starts.sort_unstable();
    starts.dedup();
    let mut headings: Vec<Heading> = Vec::new();
    for col in starts {
        let mut stack: Vec<&Cell> = rows
            .iter()
            .filter_map(|row| shown(grid, row, col))
            .collect();
        stack.dedup_by(|below, above| std::ptr::eq(*below, *above));
        let Some(leaf) = stack.pop() else { continue };
        match headings.last_mut() {
            Some(last) if last.col == leaf.col => continue,
            Some(last) => last.cols = last.cols.min(leaf.col.saturating_sub(last.col)).max(1),
            None => {}
        }
        headings.push(Heading {
            col: leaf.col,
            cols: leaf.cols,
            leaf: HeaderText::parse(&leaf.text),
            above: stack
                .iter()
                .map(|cell| HeaderText::parse(&cell.text))
                .collect(),
        });
    }
    headings
}

/// The cell seen at a column: where a merged area covers it, the cell where that area starts.
fn shown<'a>(grid: &'a Grid, row: &'a GridRow, col: u32) -> Option<&'a Cell> {
    let cell = row.cell(col)?;
    let cell = match cell.kind {
        CellKind::Below(origin) => grid.rows.get(origin)?.cell(col)?,
        _ => cell,
    };
    (!cell.text.is_empty()).then_some(cell)
}

/// Splits the columns where the unit column comes again, and maps each band; none unless every band is 附件1.
fn bands(headings: &[Heading], year: Option<i32>) -> Vec<Mapping> {
    let fields: Vec<Option<(Field, u8)>> = headings
        .iter()
        .map(|heading| words::field(&heading.leaf, &heading.above))
        .collect();
    let best_unit = fields
        .iter()
        .flatten()
        .filter(|(field, _)| *field == Field::Unit)
        .map(|(_, rank)| *rank)
        .max();
    let starts: Vec<usize> = fields
        .iter()
        .enumerate()
        .filter(|(_, field)| **field == best_unit.map(|rank| (Field::Unit, rank)))
        .map(|(at, _)| at)
        .collect();
    let whole = || {
        [map(headings, &fields, year)]
            .into_iter()
            .filter(is_annex1)
            .collect()
    };
    if best_unit.is_none() || starts.len() < 2 {
        return whole();
    }
    let mut split: Vec<Mapping> = Vec::new();
    for (nth, start) in starts.iter().enumerate() {
        let from = if nth == 0 { 0 } else { *start };
        let to = starts.get(nth + 1).copied().unwrap_or(headings.len());
        split.push(map(&headings[from..to], &fields[from..to], year));
    }
    if split.iter().all(is_annex1) {
        split
    } else {
        whole()
    }
}

/// The unit and two of the three figures make it 附件1, also where two columns claim one of them.
fn is_annex1(mapping: &Mapping) -> bool {
    let known = |field: Field| {
        mapping.column(field).is_some()
            || mapping.unclear.iter().any(|(unclear, _)| *unclear == field)
    };
    let figures = [Field::Target, Field::Done, Field::Rate]
        .into_iter()
        .filter(|field| known(*field))
        .count();
    mapping.column(Field::Unit).is_some() && figures >= 2 && mapping.columns.len() >= 2
}

fn map(headings: &[Heading], fields: &[Option<(Field, u8)>], year: Option<i32>) -> Mapping {
    let mut mapping = Mapping::default();
    let mut taken: Vec<usize> = Vec::new();
    for field in Field::ALL {
        let rank = |at: usize| {
            fields[at]
                .filter(|(found, _)| *found == field)
                .map(|(_, rank)| rank)
        };
        let fits_year = |at: &usize| match (year, headings[*at].leaf.year()) {
            (Some(year), Some(said)) => year == said,
            _ => true,
        };
        let candidates: Vec<usize> = (0..headings.len())
            .filter(|at| rank(*at).is_some())
            .filter(fits_year)
            .collect();
        let Some(best) = candidates.iter().filter_map(|at| rank(*at)).max() else {
            continue;
        };
        let equal: Vec<usize> = candidates
            .into_iter()
            .filter(|at| rank(*at) == Some(best))
            .collect();
        let first = equal[0];
        if equal.len() > 1 {
            mapping.unclear.push((
                field,
                equal.iter().map(|at| headings[*at].label()).collect(),
            ));
        }
        // Of two unit columns the left one names the row; of two figures neither is believed.
        if equal.len() == 1 || field == Field::Unit {
            mapping.columns.push(headings[first].column(field));
            taken.push(first);
        }
    }
    mapping.extra = (0..headings.len())
        .filter(|at| !taken.contains(at))
        .map(|at| (headings[at].col, headings[at].label()))
        .collect();
    mapping
}

impl Heading {
    fn label(&self) -> String {
        let texts: Vec<&str> = self
            .above
            .iter()
            .chain([&self.leaf])
            .map(|text| text.whole.as_str())
            .filter(|text| !text.is_empty())
            .collect();
        texts.join("/")
    }

    fn column(&self, field: Field) -> Column {
        let texts = || [&self.leaf].into_iter().chain(self.above.iter().rev());
        Column {
            field,
            col: self.col,
            cols: self.cols,
            label: self.label(),
            unit: texts().find_map(|text| text.unit.clone()),
            percent: texts().any(|text| text.percent),
        }
    }
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
