//! What a replica remembers between requests: units, settings, rules of libraries. Nothing is used without its counter,
//! read from the database in the same request: a change anywhere is seen everywhere at once.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::{UnitId, library::LibraryRules, unit::UnitTree};
use store::state::Versions;

use crate::{App, Result};

/// By authority, what it has set.
type Set = BTreeMap<UnitId, BTreeMap<String, String>>;
/// By authority, its rules with their version.
type Rules = BTreeMap<UnitId, (i64, LibraryRules)>;

/// Remembered under the counters it was read after.
#[derive(Default)]
pub(crate) struct Memory {
    units: Kept<UnitTree>,
    settings: Kept<Set>,
    rules: Kept<Rules>,
}

/// One remembered thing.
struct Kept<T>(Mutex<Option<(i64, Arc<T>)>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> Kept<T> {
    fn at(&self, version: i64) -> Option<Arc<T>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref()
            .filter(|(known, _)| *known == version)
            .map(|(_, thing)| Arc::clone(thing))
    }

    fn keep(&self, version: i64, thing: T) -> Arc<T> {
        let thing = Arc::new(thing);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A slower request must not put back what is older.
        if kept.as_ref().is_none_or(|(known, _)| *known < version) {
            *kept = Some((version, Arc::clone(&thing)));
        }
        thing
    }
}

impl App {
    /// Every unit.
    pub(crate) async fn units_at(&self, versions: Versions) -> Result<Arc<UnitTree>> {
        let version = versions.units_version;
        if let Some(tree) = self.1.units.at(version) {
            return Ok(tree);
        }
        let tree = store::units::tree(&self.store().read()).await?;
        Ok(self.1.units.keep(version, tree))
    }

    /// What every authority has set.
    pub(crate) async fn set_at(&self, versions: Versions) -> Result<Arc<Set>> {
        let version = versions.settings_version;
        if let Some(set) = self.1.settings.at(version) {
            return Ok(set);
        }
        let set = store::settings::of_all(&self.store().read()).await?;
        Ok(self.1.settings.keep(version, set))
    }

    /// The rules of an authority's library, the defaults where it has set none.
    pub(crate) async fn rules_at(
        &self,
        versions: Versions,
        authority: UnitId,
    ) -> Result<LibraryRules> {
        let version = versions.rules_version;
        let rules = match self.1.rules.at(version) {
            Some(rules) => rules,
            None => {
                let rules = store::library_rules::of_all(&self.store().read()).await?;
                self.1.rules.keep(version, rules)
            }
        };
        Ok(rules
            .get(&authority)
            .map(|(_, rules)| rules.clone())
            .unwrap_or_default())
    }
}
