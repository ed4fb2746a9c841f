//! One row of 附件2 or 附件3 as it was read, before the checks across rows.

use std::collections::BTreeMap;

use domain::Money;

use super::amounts::bare_amount;
use super::columns::{Column, Columns};
use super::heading::no_date;
use super::texts::{self, Place};
use super::words::Field;
use crate::forms::cells::Found;
use crate::forms::cells::figures::{self, ColumnUnit};
use crate::forms::cells::whys::quote;
use crate::forms::reading::PartialDate;
use crate::grid::{Cell, CellKind, Doubt, Grid, GridRow};
use crate::value::contact::Contact;
use crate::value::date::{self, Doubtful, NoDate};

/// A row before the checks across rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub place: String,
    /// Names and narratives.
    pub texts: BTreeMap<Field, String>,
    pub investment: Option<Money>,
    pub investment_raw: Option<String>,
    pub approximate: bool,
    /// The unit of its column decided the size of the amount.
    pub by_column: bool,
    /// The unit that the amount itself names.
    pub named_unit: Option<String>,
    pub signed: Option<PartialDate>,
    pub contact: Contact,
    pub contact_raw: Option<String>,
    pub extra: BTreeMap<String, String>,
    pub whys: Vec<(Option<Field>, String)>,
    /// Raw texts and places by JSON key, for quoting.
    pub cells: BTreeMap<String, String>,
    pub places: BTreeMap<String, String>,
}

/// What is needed to read the rows of one table.
pub(super) struct Table<'a> {
    pub grid: &'a Grid,
    pub columns: &'a Columns,
    pub unit: ColumnUnit,
    /// Texts of tables inside cells, by row and column.
    pub nested: std::collections::HashMap<(u32, u32), String>,
    /// Bytes of merged cells that may still be repeated in the rows they cover.
    pub shared: std::cell::Cell<usize>,
    /// Fields of a line of text: more than these cannot be told apart. 0 where nothing can run over.
    pub fields: u32,
}

/// The columns whose texts are kept as they are.
const TEXTS: [Field; 9] = [
    Field::Project,
    Field::Basic,
    Field::Adjustment,
    Field::Reason,
    Field::Central,
    Field::Progress,
    Field::Problems,
    Field::Next,
    Field::Remark,
];

impl Table<'_> {
    /// How many rows of the grid the row's own project takes.
    pub fn height(&self, row: &GridRow) -> u32 {
        self.columns
            .column(Field::Project)
            .and_then(|column| row.cell(column.col))
            .map_or(1, |cell| cell.rows)
    }

    pub fn find<'b>(&'b self, row: &'b GridRow, column: &Column) -> Place<'b> {
        let found = texts::locate(self.grid, row, column, self.columns, self.height(row));
        if matches!(found, Place::One(_) | Place::Nothing) {
            return found;
        }
        // One long text merged over many rows must not fill the memory.
        let length = found.cells().iter().map(|cell| cell.text.len()).sum();
        let left = self.shared.get().checked_sub(length);
        self.shared.set(left.unwrap_or(0));
        if left.is_some() {
            found
        } else {
            Place::Nothing
        }
    }

    /// The text of a field of a row, raw.
    pub fn raw(&self, row: &GridRow, field: Field) -> String {
        self.columns
            .column(field)
            .map_or_else(String::new, |column| self.find(row, column).raw())
    }

    /// Whether a line of text has more fields than its header: then a comma inside a cell has moved the others.
    pub fn runs_over(&self, row: &GridRow) -> bool {
        self.fields > 0 && row.fields > self.fields
    }

    /// Reads a row.
    pub fn read(&self, row: &GridRow) -> Draft {
        let project = self.columns.column(Field::Project).map(|column| column.col);
        let mut draft = Draft {
            place: self.grid.row_place(row, project),
            ..Draft::default()
        };
        if row.hidden {
            draft.say(None, "这一行在原文件中是隐藏的".to_owned());
        }
        if self.runs_over(row) {
            draft.extra.insert("整行原文".to_owned(), row.line());
            draft.say(
                None,
                "这一行的列数比表头多，各列无法对应（文字里的逗号可能被当成了分隔符），没有读取，请改正后重新上传"
                    .to_owned(),
            );
            return draft;
        }
        for column in self.columns.all() {
            let found = self.find(row, column);
            draft.quote(self.grid, row, column, &found);
            match column.field {
                Field::Number | Field::Category => {}
                Field::Investment => self.investment(&found, &mut draft),
                Field::Signed => self.signed(&found, &mut draft),
                Field::Contact | Field::ContactName | Field::ContactPhone => {
                    self.contact(column.field, &found, &mut draft);
                }
                field => self.text(row, field, &found, &mut draft),
            }
        }
        self.phone_beside(row, &mut draft);
        draft.settle_contact();
        self.extra(row, &mut draft);
        draft
    }

    fn text(&self, row: &GridRow, field: Field, found: &Place<'_>, draft: &mut Draft) {
        let mut raw = match found {
            Place::Several(cells) => {
                let texts: Vec<&str> = cells.iter().map(|cell| cell.text.as_str()).collect();
                texts.join("\n")
            }
            other => other.raw(),
        };
        for cell in found.cells() {
            if let Some(why) = texts::doubts(cell) {
                draft.say(Some(field), why);
            }
            if cell.kind == CellKind::Error {
                raw.clear();
            }
        }
        if let Place::Wide(cell, true) = found {
            let why = format!(
                "{}占了几列，已全部读入“{}”，请核对",
                quote(&cell.text),
                field.chinese()
            );
            draft.say(Some(field), why);
        }
        if let Place::One(cell) = found
            && let Some(inner) = self.nested.get(&(row.number, cell.col))
        {
            raw = format!("{raw}\n{inner}");
            let why = "单元格里套有另一张表，其中的文字已接在后面，请核对";
            draft.say(Some(field), why.to_owned());
        } else if let Place::Nothing = found
            && let Some(column) = self.columns.column(field)
            && let Some(inner) = self.nested.get(&(row.number, column.col))
        {
            raw.clone_from(inner);
            let why = "单元格里套有另一张表，已读取其中的文字，请核对";
            draft.say(Some(field), why.to_owned());
        }
        let text = match field {
            Field::Project => texts::name(&raw),
            Field::Central => {
                let (names, several) = texts::enterprises(&raw);
                if several {
                    let why = format!("{}换行写了几个名称，已用顿号分开，请核对", quote(&raw));
                    draft.say(Some(field), why);
                }
                names
            }
            _ => texts::narrative(&raw),
        };
        if !text.is_empty() {
            draft.texts.insert(field, text);
        }
    }

    fn investment(&self, found: &Place<'_>, draft: &mut Draft) {
        let raw = found.raw();
        draft.investment_raw = kept(&raw);
        let (bare, about) = bare_amount(&raw);
        let stripped;
        let found = match found {
            Place::Nothing => Found::Nothing,
            Place::One(cell) if cell.kind == CellKind::Text => {
                stripped = Cell {
                    text: bare,
                    ..(*cell).clone()
                };
                Found::One(&stripped)
            }
            Place::One(cell) => Found::One(cell),
            Place::Shared(_) => Found::Shared(raw.clone()),
            Place::Several(_) => Found::Unclear(raw.clone()),
            Place::Wide(cell, _) => Found::Unclear(cell.text.clone()),
        };
        let figure = figures::amount(&found, &self.unit);
        draft.investment = figure.value;
        draft.approximate = figure.value.is_some() && (figure.approximate || about);
        draft.by_column = figure.by_column;
        draft.named_unit = figure.named_unit;
        for why in figure.whys {
            draft.say(Some(Field::Investment), why);
        }
        if about && let Some(money) = figure.value.filter(|_| !figure.approximate) {
            let wan = money.wan_exact();
            let why = format!("{}是约数，已按{wan}万元读取", quote(&raw));
            draft.say(Some(Field::Investment), why);
        }
        if draft.investment.is_some_and(|money| money.fen() < 0) {
            draft.say(Some(Field::Investment), "投资额是负数，请核对".to_owned());
        }
    }

    fn signed(&self, found: &Place<'_>, draft: &mut Draft) {
        let raw = found.raw();
        let read = match found {
            Place::Nothing => Err(NoDate::Blank),
            Place::One(cell) | Place::Shared(cell) => date_of(cell, self.grid.from_1904),
            Place::Several(_) | Place::Wide(..) => Err(NoDate::Unclear),
        };
        match read {
            Ok(read) => {
                draft.signed = Some(read.date);
                let why = match read.doubt {
                    None => return,
                    Some(Doubtful::About) => format!(
                        "签约时间{}不是确定的日子，已按{}读取，请核对",
                        quote(&raw),
                        read.date
                    ),
                    Some(Doubtful::Words) => {
                        format!("签约时间{}已读作{}，请核对", quote(&raw), read.date)
                    }
                    Some(Doubtful::Serial) => format!(
                        "签约时间写的是数字{}，已按表格软件的日期序号读作{}，请核对",
                        quote(&raw),
                        read.date
                    ),
                };
                draft.say(Some(Field::Signed), why);
            }
            // Whether a date is missing depends on the class: said later.
            Err(NoDate::Blank) => {}
            Err(reason) => draft.say(Some(Field::Signed), no_date("签约时间", &raw, reason)),
        }
    }

    fn contact(&self, field: Field, found: &Place<'_>, draft: &mut Draft) {
        let raw = found.raw();
        for cell in found.cells() {
            if let Some(why) = texts::doubts(cell) {
                draft.say(Some(field), why);
            }
        }
        if let Place::Wide(cell, true) = found {
            let contacts = |cell: &Cell| {
                let inside = |field: Field| {
                    self.columns.column(field).is_some_and(|column| {
                        column.col >= cell.col && column.col < cell.col.saturating_add(cell.cols)
                    })
                };
                inside(Field::ContactName) && inside(Field::ContactPhone)
            };
            if !contacts(cell) {
                let why = format!("{}占了几列，请核对", quote(&cell.text));
                draft.say(Some(field), why);
            }
        }
        draft.add_contact(&raw);
    }

    /// Telephones in the column after the contacts where that one has no header: the header was one cell over both.
    fn phone_beside(&self, row: &GridRow, draft: &mut Draft) {
        let Some(column) = self.columns.column(Field::Contact) else {
            return;
        };
        let beside = column.col.saturating_add(column.cols);
        let headed = self.columns.extra.iter().any(|(col, _)| *col == beside)
            || self.columns.all().iter().any(|other| other.col == beside);
        if headed || !draft.contact.phones.is_empty() {
            return;
        }
        let Some(cell) = row.cell(beside).filter(|cell| cell.col == beside) else {
            return;
        };
        let read = crate::value::contact::read(&cell.text);
        if !read.phones.is_empty() && read.names.is_empty() {
            draft.add_contact(&cell.text);
            let why = "联系电话写在没有表头的一列，已一并读取，请核对";
            draft.say(Some(Field::ContactPhone), why.to_owned());
        }
    }

    /// Texts of the other columns by header, and of cells that stand under none.
    fn extra(&self, row: &GridRow, draft: &mut Draft) {
        let told = |cell: &&Cell| !cell.text.chars().all(crate::value::is_blank);
        for cell in row.cells.iter().filter(told) {
            let end = cell.col.saturating_add(cell.cols);
            let known = self.columns.all().iter().any(|column| {
                column.col < end && cell.col < column.col.saturating_add(column.cols)
            });
            if known {
                continue;
            }
            let extra = &self.columns.extra;
            let after = extra.partition_point(|(col, _)| *col <= cell.col);
            let label = match after.checked_sub(1).map(|at| &extra[at]) {
                // A header over several columns covers those up to the next one.
                Some((col, label)) if !label.is_empty() && self.covers(*col, cell.col) => {
                    label.clone()
                }
                _ => format!("第{}列（没有表头）", cell.col + 1),
            };
            let text = texts::narrative(&cell.text);
            let kept = draft.extra.entry(label).or_default();
            if !kept.is_empty() {
                kept.push('\n');
            }
            kept.push_str(&text);
            if let Some(why) = texts::doubts(cell) {
                draft.say(None, why);
            }
        }
    }

    /// Whether no field begins between a header and a cell.
    fn covers(&self, from: u32, col: u32) -> bool {
        !self
            .columns
            .all()
            .iter()
            .any(|column| column.col > from && column.col <= col)
    }
}

impl Draft {
    pub fn say(&mut self, field: Option<Field>, why: String) {
        self.whys.push((field, why));
    }

    /// The text of a field, where there is one.
    pub fn text(&self, field: Field) -> Option<&String> {
        self.texts.get(&field)
    }

    fn quote(&mut self, grid: &Grid, row: &GridRow, column: &Column, found: &Place<'_>) {
        let raw = found.raw();
        let key = column.field.key().to_owned();
        let col = found.cells().first().map_or(column.col, |cell| cell.col);
        self.places
            .insert(key.clone(), grid.cell_place(row.number, col));
        self.cells.insert(key, raw);
    }

    /// Adds a row that belongs to the same project: its cells go on where this row's stopped.
    pub fn go_on(&mut self, next: Self, own: impl Fn(Field) -> bool) {
        for field in TEXTS.into_iter().filter(|field| own(*field)) {
            let Some(more) = next.texts.get(&field) else {
                continue;
            };
            let text = self.texts.entry(field).or_default();
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(more);
        }
        let told = [
            Field::Investment,
            Field::Contact,
            Field::ContactName,
            Field::ContactPhone,
        ];
        let more = next.whys.into_iter();
        self.whys.extend(
            more.filter(|(field, _)| {
                field.is_some_and(|field| own(field) && !told.contains(&field))
            }),
        );
        if own(Field::Investment)
            && let Some(raw) = &next.investment_raw
        {
            let before = self.investment_raw.take().unwrap_or_default();
            let why = format!(
                "同一项目的投资额分写在几行（{}、{}），无法确定是哪一个，没有读取",
                quote(&before),
                quote(raw)
            );
            self.whys
                .retain(|(field, _)| *field != Some(Field::Investment));
            self.investment_raw = Some(format!("{before} {raw}").trim().to_owned());
            self.investment = None;
            self.approximate = false;
            self.say(Some(Field::Investment), why);
        }
        let contacts = [Field::Contact, Field::ContactName, Field::ContactPhone];
        if contacts.into_iter().any(&own)
            && let Some(raw) = &next.contact_raw
        {
            let said = [Field::ContactName, Field::ContactPhone].map(Some);
            self.whys.retain(|(field, _)| !said.contains(field));
            self.add_contact(raw);
            self.settle_contact();
        }
        for (label, text) in next.extra {
            let kept = self.extra.entry(label).or_default();
            if !kept.is_empty() {
                kept.push('\n');
            }
            kept.push_str(&text);
        }
    }
}

/// What stands in a cell, without the white space around it; none where there is nothing.
pub(super) fn kept(raw: &str) -> Option<String> {
    let text = texts::narrative(raw);
    (!text.is_empty()).then_some(text)
}

/// The date in a cell, by what the cell holds.
fn date_of(cell: &Cell, from_1904: bool) -> Result<date::Read, NoDate> {
    match (cell.kind, cell.doubt) {
        (_, Some(Doubt::NotComputed | Doubt::Scaled)) | (CellKind::Error | CellKind::Bool, _) => {
            Err(NoDate::NotADate)
        }
        (CellKind::Number, _) => date::read_stored(&cell.text, from_1904),
        _ => date::read(&cell.text),
    }
}
