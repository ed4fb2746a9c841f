//! How a project came to be what it is, and two states compared.

use std::collections::BTreeMap;

use domain::{
    Instant, ProjectId, UnitId,
    library::mask_contact,
    permission::Action,
    person::Caller,
    project::{Change, Field, ProjectFields, changes},
};
use store::projects::{Revision, Track};

use super::{When, track_of};
use crate::{App, Error, Result};

/// One save, with what it changed.
pub struct HistoryEntry {
    /// The revision; the telephone is masked.
    pub revision: Revision,
    /// Who saved it.
    pub by: String,
    /// What it changed from the one before; of the first one nothing.
    pub changes: Vec<Change>,
    /// When the authority accepted it, if ever.
    pub accepted_at: Option<Instant>,
    /// Since when whoever asks knows of it: the authority since it accepted it.
    pub known_at: Instant,
}

/// A project on two days or as known at two moments.
pub struct Compared {
    /// The first state; none before it was there.
    pub before: Option<Revision>,
    /// The second state.
    pub after: Option<Revision>,
    /// What differs.
    pub changes: Vec<Change>,
}

/// A project that differs between two states of the library.
pub struct LibraryDifference {
    /// The project.
    pub project: ProjectId,
    /// Its enterprise.
    pub unit: UnitId,
    /// Its name, the later one.
    pub name: String,
    /// Whether it was there before.
    pub was_there: bool,
    /// Whether it is there after.
    pub is_there: bool,
    /// What differs where it was there both times.
    pub changes: Vec<Change>,
}

impl App {
    /// The history of a project, the newest save first: an enterprise sees every save, the authority those it accepted
    /// or had handed in.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach.
    pub async fn project_history(
        &self,
        caller: &Caller,
        id: ProjectId,
    ) -> Result<Vec<HistoryEntry>> {
        let seen = self
            .see_project(caller, Action::ViewProjects, id, When::default())
            .await?;
        let reader = self.store().read();
        let accepted: BTreeMap<_, _> = store::projects::acceptances(&reader, id)
            .await?
            .into_iter()
            .collect();
        let mut revisions = store::projects::revisions(&reader, id, self.now()).await?;
        let by_acceptance = seen.track == Track::Accepted;
        if by_acceptance {
            let shown = seen.revision.id;
            revisions.retain(|one| accepted.contains_key(&one.id) || one.id == shown);
        }
        let names = self
            .names_of(revisions.iter().map(|one| one.recorded_by).collect())
            .await?;
        for one in &mut revisions {
            mask_contact(&mut one.fields);
        }
        let befores: Vec<Option<ProjectFields>> = revisions
            .iter()
            .skip(1)
            .map(|one| Some(one.fields.clone()))
            .chain([None])
            .collect();
        let entries = revisions
            .into_iter()
            .zip(befores)
            .map(|(revision, before)| HistoryEntry {
                by: names
                    .get(&revision.recorded_by)
                    .cloned()
                    .unwrap_or_default(),
                changes: before
                    .map(|before| changes(&before, &revision.fields))
                    .unwrap_or_default(),
                known_at: accepted
                    .get(&revision.id)
                    .filter(|_| by_acceptance)
                    .copied()
                    .unwrap_or(revision.recorded_at),
                accepted_at: accepted.get(&revision.id).copied(),
                revision,
            });
        Ok(entries.collect())
    }

    /// A project at two times, field by field.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach, or there at neither time.
    pub async fn compare_project(
        &self,
        caller: &Caller,
        id: ProjectId,
        before: When,
        after: When,
    ) -> Result<Compared> {
        let seen = self
            .see_project(caller, Action::ViewProjects, id, When::default())
            .await?;
        let reader = self.store().read();
        let state =
            async |when| store::projects::state(&reader, seen.track, id, self.at(when)).await;
        let (mut before, mut after) = (state(before).await?, state(after).await?);
        for one in [&mut before, &mut after].into_iter().flatten() {
            mask_contact(&mut one.fields);
        }
        if before.is_none() && after.is_none() {
            return Err(Error::NotFound);
        }
        let changes = match (&before, &after) {
            (Some(before), Some(after)) => changes(&before.fields, &after.fields),
            _ => Vec::new(),
        };
        Ok(Compared {
            before,
            after,
            changes,
        })
    }

    /// What differs in the library between two times, by enterprise and code: projects that came, went or changed.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see projects, or a unit out of reach.
    pub async fn compare_library(
        &self,
        caller: &Caller,
        unit: Option<UnitId>,
        before: When,
        after: When,
    ) -> Result<Vec<LibraryDifference>> {
        let reach = self.reach(caller, Action::ViewProjects).await?;
        let track = track_of(&reach)?;
        let enterprises: Vec<UnitId> = reach
            .tree
            .all()
            .iter()
            .filter(|one| one.kind == domain::unit::UnitKind::Enterprise && reach.covers(one.id))
            .map(|one| one.id)
            .filter(|one| unit.is_none_or(|unit| unit == *one))
            .collect();
        if unit.is_some() && enterprises.is_empty() {
            return Err(Error::NotFound);
        }
        let reader = self.store().read();
        let mut differences = Vec::new();
        for unit in enterprises {
            let was = store::projects::states(&reader, track, unit, self.at(before)).await?;
            let is = store::projects::states(&reader, track, unit, self.at(after)).await?;
            differences.extend(differing(unit, was, is));
        }
        Ok(differences)
    }
}

fn differing(
    unit: UnitId,
    was: Vec<(ProjectId, Revision)>,
    is: Vec<(ProjectId, Revision)>,
) -> Vec<LibraryDifference> {
    let mut was: BTreeMap<ProjectId, Revision> = was.into_iter().collect();
    let mut found = Vec::new();
    for (project, mut after) in is {
        let mut before = was.remove(&project);
        if before.as_ref().is_some_and(|before| before.id == after.id) {
            continue;
        }
        mask_contact(&mut after.fields);
        if let Some(before) = &mut before {
            mask_contact(&mut before.fields);
        }
        let changes = before
            .as_ref()
            .map(|before| changes(&before.fields, &after.fields))
            .unwrap_or_default();
        if before.is_some() && changes.is_empty() {
            continue;
        }
        found.push(LibraryDifference {
            project,
            unit,
            name: after.fields.name,
            was_there: before.is_some(),
            is_there: true,
            changes,
        });
    }
    let gone = was.into_iter().map(|(project, before)| LibraryDifference {
        project,
        unit,
        name: before.fields.text(Field::Name),
        was_there: true,
        is_there: false,
        changes: Vec::new(),
    });
    found.extend(gone);
    found
}
