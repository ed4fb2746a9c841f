//! One worksheet, streamed: empty rows and cells cost time but no memory.

use super::formats::Formats;
use super::merges::{self, Area, LAST_ROW};
use super::numbers;
use super::strings::{self, Rich, Shared};
use crate::grid::{Budget, Cell, CellKind, Doubt, Grid, GridRow, Place};
use crate::limits;
use crate::package::external;
use crate::refusal::{Accept, Refusal};
use crate::value::is_blank;
use crate::xml::{Item, Ns, Tag, Xml};

/// What a sheet needs from its workbook.
pub(super) struct Source<'a> {
    pub name: String,
    pub strings: &'a Shared,
    pub formats: &'a Formats,
    pub from_1904: bool,
}

/// Reads a sheet; also whether a hidden column has something in it.
pub(super) fn read(text: &str, source: Source<'_>, budget: &mut Budget) -> Accept<(Grid, bool)> {
    let mut xml = Xml::new(text);
    let mut reader = Reader {
        grid: Grid::new(Place::Sheet(source.name.clone()), Vec::new()),
        source,
        budget,
        last_row: 0,
        last_col: None,
        row: None,
        hidden_columns: Vec::new(),
        areas: Vec::new(),
    };
    loop {
        match xml.next()? {
            Item::Open(tag) if tag.ns == Ns::Sheet => reader.open(&tag, &mut xml)?,
            Item::Open(_) | Item::Text(_) | Item::Close => {}
            Item::End => return reader.finish(),
        }
    }
}

struct Reader<'a, 'b> {
    grid: Grid,
    source: Source<'a>,
    budget: &'b mut Budget,
    last_row: u32,
    last_col: Option<u32>,
    row: Option<GridRow>,
    hidden_columns: Vec<(u32, u32)>,
    areas: Vec<Area>,
}

impl Reader<'_, '_> {
    fn open(&mut self, tag: &Tag<'_>, xml: &mut Xml<'_>) -> Accept<()> {
        match tag.local() {
            "row" => self.start_row(tag),
            "c" => self.cell(tag, xml),
            "col" => self.column(tag),
            "mergeCell" => {
                let reference = tag.attr("ref")?.unwrap_or_default();
                if reference.contains(':') {
                    self.areas
                        .push(Area::parse(&reference).ok_or_else(Refusal::damaged)?);
                }
                if self.areas.len() > limits::MERGE_STEPS {
                    Err(Refusal::too_large())
                } else {
                    Ok(())
                }
            }
            "oddHeader" | "firstHeader" => {
                let text = text_of(xml)?;
                self.grid.before.extend(header_lines(&text));
                Ok(())
            }
            // Filters, validations, conditional formats and extensions hold no cells.
            "dataValidations"
            | "conditionalFormatting"
            | "autoFilter"
            | "extLst"
            | "hyperlinks" => xml.skip(),
            _ => Ok(()),
        }
    }

    fn start_row(&mut self, tag: &Tag<'_>) -> Accept<()> {
        self.end_row()?;
        let number = match tag.attr("r")? {
            Some(text) => text.parse().map_err(|_| Refusal::damaged())?,
            None => self.last_row + 1,
        };
        if number <= self.last_row || number > LAST_ROW {
            return Err(Refusal::damaged());
        }
        self.last_row = number;
        self.last_col = None;
        let hidden = matches!(tag.attr("hidden")?.as_deref(), Some("1" | "true"));
        self.row = Some(GridRow {
            number,
            hidden,
            fields: 0,
            cells: Vec::new(),
        });
        Ok(())
    }

    fn end_row(&mut self) -> Accept<()> {
        if let Some(row) = self.row.take().filter(|row| !row.cells.is_empty()) {
            if self.grid.rows.len() >= limits::ROWS {
                return Err(Refusal::too_large());
            }
            self.grid.rows.push(row);
        }
        Ok(())
    }

    fn cell(&mut self, tag: &Tag<'_>, xml: &mut Xml<'_>) -> Accept<()> {
        let col = self.place(tag)?;
        let kind = tag.attr("t")?.unwrap_or_default();
        let style = tag
            .attr("s")?
            .and_then(|style| style.parse().ok())
            .unwrap_or(0);
        let stored = Stored::read(xml)?;
        let format = self.source.formats.get(style);
        let mut cell = match kind.as_str() {
            "s" => {
                let Some(number) = stored
                    .value
                    .trim()
                    .parse()
                    .ok()
                    .filter(|_| !stored.value.is_empty())
                else {
                    return Ok(());
                };
                rich(
                    col,
                    self.source
                        .strings
                        .get(number)
                        .ok_or_else(Refusal::damaged)?,
                )
            }
            "inlineStr" => rich(col, stored.inline),
            "str" => Cell::text(col, strings::unescape(&stored.value)),
            "b" => Cell {
                kind: CellKind::Bool,
                ..Cell::text(
                    col,
                    if stored.value.trim() == "1" {
                        "TRUE"
                    } else {
                        "FALSE"
                    }
                    .to_owned(),
                )
            },
            "e" => Cell {
                kind: CellKind::Error,
                ..Cell::text(col, stored.value)
            },
            "d" => Cell {
                kind: CellKind::Date,
                ..Cell::text(col, stored.value)
            },
            _ if !stored.value.trim().is_empty() => {
                numbers::cell(col, &stored.value, format.shown, self.source.from_1904)
            }
            _ if stored.formula => Cell {
                doubt: Some(Doubt::NotComputed),
                ..Cell::text(col, String::new())
            },
            _ => return Ok(()),
        };
        cell.text = cell.text.trim_matches(is_blank).to_owned();
        if format.struck && !cell.text.is_empty() {
            cell = Cell {
                doubt: Some(Doubt::Struck),
                ..Cell::text(col, String::new())
            };
        }
        if cell.text.is_empty() && cell.doubt.is_none() {
            return Ok(());
        }
        self.budget.cell(cell.text.len())?;
        self.row
            .as_mut()
            .ok_or_else(Refusal::damaged)?
            .cells
            .push(cell);
        Ok(())
    }

    /// The column of a cell. Cells come from left to right, each once: where they do not, two values would compete.
    fn place(&mut self, tag: &Tag<'_>) -> Accept<u32> {
        let next = self.last_col.map_or(0, |col| col + 1);
        let col = match tag.attr("r")? {
            Some(text) => {
                let (row, col) = merges::reference(&text).ok_or_else(Refusal::damaged)?;
                if row != self.last_row || col < next {
                    return Err(Refusal::damaged());
                }
                col
            }
            None => next,
        };
        if col >= limits::COLUMNS {
            return Err(Refusal::damaged());
        }
        self.last_col = Some(col);
        Ok(col)
    }

    fn column(&mut self, tag: &Tag<'_>) -> Accept<()> {
        let hidden = matches!(tag.attr("hidden")?.as_deref(), Some("1" | "true"));
        let number = |name: &str| {
            tag.attr(name)
                .map(|value| value.and_then(|value| value.parse::<u32>().ok()))
        };
        if let (true, Some(min), Some(max)) = (hidden, number("min")?, number("max")?)
            && self.hidden_columns.len() < limits::TABLES
        {
            self.hidden_columns
                .push((min.saturating_sub(1), max.saturating_sub(1)));
        }
        Ok(())
    }

    fn finish(mut self) -> Accept<(Grid, bool)> {
        self.end_row()?;
        merges::apply(&mut self.grid, &self.areas, self.budget)?;
        let in_hidden = |cell: &Cell| {
            self.hidden_columns
                .iter()
                .any(|(min, max)| (*min..=*max).contains(&cell.col))
        };
        let hidden = !self.hidden_columns.is_empty()
            && self
                .grid
                .rows
                .iter()
                .any(|row| row.cells.iter().any(in_hidden));
        Ok((self.grid, hidden))
    }
}

/// What stands inside a `c` element.
#[derive(Default)]
struct Stored {
    value: String,
    formula: bool,
    inline: Rich,
}

impl Stored {
    fn read(xml: &mut Xml<'_>) -> Accept<Self> {
        let mut stored = Self::default();
        let mut formula = String::new();
        let mut open: Vec<Part> = Vec::new();
        loop {
            match xml.next()? {
                Item::Open(tag) if tag.is(Ns::Sheet, "is") => {
                    stored.inline = strings::read_runs(xml)?
                }
                Item::Open(tag) => open.push(match tag.local() {
                    "v" => Part::Value,
                    "f" => {
                        stored.formula = true;
                        Part::Formula
                    }
                    _ => Part::Other,
                }),
                Item::Text(text) => match open.last() {
                    Some(Part::Value) => stored.value.push_str(&text),
                    Some(Part::Formula) => formula.push_str(&text),
                    Some(Part::Other) | None => {}
                },
                Item::Close if open.pop().is_none() => break,
                Item::Close => {}
                Item::End => return Err(Refusal::damaged()),
            }
        }
        check_formula(&formula)?;
        if stored.value.len() > limits::CELL_TEXT_BYTES {
            Err(Refusal::too_large())
        } else {
            Ok(stored)
        }
    }
}

enum Part {
    Value,
    Formula,
    Other,
}

fn rich(col: u32, rich: Rich) -> Cell {
    Cell {
        doubt: rich.doubt,
        ..Cell::text(col, rich.text)
    }
}

/// The text of the element that was just opened.
fn text_of(xml: &mut Xml<'_>) -> Accept<String> {
    let mut text = String::new();
    let mut depth = 0_usize;
    loop {
        match xml.next()? {
            Item::Open(_) => depth += 1,
            Item::Text(more) if text.len() < limits::CELL_TEXT_BYTES => text.push_str(&more),
            Item::Text(_) => {}
            Item::Close if depth == 0 => return Ok(text),
            Item::Close => depth -= 1,
            Item::End => return Err(Refusal::damaged()),
        }
    }
}

/// The lines printed at the top of a sheet: `&C&14市属……情况表&R单位：万元` without its codes.
fn header_lines(text: &str) -> Vec<String> {
    let mut lines = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '&' {
            lines.push(c);
            continue;
        }
        match chars.next() {
            Some('L' | 'C' | 'R') => lines.push('\n'),
            Some('&') => lines.push('&'),
            // The name of a font.
            Some('"') => while chars.next().is_some_and(|c| c != '"') {},
            // A colour: six digits, or a theme with its shade.
            Some('K') => {
                for _ in 0..6 {
                    chars.next();
                }
            }
            Some(size) if size.is_ascii_digit() => {
                while chars.next_if(char::is_ascii_digit).is_some() {}
            }
            _ => {}
        }
    }
    let lines = lines.lines().map(|line| line.trim_matches(is_blank));
    lines
        .filter(|line| !line.is_empty())
        .take(8)
        .map(str::to_owned)
        .collect()
}

/// `cmd|'/c calc'!A0` asks another program (DDE); WEBSERVICE fetches an address.
fn check_formula(formula: &str) -> Accept<()> {
    let outside_quotes: String = formula.split('"').step_by(2).collect();
    if outside_quotes.contains('|') || outside_quotes.to_uppercase().contains("WEBSERVICE(") {
        return Err(external("的公式会调用外部程序或网址"));
    }
    Ok(())
}
