//! Putting forward, admitting, returning, removing.

use domain::{
    ProjectId,
    person::{Caller, Invalid},
    project::{Standing, StandingStep},
};
use serde_json::json;

use super::When;
use crate::{App, Error, Result, work::Fact};

impl App {
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
        let to = step.take(project.standing, reason)?;
        if step == StandingStep::Admit && project.accepted.is_none() {
            let why = "这个项目还没有随附件2受理过，请先受理它的新增，再入库";
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
