//! The rows of one 附件2 or 附件3, gathered from one table or from the pieces of a continued one.

use std::cell::Cell;

use domain::names;

use super::class::{self, Said, Step};
use super::columns::Columns;
use super::draft::{Draft, Table};
use super::heading::Signed;
use super::rows::{self, Kind};
use super::texts::{self, origin};
use super::words::Field;
use crate::forms::Form;
use crate::forms::cells::figures::ColumnUnit;
use crate::forms::cells::labels::{Sum, is_note};
use crate::forms::cells::whys::quote;
use crate::forms::context;
use crate::forms::segments::Segment;
use crate::grid::{Grid, GridRow, Place};
use crate::limits;
use crate::value::money_unit::{MoneyUnit, Stated};
use crate::value::squeeze;

/// A stated sum, with the number of rows before it.
pub(super) struct StatedSum {
    pub at: usize,
    pub sum: Sum,
    pub draft: Draft,
}

/// Everything read of one form.
pub(super) struct Gathered {
    pub form: Form,
    pub signed: Signed,
    pub rows: Vec<Draft>,
    pub sums: Vec<StatedSum>,
    /// Rows on their way down, for the classes of 附件3.
    pub steps: Vec<Step>,
    /// What is to be said about the whole form: field and why.
    pub notes: Vec<(Option<&'static str>, String)>,
    /// A row or line that says that there is nothing.
    pub zero: bool,
    /// In which words.
    pub zero_words: Option<String>,
    /// Names of the units of money that columns or lines state.
    pub unit_names: Vec<String>,
    /// Names of those that cells state.
    pub cell_units: Vec<String>,
    pub assumed_unit: bool,
    /// A unit smaller than 万元 that amounts are in.
    pub small_unit: Option<String>,
    above: Vec<String>,
    /// The unit that the lines above name.
    unit_above: Option<String>,
    below: Vec<String>,
    inner: Vec<String>,
    columns: Columns,
    place: Place,
    title: Option<String>,
    /// The heading that rows stand under.
    group: Option<String>,
    class: Said,
    /// Rows that the last project goes on over.
    gone_on: usize,
}

/// Rows over which one project goes on at most; more are read as rows of their own.
const GOES_ON: usize = 50;

impl Gathered {
    /// Reads the first table.
    pub fn read(segment: &Segment<'_>, columns: &Columns, grids: &[Grid]) -> Self {
        let mut gathered = Self {
            form: columns.form,
            signed: Signed::default(),
            rows: Vec::new(),
            sums: Vec::new(),
            steps: Vec::new(),
            notes: Vec::new(),
            zero: false,
            zero_words: None,
            unit_names: Vec::new(),
            cell_units: Vec::new(),
            assumed_unit: false,
            small_unit: None,
            unit_above: Signed::read(&own_lines(segment), &[]).unit,
            above: own_lines(segment),
            below: Vec::new(),
            inner: Vec::new(),
            columns: columns.clone(),
            place: segment.grid.place.clone(),
            title: title(segment),
            group: None,
            class: Said::Nothing,
            gone_on: 0,
        };
        gathered.note_columns(columns);
        gathered.take(segment, columns, grids);
        gathered
    }

    /// Whether `segment` goes on with this form: unless it names another unit.
    pub fn continues_with(&self, segment: &Segment<'_>) -> bool {
        let next = Signed::read(&own_lines(segment), &[]).unit;
        match (&self.unit_above, next) {
            (Some(own), Some(next)) => names::key(own) == names::key(&next),
            _ => true,
        }
    }

    /// Adds the next piece.
    pub fn append(&mut self, segment: &Segment<'_>, columns: &Columns, grids: &[Grid]) {
        let before = self.rows.len();
        let elsewhere =
            matches!(segment.grid.place, Place::Sheet(_)) && segment.grid.place != self.place;
        let next = title(segment);
        let titled = match (&self.title, &next) {
            (Some(own), Some(next)) => continued(own) != continued(next),
            _ => false,
        };
        if !self.columns.same_as(columns) {
            self.note_columns(columns);
        }
        let lines = own_lines(segment);
        if self.unit_above.is_none() {
            self.unit_above = Signed::read(&lines, &[]).unit;
        }
        self.above.extend(lines);
        self.place = segment.grid.place.clone();
        self.columns = columns.clone();
        self.group = None;
        self.take(segment, columns, grids);
        if self.rows.len() > before && (elsewhere || segment.headless || titled) {
            let (name, form) = (segment.grid.name(), self.form.short());
            let why = format!("{name}也是{form}，已接在上一张表之后一并读取，请核对");
            self.notes.push((None, why));
        }
    }

    /// Reads who reports and when, once all lines are known.
    pub fn close(&mut self) {
        let mut below = std::mem::take(&mut self.below);
        below.append(&mut self.inner);
        self.signed = Signed::read(&self.above, &below);
        let lines = self.above.iter().chain(&below);
        let says_zero = |line: &String| rows::is_zero(line) || rows::is_zero_title(line);
        if self.rows.is_empty()
            && let Some(line) = lines.into_iter().find(|line| says_zero(line))
        {
            self.zero = true;
            self.zero_words.get_or_insert_with(|| line.clone());
        }
    }

    fn take(&mut self, segment: &Segment<'_>, columns: &Columns, grids: &[Grid]) {
        let unit = self.unit(segment, columns);
        let table = Table {
            grid: segment.grid,
            columns,
            unit,
            nested: texts::nested(grids, segment.grid),
            shared: Cell::new(limits::TEXT_BYTES),
            fields: fields(segment),
        };
        self.start_class(segment);
        for row in &segment.grid.rows[segment.rows.clone()] {
            self.take_row(&table, row);
        }
        if table.shared.get() == 0 {
            let why = "合并单元格里的文字过长，没有逐行重复，请核对".to_owned();
            self.notes.push((None, why));
        }
        // What stands under the next title or label speaks of the next table.
        let own = segment
            .below
            .iter()
            .take_while(|line| rows::is_zero(line) || !context::begins_form(line));
        self.below.extend(own.cloned());
    }

    fn take_row(&mut self, table: &Table<'_>, row: &GridRow) {
        match rows::kind(table, row) {
            Kind::Nothing | Kind::Note => {}
            Kind::Data => self.push(table, row),
            Kind::GoesOn if self.rows.is_empty() || self.gone_on >= GOES_ON => {
                self.push(table, row);
            }
            Kind::GoesOn => {
                self.gone_on += 1;
                let own = |field: Field| {
                    let cell = table
                        .columns
                        .column(field)
                        .and_then(|column| row.cell(column.col));
                    cell.is_some_and(|cell| !cell.is_below())
                };
                let next = table.read(row);
                if let Some(last) = self.rows.last_mut() {
                    last.go_on(next, own);
                }
            }
            Kind::Sum(sum) => self.sums.push(StatedSum {
                at: self.rows.len(),
                sum,
                draft: table.read(row),
            }),
            Kind::Empty => self.step(table, row, None),
            Kind::Zero => {
                self.zero = true;
                self.zero_words = self
                    .zero_words
                    .take()
                    .or_else(|| rows::zero_words(table, row));
                self.step(table, row, None);
            }
            Kind::Class(said) => {
                self.class = said.clone();
                self.steps.push(Step {
                    said,
                    number: None,
                    row: None,
                    covered: true,
                });
            }
            Kind::Heading(text) => self.group = Some(text),
            Kind::Signature(line) => self.inner.push(line),
            Kind::Line(text) if is_note(&text) || context::is_title(&text) => {}
            Kind::Line(text) => {
                let place = table.grid.row_place(row, None);
                let why = format!("{place}{}不是项目，没有读取", quote(&text));
                self.notes.push((None, why));
            }
        }
    }

    fn push(&mut self, table: &Table<'_>, row: &GridRow) {
        let mut draft = table.read(row);
        draft.as_above(self.rows.last());
        if let Some(group) = &self.group {
            draft.extra.insert("分组".to_owned(), group.clone());
        }
        self.assumed_unit |= draft.by_column && table.unit == ColumnUnit::Assumed;
        if let Some(unit) = draft.named_unit.take()
            && !self.cell_units.contains(&unit)
        {
            self.cell_units.push(unit);
        }
        self.gone_on = 0;
        self.step(table, row, Some(self.rows.len()));
        self.rows.push(draft);
    }

    /// Notes what a row says about its class and number.
    fn step(&mut self, table: &Table<'_>, row: &GridRow, at: Option<usize>) {
        if self.form != Form::Annex3 {
            return;
        }
        let column = table.columns.column(Field::Category);
        let cell = column.and_then(|column| row.cell(column.col));
        let text = cell.map_or("", |cell| origin(table.grid, cell).text.as_str());
        let own = class::read(text);
        let covered = self.class != Said::Nothing && own == Said::Nothing;
        let said = if covered { self.class.clone() } else { own };
        if said != Said::Nothing && !covered {
            self.class = Said::Nothing;
        }
        self.steps.push(Step {
            said,
            number: rows::number(table, row),
            row: at,
            covered,
        });
    }

    /// A class named by the line above a table of its own, or by its sheet.
    fn start_class(&mut self, segment: &Segment<'_>) {
        if self.form != Form::Annex3 {
            return;
        }
        let line = segment
            .above
            .iter()
            .rev()
            .find_map(|line| class::heading(line));
        let sheet = match &segment.grid.place {
            Place::Sheet(name) => class::heading(name),
            Place::Table(_) | Place::Lines => None,
        };
        let own_column = self.columns.column(Field::Category).is_some();
        if let Some(said) = line.or(sheet.filter(|_| !own_column)) {
            self.class = said;
        } else if !segment.headless && !segment.above.is_empty() {
            self.class = Said::Nothing;
        }
    }

    /// The unit of the amounts of a table, with what is doubtful about it.
    fn unit(&mut self, segment: &Segment<'_>, columns: &Columns) -> ColumnUnit {
        let Some(column) = columns.column(Field::Investment) else {
            return ColumnUnit::Assumed;
        };
        let form = self.form;
        let own = |lines: &[String]| -> Vec<String> {
            lines.iter().map(|line| relabelled(line, form)).collect()
        };
        let mut doubts = Vec::new();
        let mut lines = context::units(&own(&segment.above), &own(&segment.below), &mut doubts);
        let line = (!lines.is_empty()).then(|| lines.remove(0));
        if column.unit.is_none() {
            self.notes.extend(doubts.into_iter().map(|why| (None, why)));
        }
        let field = Some(Field::Investment.key());
        let key = |stated: &Option<Stated>| stated.as_ref().map(|unit| unit.name().to_owned());
        if let (Some(own), Some(outer)) = (key(&column.unit), key(&line))
            && own != outer
        {
            let label = &column.label;
            let why =
                format!("“{label}”一栏写的单位是{own}，表上方写的是{outer}，已按{own}读取，请核对");
            self.notes.push((field, why));
        } else if let (None, Some(unit), Some(other)) = (&column.unit, &line, lines.first()) {
            let (unit, other) = (unit.name(), other.name());
            let why = format!("表上方既写了{unit}又写了{other}，已按{unit}读取，请核对");
            self.notes.push((field, why));
        }
        let stated = column.unit.clone().or(line);
        match &stated {
            Some(Stated::Several(names)) => {
                let why = format!(
                    "金额单位写了不止一个（{names}），无法确定用哪一个，没有写明自己单位的数都没有读取，请只写一个单位后重新上传"
                );
                self.notes.push((field, why));
            }
            Some(stated) => {
                let name = stated.name().to_owned();
                if !self.unit_names.contains(&name) {
                    self.unit_names.push(name);
                }
            }
            None => {}
        }
        if let Some(Stated::Rmb(unit)) = &stated
            && unit.fen < MoneyUnit::wan().fen
        {
            self.small_unit = Some(unit.name.clone());
        }
        ColumnUnit::new(stated)
    }

    /// Says which fields have no column, or several.
    fn note_columns(&mut self, columns: &Columns) {
        for (field, labels) in &columns.unclear {
            let (name, labels) = (field.chinese(), labels.join("、"));
            let why = if *field == Field::Investment {
                format!("有几列都像{name}（{labels}），无法确定用哪一列，没有读取")
            } else {
                format!("有几列都像{name}（{labels}），已按最左一列读取，其余列作为附加列保留")
            };
            self.notes.push((Some(field.key()), why));
        }
        let expected: &[Field] = match self.form {
            Form::Annex3 => &[
                Field::Central,
                Field::Progress,
                Field::Problems,
                Field::Next,
            ],
            _ => &[
                Field::Basic,
                Field::Investment,
                Field::Adjustment,
                Field::Reason,
            ],
        };
        for field in expected {
            let unclear = columns.unclear.iter().any(|(unclear, _)| unclear == field);
            if columns.column(*field).is_none() && !unclear {
                let why = format!("表中没有“{}”一列", field.chinese());
                self.notes.push((Some(field.key()), why));
            }
        }
        let contacts = [Field::Contact, Field::ContactName, Field::ContactPhone];
        if contacts
            .iter()
            .all(|field| columns.column(*field).is_none())
        {
            let why = format!("表中没有“{}”一列", Field::Contact.chinese());
            self.notes.push((Some(Field::Contact.key()), why));
        }
    }
}

/// The lines above a table that are its own: after another table those from its label or title on.
fn own_lines(segment: &Segment<'_>) -> Vec<String> {
    let begin = segment
        .lines
        .iter()
        .position(|line| context::begins_form(line))
        .filter(|_| segment.follows);
    segment.lines[begin.unwrap_or(0)..].to_vec()
}

/// A title without the word that it goes on: `……情况表（续）`.
fn continued(title: &str) -> String {
    let squeezed = squeeze(title);
    let (base, tail) = squeezed
        .rsplit_once(['(', '[', '【'])
        .unwrap_or((&squeezed, ""));
    let base = if tail.contains('续') || tail.contains("接上") {
        base
    } else {
        &squeezed
    };
    base.trim_start_matches("续表")
        .trim_end_matches("续表")
        .trim_end_matches(['续', '-', '—', ':', '一', '二', '三'])
        .to_owned()
}

fn title(segment: &Segment<'_>) -> Option<String> {
    let line = segment
        .above
        .iter()
        .rev()
        .find(|line| context::is_title(line));
    line.cloned()
}

/// `附件2` is the label of this form itself; the reader of units knows its own as the first.
fn relabelled(line: &str, form: Form) -> String {
    let own: &[&str] = match form {
        Form::Annex1 => return line.to_owned(),
        Form::Annex2 => &["附件2", "附件二", "附件２", "附表2", "附表二"],
        Form::Annex3 => &["附件3", "附件三", "附件３", "附表3", "附表三"],
    };
    let line = line.trim();
    let own = own.iter().find_map(|label| line.strip_prefix(label));
    own.map_or_else(|| line.to_owned(), |rest| format!("附件1{rest}"))
}

/// How many fields the lines of a text file have: those of the header, or of all rows where they agree on more.
fn fields(segment: &Segment<'_>) -> u32 {
    if segment.grid.place != Place::Lines {
        return 0;
    }
    let header = segment
        .rows
        .start
        .checked_sub(1)
        .and_then(|at| segment.grid.rows.get(at))
        .map_or(0, |row| row.fields);
    let rows = &segment.grid.rows[segment.rows.clone()];
    let first = rows.first().map_or(header, |row| row.fields);
    let agreed = rows.len() > 1 && rows.iter().all(|row| row.fields == first);
    if agreed { header.max(first) } else { header }
}
