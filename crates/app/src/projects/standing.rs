//! Putting forward, admitting, returning, removing.

use domain::{
    ProjectId,
    person::{Caller, Invalid},
    project::{Standing, StandingStep},
};
use serde_json::json;

use super::When;
use crate::{App, Error, Result, work::Fact};

/// What became of one step for many projects.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct BulkDone {
    /// Those done.
    pub done: Vec<ProjectId>,
    /// Those not done: number, code and name, why.
    pub refused: Vec<(ProjectId, String, String)>,
}

/// Projects of one bulk step at most.
const BULK_MOST: usize = 500;

impl App {
    /// Takes the same step with many projects, each by itself: what cannot be done is told and stops nothing else.
    ///
    /// # Errors
    /// [`Error::Invalid`] when none or too many are named.
    pub async fn step_projects(
        &self,
        caller: &Caller,
        ids: &[ProjectId],
        step: StandingStep,
        reason: &str,
    ) -> Result<BulkDone> {
        let caller = &caller.clone().doing(step.needs());
        self.permit(caller, step.needs()).await?;
        if ids.is_empty() || ids.len() > BULK_MOST {
            return Err(Invalid::of("ids", format!("请选择1到{BULK_MOST}个项目")).into());
        }
        let mut bulk = BulkDone::default();
        for id in ids {
            let (version, words) = match self
                .see_project(caller, step.needs(), *id, When::default())
                .await
            {
                Ok(seen) => (
                    seen.project.version,
                    format!("{} {}", seen.project.code, seen.revision.fields.name),
                ),
                Err(Error::NotFound) => (-1, format!("第{id}号项目")),
                Err(other) => return Err(other),
            };
            match self.step_project(caller, *id, version, step, reason).await {
                Ok(_) => bulk.done.push(*id),
                Err(Error::Invalid(invalid)) => {
                    let why = invalid.fields.into_iter().map(|(_, why)| why);
                    bulk.refused
                        .push((*id, words, why.collect::<Vec<_>>().join("；")));
                }
                Err(Error::NotFound) => bulk.refused.push((*id, words, "没有这个项目".to_owned())),
                Err(other) => return Err(other),
            }
        }
        Ok(bulk)
    }

    /// Takes a step between the libraries with a project made from version `version`.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach; [`Error::Invalid`] when it has moved on, or a reason is missing.
    pub async fn step_project(
        &self,
        caller: &Caller,
        id: ProjectId,
        version: i64,
        step: StandingStep,
        reason: &str,
    ) -> Result<Standing> {
        // The route is open to all who may look; only the step says whether one acts for another.
        let caller = &caller.clone().doing(step.needs());
        self.see_project(caller, step.needs(), id, When::default())
            .await?;
        let work = self.work().await?;
        let project = store::projects::by_id(&work.tx, id)
            .await?
            .ok_or(Error::NotFound)?;
        if project.merged.is_some() {
            return Err(Invalid::of("step", super::save::MERGED).into());
        }
        let to = step.take(project.standing, reason)?;
        // What the authority has never accepted it cannot see.
        if step == StandingStep::PutForward && project.accepted.is_none() {
            let why = "这个项目还没有随附件2受理过，国资委看不到；请先报送附件2，受理后再选送";
            return Err(Invalid::of("step", why).into());
        }
        let (reason, now) = (reason.trim(), work.now);
        let moved = store::projects::set_standing(
            &work.tx,
            id,
            version,
            step.word(),
            to,
            reason,
            caller.person.id,
            now,
        )
        .await;
        match moved {
            Err(store::Error::Stale) => {
                let why = "这个项目刚刚被他人改过，请刷新页面后再操作";
                return Err(Invalid::of("version", why).into());
            }
            other => other?,
        }
        let detail = json!({"step": step.word(), "to": to.word(), "reason": reason});
        self.finish_change(
            work,
            caller,
            Fact::new("project.step", format!("project:{id}"), detail),
        )
        .await?;
        Ok(to)
    }
}
