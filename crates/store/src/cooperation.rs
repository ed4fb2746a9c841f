//! Visits and promotions, and what is to follow them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    FollowUpId, Instant, PersonId, ProjectId, UnitId, VisitId,
    cooperation::{
        CounterpartKind, FollowUpFields, FollowUpState, Settlement, VisitFields, VisitKind,
    },
    names,
};
use sea_orm::{FromQueryResult, Value};

use crate::{
    Db, Error, Result, Tx, dialect,
    sql::{all, backend, day, day_text, insert, instant, one, run, run_on_version, values},
};

/// A stored visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Its number.
    pub id: VisitId,
    /// Whose it is: an enterprise's or the authority's.
    pub unit: UnitId,
    /// What is said of it.
    pub fields: VisitFields,
    /// Why it was made void; empty while it counts.
    pub void_reason: String,
    /// Counts saves.
    pub version: i64,
    /// When it was recorded.
    pub created_at: Instant,
    /// By whom.
    pub created_by: PersonId,
    /// When it was last changed.
    pub changed_at: Instant,
    /// By whom.
    pub changed_by: PersonId,
}

/// A stored follow-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUp {
    /// Its number.
    pub id: FollowUpId,
    /// The visit it follows.
    pub visit: VisitId,
    /// The visit's unit.
    pub unit: UnitId,
    /// The visit's first day.
    pub visited: NaiveDate,
    /// The visit's other side.
    pub counterpart: String,
    /// What is to be done.
    pub fields: FollowUpFields,
    /// Where it stands.
    pub state: FollowUpState,
    /// When it was done.
    pub settled_on: Option<NaiveDate>,
    /// Proof or reason.
    pub settled_note: String,
    /// Who settled it, and when.
    pub settled: Option<(PersonId, Instant)>,
    /// Counts saves.
    pub version: i64,
}

#[derive(FromQueryResult)]
struct VisitRow {
    id: i64,
    unit_id: i64,
    kind: String,
    from_on: String,
    to_on: String,
    host: String,
    counterpart_kind: String,
    counterpart: String,
    place: String,
    ours: String,
    theirs: String,
    agreed: String,
    void_reason: String,
    version: i64,
    created_at: i64,
    created_by: i64,
    changed_at: i64,
    changed_by: i64,
}

const VISIT: &str = "visit.id, visit.unit_id, visit.kind, visit.from_on, visit.to_on, visit.host, visit.counterpart_kind, \
                     visit.counterpart, visit.place, visit.ours, visit.theirs, visit.agreed, visit.void_reason, \
                     visit.version, visit.created_at, visit.created_by, visit.changed_at, visit.changed_by";

fn unknown(what: &str, word: &str) -> Error {
    Error::Database(format!("{what} {word:?}"))
}

impl VisitRow {
    fn visit(self, projects: Vec<ProjectId>) -> Result<Visit> {
        Ok(Visit {
            id: VisitId(self.id),
            unit: UnitId(self.unit_id),
            fields: VisitFields {
                kind: VisitKind::from_word(&self.kind)
                    .ok_or_else(|| unknown("kind of a visit", &self.kind))?,
                from: day(&self.from_on)?,
                to: day(&self.to_on)?,
                host: self.host,
                counterpart_kind: CounterpartKind::from_word(&self.counterpart_kind)
                    .ok_or_else(|| unknown("kind of a counterpart", &self.counterpart_kind))?,
                counterpart: self.counterpart,
                place: self.place,
                ours: self.ours,
                theirs: self.theirs,
                projects,
                agreed: self.agreed,
            },
            void_reason: self.void_reason,
            version: self.version,
            created_at: instant(self.created_at)?,
            created_by: PersonId(self.created_by),
            changed_at: instant(self.changed_at)?,
            changed_by: PersonId(self.changed_by),
        })
    }
}

fn field_values(fields: &VisitFields) -> Vec<Value> {
    values![
        fields.kind.word(),
        day_text(fields.from),
        day_text(fields.to),
        fields.host.as_str(),
        fields.counterpart_kind.word(),
        fields.counterpart.as_str(),
        names::key(&fields.counterpart),
        fields.place.as_str(),
        fields.ours.as_str(),
        fields.theirs.as_str(),
        fields.agreed.as_str(),
    ]
}

/// Adds a visit.
///
/// # Errors
/// The database is unavailable.
pub async fn add(
    tx: &Tx,
    unit: UnitId,
    fields: &VisitFields,
    by: PersonId,
    at: Instant,
) -> Result<VisitId> {
    let mut bound = field_values(fields);
    bound.extend(values![unit.0, at.timestamp_micros(), by.0]);
    let id = insert(
        tx,
        "INSERT INTO visit (kind, from_on, to_on, host, counterpart_kind, counterpart, counterpart_key, place, ours, theirs,
           agreed, unit_id, created_at, created_by, changed_at, changed_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $13, $14) RETURNING id",
        bound,
    )
    .await?;
    set_projects(tx, VisitId(id), &fields.projects).await?;
    Ok(VisitId(id))
}

/// Changes a visit made from `version`.
///
/// # Errors
/// [`Error::Stale`] when it was changed or made void since.
pub async fn change(
    tx: &Tx,
    id: VisitId,
    version: i64,
    fields: &VisitFields,
    by: PersonId,
    at: Instant,
) -> Result<()> {
    let mut bound = field_values(fields);
    bound.extend(values![at.timestamp_micros(), by.0, id.0, version]);
    run_on_version(
        tx,
        "UPDATE visit SET kind = $1, from_on = $2, to_on = $3, host = $4, counterpart_kind = $5, counterpart = $6,
           counterpart_key = $7, place = $8, ours = $9, theirs = $10, agreed = $11, changed_at = $12, changed_by = $13,
           version = version + 1
         WHERE id = $14 AND version = $15 AND void_reason = ''",
        bound,
    )
    .await?;
    let gone = "DELETE FROM visit_project WHERE visit_id = $1";
    run(tx, gone, values![id.0]).await?;
    set_projects(tx, id, &fields.projects).await
}

async fn set_projects(tx: &Tx, id: VisitId, projects: &[ProjectId]) -> Result<()> {
    for project in projects {
        let sql = "INSERT INTO visit_project (visit_id, project_id) VALUES ($1, $2)";
        run(tx, sql, values![id.0, project.0]).await?;
    }
    Ok(())
}

/// Makes a visit void, made from `version`.
///
/// # Errors
/// [`Error::Stale`] when it was changed or made void since.
pub async fn make_void(
    tx: &Tx,
    id: VisitId,
    version: i64,
    reason: &str,
    by: PersonId,
    at: Instant,
) -> Result<()> {
    run_on_version(
        tx,
        "UPDATE visit SET void_reason = $1, changed_at = $2, changed_by = $3, version = version + 1
         WHERE id = $4 AND version = $5 AND void_reason = ''",
        values![reason, at.timestamp_micros(), by.0, id.0, version],
    )
    .await
}

/// A visit, also one that is void.
///
/// # Errors
/// The database is unavailable.
pub async fn by_id(db: &impl Db, id: VisitId) -> Result<Option<Visit>> {
    let sql = format!("SELECT {VISIT} FROM visit WHERE id = $1");
    let Some(row) = one::<VisitRow>(db, &sql, values![id.0]).await? else {
        return Ok(None);
    };
    let projects = projects_of(db, &[id]).await?.remove(&id);
    row.visit(projects.unwrap_or_default()).map(Some)
}

/// Which visits a list shows. What is empty asks nothing.
#[derive(Debug, Clone, Default)]
pub struct VisitFilter {
    /// Of these units; none gives nothing.
    pub units: Vec<UnitId>,
    /// Begun in this year.
    pub year: Option<i32>,
    /// Of this kind.
    pub kind: Option<VisitKind>,
    /// A text in the other side's name, as a [`names::key`].
    pub needle: String,
    /// Or one of these names of the other side, as keys.
    pub counterparts: Vec<String>,
    /// With something left to follow.
    pub open: bool,
}

impl VisitFilter {
    fn clause(&self, db: &impl Db) -> (String, Vec<Value>) {
        let mut clause = format!("visit.void_reason = '' AND {}", among(&self.units));
        let mut bound = Vec::new();
        if let Some(year) = self.year {
            bound.extend(values![
                format!("{year:04}-01-01"),
                format!("{year:04}-12-31")
            ]);
            clause += " AND visit.from_on >= $1 AND visit.from_on <= $2";
        }
        if let Some(kind) = self.kind {
            bound.extend(values![kind.word()]);
            clause += &format!(" AND visit.kind = ${}", bound.len());
        }
        if !self.needle.is_empty() {
            bound.extend(values![self.needle.as_str()]);
            let place = format!("${}", bound.len());
            let within = dialect::position(backend(db), &place, "visit.counterpart_key");
            let mut places = vec!["''".to_owned()];
            for name in &self.counterparts {
                bound.extend(values![name.as_str()]);
                places.push(format!("${}", bound.len()));
            }
            let named = places.join(", ");
            clause += &format!(" AND ({within} > 0 OR visit.counterpart_key IN ({named}))");
        }
        if self.open {
            clause += " AND EXISTS (SELECT 1 FROM follow_up WHERE follow_up.visit_id = visit.id AND follow_up.state = 'open')";
        }
        (clause, bound)
    }
}

/// Numbers are ours, no text of strangers.
fn among(units: &[UnitId]) -> String {
    let units: Vec<String> = units.iter().map(ToString::to_string).collect();
    match units.as_slice() {
        [] => "1 = 0".to_owned(),
        _ => format!("visit.unit_id IN ({})", units.join(", ")),
    }
}

/// A page of visits, the newest first.
///
/// # Errors
/// The database is unavailable.
pub async fn list(
    db: &impl Db,
    filter: &VisitFilter,
    offset: u64,
    limit: u64,
) -> Result<Vec<Visit>> {
    let (clause, bound) = filter.clause(db);
    let sql = format!(
        "SELECT {VISIT} FROM visit WHERE {clause} ORDER BY visit.from_on DESC, visit.id DESC LIMIT {limit} OFFSET {offset}"
    );
    let rows: Vec<VisitRow> = all(db, &sql, bound).await?;
    let ids: Vec<VisitId> = rows.iter().map(|row| VisitId(row.id)).collect();
    let mut projects = projects_of(db, &ids).await?;
    let visits = rows.into_iter().map(|row| {
        let projects = projects.remove(&VisitId(row.id));
        row.visit(projects.unwrap_or_default())
    });
    visits.collect()
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

/// How many visits a list has.
///
/// # Errors
/// The database is unavailable.
pub async fn count(db: &impl Db, filter: &VisitFilter) -> Result<u64> {
    let (clause, bound) = filter.clause(db);
    let sql = format!("SELECT COUNT(*) AS count FROM visit WHERE {clause}");
    let row: Option<Count> = one(db, &sql, bound).await?;
    Ok(row.map_or(0, |row| u64::try_from(row.count).unwrap_or(0)))
}

async fn projects_of(
    db: &impl Db,
    visits: &[VisitId],
) -> Result<BTreeMap<VisitId, Vec<ProjectId>>> {
    #[derive(FromQueryResult)]
    struct Row {
        visit_id: i64,
        project_id: i64,
    }
    let mut projects: BTreeMap<VisitId, Vec<ProjectId>> = BTreeMap::new();
    if visits.is_empty() {
        return Ok(projects);
    }
    let ids: Vec<String> = visits.iter().map(ToString::to_string).collect();
    let sql = format!(
        "SELECT visit_id, project_id FROM visit_project WHERE visit_id IN ({}) ORDER BY project_id",
        ids.join(", ")
    );
    let rows: Vec<Row> = all(db, &sql, values![]).await?;
    for row in rows {
        let of = projects.entry(VisitId(row.visit_id)).or_default();
        of.push(ProjectId(row.project_id));
    }
    Ok(projects)
}

/// The visits of these units in which a project was talked about, the newest first. A visit that named what was taken into it
/// is one of them, and once.
///
/// # Errors
/// The database is unavailable.
pub async fn of_project(db: &impl Db, units: &[UnitId], project: ProjectId) -> Result<Vec<Visit>> {
    let sql = format!(
        "SELECT {VISIT} FROM visit WHERE visit.id IN (
           WITH RECURSIVE mine (id) AS (SELECT project.id FROM project WHERE project.id = $1
             UNION SELECT project.id FROM project JOIN mine ON project.merged_into = mine.id)
           SELECT visit_project.visit_id FROM visit_project WHERE visit_project.project_id IN (SELECT id FROM mine))
         AND visit.void_reason = '' AND {} ORDER BY visit.from_on DESC, visit.id DESC",
        among(units)
    );
    let rows: Vec<VisitRow> = all(db, &sql, values![project.0]).await?;
    rows.into_iter()
        .map(|row| row.visit(vec![project]))
        .collect()
}

#[derive(FromQueryResult)]
struct FollowUpRow {
    id: i64,
    visit_id: i64,
    unit_id: i64,
    from_on: String,
    counterpart: String,
    what: String,
    owner: String,
    owner_person: Option<i64>,
    due: String,
    state: String,
    settled_on: Option<String>,
    settled_note: String,
    settled_at: Option<i64>,
    settled_by: Option<i64>,
    version: i64,
}

const FOLLOW_UP: &str = "follow_up.id, follow_up.visit_id, visit.unit_id, visit.from_on, visit.counterpart, follow_up.what, \
                         follow_up.owner, follow_up.owner_person, follow_up.due, follow_up.state, follow_up.settled_on, \
                         follow_up.settled_note, follow_up.settled_at, follow_up.settled_by, follow_up.version \
                         FROM follow_up JOIN visit ON visit.id = follow_up.visit_id";

impl FollowUpRow {
    fn follow_up(self) -> Result<FollowUp> {
        let state = FollowUpState::from_word(&self.state);
        let settled_at = self.settled_at.map(instant).transpose()?;
        Ok(FollowUp {
            id: FollowUpId(self.id),
            visit: VisitId(self.visit_id),
            unit: UnitId(self.unit_id),
            visited: day(&self.from_on)?,
            counterpart: self.counterpart,
            fields: FollowUpFields {
                what: self.what,
                owner: self.owner,
                owner_person: self.owner_person.map(PersonId),
                due: day(&self.due)?,
            },
            state: state.ok_or_else(|| unknown("state of a follow-up", &self.state))?,
            settled_on: self.settled_on.as_deref().map(day).transpose()?,
            settled_note: self.settled_note,
            settled: self.settled_by.map(PersonId).zip(settled_at),
            version: self.version,
        })
    }
}

async fn follow_ups_where(db: &impl Db, clause: &str, bound: Vec<Value>) -> Result<Vec<FollowUp>> {
    let sql = format!(
        "SELECT {FOLLOW_UP} WHERE visit.void_reason = '' AND {clause} ORDER BY follow_up.due, follow_up.id"
    );
    let rows: Vec<FollowUpRow> = all(db, &sql, bound).await?;
    rows.into_iter().map(FollowUpRow::follow_up).collect()
}

/// Adds what is to follow a visit.
///
/// # Errors
/// The database is unavailable.
pub async fn add_follow_up(
    tx: &Tx,
    visit: VisitId,
    fields: &FollowUpFields,
    by: PersonId,
    at: Instant,
) -> Result<FollowUpId> {
    let id = insert(
        tx,
        "INSERT INTO follow_up (visit_id, what, owner, owner_person, due, state, created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, 'open', $6, $7) RETURNING id",
        values![
            visit.0,
            fields.what.as_str(),
            fields.owner.as_str(),
            fields.owner_person.map(|person| person.0),
            day_text(fields.due),
            at.timestamp_micros(),
            by.0,
        ],
    )
    .await?;
    Ok(FollowUpId(id))
}

/// Changes an open follow-up made from `version`.
///
/// # Errors
/// [`Error::Stale`] when it was changed or settled since.
pub async fn change_follow_up(
    tx: &Tx,
    id: FollowUpId,
    version: i64,
    fields: &FollowUpFields,
) -> Result<()> {
    run_on_version(
        tx,
        "UPDATE follow_up SET what = $1, owner = $2, owner_person = $3, due = $4, version = version + 1
         WHERE id = $5 AND version = $6 AND state = 'open'",
        values![
            fields.what.as_str(),
            fields.owner.as_str(),
            fields.owner_person.map(|person| person.0),
            day_text(fields.due),
            id.0,
            version,
        ],
    )
    .await
}

/// Settles a follow-up made from `version`, or takes it up again.
///
/// # Errors
/// [`Error::Stale`] when it was changed or settled since.
pub async fn settle_follow_up(
    tx: &Tx,
    id: FollowUpId,
    version: i64,
    settlement: &Settlement,
    by: PersonId,
    at: Instant,
) -> Result<()> {
    run_on_version(
        tx,
        "UPDATE follow_up SET state = $1, settled_on = $2, settled_note = $3, settled_at = $4, settled_by = $5,
           version = version + 1
         WHERE id = $6 AND version = $7",
        values![
            settlement.state.word(),
            settlement.on.map(day_text),
            settlement.note.as_str(),
            at.timestamp_micros(),
            by.0,
            id.0,
            version,
        ],
    )
    .await
}

/// A follow-up; none when its visit is void.
///
/// # Errors
/// The database is unavailable.
pub async fn follow_up(db: &impl Db, id: FollowUpId) -> Result<Option<FollowUp>> {
    let found = follow_ups_where(db, "follow_up.id = $1", values![id.0]).await?;
    Ok(found.into_iter().next())
}

/// What is to follow these visits, the first due first.
///
/// # Errors
/// The database is unavailable.
pub async fn follow_ups_of(db: &impl Db, visits: &[VisitId]) -> Result<Vec<FollowUp>> {
    if visits.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<String> = visits.iter().map(ToString::to_string).collect();
    let sql = format!(
        "SELECT {FOLLOW_UP} WHERE follow_up.visit_id IN ({}) ORDER BY follow_up.due, follow_up.id",
        ids.join(", ")
    );
    let rows: Vec<FollowUpRow> = all(db, &sql, values![]).await?;
    rows.into_iter().map(FollowUpRow::follow_up).collect()
}

/// Whose follow-ups are asked for.
#[derive(Debug, Clone, Default)]
pub struct Whose {
    /// Of visits of these units; none gives nothing.
    pub units: Vec<UnitId>,
    /// Only those this person owns: by account, or by name where no account is given.
    pub owner: Option<(PersonId, String)>,
}

/// Follow-ups of a state (every one when none), the first due first.
///
/// # Errors
/// The database is unavailable.
pub async fn follow_ups(
    db: &impl Db,
    whose: &Whose,
    state: Option<FollowUpState>,
) -> Result<Vec<FollowUp>> {
    select(db, whose, state, None).await
}

/// Open follow-ups due on `until` or before, the first due first: those of a person, or of units.
///
/// # Errors
/// The database is unavailable.
pub async fn follow_ups_due(
    db: &impl Db,
    whose: &Whose,
    until: NaiveDate,
) -> Result<Vec<FollowUp>> {
    select(db, whose, Some(FollowUpState::Open), Some(until)).await
}

async fn select(
    db: &impl Db,
    whose: &Whose,
    state: Option<FollowUpState>,
    until: Option<NaiveDate>,
) -> Result<Vec<FollowUp>> {
    let (mut clause, mut bound) = (among(&whose.units), Vec::new());
    if let Some((person, name)) = &whose.owner {
        bound.extend(values![person.0, name.as_str()]);
        clause += " AND (follow_up.owner_person = $1 OR (follow_up.owner_person IS NULL AND follow_up.owner = $2))";
    }
    if let Some(state) = state {
        bound.extend(values![state.word()]);
        clause += &format!(" AND follow_up.state = ${}", bound.len());
    }
    if let Some(until) = until {
        bound.extend(values![day_text(until)]);
        clause += &format!(" AND follow_up.due <= ${}", bound.len());
    }
    follow_ups_where(db, &clause, bound).await
}
