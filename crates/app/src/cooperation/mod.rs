//! Cooperation with central and provincial enterprises (§4): directories, visits and promotions, what is to follow them.

mod directory;
mod export;
mod follow_up_changes;
mod follow_ups;
mod parties;
mod visit_changes;
mod visits;

use domain::{UnitId, person::Caller};

use crate::{Error, Result, access::Reach};

pub use directory::{DirectoryView, EnterpriseHit};
pub use follow_ups::{FollowUpList, FollowUpRow, WhoseFollowUps};
pub use parties::{CentralParty, Via, central_parties};
pub use store::cooperation::{FollowUp, Visit};
pub use store::directory::StoredRecord;
pub use visit_changes::SaveVisit;
pub use visits::{ProjectNamed, VISITS_A_PAGE, VisitList, VisitQuery, VisitRow, VisitView};

/// The unit a caller records for: its enterprise, or its authority; its own unit where it reaches no more.
fn recording_unit(reach: &Reach, caller: &Caller) -> Result<UnitId> {
    let own = caller.person.unit;
    let above = reach
        .tree
        .enterprise_of(own)
        .or_else(|| reach.tree.authority_of(own));
    let unit = above.map(|unit| unit.id).filter(|id| reach.covers(*id));
    Ok(reach.unit(unit.unwrap_or(own))?.id)
}

/// Whether a caller who may record does so for this unit: an enterprise for all of itself, the authority for itself alone.
fn records_for(reach: &Reach, caller: &Caller, unit: UnitId) -> bool {
    let side = |unit: UnitId| {
        let enterprise = reach.tree.enterprise_of(unit).map(|unit| unit.id);
        let authority = reach.tree.authority_of(unit).map(|unit| unit.id);
        (enterprise, authority)
    };
    reach.covers(unit) && side(unit) == side(caller.person.unit)
}

/// Every unit within reach, in own order: id and short name.
fn units_in_reach(reach: &Reach) -> Vec<(UnitId, String)> {
    let all = reach.tree.all().iter();
    all.filter(|unit| reach.covers(unit.id))
        .map(|unit| (unit.id, unit.short_name.clone()))
        .collect()
}

/// A reason for making something void.
fn check_reason(reason: &str) -> Result<String> {
    let reason = domain::names::tidy_text(reason);
    let why = match reason.chars().count() {
        0 => "请写明作废的原因",
        1..=200 => return Ok(reason),
        _ => "原因请控制在200个字以内",
    };
    Err(Error::Invalid(domain::person::Invalid::of("reason", why)))
}
