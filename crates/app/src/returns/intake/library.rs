//! The library a file is compared with: loaded by sets, whatever the number of rows.

use std::collections::HashMap;

use domain::{
    ProjectId,
    library::LibraryRules,
    matching::{Index, Known},
    project::{Lists, ProjectFields},
};
use store::{
    Db,
    projects::{Project, Revision},
};

use crate::{Result, projects::lists, returns::Found};

/// The enterprise's projects, and what is needed of the others'.
pub(super) struct Library {
    pub own: HashMap<ProjectId, (Project, Revision)>,
    /// What the authority accepted of them.
    pub accepted: HashMap<ProjectId, ProjectFields>,
    pub index: Index,
    /// Other enterprises' projects: only that there is one is ever told.
    pub others: Index,
    pub lists: Lists,
    pub rules: LibraryRules,
}

impl Library {
    pub(super) async fn load(db: &impl Db, found: &Found) -> Result<Self> {
        let (unit, authority) = (found.unit.id, found.period.authority);
        let mut heads: HashMap<ProjectId, Revision> = store::projects::heads(db, unit)
            .await?
            .into_iter()
            .map(|one| (one.project, one))
            .collect();
        let mut own: HashMap<ProjectId, (Project, Revision)> = store::projects::of_unit(db, unit)
            .await?
            .into_iter()
            .filter_map(|project| {
                let head = heads.remove(&project.id)?;
                Some((project.id, (project, head)))
            })
            .collect();
        let accepted = store::projects::accepted(db, unit).await?;
        let (_, rules) = store::library_rules::newest(db, authority).await?;
        // What was taken into another is that other one; where that is another enterprise's, it is one of the others'.
        let mut others = store::projects::named_elsewhere(db, authority, unit).await?;
        let mut known: Vec<Known> = Vec::new();
        for (project, head) in own.values() {
            let mut one = known_of(project, head);
            let mut stays = Some(project);
            while let Some((into, _)) = stays.and_then(|project| project.merged) {
                stays = own.get(&into).map(|(project, _)| project);
                one.id = into;
            }
            match stays {
                Some(_) => known.push(one),
                None => others.push(one),
            }
        }
        known.sort_by(|a, b| (a.id, &a.code).cmp(&(b.id, &b.code)));
        own.retain(|_, (project, _)| project.merged.is_none());
        Ok(Self {
            index: Index::of(known),
            others: Index::of(others),
            lists: lists(&rules),
            accepted: accepted
                .into_iter()
                .map(|one| (one.project, one.fields))
                .collect(),
            own,
            rules,
        })
    }
}

fn known_of(project: &Project, head: &Revision) -> Known {
    Known {
        id: project.id,
        code: project.code.clone(),
        name: head.fields.name.clone(),
        investment: head.fields.investment,
        left: head.fields.terminated.is_some(),
    }
}
