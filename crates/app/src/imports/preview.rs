//! A draft laid beside what is stored: row by row what was understood, what is doubted, what would change.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use documents::forms::{Annex1Row, Annex1Total, Reading, RowRef};
use domain::{
    Money, Rate, UnitId,
    person::Invalid,
    statement,
    unit::{NameMatch, Unit, UnitTree},
};
use serde::Serialize;
use store::imports::Draft;

use super::{Answers, RowAnswer, answers::field_of};
use crate::{App, Result};

/// A draft as its owner sees it.
#[derive(Debug, Clone, Serialize)]
pub struct Preview {
    /// The draft's key.
    pub key: String,
    /// Counts saves of the answers.
    pub version: i64,
    /// The file.
    pub file_name: String,
    /// The table's own title.
    pub title: Option<String>,
    /// The unit of money the file states.
    pub unit_of_money: Option<String>,
    /// What the reader says in one sentence.
    pub message: String,
    /// The answers so far.
    pub answers: Answers,
    /// The rows.
    pub rows: Vec<PreviewRow>,
    /// The total the file states.
    pub stated_total: Option<Annex1Total>,
    /// Doubts about the total row.
    pub total_doubts: Vec<String>,
    /// Doubts about the file as a whole.
    pub file_doubts: Vec<String>,
    /// Enterprises that can be chosen: number and name, in own order.
    pub units: Vec<(UnitId, String)>,
    /// Enterprises of the authority that no row is about.
    pub missing: Vec<String>,
    /// What must be answered before it can be confirmed, by field.
    pub open: Invalid,
}

impl Preview {
    /// Doubts of every kind.
    pub fn doubts(&self) -> usize {
        let rows = self.rows.iter().filter(|row| !row.answer.skip);
        rows.map(PreviewRow::doubts).sum::<usize>()
            + self.total_doubts.len()
            + self.file_doubts.len()
    }

    /// Rows that will be saved.
    pub fn kept(&self) -> impl Iterator<Item = &PreviewRow> {
        self.rows.iter().filter(|row| !row.answer.skip)
    }
}

/// One row.
#[derive(Debug, Clone, Serialize)]
pub struct PreviewRow {
    /// From 1, without the header.
    pub number: usize,
    /// Where it stands in the file.
    pub place: String,
    /// The answers to it.
    pub answer: RowAnswer,
    /// Which enterprise.
    pub unit: UnitAnswer,
    /// 单位 as written, and its doubts.
    pub written: Cell,
    /// 任务数.
    pub target: Cell,
    /// 完成数.
    pub done: Cell,
    /// 完成率 as stated.
    pub rate: Cell,
    /// Doubts about the row as a whole.
    pub row_doubts: Vec<String>,
    /// Against the stored target.
    pub target_change: Change,
    /// Against the stored statement of the same as-at date.
    pub done_change: Change,
}

impl PreviewRow {
    fn doubts(&self) -> usize {
        let cells = [&self.written, &self.target, &self.done, &self.rate];
        cells.iter().map(|cell| cell.doubts.len()).sum::<usize>() + self.row_doubts.len()
    }
}

/// A cell: what stood there, what was understood, why it is doubted.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Cell {
    /// The text in the file.
    pub raw: String,
    /// What is taken: corrected or as read; 万元 where it is an amount.
    pub value: Option<String>,
    /// Whether the owner corrected it.
    pub corrected: bool,
    /// Why it is doubted.
    pub doubts: Vec<String>,
    /// The amount, where the value is one.
    #[serde(skip)]
    pub money: Option<Money>,
}

/// Which enterprise a row is about.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitAnswer {
    /// Known, by name or by answer.
    Known {
        /// Which.
        id: UnitId,
        /// Its name.
        name: String,
    },
    /// To be asked; the most likely first.
    Asked {
        /// Suggestions.
        likely: Vec<(UnitId, String)>,
    },
}

impl UnitAnswer {
    /// The enterprise, when known.
    pub fn id(&self) -> Option<UnitId> {
        match self {
            Self::Known { id, .. } => Some(*id),
            Self::Asked { .. } => None,
        }
    }
}

/// What confirming would do to a stored figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Nothing to compare: no figure, no unit or no date yet.
    None,
    /// Nothing was stored.
    New,
    /// The same was stored.
    Same,
    /// Something else was stored, in 万元.
    Differs {
        /// What.
        stored: String,
    },
}

/// What is stored, by unit.
struct Stored {
    targets: BTreeMap<UnitId, Money>,
    same_day: BTreeMap<UnitId, Money>,
    before: BTreeMap<UnitId, (NaiveDate, Money)>,
}

impl App {
    pub(super) async fn lay_out(
        &self,
        draft: &Draft,
        tree: &UnitTree,
        answers: Answers,
    ) -> Result<Preview> {
        let reading: Reading = serde_json::from_str(&draft.reading)?;
        let day = answers.as_at.unwrap_or_else(|| self.today());
        let stored = self.stored(&answers).await?;
        let candidates: Vec<&Unit> = tree.enterprises_of(draft.authority, day).collect();
        let layout = Layout {
            tree,
            draft,
            reading: &reading,
            answers: &answers,
            stored: &stored,
            day,
        };
        let rows: Vec<PreviewRow> = reading
            .rows
            .iter()
            .zip(1..)
            .map(|(row, number)| layout.row(number, row))
            .collect();
        let taken: Vec<UnitId> = rows
            .iter()
            .filter(|row| !row.answer.skip)
            .filter_map(|row| row.unit.id())
            .collect();
        let missing = candidates
            .iter()
            .filter(|unit| !taken.contains(&unit.id))
            .map(|unit| unit.name.clone())
            .collect();
        let mut preview = Preview {
            key: draft.key.clone(),
            version: draft.version,
            file_name: draft.file_name.clone(),
            title: reading.title.clone(),
            unit_of_money: reading.unit_of_money.clone(),
            message: reading.message.clone(),
            total_doubts: layout.doubts(RowRef::Total, None),
            file_doubts: layout.doubts(RowRef::File, None),
            stated_total: reading.total.clone(),
            units: candidates
                .iter()
                .map(|unit| (unit.id, unit.name.clone()))
                .collect(),
            missing,
            open: Invalid::default(),
            rows,
            answers,
        };
        reconcile(&mut preview, &reading);
        preview.open = open_questions(&preview, self.today());
        Ok(preview)
    }

    async fn stored(&self, answers: &Answers) -> Result<Stored> {
        let mut stored = Stored {
            targets: BTreeMap::new(),
            same_day: BTreeMap::new(),
            before: BTreeMap::new(),
        };
        let (Some(year), Some(as_at)) = (answers.year, answers.as_at) else {
            return Ok(stored);
        };
        let (reader, now) = (self.store().read(), self.now());
        for row in store::targets::in_force(&reader, year, as_at, now).await? {
            stored.targets.insert(row.unit, row.amount);
        }
        for statement in store::statements::newest(&reader, year, as_at, now).await? {
            if statement.as_at == as_at {
                stored.same_day.insert(statement.unit, statement.amount);
            } else {
                stored
                    .before
                    .insert(statement.unit, (statement.as_at, statement.amount));
            }
        }
        Ok(stored)
    }
}

struct Layout<'a> {
    tree: &'a UnitTree,
    draft: &'a Draft,
    reading: &'a Reading,
    answers: &'a Answers,
    stored: &'a Stored,
    day: NaiveDate,
}

impl Layout<'_> {
    fn row(&self, number: usize, row: &Annex1Row) -> PreviewRow {
        let answer = self.answers.rows.get(&number).cloned().unwrap_or_default();
        let here = RowRef::Row(u32::try_from(number).unwrap_or(u32::MAX));
        let source = self
            .reading
            .source
            .iter()
            .flatten()
            .find(|source| source.row == here);
        let cell = |field: &str, read: Option<&String>, corrected: Option<&String>| {
            let raw = source
                .and_then(|source| source.cells.get(field))
                .or(read)
                .cloned()
                .unwrap_or_default();
            Cell {
                raw,
                value: corrected.or(read).cloned(),
                corrected: corrected.is_some(),
                doubts: if corrected.is_some() {
                    Vec::new()
                } else {
                    self.doubts(here, Some(field))
                },
                money: None,
            }
        };
        let unit = self.unit(&row.unit, &answer);
        let target = with_money(cell(
            "target_wan",
            row.target_wan.as_ref(),
            answer.target_wan.as_ref(),
        ));
        let mut done = with_money(cell(
            "done_wan",
            row.done_wan.as_ref(),
            answer.done_wan.as_ref(),
        ));
        if let (Some(id), Some(amount)) = (unit.id(), done.money)
            && let Some((day, before)) = self.stored.before.get(&id)
            && amount < *before
        {
            done.doubts.push(format!(
                "比{day}的累计数{}万元还少，请核对",
                before.wan_exact()
            ));
        }
        PreviewRow {
            number,
            place: source
                .map(|source| source.place.clone())
                .unwrap_or_default(),
            written: cell("unit", Some(&row.unit), None),
            rate: cell("rate_pct", row.rate_pct.as_ref(), None),
            row_doubts: self.doubts(here, None),
            target_change: change(&unit, target.money, &self.stored.targets, self.answers),
            done_change: change(&unit, done.money, &self.stored.same_day, self.answers),
            answer,
            unit,
            target,
            done,
        }
    }

    fn unit(&self, written: &str, answer: &RowAnswer) -> UnitAnswer {
        let named = |id: UnitId| {
            (
                id,
                self.tree
                    .get(id)
                    .map_or_else(String::new, |unit| unit.name.clone()),
            )
        };
        let known = |id: UnitId| UnitAnswer::Known {
            id,
            name: named(id).1,
        };
        if let Some(id) = answer.unit {
            return known(id);
        }
        match self
            .tree
            .find_enterprise(self.draft.authority, written, self.day)
        {
            NameMatch::One(id) => known(id),
            NameMatch::Several(likely) | NameMatch::Unknown(likely) => UnitAnswer::Asked {
                likely: likely.into_iter().map(named).collect(),
            },
        }
    }

    /// The reader's doubts about a row and field; of the total row all fields at once.
    fn doubts(&self, row: RowRef, field: Option<&str>) -> Vec<String> {
        let here = self
            .reading
            .warnings
            .iter()
            .filter(|warning| warning.row == row);
        let fits = here.filter(|warning| {
            matches!(row, RowRef::Total | RowRef::File) || warning.field.as_deref() == field
        });
        fits.map(|warning| warning.why.clone()).collect()
    }
}

fn with_money(mut cell: Cell) -> Cell {
    if let Some(text) = &cell.value {
        match Money::parse_wan(text) {
            Ok(money) => cell.money = Some(money),
            Err(error) => cell.doubts.push(error.to_string()),
        }
    }
    cell
}

fn change(
    unit: &UnitAnswer,
    amount: Option<Money>,
    stored: &BTreeMap<UnitId, Money>,
    answers: &Answers,
) -> Change {
    let (Some(id), Some(amount), Some(_), Some(_)) =
        (unit.id(), amount, answers.year, answers.as_at)
    else {
        return Change::None;
    };
    match stored.get(&id) {
        None => Change::New,
        Some(same) if *same == amount => Change::Same,
        Some(other) => Change::Differs {
            stored: other.wan_exact(),
        },
    }
}

/// Says what the owner's answers contradict: the reader has judged the file as it came, not as it was corrected.
fn reconcile(preview: &mut Preview, reading: &Reading) {
    let differs = |stated: Option<NaiveDate>| stated.is_some() && stated != preview.answers.as_at;
    if differs(reading.as_at) || reading.year.is_some() && reading.year != preview.answers.year {
        let stated = reading
            .as_at
            .map_or_else(String::new, |day| day.to_string());
        preview
            .file_doubts
            .push(format!("年度或截止日期与文件所写的{stated}不同，请核对"));
    }
    for row in &mut preview.rows {
        let corrected = row.target.corrected || row.done.corrected;
        let stated = row.rate.value.clone();
        if let (true, Some(stated), Some(done), Some(target)) =
            (corrected, stated, row.done.money, row.target.money)
        {
            let fits = Rate::of(done, target).is_some_and(|rate| same_rate(rate, &stated));
            row.rate.doubts.clear();
            if !fits {
                let why = "改正后，文件所写的完成率与完成数÷任务数不符，请核对".to_owned();
                row.rate.doubts.push(why);
            }
        }
    }
    let changed = |row: &PreviewRow| row.answer.skip || row.target.corrected || row.done.corrected;
    if let Some(stated) = preview.stated_total.clone()
        && preview.rows.iter().any(changed)
    {
        preview.total_doubts = total_doubts(preview, &stated);
    }
}

/// Doubts about the stated total against the rows as they would be saved.
fn total_doubts(preview: &Preview, stated: &Annex1Total) -> Vec<String> {
    let sum = |money: fn(&PreviewRow) -> Option<Money>| preview.kept().filter_map(money).sum();
    let columns: [(&str, &Option<String>, Money); 2] = [
        ("任务数", &stated.target_wan, sum(|row| row.target.money)),
        ("完成数", &stated.done_wan, sum(|row| row.done.money)),
    ];
    let differs = columns.into_iter().filter_map(|(label, stated, sum)| {
        let stated = stated.as_ref()?;
        (Money::parse_wan(stated) != Ok(sum)).then(|| {
            format!(
                "{label}写的是{stated}万元，要保存的各行之和是{}万元",
                sum.wan_exact()
            )
        })
    });
    differs.collect()
}

/// Whether a stated percentage is this rate at the decimals it is stated with.
fn same_rate(rate: Rate, stated: &str) -> bool {
    let printed = rate.pct().to_string();
    let trim = |text: &str| text.trim_end_matches('0').trim_end_matches('.').to_owned();
    trim(&printed) == trim(stated)
}

/// What must be answered before confirming.
fn open_questions(preview: &Preview, today: NaiveDate) -> Invalid {
    let mut open = Invalid::default();
    match (preview.answers.year, preview.answers.as_at) {
        (Some(year), Some(as_at)) => open.fields.extend(
            statement::check_period(year, as_at, today)
                .err()
                .unwrap_or_default()
                .fields,
        ),
        (year, as_at) => {
            if year.is_none() {
                open.add("year", "文件里没有写明年度，请填写");
            }
            if as_at.is_none() {
                open.add("as_at", "文件里没有写明截止日期，请填写");
            }
        }
    }
    let mut seen: BTreeMap<UnitId, usize> = BTreeMap::new();
    for row in preview.kept() {
        row_questions(row, &mut seen, &mut open);
    }
    if preview.kept().next().is_none() {
        open.add("rows", "没有要保存的行，请至少保留一行，或取消导入");
    }
    let differs = preview
        .kept()
        .any(|row| matches!(row.target_change, Change::Differs { .. }));
    if differs && preview.answers.adjust_targets && preview.answers.adjust_reason.trim().is_empty()
    {
        open.add("adjust_reason", "调整任务数须填写理由");
    }
    open
}

fn row_questions(row: &PreviewRow, seen: &mut BTreeMap<UnitId, usize>, open: &mut Invalid) {
    let number = row.number;
    match row.unit.id() {
        None => open.add(
            &field_of(number, "unit"),
            format!(
                "第{number}行的单位“{}”不在名录里，请选择对应单位，或不导入此行",
                row.written.raw
            ),
        ),
        Some(id) => {
            if let Some(first) = seen.insert(id, number) {
                open.add(
                    &field_of(number, "unit"),
                    format!("第{number}行与第{first}行是同一单位，请只保留一行"),
                );
            }
        }
    }
    match (&row.done.value, row.done.money) {
        (None, _) => open.add(
            &field_of(number, "done_wan"),
            format!("第{number}行的完成数没有读出，请填写，或不导入此行"),
        ),
        (Some(_), None) => open.add(
            &field_of(number, "done_wan"),
            format!("第{number}行的完成数不是数字，请填写以万元为单位的数"),
        ),
        _ => {}
    }
    match row.target.money {
        None if row.target.value.is_some() => {
            open.add(
                &field_of(number, "target_wan"),
                format!("第{number}行的任务数不是数字，请填写以万元为单位的数"),
            );
        }
        Some(money) if money < Money::ZERO => open.add(
            &field_of(number, "target_wan"),
            format!("第{number}行的任务数不能为负数"),
        ),
        _ => {}
    }
}
