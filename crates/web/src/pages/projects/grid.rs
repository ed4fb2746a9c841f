//! 表格填报: many projects in one table, as it is done in a spreadsheet. Without script a plain form of inputs.

use std::collections::BTreeMap;

use app::projects::{
    GRID, GRID_MOST, GridDone, GridRow, GridSave, ProjectQuery, StoredProject, cell, cells,
};
use askama::Template;
use axum::{
    Json,
    extract::{RawQuery, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    ProjectId, dates,
    district::{self, District},
    permission::Action,
    person::Invalid,
    project::{Field, Horizon, ProjectFields},
};
use serde::Serialize;

use crate::{
    State,
    access::Access,
    api::projects::pairs,
    error::PageFailure,
    form::{Fields, TableForm},
    layout::{Layout, Refusals, show, show_with},
    pages::query::day,
    route::Area,
    session::Me,
};

use super::{CRUMB, list::address_at};

/// Where the page is.
const HERE: &str = "/projects/grid";
/// Projects on one page of the table.
const PAGE: u64 = 300;
/// Blank rows below the projects.
const BLANK: usize = 5;
/// Blank rows one more press of the button gives.
const MORE: usize = 10;

pub(crate) fn area(area: Area) -> Area {
    let edit = Access::Needs(Action::EditProjects);
    area.get(HERE, edit, ask)
        .post(HERE, edit, save)
        .post("/projects/grid/check", edit, check)
}

/// A cell as the table shows it.
#[derive(Debug, Default, Clone)]
pub(crate) struct SheetCell {
    pub word: &'static str,
    pub value: String,
    pub why: String,
    /// How its amount is read, where that is asked.
    pub reading: String,
    pub confirmed: bool,
}

impl SheetCell {
    /// Narratives keep their lines.
    pub fn is_long(&self) -> bool {
        Field::from_word(self.word).is_some_and(is_long)
    }

    /// The list of words it is chosen from.
    pub fn list(&self) -> &'static str {
        match Field::from_word(self.word) {
            Some(Field::Industry) => "sheet-industries",
            Some(Field::District) => "sheet-districts",
            Some(Field::Horizon) => "sheet-horizons",
            _ => "",
        }
    }
}

const fn is_long(field: Field) -> bool {
    matches!(
        field,
        Field::BasicInfo | Field::Cooperation | Field::Remarks
    )
}

/// A row as the table shows it.
#[derive(Debug, Default, Clone)]
pub(crate) struct SheetRow {
    pub at: usize,
    pub id: String,
    pub code: String,
    pub version: String,
    pub pending: bool,
    /// Whether somebody typed into it and it was not saved yet.
    pub dirty: bool,
    /// That somebody else saved the project since.
    pub conflict: bool,
    pub cells: Vec<SheetCell>,
}

#[derive(Template)]
#[template(path = "projects_grid.html")]
pub(crate) struct GridPage {
    pub layout: Layout,
    pub rows: Vec<SheetRow>,
    pub industries: Vec<String>,
    /// The list's address, where one came from and goes back to.
    pub query: String,
    pub sentence: String,
    pub page: u64,
    pub pages: u64,
    pub total: i64,
    /// Whether there are more than were counted.
    pub more: bool,
    pub effective_on: String,
    pub reason: String,
    pub refusals: Refusals,
    pub conflicts: usize,
}

impl GridPage {
    pub fn columns(&self) -> [Field; 18] {
        GRID
    }

    pub fn districts(&self) -> &'static [District] {
        district::all()
    }

    pub fn horizons(&self) -> &'static [Horizon] {
        Horizon::ALL
    }

    pub fn most(&self) -> usize {
        GRID_MOST
    }

    pub fn next(&self) -> usize {
        self.rows.last().map_or(0, |row| row.at + 1)
    }

    /// The row that script copies: `__` stands for its place.
    pub fn blank(&self) -> Vec<SheetCell> {
        blank_cells()
    }

    pub fn address(&self, page: u64) -> String {
        let mut pairs = pairs(self.query.split_once('?').map(|(_, query)| query));
        pairs.push(("page".to_owned(), page.to_string()));
        address_at(HERE, &pairs)
    }

    /// Cells that are refused.
    pub fn wrong(&self) -> usize {
        let cells = self.rows.iter().flat_map(|row| &row.cells);
        cells.filter(|cell| !cell.why.is_empty()).count()
    }
}

fn blank_cells() -> Vec<SheetCell> {
    let blank = |field: &Field| SheetCell {
        word: field.word(),
        ..SheetCell::default()
    };
    GRID.iter().map(blank).collect()
}

fn blank_row(at: usize) -> SheetRow {
    SheetRow {
        at,
        cells: blank_cells(),
        ..SheetRow::default()
    }
}

fn row_of(at: usize, project: &StoredProject, fields: &ProjectFields) -> SheetRow {
    let texts = cells(fields);
    let cell = |field: &Field| SheetCell {
        word: field.word(),
        value: texts.get(field).cloned().unwrap_or_default(),
        ..SheetCell::default()
    };
    SheetRow {
        at,
        id: project.id.to_string(),
        code: project.code.clone(),
        version: project.version.to_string(),
        pending: project.pending,
        cells: GRID.iter().map(cell).collect(),
        ..SheetRow::default()
    }
}

/// The page as the list's address asks for it.
async fn page_of(
    state: &State,
    me: &app::sign_in::Current,
    asked: Vec<(String, String)>,
) -> Result<GridPage, PageFailure> {
    let mut query = ProjectQuery::parse(&asked)?;
    if !query.when.is_now() {
        let why = "表格里改的是现在的内容，请去掉“截至哪一天”“按哪一天掌握的情况”再打开";
        return Err(Invalid::of("as_of", why).into());
    }
    query.size = PAGE;
    let list = state.app.projects(&me.caller, query).await?;
    if list.track != app::projects::ProjectTrack::Own {
        return Err(app::Error::NotFound.into());
    }
    let sentence = state.app.query_sentence(&me.caller, &list.query).await?;
    let mut rows: Vec<SheetRow> = list
        .rows
        .iter()
        .enumerate()
        .map(|(at, row)| row_of(at, &row.project, &row.revision.fields))
        .collect();
    let first = rows.len();
    rows.extend((first..first + BLANK).map(blank_row));
    Ok(GridPage {
        layout: Layout::new(me, CRUMB.0, "表格填报", &[CRUMB]).with_script("grid.js"),
        rows,
        query: address_at("/projects", &list.query.pairs),
        sentence,
        page: list.query.page,
        pages: list
            .pages()
            .max(list.query.page + u64::from(list.has_next())),
        total: list.totals.count,
        more: list.totals.more,
        industries: list.industries,
        effective_on: dates::day_in_shanghai(state.app.now()).to_string(),
        reason: String::new(),
        refusals: Refusals::default(),
        conflicts: 0,
    })
}

async fn ask(
    Extract(state): Extract<State>,
    Me(me): Me,
    RawQuery(query): RawQuery,
) -> Result<Response, PageFailure> {
    let (done, asked): (Vec<_>, Vec<_>) = pairs(query.as_deref())
        .into_iter()
        .partition(|(name, _)| name == "done");
    let mut page = page_of(&state, &me, asked).await?;
    let done = done.first().map(|(_, word)| word.as_str());
    page.layout = page.layout.done(done);
    show(&page)
}

/// The rows of a posted table, by their places.
fn posted_rows(form: &Fields) -> BTreeMap<usize, BTreeMap<String, String>> {
    let mut rows: BTreeMap<usize, BTreeMap<String, String>> = BTreeMap::new();
    for name in form.names() {
        let mut parts = name.splitn(3, '.');
        if let (Some("rows"), Some(at), Some(part)) = (parts.next(), parts.next(), parts.next())
            && let Ok(at) = at.parse::<usize>()
            && at < 100_000
        {
            let value = form.raw(name).to_owned();
            rows.entry(at).or_default().insert(part.to_owned(), value);
        }
    }
    rows
}

fn read(form: &Fields) -> Result<GridSave, Invalid> {
    let mut save = GridSave {
        reason: form.text("reason").to_owned(),
        ..GridSave::default()
    };
    if let Some(text) = form.filled("effective_on") {
        let why = "请填写真实的生效日期，例如 2017-11-24";
        save.effective_on = Some(day(text).ok_or_else(|| Invalid::of("effective_on", why))?);
    }
    for (at, parts) in posted_rows(form) {
        let text = |part: &str| parts.get(part).map_or("", |text| text.trim());
        let id = match text("id") {
            "" => None,
            id => Some(ProjectId(id.parse().unwrap_or(-1))),
        };
        let cells = parts.iter().filter_map(|(part, text)| {
            let field = Field::from_word(part).filter(|field| GRID.contains(field))?;
            Some((field, text.clone()))
        });
        save.rows.push(GridRow {
            at,
            id,
            version: text("version").parse().unwrap_or(-1),
            cells: cells.collect(),
            confirmed: text("ok").to_owned(),
        });
    }
    Ok(save)
}

/// What is refused and read of cells, for the island.
#[derive(Serialize)]
struct Checked {
    cells: Vec<CheckedCell>,
    readings: Vec<CheckedReading>,
}

#[derive(Serialize)]
struct CheckedCell {
    name: String,
    why: String,
}

#[derive(Serialize)]
struct CheckedReading {
    name: String,
    tick: String,
    text: String,
    words: String,
}

/// The name of the box that confirms an amount.
fn tick(cell: &str) -> String {
    let row = cell.rsplit_once('.').map_or(cell, |(row, _)| row);
    format!("{row}.ok")
}

async fn check(
    Extract(state): Extract<State>,
    Me(me): Me,
    TableForm(form): TableForm,
) -> Result<Response, PageFailure> {
    let done = match read(&form) {
        Ok(save) => state.app.check_grid(&me.caller, &save).await?,
        Err(refused) => GridDone {
            refused,
            ..GridDone::default()
        },
    };
    let mut cells: Vec<CheckedCell> = Vec::new();
    for (name, why) in &done.refused.fields {
        cells.push(CheckedCell {
            name: name.clone(),
            why: why.clone(),
        });
    }
    for (at, conflict) in &done.conflicts {
        for (field, label) in GRID.iter().map(|field| (field, field.label())) {
            let differs = conflict.values.iter().find(|(name, ..)| name == label);
            if let Some((_, _, theirs)) = differs {
                cells.push(CheckedCell {
                    name: cell(*at, *field),
                    why: theirs_in_words(theirs),
                });
            }
        }
    }
    let readings = done.readings.into_iter();
    let readings = readings.map(|(name, text, words)| CheckedReading {
        tick: tick(&name),
        name,
        text,
        words,
    });
    Ok(Json(Checked {
        cells,
        readings: readings.collect(),
    })
    .into_response())
}

fn theirs_in_words(theirs: &str) -> String {
    match theirs {
        "" => "他人刚改过：现在系统里是空的".to_owned(),
        theirs => format!("他人刚改过：现在系统里是“{theirs}”"),
    }
}

async fn save(
    Extract(state): Extract<State>,
    Me(me): Me,
    TableForm(form): TableForm,
) -> Result<Response, PageFailure> {
    if form.text("do") == "more" {
        let mut page = again(&state, &me, &form, GridDone::default()).await?;
        let next = page.next();
        page.rows.extend((next..next + MORE).map(blank_row));
        return show(&page);
    }
    let saved = match read(&form) {
        Ok(save) => state.app.save_grid(&me.caller, &save).await,
        Err(invalid) => Err(invalid.into()),
    };
    let done = match saved {
        Ok(done) if done.is_clean() => {
            let query = form.text("query").split_once('?').map(|(_, query)| query);
            let mut kept = pairs(query);
            let word = if done.added.is_empty() && done.changed.is_empty() {
                "grid-same"
            } else {
                "grid"
            };
            kept.push(("done".to_owned(), word.to_owned()));
            return Ok(Redirect::to(&address_at(HERE, &kept)).into_response());
        }
        Ok(done) => done,
        Err(app::Error::Invalid(refused)) => GridDone {
            refused,
            ..GridDone::default()
        },
        Err(other) => return Err(other.into()),
    };
    let status = if done.conflicts.is_empty() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::CONFLICT
    };
    show_with(status, &again(&state, &me, &form, done).await?)
}

/// The table again as it was sent, with what was refused beside its cells. Rows that were not sent are as they stand.
async fn again(
    state: &State,
    me: &app::sign_in::Current,
    form: &Fields,
    done: GridDone,
) -> Result<GridPage, PageFailure> {
    let query = form.text("query").split_once('?').map(|(_, query)| query);
    let asked = pairs(query);
    // An address that cannot be read any more shows all of the library.
    let asked = match ProjectQuery::parse(&asked) {
        Ok(query) if query.when.is_now() => asked,
        _ => Vec::new(),
    };
    let mut page = page_of(state, me, asked).await?;
    let sent = posted_rows(form);
    let mut rows: Vec<SheetRow> = Vec::new();
    // Rows as they were sent, each at its own place; projects that were not sent follow in the list's order.
    let mut shown: BTreeMap<String, SheetRow> = BTreeMap::new();
    let listed = std::mem::take(&mut page.rows);
    for row in listed.into_iter().filter(|row| !row.id.is_empty()) {
        shown.insert(row.id.clone(), row);
    }
    for (at, parts) in &sent {
        let text = |part: &str| parts.get(part).cloned().unwrap_or_default();
        let id = text("id").trim().to_owned();
        let known = shown.remove(&id);
        let stale = done.conflicts.iter().find(|(row, _)| row == at);
        let now = known.as_ref().map(|row| row.version.clone());
        let mut row = SheetRow {
            at: *at,
            code: known
                .as_ref()
                .map(|row| row.code.clone())
                .unwrap_or_default(),
            pending: known.as_ref().is_some_and(|row| row.pending),
            // What was told is known: a further save is made from the newest version.
            version: match (stale, now) {
                (Some((_, told)), _) => told.version.to_string(),
                _ => text("version"),
            },
            conflict: stale.is_some(),
            ..SheetRow::default()
        };
        for (column, field) in GRID.iter().enumerate() {
            let name = cell(*at, *field);
            let before = known.as_ref().and_then(|row| row.cells.get(column));
            let before = before.map_or("", |cell| cell.value.as_str());
            let value = parts.get(field.word()).map_or(before, String::as_str);
            row.dirty |= value != before;
            let theirs = stale.and_then(|(_, told)| {
                told.values
                    .iter()
                    .find(|(label, ..)| label == field.label())
            });
            let reading = done.readings.iter().find(|(cell, ..)| *cell == name);
            row.cells.push(SheetCell {
                word: field.word(),
                value: value.to_owned(),
                why: match (done.refused.first(&name), theirs) {
                    (Some(why), _) => why.to_owned(),
                    (None, Some((_, _, theirs))) => theirs_in_words(theirs),
                    (None, None) => String::new(),
                },
                reading: reading.map(|(.., words)| words.clone()).unwrap_or_default(),
                confirmed: reading.is_some_and(|(_, typed, _)| *typed == text("ok").trim()),
            });
        }
        row.id = id;
        rows.push(row);
    }
    let mut next = rows.last().map_or(0, |row| row.at + 1);
    // Where only changed rows were sent the others keep their places before them.
    let mut rest: Vec<SheetRow> = shown.into_values().collect();
    rest.sort_by_key(|row| row.at);
    let taken: Vec<usize> = rows.iter().map(|row| row.at).collect();
    for mut row in rest {
        if taken.contains(&row.at) {
            row.at = next;
            next += 1;
        }
        rows.push(row);
    }
    rows.sort_by_key(|row| row.at);
    let next = rows.last().map_or(0, |row| row.at + 1);
    if !rows.iter().any(|row| row.id.is_empty() && !row.dirty) {
        rows.extend((next..next + BLANK).map(blank_row));
    }
    page.rows = rows;
    page.conflicts = done.conflicts.len();
    page.effective_on = form.text("effective_on").to_owned();
    page.reason = form.text("reason").to_owned();
    let told = done.refused.fields.into_iter();
    // What stands beside a cell is counted above the table, not told twice.
    let told = told.filter(|(field, _)| !field.starts_with("rows."));
    page.refusals = Refusals(told.collect());
    Ok(page)
}
