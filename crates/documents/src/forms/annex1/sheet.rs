//! The rows of one 附件1, gathered from one table or from the pieces of a continued one.

use std::collections::HashSet;

use chrono::Datelike as _;
use domain::{Money, names};

use super::draft::Draft;
use super::rows::{self, Kind, Table};
use crate::forms::cells::figures::ColumnUnit;
use crate::forms::cells::labels::Sum;
use crate::forms::context::{self, Context};
use crate::forms::cut_off;
use crate::forms::header::Mapping;
use crate::forms::segments::{Segment, is_continuation};
use crate::forms::words::Field;
use crate::grid::Place;
use crate::value::money_unit::{MoneyUnit, Stated};
use crate::value::squeeze;

/// Everything read so far.
pub(super) struct Sheet {
    pub context: Context,
    /// The header over 完成数, which may say up to when.
    pub done_label: String,
    /// The header over 任务数.
    pub target_label: String,
    pub rows: Vec<Draft>,
    /// Sums, with the number of rows before each.
    pub sums: Vec<(usize, Sum, Draft)>,
    /// What is to be said about the whole file: field and why.
    pub notes: Vec<(Option<Field>, String)>,
    /// Names of the units that columns state.
    pub unit_names: Vec<String>,
    /// Names of the units that cells state.
    pub cell_units: Vec<String>,
    pub assumed_unit: bool,
    /// A unit smaller than 万元 that a column is in.
    pub small_unit: Option<String>,
    pub header_says_percent: bool,
    place: Place,
    grid_name: String,
    fields: Vec<Field>,
}

impl Sheet {
    /// Reads the first table.
    pub fn read(segment: &Segment<'_>) -> Self {
        let context = context::read(&segment.above, &segment.below);
        let mut sheet = Self {
            context,
            done_label: String::new(),
            target_label: String::new(),
            rows: Vec::new(),
            sums: Vec::new(),
            notes: Vec::new(),
            unit_names: Vec::new(),
            cell_units: Vec::new(),
            assumed_unit: false,
            small_unit: None,
            header_says_percent: false,
            place: segment.grid.place.clone(),
            grid_name: segment.grid.name(),
            fields: Vec::new(),
        };
        sheet.note_units();
        sheet.take(segment);
        for field in Field::ALL {
            if let Some(note) = missing(field, &segment.header.bands) {
                sheet.notes.push((Some(field), note));
            }
        }
        sheet
    }

    fn note_units(&mut self) {
        let doubts = self.context.doubts.iter();
        self.notes.extend(doubts.map(|why| (None, why.clone())));
        if let Some(Stated::Several(names)) = &self.context.unit {
            let why = format!(
                "金额单位写了不止一个（{names}），无法确定用哪一个，没有写明自己单位的数都没有读取，请只写一个单位后重新上传"
            );
            self.notes.push((None, why));
        }
        if let (Some(unit), Some(other)) = (&self.context.unit, self.context.other_units.first()) {
            let (unit, other) = (unit.name(), other.name());
            let why = format!("表上方既写了{unit}又写了{other}，已按{unit}读取，请核对");
            self.notes.push((None, why));
        }
    }

    /// Whether `segment` is the next piece of this table: no title of its own or the same one, and no 合计 yet. After
    /// 合计 the same title goes on only with other units: each page has its own sum then.
    pub fn continues_with(&self, segment: &Segment<'_>) -> bool {
        if self.is_empty() || fields(&segment.header.bands) != self.fields {
            return false;
        }
        let closed = self.sums.iter().any(|(_, sum, _)| *sum == Sum::Total);
        let next = context::read(&segment.above, &[]);
        let title = next.title.as_deref().map(squeeze);
        let own = self.context.title.as_deref().map(squeeze);
        let continued = segment.above.iter().any(|line| is_continuation(line))
            || title.as_deref().is_some_and(|title| title.contains('续'));
        if closed {
            return title.is_some() && title == own && self.shares_no_unit(segment);
        }
        let first_title = || {
            let here = cut_off::month_day(&squeeze(&self.done_label));
            here.is_some() && here == next.as_at.map(|day| (day.month(), day.day()))
        };
        continued || title.is_none() || title == own || (own.is_none() && first_title())
    }

    fn shares_no_unit(&self, segment: &Segment<'_>) -> bool {
        let here: HashSet<String> = self.rows.iter().map(|row| names::key(&row.unit)).collect();
        let next = Self::read(segment);
        !next.is_empty()
            && next
                .rows
                .iter()
                .all(|row| !here.contains(&names::key(&row.unit)))
    }

    /// Adds the next piece.
    pub fn append(&mut self, segment: &Segment<'_>) {
        let elsewhere =
            matches!(segment.grid.place, Place::Sheet(_)) && segment.grid.place != self.place;
        if elsewhere || segment.headless {
            self.notes.push((
                None,
                format!(
                    "{}没有自己的标题，已作为上一张表的续表一并读取，请核对",
                    segment.grid.name()
                ),
            ));
        }
        self.place = segment.grid.place.clone();
        let pages = self
            .sums
            .iter_mut()
            .filter(|(_, sum, _)| *sum == Sum::Total);
        // What was called 合计 was the sum of a page.
        if pages.map(|(_, sum, _)| *sum = Sum::Part).count() > 0 {
            let why = "合计之后又有同一标题的表，已作为同一张表的下一页一并读取，请核对";
            self.notes.push((None, why.to_owned()));
        }
        if self.context.title.is_none() {
            let Context {
                title, year, as_at, ..
            } = context::read(&segment.above, &[]);
            if title.is_some() {
                let why = "第一页没有标题，已用下一页的标题，请核对".to_owned();
                self.notes.push((None, why));
                self.context.title = title;
                self.context.year = self.context.year.or(year);
                self.context.as_at = self.context.as_at.or(as_at);
            }
        }
        self.take(segment);
    }

    /// What to say about another 附件1 in the same file, which is not read.
    pub fn beside(&self, segment: &Segment<'_>) -> Option<(Option<Field>, String)> {
        let other = Self::read(segment);
        let title = other
            .context
            .title
            .as_deref()
            .map(|title| format!("《{title}》"))
            .unwrap_or_default();
        let name = segment.grid.name();
        let read = &self.grid_name;
        (!other.is_empty()).then(|| (None, format!("文件里有几张附件1，只读取了{read}中的第一张，{name}{title}没有读取；需要导入时请单独存成一个文件")))
    }

    /// Neither rows nor sums with figures.
    pub fn is_empty(&self) -> bool {
        let figure = |draft: &Draft| draft.target.is_some() || draft.done.is_some();
        self.rows.is_empty()
            && !self.sums.iter().any(|(_, _, draft)| {
                figure(draft) && draft.done.is_some_and(|done| !done.is_zero())
            })
    }

    fn take(&mut self, segment: &Segment<'_>) {
        if self.fields.is_empty() {
            self.fields = fields(&segment.header.bands);
        }
        let width = segment.header.width;
        let units = context::read(&segment.above, &segment.below)
            .unit
            .or_else(|| self.context.unit.clone());
        for mapping in &segment.header.bands {
            self.note_labels(mapping, units.as_ref());
            let unit = |field: Field| {
                ColumnUnit::new(
                    mapping
                        .column(field)
                        .and_then(|column| column.unit.clone())
                        .or_else(|| units.clone()),
                )
            };
            let (target_unit, done_unit) = (unit(Field::Target), unit(Field::Done));
            let table = Table {
                grid: segment.grid,
                mapping,
                width,
                target_unit,
                done_unit,
            };
            self.take_rows(&table, segment);
        }
    }

    fn take_rows(&mut self, table: &Table<'_>, segment: &Segment<'_>) {
        // Rows after 合计 count only when another sum below shows that the first one was of a part.
        let mut after_total: Vec<Draft> = Vec::new();
        let mut last_number = None;
        for row in &segment.grid.rows[segment.rows.clone()] {
            let gap = last_number.is_some_and(|last| row.number > last + 1);
            last_number = Some(row.number);
            match rows::read(table, row) {
                Kind::Data(draft) if draft.words >= 2 && (gap || self.is_closed()) => {
                    let why = format!("{}起像是另一张表，没有读取", draft.place);
                    self.notes.push((None, why));
                    break;
                }
                Kind::Data(draft) if self.is_closed() => after_total.push(draft),
                Kind::Data(draft) => self.push(draft, table),
                Kind::Sum(sum, draft) => {
                    after_total
                        .drain(..)
                        .for_each(|draft| self.push(draft, table));
                    self.sums.push((self.rows.len(), sum, draft));
                }
                Kind::Nothing => {}
                Kind::LeftOut(why) => self.notes.push((None, why)),
            }
        }
        if let Some(first) = after_total.first() {
            let count = after_total.len();
            let why = format!(
                "合计之后还有{count}行（{}起）没有读取；如果是数据，请移到合计之前",
                first.place
            );
            self.notes.push((None, why));
        }
    }

    fn push(&mut self, draft: Draft, table: &Table<'_>) {
        self.assumed_unit |= draft.by_column && self.assumes(table);
        for unit in &draft.named_units {
            if !self.cell_units.contains(unit) {
                self.cell_units.push(unit.clone());
            }
        }
        self.rows.push(draft);
    }

    /// Whether a 合计 below rows has ended the table.
    fn is_closed(&self) -> bool {
        self.sums
            .last()
            .is_some_and(|(at, sum, _)| *sum == Sum::Total && *at > 0 && *at == self.rows.len())
    }

    fn assumes(&self, table: &Table<'_>) -> bool {
        [&table.target_unit, &table.done_unit]
            .into_iter()
            .any(|unit| *unit == ColumnUnit::Assumed)
    }

    fn note_labels(&mut self, mapping: &Mapping, line: Option<&Stated>) {
        if let Some(column) = mapping.column(Field::Done) {
            self.done_label = column.label.clone();
        }
        if let Some(column) = mapping.column(Field::Target) {
            self.target_label = column.label.clone();
        }
        self.header_says_percent |= mapping
            .column(Field::Rate)
            .is_some_and(|column| column.percent);
        for field in [Field::Target, Field::Done] {
            let Some(column) = mapping.column(field) else {
                continue;
            };
            let own = column.unit.as_ref().map(|unit| unit.name().to_owned());
            let outer = line.map(|unit| unit.name().to_owned());
            if let (Some(own), Some(outer)) = (&own, &outer)
                && own != outer
            {
                let note = format!(
                    "“{}”一栏写的单位是{own}，表上方写的是{outer}，已按{own}读取，请核对",
                    column.label
                );
                self.notes.push((Some(field), note));
            }
            let stated = column.unit.as_ref().or(line);
            if let Some(Stated::Rmb(unit)) = stated
                && unit.fen < MoneyUnit::wan().fen
            {
                self.small_unit = Some(unit.name.clone());
            }
            if !matches!(stated, Some(Stated::Several(_))) {
                self.unit_names.extend(own.or(outer));
            }
        }
    }
}

fn fields(bands: &[Mapping]) -> Vec<Field> {
    bands
        .iter()
        .flat_map(|band| band.columns.iter().map(|column| column.field))
        .collect()
}

/// What to say about a field without a column.
fn missing(field: Field, bands: &[Mapping]) -> Option<String> {
    let band = bands.iter().find(|band| {
        band.column(field).is_none() || band.unclear.iter().any(|(unclear, _)| *unclear == field)
    })?;
    let unclear = band.unclear.iter().find(|(unclear, _)| *unclear == field);
    let name = field.chinese();
    Some(match (unclear, field) {
        (Some((_, labels)), Field::Unit) if labels.is_empty() => {
            "表头没有“单位”二字，已按第一个数字列左边的一列读取单位名称，请核对".to_owned()
        }
        (Some((_, labels)), Field::Unit) => format!(
            "有几列都像单位名称（{}），已按最左一列读取，请核对",
            labels.join("、")
        ),
        (Some((_, labels)), _) if labels.len() == 1 => {
            format!(
                "“{}”一栏下面又分了几列，无法确定用哪一列，没有读取",
                labels[0]
            )
        }
        (Some((_, labels)), _) => format!(
            "有几列都像{name}（{}），无法确定用哪一列，没有读取",
            labels.join("、")
        ),
        (None, _) => format!("表中没有“{name}”一列"),
    })
}

/// Sums of what can be read in some rows.
pub(super) fn totals(rows: &[Draft]) -> (Money, Money) {
    (
        rows.iter().filter_map(|row| row.target).sum(),
        rows.iter().filter_map(|row| row.done).sum(),
    )
}
