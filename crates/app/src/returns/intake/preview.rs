//! A draft laid beside the library: row by row what was understood, what is doubted, what would change.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use documents::forms::{Form, Reading, RowRef, SourceRow, Table};
use domain::{
    Instant, ProjectId, UnitId,
    adjustment::AdjustmentKind,
    annex2::TypedRow,
    annex3::{Annex3Row, ProgressTexts},
    names,
    period::ReturnKind,
    person::Invalid,
    project::ProjectFields,
    returns::Content,
    unit::NameMatch,
};
use serde::Serialize;
use store::{Db, intake::IntakeDraft};

use super::{
    annex2, annex3,
    answers::{IntakeAnswers, RowAnswer, field_of},
    library::Library,
};
use crate::{
    Result,
    returns::{Found, compute},
};

/// A draft as its owner sees it.
#[derive(Debug, Clone, Serialize)]
pub struct IntakePreview {
    /// The draft's key.
    pub key: String,
    /// Counts saves of the answers.
    pub version: i64,
    /// When it was laid beside the library, and beside which version of the return: a confirmation brings it back.
    pub basis: String,
    /// For a return of which kind.
    pub kind: ReturnKind,
    /// The period's cut-off.
    pub cut_off: NaiveDate,
    /// The period in words.
    pub label: String,
    /// The enterprise.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// From which day on what is confirmed holds.
    pub effective_on: NaiveDate,
    /// The file.
    pub file_name: String,
    /// What the reader says in one sentence.
    pub message: String,
    /// 报送单位 as the file writes it, table by table.
    pub written_units: Vec<Option<String>>,
    /// 填报时间 as the file writes it.
    pub reported_on: Option<String>,
    /// The unit of money the file states.
    pub unit_of_money: Option<String>,
    /// Whether the file says that there is nothing to report.
    pub zero: bool,
    /// Why, as it would be saved.
    pub zero_reason: String,
    /// The answers so far.
    pub answers: IntakeAnswers,
    /// The rows.
    pub rows: Vec<IntakeRow>,
    /// Projects of the library that no row is about: they stay as they are.
    pub unnamed: usize,
    /// Projects that can be chosen: number, code, name.
    pub projects: Vec<(ProjectId, String, String)>,
    /// Returns of other kinds whose forms the file holds too: they are not read here.
    pub also: Vec<ReturnKind>,
    /// Doubts about the file as a whole.
    pub file_doubts: Vec<String>,
    /// What must be answered before it can be confirmed, by field.
    pub open: Invalid,
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowState {
    /// Something must be answered first.
    Asked,
    /// A project is added.
    Added,
    /// A project is changed.
    Changed,
    /// A project is suspended.
    Suspended,
    /// A project leaves.
    Left,
    /// Nothing of the library changes.
    Kept,
    /// Left out.
    Skipped,
}

impl RowState {
    /// Every state, in the order of the page.
    pub const ALL: [Self; 7] = [
        Self::Asked,
        Self::Added,
        Self::Changed,
        Self::Suspended,
        Self::Left,
        Self::Kept,
        Self::Skipped,
    ];

    /// The word in addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Suspended => "suspended",
            Self::Left => "left",
            Self::Kept => "kept",
            Self::Skipped => "skipped",
        }
    }

    /// The word for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Asked => "待回答",
            Self::Added => "新增",
            Self::Changed => "变更",
            Self::Suspended => "暂缓",
            Self::Left => "出库",
            Self::Kept => "不变",
            Self::Skipped => "不导入",
        }
    }
}

/// How the project of a row was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// By its code.
    Code,
    /// By its name.
    Name,
    /// Chosen by the owner.
    Chosen,
}

impl How {
    /// In words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Code => "按项目编号对应",
            Self::Name => "按项目名称对应",
            Self::Chosen => "由您选定",
        }
    }
}

/// A project of the library as a row names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Its number.
    pub id: ProjectId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Why it may be meant; empty where it is.
    pub why: String,
}

/// Which project a row is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// This one.
    Known {
        /// Which.
        project: Named,
        /// How it was found.
        how: How,
    },
    /// A new one.
    New,
    /// To be asked; the likeliest first, none where nothing is like it.
    Asked {
        /// Suggestions.
        likely: Vec<Named>,
    },
}

/// A cell against the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CellChange {
    /// Not compared.
    None,
    /// As it is in the library.
    Same,
    /// The file says nothing: the library keeps what it has.
    Silent,
    /// Another value.
    Differs {
        /// Whether it is taken.
        taken: bool,
        /// Whether that is what is proposed.
        proposed: bool,
    },
}

/// A cell: what stood there, what was understood, why it is doubted, what the library has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IntakeCell {
    /// The field's key.
    pub field: &'static str,
    /// Its words.
    pub label: &'static str,
    /// The text in the file.
    pub raw: String,
    /// Where it stands.
    pub place: String,
    /// What is taken: corrected or as read; 万元 where it is an amount.
    pub value: String,
    /// What was read.
    pub read: String,
    /// Whether the owner corrected it.
    pub corrected: bool,
    /// Why it is doubted.
    pub doubts: Vec<String>,
    /// What the library has; none without a project.
    pub before: Option<String>,
    /// Against the library.
    pub change: CellChange,
}

/// One row.
#[derive(Debug, Clone, Serialize)]
pub struct IntakeRow {
    /// From 1 over all tables of the file.
    pub number: usize,
    /// Where it stands in the file.
    pub place: String,
    /// The name as taken.
    pub name: String,
    /// What becomes of it.
    pub state: RowState,
    /// Which kind of adjustment it is taken for; none while it is asked.
    pub kind: Option<AdjustmentKind>,
    /// The kind that the wording names.
    pub worded: Option<AdjustmentKind>,
    /// Which project.
    pub target: Target,
    /// Its cells.
    pub cells: Vec<IntakeCell>,
    /// Columns that the form does not have: shown, never written.
    pub extra: BTreeMap<String, String>,
    /// Doubts about the row as a whole.
    pub doubts: Vec<String>,
    /// The answers to it.
    pub answer: RowAnswer,
    /// What must be answered about it first: field and sentence.
    pub open: Vec<(String, String)>,
}

impl IntakeRow {
    /// A cell.
    pub fn cell(&self, field: &str) -> Option<&IntakeCell> {
        self.cells.iter().find(|cell| cell.field == field)
    }

    /// How many doubts there are.
    pub fn doubt_count(&self) -> usize {
        self.cells
            .iter()
            .map(|cell| cell.doubts.len())
            .sum::<usize>()
            + self.doubts.len()
    }
}

/// What confirming writes of a row.
#[derive(Debug, Clone, Default)]
pub(super) struct Planned {
    /// Into the library.
    pub plan: Plan,
    /// Into the return's draft.
    pub typed: Typed,
}

/// What confirming writes of a row into the return's draft.
#[derive(Debug, Clone, Default)]
pub(super) enum Typed {
    /// It stays as it is.
    #[default]
    Nothing,
    Annex2(TypedRow),
    Annex3(Box<ProgressTexts>),
}

/// A preview with what confirming it writes.
pub(super) struct Laid {
    pub preview: IntakePreview,
    pub library: Library,
    /// Row by row.
    pub planned: Vec<Planned>,
}

/// What confirming writes of a row into the library.
#[derive(Debug, Clone, Default)]
pub(super) enum Plan {
    #[default]
    Nothing,
    Add {
        fields: Box<ProjectFields>,
        reason: String,
    },
    Change {
        project: ProjectId,
        fields: Box<ProjectFields>,
        reason: String,
    },
}

impl Laid {
    /// Rows that will be taken, with what they write.
    pub(super) fn kept(&self) -> impl Iterator<Item = (&IntakeRow, &Planned)> {
        let rows = self.preview.rows.iter().zip(&self.planned);
        rows.filter(|(row, _)| !row.answer.skip)
    }
}

impl IntakePreview {
    /// Rows that will be taken.
    pub fn kept(&self) -> impl Iterator<Item = &IntakeRow> {
        self.rows.iter().filter(|row| !row.answer.skip)
    }

    /// Doubts of every kind.
    pub fn doubts(&self) -> usize {
        self.kept().map(IntakeRow::doubt_count).sum::<usize>() + self.file_doubts.len()
    }

    /// How many rows are in a state.
    pub fn count(&self, state: RowState) -> usize {
        self.rows.iter().filter(|row| row.state == state).count()
    }

    /// What is confirmed with this.
    pub fn seen(&self) -> IntakeSeen {
        IntakeSeen {
            version: self.version,
            basis: self.basis.clone(),
        }
    }
}

/// What a confirmation was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntakeSeen {
    /// Version of the answers.
    pub version: i64,
    /// Basis of the preview.
    pub basis: String,
}

impl IntakeSeen {
    /// When the preview was made.
    pub(super) fn at(&self) -> Option<Instant> {
        let micros = self.basis.split('-').next()?.parse().ok()?;
        chrono::DateTime::from_timestamp_micros(micros)
    }

    /// The version of the return that was there.
    pub(super) fn filing(&self) -> Option<i64> {
        self.basis.split_once('-')?.1.parse().ok()
    }
}

/// What rows are laid beside.
pub(super) struct Context<'a> {
    pub library: &'a Library,
    pub found: &'a Found,
    /// The rows that 附件3 has now, by project; none for other kinds.
    pub listed: &'a HashMap<ProjectId, Annex3Row>,
    pub answers: &'a IntakeAnswers,
    pub effective_on: NaiveDate,
    pub today: NaiveDate,
    /// Whether more was doubted than the reader told one by one.
    pub untold: bool,
}

/// About which field, and why.
type Doubt<'a> = (Option<&'a str>, &'a str);

/// What the reader said of a row: where its texts stand and what is doubtful.
pub(super) struct Said<'a> {
    pub number: usize,
    pub source: Option<&'a SourceRow>,
    pub doubts: Vec<Doubt<'a>>,
}

impl<'a> Said<'a> {
    /// The text and place of a field.
    pub(super) fn raw(&self, field: &str) -> Option<(String, String)> {
        let source = self.source?;
        let text = source.cells.get(field)?;
        let place = source.places.get(field).unwrap_or(&source.place);
        Some((text.clone(), place.clone()))
    }

    /// The doubts about a field.
    pub(super) fn of(&self, field: &str) -> Vec<String> {
        let own = self
            .doubts
            .iter()
            .filter(|(about, _)| *about == Some(field));
        own.map(|(_, why)| (*why).to_owned()).collect()
    }

    /// The doubts about none of these fields.
    pub(super) fn beside(&self, fields: &[&str]) -> Vec<String> {
        let others = self
            .doubts
            .iter()
            .filter(|(about, _)| about.is_none_or(|about| !fields.contains(&about)));
        others.map(|(_, why)| (*why).to_owned()).collect()
    }
}

/// Lays a draft beside the library as `db` has it.
pub(super) async fn lay_out(
    db: &impl Db,
    found: &Found,
    draft: &IntakeDraft,
    answers: IntakeAnswers,
    now: Instant,
) -> Result<Laid> {
    let reading: Reading = serde_json::from_str(&draft.reading)?;
    let library = Library::load(db, found).await?;
    let today = domain::dates::day_in_shanghai(now);
    let listed = listed(db, found).await?;
    let context = Context {
        library: &library,
        found,
        listed: &listed,
        answers: &answers,
        effective_on: today.min(found.period.cut_off),
        today,
        untold: reading.warnings.len() >= documents::limits::WARNINGS,
    };
    let mut open = Invalid::default();
    let (mut rows, planned) = rows(&context, &reading, &mut open);
    clashes(&mut rows, &mut open);
    let zero = rows.is_empty();
    let stated_reason = zero_words(&reading, draft.kind);
    let zero_reason = answers.zero_reason.clone().unwrap_or(stated_reason);
    if zero {
        let (content, _) = compute::content(db, found).await?;
        if content.is_zero() {
            if zero_reason.trim().is_empty() || zero_reason.chars().count() > 500 {
                let said = nothing_said(draft.kind);
                open.add("zero_reason", format!("请写明{said}的理由（500字以内）"));
            }
        } else {
            let (cut_off, count) = (found.period.cut_off, content.rows().len());
            let why = match draft.kind {
                ReturnKind::Annex3 => format!(
                    "文件说没有央企合作项目，但项目库截至{cut_off}有{count}个要报送；请核对后到报送页填写进展，或取消导入"
                ),
                _ => format!(
                    "文件说本期无调整，但项目库截至{cut_off}有{count}项变动要报送；请核对后到报送页填写调整理由，或取消导入"
                ),
            };
            open.add("zero_reason", why);
        }
    } else if rows.iter().all(|row| row.answer.skip) {
        open.add("rows", "没有要导入的行，请至少保留一行，或取消导入");
    }
    let written_units = written_units(&reading);
    ask_unit(&context, &written_units, &mut open);
    hand_out(&mut rows, &open);
    let mut projects: Vec<(ProjectId, String, String)> = library
        .own
        .values()
        .map(|(project, head)| (project.id, project.code.clone(), head.fields.name.clone()))
        .collect();
    projects.sort_by(|a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
    let reported: Vec<String> = tables(&reading, draft.kind)
        .filter_map(|(_, table)| table.heading.reported_on)
        .map(|on| on.to_string())
        .collect();
    let mut file_doubts = Vec::new();
    if draft.kind.tells_changes()
        && let Some(earlier) = compute::owed(db, found).await?
        && context.effective_on <= earlier.cut_off
    {
        file_doubts.push(format!(
            "上一期（{}）还没有报送，确认后的变动会算在上一期，请核对是否应到上一期导入",
            earlier.label()
        ));
    }
    let of_file = reading
        .warnings
        .iter()
        .filter(|one| !matches!(one.row, RowRef::Row(_)) && one.field.as_deref() != Some("unit"));
    let filing = found.filing.as_ref().map_or(0, |filing| filing.version);
    let preview = IntakePreview {
        key: draft.key.clone(),
        version: draft.version,
        basis: format!("{}-{filing}", now.timestamp_micros()),
        kind: draft.kind,
        cut_off: draft.cut_off,
        label: found.period.label(),
        unit: found.unit.id,
        unit_name: found.unit.name.clone(),
        effective_on: context.effective_on,
        file_name: draft.file_name.clone(),
        message: reading.message.clone(),
        written_units,
        reported_on: reported.first().cloned(),
        unit_of_money: reading.unit_of_money.clone(),
        zero,
        zero_reason,
        unnamed: unnamed(&context, &rows),
        projects,
        also: kinds_of(&reading.also),
        file_doubts: file_doubts
            .into_iter()
            .chain(of_file.map(|one| one.why.clone()))
            .collect(),
        open,
        rows,
        answers,
    };
    Ok(Laid {
        preview,
        library,
        planned,
    })
}

/// The kinds of return that take one of these forms.
fn kinds_of(forms: &[Form]) -> Vec<ReturnKind> {
    let takes = |kind: &ReturnKind| super::form_of(*kind).is_some_and(|form| forms.contains(&form));
    ReturnKind::ALL.iter().copied().filter(takes).collect()
}

/// The tables of the file that are of this kind, with their numbers from 1.
fn tables(reading: &Reading, kind: ReturnKind) -> impl Iterator<Item = (u32, &Table)> {
    let form = super::form_of(kind);
    (1..)
        .zip(&reading.tables)
        .filter(move |(_, table)| Some(table.form) == form)
}

fn rows(
    context: &Context<'_>,
    reading: &Reading,
    open: &mut Invalid,
) -> (Vec<IntakeRow>, Vec<Planned>) {
    let mut doubts: HashMap<(u32, u32), Vec<Doubt<'_>>> = HashMap::new();
    for warning in &reading.warnings {
        if let RowRef::Row(row) = warning.row {
            let place = (warning.table.unwrap_or(1), row);
            let said = (warning.field.as_deref(), warning.why.as_str());
            doubts.entry(place).or_default().push(said);
        }
    }
    let (mut rows, mut planned) = (Vec::new(), Vec::new());
    for (at, table) in tables(reading, context.found.period.kind) {
        // One table alone bears no number in its warnings.
        let table_number = if reading.tables.len() == 1 { 1 } else { at };
        let sources: HashMap<u32, &SourceRow> = table
            .source
            .iter()
            .flatten()
            .filter_map(|source| match source.row {
                RowRef::Row(row) => Some((row, source)),
                _ => None,
            })
            .collect();
        for in_table in 1..=u32::try_from(table.rows.len()).unwrap_or(u32::MAX) {
            let said = Said {
                number: rows.len() + 1,
                source: sources.get(&in_table).copied(),
                doubts: doubts.remove(&(table_number, in_table)).unwrap_or_default(),
            };
            let row = match context.found.period.kind {
                ReturnKind::Annex2 => annex2::row(context, table, in_table, &said, open),
                ReturnKind::Annex3 => annex3::row(context, table, in_table, &said, open),
                // No draft of theirs is ever made.
                ReturnKind::Monthly | ReturnKind::YearlySummary | ReturnKind::NextYearPlan => None,
            };
            if let Some((row, plan)) = row {
                rows.push(row);
                planned.push(plan);
            }
        }
    }
    (rows, planned)
}

/// Gives each row what is open about it.
fn hand_out(rows: &mut [IntakeRow], open: &Invalid) {
    for (field, why) in &open.fields {
        let Some((field, number)) = field.rsplit_once('_') else {
            continue;
        };
        let number: Option<usize> = number.parse().ok();
        let row = number.and_then(|number| rows.get_mut(number.checked_sub(1)?));
        if let Some(row) = row.filter(|row| !row.answer.skip) {
            row.state = RowState::Asked;
            row.open.push((field.to_owned(), why.clone()));
        }
    }
}

/// Two rows about one project, or two new ones of one name: a person says which counts.
fn clashes(rows: &mut [IntakeRow], open: &mut Invalid) {
    let mut seen: HashMap<ProjectId, usize> = HashMap::new();
    let mut new: HashMap<String, usize> = HashMap::new();
    for row in rows.iter().filter(|row| !row.answer.skip) {
        let number = row.number;
        let first = match &row.target {
            Target::Known { project, .. } => seen.insert(project.id, number),
            Target::New => new.insert(names::key(&row.name), number),
            Target::Asked { .. } => None,
        };
        if let Some(first) = first {
            let why = format!(
                "第{number}行与第{first}行是同一个项目“{}”，请只保留一行，或改选另一个项目",
                row.name
            );
            open.add(&field_of(number, "project"), why);
        }
    }
}

/// How many projects that could be named are not: of the library, for 附件3 of the return's own list.
fn unnamed(context: &Context<'_>, rows: &[IntakeRow]) -> usize {
    let named: std::collections::HashSet<ProjectId> = rows
        .iter()
        .filter_map(|row| match &row.target {
            Target::Known { project, .. } => Some(project.id),
            _ => None,
        })
        .collect();
    if context.found.period.kind == ReturnKind::Annex3 {
        let listed = context.listed.keys();
        return listed.filter(|id| !named.contains(id)).count();
    }
    let staying =
        context.library.own.values().filter(|(project, head)| {
            head.fields.terminated.is_none() && !named.contains(&project.id)
        });
    staying.count()
}

/// The rows of 附件3 as they are now.
async fn listed(db: &impl Db, found: &Found) -> Result<HashMap<ProjectId, Annex3Row>> {
    if found.period.kind != ReturnKind::Annex3 {
        return Ok(HashMap::new());
    }
    let (content, _) = compute::content(db, found).await?;
    let Content::Annex3(form) = content else {
        return Ok(HashMap::new());
    };
    Ok(form
        .rows
        .into_iter()
        .map(|row| (row.project, row))
        .collect())
}

/// What a file says that has nothing to report.
const fn nothing_said(kind: ReturnKind) -> &'static str {
    match kind {
        ReturnKind::Annex3 => "本期无央企合作项目",
        _ => "本期无调整",
    }
}

fn written_units(reading: &Reading) -> Vec<Option<String>> {
    let mut units: Vec<Option<String>> = Vec::new();
    for table in &reading.tables {
        if !units.contains(&table.heading.unit) {
            units.push(table.heading.unit.clone());
        }
    }
    units
}

/// A unit that is not written, not known or not the sender's is asked about.
fn ask_unit(context: &Context<'_>, written: &[Option<String>], open: &mut Invalid) {
    if context.answers.unit_confirmed {
        return;
    }
    let own = &context.found.unit;
    for unit in written {
        let why = match unit {
            None => format!("文件里没有写明报送单位，请确认这是“{}”的报表", own.name),
            Some(unit) if context.is_own(unit) => continue,
            Some(unit) => format!(
                "文件写的报送单位是“{unit}”，不是“{}”，请核对：确是本单位的报表请勾选确认，拿错了文件请取消导入",
                own.name
            ),
        };
        open.add("unit_confirmed", why);
        return;
    }
}

impl Context<'_> {
    /// Whether a written name is the enterprise's own.
    fn is_own(&self, written: &str) -> bool {
        self.names(written) == Some(self.found.unit.id)
    }

    /// The one enterprise that a written name means.
    pub(super) fn names(&self, written: &str) -> Option<UnitId> {
        let period = &self.found.period;
        let day = self.today.min(period.cut_off);
        match self
            .found
            .reach
            .tree
            .find_enterprise(period.authority, written, day)
        {
            NameMatch::One(id) => Some(id),
            _ => None,
        }
    }
}

/// Why there is nothing to report, in the file's words.
fn zero_words(reading: &Reading, kind: ReturnKind) -> String {
    let words = reading
        .tables
        .iter()
        .find_map(|table| table.heading.zero_words.clone());
    words.unwrap_or_else(|| nothing_said(kind).to_owned())
}
