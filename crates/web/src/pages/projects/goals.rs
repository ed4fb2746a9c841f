//! What a named list says of one project: its target, its steps, each done or not; taking the project out.

use app::Conflict;
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    ListId, ProjectId, dates,
    partial_date::PartialDate,
    permission::Action,
    person::Invalid,
    project_list::{ListGoal, ListStep},
};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    form::{Fields, Form},
    layout::{Layout, Refusals, show},
    pages::query::day,
    route::Area,
    session::Me,
};

use super::{
    CRUMB, Refusable, again,
    lists::{HERE, list_again},
};

/// Blank steps offered below those there are.
const BLANK_STEPS: usize = 3;

pub(crate) fn area(area: Area) -> Area {
    let (see, keep) = (
        Access::Needs(Action::ViewProjects),
        Access::Needs(Action::AdmitProjects),
    );
    area.get("/projects/lists/{id}/projects/{project}", keep, ask_goal)
        .post("/projects/lists/{id}/projects/{project}", keep, set_goal)
        .post(
            "/projects/lists/{id}/projects/{project}/remove",
            keep,
            take_out,
        )
        // The officer, and the reporter for its own: the verb says so.
        .post("/projects/lists/{id}/projects/{project}/tick", see, tick)
}

#[derive(Template)]
#[template(path = "project_goal.html")]
pub(crate) struct GoalPage {
    pub layout: Layout,
    pub list: ListId,
    pub project: ProjectId,
    pub code: String,
    pub version: i64,
    pub target: String,
    /// Words, due, done on, as typed.
    pub steps: Vec<[String; 3]>,
    pub refusals: Refusals,
    pub conflict: Option<Box<Conflict>>,
}

impl GoalPage {
    /// Why a part of a step was refused.
    pub fn why(&self, step: &usize, part: &str) -> &str {
        self.refusals.of(&format!("steps.{step}.{part}"))
    }
}

impl Refusable for GoalPage {
    fn refuse(&mut self, refusals: Refusals) {
        self.refusals = refusals;
    }

    fn conflict(&mut self, conflict: Box<Conflict>) {
        self.version = conflict.version;
        self.conflict = Some(conflict);
    }
}

async fn goal_page(
    state: &State,
    me: &app::sign_in::Current,
    list: ListId,
    project: ProjectId,
) -> Result<GoalPage, PageFailure> {
    let view = state.app.named_list(&me.caller, list).await?;
    let item = view
        .items
        .into_iter()
        .find(|item| item.item.project == project);
    let item = item.ok_or(app::Error::NotFound)?;
    let back = format!("/projects/lists/{list}");
    let title = format!("{}：目标和步骤", item.name);
    let crumbs = [CRUMB, HERE, (back.as_str(), view.list.fields.name.as_str())];
    let text = |date: Option<String>| date.unwrap_or_default();
    let steps = item.item.goal.steps.iter().map(|step| {
        [
            step.words.clone(),
            text(step.due.map(|due| due.to_string())),
            text(step.done_on.map(|on| on.to_string())),
        ]
    });
    Ok(GoalPage {
        layout: Layout::new(me, HERE.0, &title, &crumbs),
        list,
        project,
        code: item.code,
        version: item.item.version,
        target: item.item.goal.target.clone(),
        steps: with_blanks(steps.collect()),
        refusals: Refusals::default(),
        conflict: None,
    })
}

fn with_blanks(mut steps: Vec<[String; 3]>) -> Vec<[String; 3]> {
    steps.resize_with(steps.len() + BLANK_STEPS, Default::default);
    steps
}

async fn ask_goal(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((list, project)): Path<(i64, i64)>,
) -> Result<Response, PageFailure> {
    show(&goal_page(&state, &me, ListId(list), ProjectId(project)).await?)
}

async fn set_goal(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((list, project)): Path<(i64, i64)>,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let (list, project) = (ListId(list), ProjectId(project));
    let mut page = goal_page(&state, &me, list, project).await?;
    page.version = form.version();
    page.target = form.text("target").to_owned();
    let steps = posted_steps(&form);
    page.steps = with_blanks(steps.clone());
    if form.text("do") == "add" {
        return show(&page);
    }
    let goal = match read_goal(&page.target, &steps) {
        Ok(goal) => goal,
        Err(invalid) => return again(page, invalid.into()),
    };
    let set = state
        .app
        .set_list_goal(&me.caller, list, project, form.version(), goal)
        .await;
    match set {
        Ok(()) => {
            Ok(Redirect::to(&format!("/projects/lists/{list}?done=list-goal")).into_response())
        }
        Err(error) => again(page, error),
    }
}

/// The steps of a form that have anything in them, in their order.
fn posted_steps(form: &Fields) -> Vec<[String; 3]> {
    let mut places: Vec<usize> = form
        .names()
        .filter_map(|name| name.strip_prefix("steps.")?.split_once('.')?.0.parse().ok())
        .collect();
    places.sort_unstable();
    places.dedup();
    let step = |at: usize| {
        ["words", "due", "done_on"].map(|part| form.text(&format!("steps.{at}.{part}")).to_owned())
    };
    places
        .into_iter()
        .map(step)
        .filter(|step| step.iter().any(|text| !text.is_empty()))
        .collect()
}

fn read_goal(target: &str, steps: &[[String; 3]]) -> Result<ListGoal, Invalid> {
    let mut invalid = Invalid::default();
    let mut read = Vec::new();
    for (at, [words, due, done_on]) in steps.iter().enumerate() {
        let due = Some(due.as_str())
            .filter(|due| !due.is_empty())
            .and_then(|due| {
                let parsed = due.parse::<PartialDate>();
                parsed
                    .map_err(|why| invalid.add(&format!("steps.{at}.due"), why.to_string()))
                    .ok()
            });
        let done_on = read_done(&format!("steps.{at}.done_on"), done_on, &mut invalid);
        read.push(ListStep {
            words: words.clone(),
            due,
            done_on,
        });
    }
    invalid.into_result()?;
    Ok(ListGoal {
        target: target.to_owned(),
        steps: read,
    })
}

fn read_done(field: &str, text: &str, invalid: &mut Invalid) -> Option<chrono::NaiveDate> {
    if text.is_empty() {
        return None;
    }
    let read = day(text);
    if read.is_none() {
        invalid.add(field, "完成日期请写成 2017-10-31 这样的真实日期");
    }
    read
}

async fn take_out(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((list, project)): Path<(i64, i64)>,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let (list, project) = (ListId(list), ProjectId(project));
    let taken = state
        .app
        .take_out_of_named_list(&me.caller, list, project, form.version())
        .await;
    match taken {
        Ok(()) => {
            Ok(Redirect::to(&format!("/projects/lists/{list}?done=list-removed")).into_response())
        }
        Err(error) => list_again(&state, &me, list, "", error).await,
    }
}

async fn tick(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((list, project)): Path<(i64, i64)>,
    Form(form): Form,
) -> Result<Response, PageFailure> {
    let (list, project) = (ListId(list), ProjectId(project));
    let step = form
        .text("step")
        .parse()
        .map_err(|_| app::Error::NotFound)?;
    let mut invalid = Invalid::default();
    let done_on = match form.text("do") {
        "undone" => None,
        _ => match form.filled("done_on") {
            Some(text) => read_done("done_on", text, &mut invalid),
            None => Some(dates::day_in_shanghai(state.app.now())),
        },
    };
    let ticked = match invalid.into_result() {
        Err(invalid) => Err(invalid.into()),
        Ok(()) => {
            state
                .app
                .tick_list_step(&me.caller, list, project, form.version(), step, done_on)
                .await
        }
    };
    match ticked {
        Ok(()) => {
            Ok(Redirect::to(&format!("/projects/lists/{list}?done=list-ticked")).into_response())
        }
        Err(error) => list_again(&state, &me, list, "", error).await,
    }
}
