//! The demo's project library: entered by each enterprise's clerk, changed since, some put forward.

use std::collections::BTreeMap;

use app::{
    App,
    projects::{ProjectQuery, SaveProject},
};
use chrono::NaiveDate;
use domain::{
    ProjectId,
    permission::Role,
    person::Caller,
    project::{ProjectFields, Standing, StandingStep},
    saved_filter::FilterFields,
};
use serde::Deserialize;

use super::{cast::PROJECTS, seed::Clerks};
use crate::failure::{Failure, Result};

/// A project as the file has it.
#[derive(Deserialize)]
struct Invented {
    unit: String,
    fields: ProjectFields,
}

/// Of these days the library has a state each.
const DAYS: [(i32, u32, u32); 2] = [(2017, 3, 31), (2017, 10, 31)];

/// Enters the projects. Every second one was entered in March as it stood then, and changed in October.
pub async fn seed(app: &App, clerks: &Clerks) -> Result<()> {
    let projects: Vec<Invented> = serde_json::from_str(PROJECTS)
        .map_err(|error| Failure::new(format!("演示项目没有读出来：{error}")))?;
    let [march, october] = DAYS
        .map(|(year, month, day)| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default());
    for (number, invented) in projects.into_iter().enumerate() {
        let Some(clerk) = clerks.reporters.get(invented.unit.as_str()) else {
            return Err(Failure::new(format!("演示里没有{}的填报员", invented.unit)));
        };
        let fields = invented.fields;
        if number % 2 == 0 {
            enter(app, clerk, fields, october).await?;
            continue;
        }
        let id = enter(app, clerk, as_of(&fields, march), march).await?;
        let version = app.project_to_edit(clerk, id).await?.0.version;
        let save = SaveProject {
            fields,
            effective_on: Some(october),
            reason: "按进展更新".to_owned(),
            amount_confirmed: true,
        };
        app.save_project(clerk, id, version, save).await?;
    }
    Ok(())
}

async fn enter(
    app: &App,
    clerk: &Caller,
    fields: ProjectFields,
    day: NaiveDate,
) -> Result<ProjectId> {
    let save = SaveProject {
        fields,
        effective_on: Some(day),
        reason: String::new(),
        amount_confirmed: true,
    };
    Ok(app.add_project(clerk, save, None).await?)
}

/// What was known of a project by `day`.
fn as_of(fields: &ProjectFields, day: NaiveDate) -> ProjectFields {
    let mut then = fields.clone();
    then.milestones.retain(|_, on| on.latest() <= day);
    then.signings.retain(|one| one.on.latest() <= day);
    then.company = then
        .company
        .filter(|one| one.registered_on.is_some_and(|on| on.latest() <= day));
    then.suspended = None;
    then.terminated = None;
    then.remarks = String::new();
    then.investment = fields
        .investment
        .map(|amount| domain::Money::from_wan(amount.fen() / 1_000_000 * 9 / 10));
    then
}

/// What an office looks at again and again: kept by the officer, and by one clerk.
pub async fn keep_filters(app: &App, clerks: &Clerks) -> Result<()> {
    let filters = [
        (
            "满半年未开工外资",
            "signed_months=6&started=no&foreign=yes",
            Some(Role::Leader),
        ),
        ("无挂钩领导的在谈项目", "stage=negotiating&led=no", None),
        (
            "央企合作",
            "central=yes&sort=investment&order=desc",
            Some(Role::Officer),
        ),
        (
            "包装不完整",
            "packaged=no&horizon=near",
            Some(Role::Reporter),
        ),
    ];
    let officer = clerks.officer.iter().map(|officer| (officer, &filters[..]));
    let own = [("签约满半年未开工", "signed_months=6&started=no", None)];
    let clerk = clerks.reporters.values().take(1).map(|one| (one, &own[..]));
    for (keeper, filters) in officer.chain(clerk) {
        for (name, query, role) in filters {
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
            let fields = FilterFields {
                name: (*name).to_owned(),
                pairs: pairs.collect(),
                role: *role,
            };
            app.save_filter(keeper, None, fields).await?;
        }
    }
    Ok(())
}

/// Each enterprise puts its first projects forward to the authority.
pub async fn put_forward(app: &App, clerks: &BTreeMap<&'static str, Caller>) -> Result<()> {
    for clerk in clerks.values() {
        let list = app.projects(clerk, ProjectQuery::default()).await?;
        let ready = list.rows.iter().filter(|row| {
            row.project.standing == Standing::Own
                && row.project.accepted.is_some()
                && row.revision.fields.is_packaged()
        });
        let ids: Vec<ProjectId> = ready.take(3).map(|row| row.project.id).collect();
        if !ids.is_empty() {
            app.step_projects(clerk, &ids, StandingStep::PutForward, "")
                .await?;
        }
    }
    Ok(())
}
