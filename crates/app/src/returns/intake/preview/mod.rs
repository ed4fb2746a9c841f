//! A draft laid beside the library: row by row what was understood, what is doubted, what would change.

mod shape;

use std::collections::HashMap;

use chrono::NaiveDate;
use documents::forms::{Form, Reading, RowRef, SourceRow, Table};
use domain::{
    Instant, ProjectId, UnitId, annex3::Annex3Row, names, period::ReturnKind, person::Invalid,
    returns::Content, unit::NameMatch,
};
use store::{Db, intake::IntakeDraft};

use super::{
    annex2, annex3,
    answers::{IntakeAnswers, field_of},
    library::Library,
};
use crate::{
    Result,
    returns::{Found, compute},
};

pub use shape::{
    CellChange, How, IntakeCell, IntakePreview, IntakeRow, IntakeSeen, Named, RowState, Target,
};
pub(super) use shape::{Laid, Plan, Planned, Typed};

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
