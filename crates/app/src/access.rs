//! May this person: the one door to the permission table and to the units it reaches.

use std::sync::Arc;

use domain::{
    UnitId,
    permission::Action,
    person::{Caller, Versions},
    unit::{Unit, UnitTree},
};
use serde_json::json;

use crate::{App, Error, Result, work::Fact};

impl App {
    /// Lets the caller pass who may do `action`, and notes the refusal of one who may not.
    ///
    /// # Errors
    /// [`Error::NotFound`]: what one may not do does not exist.
    pub async fn permit(&self, caller: &Caller, action: Action) -> Result<()> {
        if caller.may(action) {
            return Ok(());
        }
        self.note_access(
            caller,
            Fact::new("access.refused", format!("{action:?}"), json!({})),
        )
        .await?;
        Err(Error::NotFound)
    }

    /// Permits `action` and gives all units, with the caller's own reach.
    pub(crate) async fn reach(&self, caller: &Caller, action: Action) -> Result<Reach> {
        self.permit(caller, action).await?;
        let versions = store::state::versions(&self.store().read()).await?;
        Ok(Reach {
            tree: self.units_at(versions).await?,
            versions,
            root: caller.person.unit,
        })
    }
}

impl App {
    /// As [`App::reach`], by the counters that were read when the caller was recognised in this same request: for looks
    /// before which the request changes nothing.
    pub(crate) async fn reach_seen(&self, caller: &Caller, action: Action) -> Result<Reach> {
        let Some(versions) = caller.seen else {
            return self.reach(caller, action).await;
        };
        self.permit(caller, action).await?;
        Ok(Reach {
            tree: self.units_at(versions).await?,
            versions,
            root: caller.person.unit,
        })
    }
}

/// The units of the product and which of them the caller reaches: its own unit and all below.
pub(crate) struct Reach {
    pub tree: Arc<UnitTree>,
    /// What was known to be so when it was asked for.
    pub versions: Versions,
    root: UnitId,
}

impl Reach {
    /// A unit within reach.
    pub(crate) fn unit(&self, id: UnitId) -> Result<&Unit> {
        self.tree
            .get(id)
            .filter(|_| self.covers(id))
            .ok_or(Error::NotFound)
    }

    /// Whether a unit is within reach.
    pub(crate) fn covers(&self, id: UnitId) -> bool {
        self.tree.within(self.root, id)
    }

    /// A unit and all above it: what is shared in one of them is shared with it.
    pub(crate) fn above(&self, unit: UnitId) -> Vec<UnitId> {
        let parent = |id: &UnitId| self.tree.get(*id).and_then(|unit| unit.parent);
        std::iter::successors(Some(unit), parent).collect()
    }

    /// The authority whose tables the caller sees.
    pub(crate) fn authority(&self) -> Result<&Unit> {
        self.tree.authority_of(self.root).ok_or(Error::NotFound)
    }

    /// The authority, for those who reach all of it; for others it is not there.
    pub(crate) fn whole_authority(&self) -> Result<&Unit> {
        if self.covers_authority()? {
            self.authority()
        } else {
            Err(Error::NotFound)
        }
    }

    /// Whether the caller reaches all of that authority.
    pub(crate) fn covers_authority(&self) -> Result<bool> {
        Ok(self.covers(self.authority()?.id))
    }
}
