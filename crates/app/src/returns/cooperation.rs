//! 附件3: what it says now, and what was said before.

use std::collections::BTreeMap;

use domain::{
    Instant, ProjectId,
    annex3::{Annex3, Annex3Input, ProgressTexts, Sources, form, row},
    permission::Action,
    person::Caller,
};
use store::{
    Db,
    projects::{At, Track},
    returns::Cooperation,
};

use super::Found;
use crate::{App, Result, projects::When};

/// What was handed in of each project last, for an earlier period.
pub(super) async fn last(db: &impl Db, found: &Found) -> Result<BTreeMap<ProjectId, Cooperation>> {
    let before =
        store::returns::cooperation_before(db, found.unit.id, found.period.cut_off).await?;
    // The latest comes last and wins.
    Ok(before.into_iter().map(|one| (one.project, one)).collect())
}

/// What the return says of the projects as they were recorded at `known_at`.
pub(super) async fn annex3(
    db: &impl Db,
    found: &Found,
    typed: &Annex3Input,
    known_at: Instant,
) -> Result<Annex3> {
    let (unit, cut_off) = (found.unit.id, found.period.cut_off);
    let as_of = cut_off;
    let states = store::projects::states(db, Track::Own, unit, At { as_of, known_at }).await?;
    let last = last(db, found).await?;
    let codes: BTreeMap<ProjectId, String> = store::projects::of_unit(db, unit)
        .await?
        .into_iter()
        .map(|project| (project.id, project.code))
        .collect();
    let rows = states.iter().filter_map(|(project, state)| {
        let texts: Option<&ProgressTexts> = last.get(project).map(|one| &one.texts);
        let sources = Sources {
            project: *project,
            code: codes.get(project).map_or("", String::as_str),
            revision: state.id,
            fields: &state.fields,
            last: texts,
            typed: typed.rows.get(project),
        };
        row(sources, cut_off)
    });
    let rows = rows.collect();
    Ok(form(&found.unit.name, cut_off, rows, &typed.zero_reason))
}

impl App {
    /// What was handed in of a project in 附件3, the newest first.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] when the project is out of reach.
    pub async fn cooperation_history(
        &self,
        caller: &Caller,
        id: ProjectId,
    ) -> Result<Vec<Cooperation>> {
        self.see_project(caller, Action::ViewProjects, id, When::default())
            .await?;
        if !caller.may(Action::ViewReturns) {
            return Ok(Vec::new());
        }
        let reader = self.store().read();
        let mut rows = store::returns::cooperation_of_project(&reader, id).await?;
        if !caller.may(Action::RevealContacts) {
            for row in &mut rows {
                row.texts.contact = domain::library::masked(&row.texts.contact);
            }
        }
        Ok(rows)
    }
}
