//! 项目库: the list, filtered and sorted by its address, and what is done with many projects at once.

use app::projects::{
    Around, COUNTED_MOST, Column, DATES, FLAGS, FormerProject, ListLine, MONTHS_MOST, ProjectList,
    ProjectQuery, ProjectTrack, SORTS, SavedFilter, TEXTS,
};
use askama::Template;
use axum::{
    extract::{RawQuery, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    ProjectId,
    dates::print_minute,
    district::{self, District},
    permission::{Action, Role},
    person::Invalid,
    project::{Field, Horizon, SigningLevel, Stage, Standing, StandingStep},
};

use crate::{
    State,
    access::Access,
    api::projects::pairs,
    error::PageFailure,
    form::Form,
    layout::{Layout, Refusals, encode, show, show_with},
    route::Area,
    session::Me,
};

use super::view::stage_look;

pub(crate) fn area(area: Area) -> Area {
    let see = Access::Needs(Action::ViewProjects);
    area.get("/projects", see, list)
        .get("/projects/conditions", see, conditions)
        .post("/projects/bulk", see, bulk)
}

#[derive(Template)]
#[template(path = "projects.html")]
pub(crate) struct ProjectsPage {
    pub layout: Layout,
    pub list: ProjectList<ListLine>,
    /// What was asked, as typed: shown again also where it was refused.
    pub asked: Vec<(String, String)>,
    pub refusals: Refusals,
    pub may_enter: bool,
    /// What is asked, as a sentence.
    pub sentence: String,
    /// Filters kept by the person and shared with it.
    pub filters: Vec<SavedFilter>,
    /// Roles a filter may be shared with.
    pub roles: &'static [Role],
    pub steps: Vec<StandingStep>,
    /// The code looked for was taken into another project: both.
    pub moved: Option<(FormerProject, FormerProject)>,
}

impl ProjectsPage {
    pub fn whose(&self) -> &'static str {
        match self.list.track {
            ProjectTrack::Own => "本企业项目库，含尚未报送的修改",
            ProjectTrack::Accepted => "各企业报送并经受理的内容",
        }
    }

    pub fn times(&self) -> Option<String> {
        let when = self.list.query.when;
        let day = when.as_of.map(|day| format!("截至{day}"));
        let moment = when
            .known_at
            .map(|at| format!("按{}掌握的情况", print_minute(at)));
        let said: Vec<String> = [day, moment].into_iter().flatten().collect();
        (!said.is_empty()).then(|| said.join("，"))
    }

    /// The times for a project's own address.
    pub fn when(&self) -> String {
        let times = self
            .asked
            .iter()
            .filter(|(name, _)| name == "as_of" || name == "known_at");
        let said: Vec<String> = times
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        if said.is_empty() {
            String::new()
        } else {
            format!("?{}", said.join("&"))
        }
    }

    pub fn value(&self, name: &str) -> &str {
        self.asked
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }

    pub fn date(&self, word: &str, end: &str) -> &str {
        self.value(&format!("{word}{end}"))
    }

    pub fn has(&self, name: &str, value: &str) -> bool {
        self.asked
            .iter()
            .any(|(key, one)| key == name && one == value)
    }

    pub fn has_number(&self, name: &str, value: &i64) -> bool {
        self.has(name, &value.to_string())
    }

    /// Whether something among the further conditions is to be corrected. What is asked there the sentence says.
    pub fn unfolded(&self) -> bool {
        !self.refusals.0.is_empty() && !self.keeping()
    }

    /// Whether something of a filter to be kept is to be corrected.
    pub fn keeping(&self) -> bool {
        ["filter-name", "filter-role", "filter-replace"]
            .iter()
            .any(|field| !self.refusals.of(field).is_empty())
    }

    /// What is asked beyond the fields shown, carried along.
    pub fn carried(&self) -> impl Iterator<Item = &(String, String)> {
        let shown = ["q", "unit", "stage", "industry", "page", "after", "before"];
        self.asked
            .iter()
            .filter(move |(name, value)| !shown.contains(&name.as_str()) && !value.is_empty())
    }

    /// What is asked that no field of the form asks.
    pub fn without_field(&self) -> impl Iterator<Item = &(String, String)> {
        self.asked
            .iter()
            .filter(|(name, _)| matches!(name.as_str(), "list" | "columns"))
    }

    /// All that may be asked: a page of its own, of which a part unfolds here.
    pub fn conditions(&self, part: &str) -> String {
        let placed = |name: &str| matches!(name, "page" | "after" | "before");
        let kept = self.asked.iter().filter(|(name, _)| !placed(name));
        let address = address_at("/projects/conditions", &kept.cloned().collect::<Vec<_>>());
        format!("{address}#{part}")
    }

    pub fn months_most(&self) -> u64 {
        MONTHS_MOST
    }

    /// Whether the list shows just what a filter asks.
    pub fn is_open(&self, filter: &SavedFilter) -> bool {
        let asked = self
            .list
            .query
            .pairs
            .iter()
            .filter(|(name, _)| name != "columns");
        let kept = filter
            .fields
            .pairs
            .iter()
            .filter(|(name, _)| name != "columns");
        asked.eq(kept)
    }

    pub fn own_filters(&self) -> usize {
        self.filters.iter().filter(|filter| filter.own).count()
    }

    /// The views of what is asked.
    pub fn views(&self) -> Vec<(String, &'static str, bool)> {
        super::board::views(&self.list.query, "/projects", self.may_enter)
    }

    pub fn stages(&self) -> &'static [Stage] {
        Stage::ALL
    }

    pub fn districts(&self) -> &'static [District] {
        district::all()
    }

    pub fn horizons(&self) -> &'static [Horizon] {
        Horizon::ALL
    }

    pub fn standings(&self) -> &'static [Standing] {
        Standing::ALL
    }

    pub fn levels(&self) -> &'static [SigningLevel] {
        SigningLevel::ALL
    }

    pub fn flags(&self) -> Vec<(&'static str, (), &'static str)> {
        FLAGS
            .into_iter()
            .map(|(word, _, label)| (word, (), label))
            .collect()
    }

    pub fn dates(&self) -> Vec<(&'static str, (), &'static str)> {
        DATES
            .into_iter()
            .map(|(word, _, label)| (word, (), label))
            .collect()
    }

    pub fn texts(&self) -> [Field; 20] {
        TEXTS
    }

    pub fn columns(&self) -> &'static [Column] {
        Column::ALL
    }

    pub fn shown(&self, column: &Column) -> bool {
        self.list.query.columns.contains(column)
    }

    pub fn sorts(&self) -> Vec<(&'static str, &'static str)> {
        let label = |word: &'static str| {
            let column = Column::ALL
                .iter()
                .find(|column| column.sort() == Some(word));
            (word, column.map_or("项目名称", |column| column.label()))
        };
        SORTS.into_iter().map(|(word, _)| label(word)).collect()
    }

    pub fn is_figure(&self, column: &Column) -> bool {
        matches!(column, Column::Investment | Column::Readiness)
    }

    /// Codes and dates stay on a line.
    pub fn is_short(&self, column: &Column) -> bool {
        matches!(
            column,
            Column::Code
                | Column::Unit
                | Column::Signed
                | Column::Landed
                | Column::Started
                | Column::Saved
                | Column::Standing
        )
    }

    pub fn is_stage(&self, column: &Column) -> bool {
        *column == Column::Stage
    }

    pub fn look(&self, stage: &Stage) -> &'static str {
        stage_look(*stage)
    }

    pub fn cell(&self, row: &ListLine, column: &Column) -> String {
        row.cell(*column)
    }

    pub fn steps(&self) -> &[StandingStep] {
        &self.steps
    }

    pub fn sorted(&self, column: &Column) -> Option<&'static str> {
        let word = column.sort()?;
        let sorted = SORTS
            .iter()
            .find(|(_, sort)| *sort == self.list.query.sort)?
            .0;
        let way = if self.list.query.descending {
            "descending"
        } else {
            "ascending"
        };
        (word == sorted).then_some(way)
    }

    pub fn arrow(&self, column: &Column) -> &'static str {
        match self.sorted(column) {
            Some("ascending") => " ↑",
            Some(_) => " ↓",
            None => "",
        }
    }

    /// The same list sorted by a column; the other way round when it is already.
    pub fn sort_address(&self, column: &Column) -> Option<String> {
        let word = column.sort()?;
        let order = if self.sorted(column) == Some("ascending") {
            "desc"
        } else {
            "asc"
        };
        let kept = self.asked.iter().filter(|(name, _)| {
            !matches!(
                name.as_str(),
                "sort" | "order" | "page" | "after" | "before"
            )
        });
        let mut pairs: Vec<(String, String)> = kept.cloned().collect();
        pairs.push(("sort".to_owned(), word.to_owned()));
        pairs.push(("order".to_owned(), order.to_owned()));
        Some(address(&pairs))
    }

    /// The same list from its first row.
    pub fn first(&self) -> String {
        self.at_page(1, None)
    }

    /// The rows before these; from the first one where the page before is the first.
    pub fn previous(&self) -> Option<String> {
        let page = self.list.query.page;
        let place = self.list.previous()?;
        Some(match page {
            2 => self.first(),
            _ => self.at_page(page - 1, Some(("before", place))),
        })
    }

    /// The rows behind these.
    pub fn next(&self) -> Option<String> {
        let place = self.list.next()?;
        Some(self.at_page(self.list.query.page + 1, Some(("after", place))))
    }

    fn at_page(&self, page: u64, place: Option<(&str, String)>) -> String {
        let kept = self
            .asked
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "page" | "after" | "before"));
        let mut pairs: Vec<(String, String)> = kept.cloned().collect();
        pairs.push(("page".to_owned(), page.to_string()));
        pairs.extend(place.map(|(name, value)| (name.to_owned(), value)));
        address(&pairs)
    }

    /// How many projects there are, in words.
    pub fn count(&self) -> String {
        match self.list.totals.more {
            true => format!("{COUNTED_MOST}个以上"),
            false => format!("{}个", self.list.totals.count),
        }
    }
}

/// The list's address.
pub(super) fn address(pairs: &[(String, String)]) -> String {
    address_at("/projects", pairs)
}

/// The address of another view of what a list shows.
pub(crate) fn address_at(path: &str, pairs: &[(String, String)]) -> String {
    let filled = pairs.iter().filter(|(_, value)| !value.is_empty());
    let said: Vec<String> = filled
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    format!("{path}?{}", said.join("&"))
}

async fn list(
    Extract(state): Extract<State>,
    Me(me): Me,
    RawQuery(query): RawQuery,
) -> Result<Response, PageFailure> {
    let (done, asked): (Vec<_>, Vec<_>) = pairs(query.as_deref())
        .into_iter()
        .partition(|(name, _)| name == "done");
    let (query, refusals) = match ProjectQuery::parse(&asked) {
        Ok(query) => (query, Refusals::default()),
        Err(invalid) => (ProjectQuery::default(), invalid.into()),
    };
    let ((list, around), refusals) = match state.app.project_lines(&me.caller, query).await {
        Err(app::Error::Invalid(invalid)) => (
            state
                .app
                .project_lines(&me.caller, ProjectQuery::default())
                .await?,
            invalid.into(),
        ),
        other => (other?, refusals),
    };
    let done = done.first().map(|(_, word)| word.as_str());
    let layout = Layout::new(&me, "/projects", "项目库", &[]).done(done);
    let status = if refusals.0.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let mut page = projects_page(layout, (list, around), asked, refusals, &me.caller);
    // Every code has a figure: words need no look.
    if page.value("q").contains(|c: char| c.is_ascii_digit()) {
        page.moved = state.app.code_now(&me.caller, page.value("q")).await?;
    }
    show_with(status, &page)
}

/// The list's form with all that may be asked, and the columns. The list shows parts of it where they are asked for:
/// most looks at a list need none, and every list would carry them.
#[derive(Template)]
#[template(path = "project_conditions.html")]
pub(crate) struct ConditionsPage(pub ProjectsPage);

impl std::ops::Deref for ConditionsPage {
    type Target = ProjectsPage;

    fn deref(&self) -> &ProjectsPage {
        &self.0
    }
}

async fn conditions(
    Extract(state): Extract<State>,
    Me(me): Me,
    RawQuery(query): RawQuery,
) -> Result<Response, PageFailure> {
    let asked = pairs(query.as_deref());
    let (query, refusals) = match ProjectQuery::parse(&asked) {
        Ok(query) => (query, Refusals::default()),
        Err(invalid) => (ProjectQuery::default(), invalid.into()),
    };
    let found = state.app.project_conditions(&me.caller, query).await?;
    let layout = Layout::new(&me, "/projects", "条件和列", &[("/projects", "项目库")]);
    show(&ConditionsPage(projects_page(
        layout, found, asked, refusals, &me.caller,
    )))
}

/// The page as the caller may use it.
pub(crate) fn projects_page(
    layout: Layout,
    (list, around): (ProjectList<ListLine>, Around),
    asked: Vec<(String, String)>,
    refusals: Refusals,
    caller: &domain::person::Caller,
) -> ProjectsPage {
    let now = list.query.when.is_now();
    let own = list.track == ProjectTrack::Own;
    let steps = StandingStep::ALL.into_iter().filter(|step| {
        now && caller.may(step.needs()) && (own || step.needs() == Action::AdmitProjects)
    });
    ProjectsPage {
        steps: steps.collect(),
        may_enter: caller.may(Action::EditProjects),
        sentence: around.sentence,
        filters: around.filters,
        roles: around.roles,
        moved: None,
        layout,
        list,
        asked,
        refusals,
    }
}

#[derive(Template)]
#[template(path = "projects_bulk.html")]
pub(crate) struct BulkPage {
    pub layout: Layout,
    pub step: StandingStep,
    pub done: usize,
    /// Number, code and name, why it was not done.
    pub refused: Vec<(ProjectId, String, String)>,
    pub back: String,
}

/// Where a list came from, only within the list itself.
pub(super) fn back_to(query: &str) -> String {
    if query.starts_with("/projects?") {
        query.to_owned()
    } else {
        "/projects".to_owned()
    }
}

async fn bulk(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let back = back_to(fields.text("query"));
    let ids: Vec<ProjectId> = fields
        .all("id")
        .filter_map(|id| id.parse().ok())
        .map(ProjectId)
        .collect();
    let bulk = match StandingStep::from_word(fields.text("step")) {
        Some(step) => state
            .app
            .step_projects(&me.caller, &ids, step, fields.text("reason"))
            .await
            .map(|bulk| (step, bulk)),
        None => Err(Invalid::of("step", "请选择要办理的事项").into()),
    };
    let (step, bulk) = match bulk {
        Err(app::Error::Invalid(invalid)) => return again(&state, &me, &back, invalid).await,
        other => other?,
    };
    if bulk.refused.is_empty() {
        let joiner = if back.contains('?') { '&' } else { '?' };
        return Ok(Redirect::to(&format!("{back}{joiner}done=projects-step")).into_response());
    }
    let layout = Layout::new(&me, "/projects", "办理结果", &[("/projects", "项目库")]);
    show(&BulkPage {
        layout,
        step,
        done: bulk.done.len(),
        refused: bulk.refused,
        back,
    })
}

/// The list again as it was, with what was refused of an action on it.
pub(super) async fn again(
    state: &State,
    me: &app::sign_in::Current,
    back: &str,
    invalid: Invalid,
) -> Result<Response, PageFailure> {
    let asked = pairs(back.split_once('?').map(|(_, query)| query));
    let query = ProjectQuery::parse(&asked).unwrap_or_default();
    let found = state.app.project_lines(&me.caller, query).await?;
    let layout = Layout::new(me, "/projects", "项目库", &[]);
    let page = projects_page(layout, found, asked, invalid.into(), &me.caller);
    show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}
