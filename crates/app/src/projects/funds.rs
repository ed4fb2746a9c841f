//! 到资 (§3): the accepted entries of an enterprise that name a project make its funds in place.

use domain::{Money, UnitId, names};

use crate::{App, Result, work::Work};

impl App {
    /// Sums the accepted entries that name a project of `unit` again, within the transaction that changed one of them
    /// or the project's name. Entries name their project in words: the same words, whatever their width and blanks.
    pub(crate) async fn recount_funds(&self, work: &Work, unit: UnitId, name: &str) -> Result<()> {
        let key = names::key(name);
        let projects = store::projects::named(&work.tx, unit, name).await?;
        let named: Vec<_> = projects
            .into_iter()
            .filter(|(_, revision)| names::key(&revision.fields.name) == key)
            .collect();
        if named.is_empty() {
            return Ok(());
        }
        let entries = store::funds::accepted_of(&work.tx, unit).await?;
        let funds: Money = entries
            .into_iter()
            .filter(|(project, _)| names::key(project) == key)
            .map(|(_, amount)| amount)
            .sum();
        for (project, _) in named {
            if project.funds != funds {
                store::projects::set_funds(&work.tx, &project, funds).await?;
            }
        }
        Ok(())
    }
}
