//! 到资 (§3): the accepted entries of an enterprise that name a project make its funds in place.

use std::collections::BTreeSet;

use domain::{Money, ProjectId, UnitId, names};

use crate::{App, Error, Result, work::Work};

/// Merges that a chain leads through at most; there are never so many.
const CHAIN_MOST: usize = 50;

impl App {
    /// Sums the accepted entries that name a project of `unit` again, within the transaction that changed one of them
    /// or the project's name. Entries name their project in words: the same words, whatever their width and blanks. The
    /// name of a project that was taken into another counts for that one.
    pub(crate) async fn recount_funds(&self, work: &Work, unit: UnitId, name: &str) -> Result<()> {
        let key = names::key(name);
        let mut counted: BTreeSet<ProjectId> = store::projects::named(&work.tx, unit, name)
            .await?
            .into_iter()
            .filter(|(_, revision)| names::key(&revision.fields.name) == key)
            .map(|(project, _)| project.id)
            .collect();
        for merge in store::projects::merges_named(&work.tx, unit, name).await? {
            if names::key(&merge.gone_name) == key {
                counted.insert(self.stays(work, merge.into).await?);
            }
        }
        for project in counted {
            self.recount_project(work, project).await?;
        }
        Ok(())
    }

    /// The project that this one is now, at the end of all merges.
    pub(crate) async fn stays(&self, work: &Work, mut id: ProjectId) -> Result<ProjectId> {
        for _ in 0..CHAIN_MOST {
            let project = store::projects::by_id(&work.tx, id)
                .await?
                .ok_or(Error::NotFound)?;
            match project.merged {
                Some((into, _)) => id = into,
                None => return Ok(id),
            }
        }
        Err(Error::Internal(format!("merges of project {id} go round")))
    }

    /// Sums the accepted entries of a project again: those that name it or what was taken into it, each once; without those
    /// that a split gave to another, and with those it was given.
    pub(crate) async fn recount_project(&self, work: &Work, id: ProjectId) -> Result<()> {
        let missing = || Error::Internal(format!("project {id} is gone"));
        let project = store::projects::by_id(&work.tx, id)
            .await?
            .ok_or_else(missing)?;
        let head = store::projects::revision(&work.tx, project.head)
            .await?
            .ok_or_else(missing)?;
        let inside = store::projects::inside(&work.tx, id).await?;
        let mut called: BTreeSet<(UnitId, String)> =
            [(project.unit, names::key(&head.fields.name))].into();
        called.extend(
            inside
                .iter()
                .map(|merge| (merge.gone_unit, names::key(&merge.gone_name))),
        );
        let mine: BTreeSet<ProjectId> = inside.iter().map(|merge| merge.gone).chain([id]).collect();
        let units: BTreeSet<UnitId> = called.iter().map(|(unit, _)| *unit).collect();
        let mut funds = Money::ZERO;
        for unit in units {
            for entry in store::projects::accepted_entries(&work.tx, unit).await? {
                let counts = match entry.given_to {
                    Some(given_to) => mine.contains(&given_to),
                    None => called.contains(&(unit, names::key(&entry.project))),
                };
                if counts {
                    funds = [funds, entry.amount].into_iter().sum();
                }
            }
        }
        if project.funds != funds {
            store::projects::set_funds(&work.tx, &project, funds).await?;
        }
        Ok(())
    }
}
