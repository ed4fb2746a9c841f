//! What a replica remembers between requests: units, settings, rules and totals of libraries, how people look at the library. Nothing is used without its counter,
//! read from the database in the same request: a change anywhere is seen everywhere at once.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use domain::{
    PersonId, UnitId,
    library::LibraryRules,
    person::{Caller, Versions},
    unit::UnitTree,
};
use store::{projects::totals::KeptTotals, saved_filters::StoredFilter};

use crate::{App, Result, access::Reach};

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
    totals: Kept<KeptTotals>,
    views: Mutex<BTreeMap<PersonId, (ViewsOf, Arc<Views>)>>,
}

/// People whose views are remembered at once; the next one begins anew.
const VIEWS_MOST: usize = 2_000;

/// What somebody's views were read under: the counters of views and of units, and the unit.
type ViewsOf = (i64, i64, UnitId);

/// How a person looks at the library.
pub(crate) struct Views {
    /// Words of the columns chosen; none means the usual ones.
    pub columns: Vec<String>,
    /// Filters of the person, and those shared in its unit and above, whatever their role.
    pub filters: Vec<StoredFilter>,
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
        let version = versions.units;
        if let Some(tree) = self.1.units.at(version) {
            return Ok(tree);
        }
        let tree = store::units::tree(&self.store().read()).await?;
        Ok(self.1.units.keep(version, tree))
    }

    /// How the caller looks at the library.
    pub(crate) async fn views_at(&self, caller: &Caller, reach: &Reach) -> Result<Arc<Views>> {
        let (person, unit) = (caller.person.id, caller.person.unit);
        let versions = reach.versions;
        let under = (versions.views, versions.units, unit);
        let remembered = || self.1.views.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, views)) = remembered().get(&person).filter(|(of, _)| *of == under) {
            return Ok(Arc::clone(views));
        }
        let reader = self.store().read();
        let views = Arc::new(Views {
            columns: store::saved_filters::columns(&reader, person).await?.0,
            filters: store::saved_filters::met_by(&reader, person, &reach.above(unit)).await?,
        });
        let mut all = remembered();
        if all.len() >= VIEWS_MOST {
            all.clear();
        }
        // A slower request must not put back what is older.
        let newer = |(of, _): &(ViewsOf, Arc<Views>)| of.0 > under.0 || of.1 > under.1;
        if !all.get(&person).is_some_and(newer) {
            all.insert(person, (under, Arc::clone(&views)));
        }
        Ok(views)
    }

    /// The kept totals of libraries.
    pub(crate) async fn totals_at(&self, versions: Versions) -> Result<Arc<KeptTotals>> {
        let version = versions.totals;
        if let Some(totals) = self.1.totals.at(version) {
            return Ok(totals);
        }
        let totals = store::projects::totals::kept(&self.store().read()).await?;
        Ok(self.1.totals.keep(version, totals))
    }

    /// What every authority has set.
    pub(crate) async fn set_at(&self, versions: Versions) -> Result<Arc<Set>> {
        let version = versions.settings;
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
        let version = versions.rules;
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
