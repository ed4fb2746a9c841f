//! Who owes what. The one place that says so; what is owed by other rules (exemptions, visits) belongs here.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use domain::{
    Instant, PersonId, UnitId, dates, duty,
    period::{ExceptionKind, Period, ReturnKind},
    permission::Role,
    person::Person,
    returns::ReturnState,
    unit::{UnitKind, UnitTree},
};
use store::Db;

use crate::{App, Result};

/// Something an enterprise has not handed in.
#[derive(Debug, Clone)]
pub struct Owed {
    /// To which authority.
    pub authority: UnitId,
    /// For which period.
    pub period: Period,
    /// Whose.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// Where it stands; none: 未报.
    pub state: Option<ReturnState>,
    /// The last day.
    pub due_on: NaiveDate,
}

impl Owed {
    /// Its name among reminders: the same as long as it is the same obligation.
    pub fn key(&self) -> String {
        format!("{}:{}", self.of_period("unit"), self.unit)
    }

    /// The name of something about the whole period.
    pub fn of_period(&self, what: &str) -> String {
        let (kind, cut_off) = (self.period.kind.word(), self.period.cut_off);
        format!("{kind}:{cut_off}:{what}")
    }

    /// Who has to act: the enterprise's approver while it waits for release, else its reporters.
    pub fn falls_to(&self) -> Role {
        match self.state {
            Some(ReturnState::ForApproval) => Role::Approver,
            _ => Role::Reporter,
        }
    }

    /// When it is too late: 23:59:59 in Shanghai.
    pub fn due(&self) -> Instant {
        dates::end_of_day(self.due_on)
    }

    /// Where it is done.
    pub fn link(&self) -> String {
        let (kind, cut_off) = (self.period.kind.word(), self.period.cut_off);
        format!("/returns/{kind}/{cut_off}/{}", self.unit)
    }
}

/// Where a whole period is looked at.
pub(crate) fn link_of_period(period: &Period) -> String {
    format!(
        "/returns?kind={}&cut_off={}",
        period.kind.word(),
        period.cut_off
    )
}

/// The people of the house and who of them acts as what today, own roles and lent ones.
pub(crate) struct Staff {
    people: Vec<(Person, Vec<Role>)>,
    pub tree: UnitTree,
}

impl Staff {
    pub async fn load(db: &impl Db, today: NaiveDate) -> Result<Self> {
        let people = store::people::everybody(db).await?;
        let by_id: HashMap<PersonId, &Person> =
            people.iter().map(|person| (person.id, person)).collect();
        let mut lent: HashMap<PersonId, Vec<_>> = HashMap::new();
        for one in store::duties::all_lent(db).await? {
            if let Some(lender) = by_id.get(&one.person) {
                lent.entry(one.substitute)
                    .or_default()
                    .push((one, (*lender).clone()));
            }
        }
        let with_roles = |person: &Person| {
            let mut roles: Vec<Role> = person.roles.iter().copied().collect();
            let lent = lent.get(&person.id).map_or(&[][..], Vec::as_slice);
            roles.extend(
                duty::acting(person, lent, today)
                    .into_iter()
                    .flat_map(|acting| acting.roles),
            );
            (person.clone(), roles)
        };
        let people = people
            .iter()
            .filter(|person| person.active)
            .map(with_roles)
            .collect();
        let tree = store::units::tree(db).await?;
        Ok(Self { people, tree })
    }

    /// Those who act in a role in this very unit.
    pub fn in_unit(&self, unit: UnitId, role: Role) -> impl Iterator<Item = &Person> {
        self.people
            .iter()
            .filter(move |(person, roles)| person.unit == unit && roles.contains(&role))
            .map(|(person, _)| person)
    }

    /// The officers of an authority, whichever of its offices they are in.
    pub fn officers(&self, authority: UnitId) -> impl Iterator<Item = &Person> {
        self.people
            .iter()
            .filter(move |(person, roles)| {
                roles.contains(&Role::Officer)
                    && self
                        .tree
                        .authority_of(person.unit)
                        .is_some_and(|unit| unit.id == authority)
            })
            .map(|(person, _)| person)
    }

    pub fn authorities(&self) -> impl Iterator<Item = UnitId> {
        let units = self.tree.all().iter();
        units
            .filter(|unit| unit.kind == UnitKind::Authority)
            .map(|unit| unit.id)
    }
}

impl App {
    /// Everything owed to an authority: each enterprise that exists at a period's cut-off, until it has handed in; not what
    /// it is exempt from (免报). What was returned is owed by a day of its own.
    pub(crate) async fn owed(
        &self,
        db: &impl Db,
        tree: &UnitTree,
        authority: UnitId,
    ) -> Result<Vec<Owed>> {
        let mut owed = Vec::new();
        for kind in ReturnKind::ALL {
            let filings = store::returns::filings(db, authority, *kind).await?;
            let filings: HashMap<_, _> = filings
                .into_iter()
                .map(|filing| ((filing.period, filing.unit), filing))
                .collect();
            let exempt: HashSet<_> = store::returns::exceptions(db, authority, *kind)
                .await?
                .into_iter()
                .filter(|one| one.kind == ExceptionKind::Exempt)
                .map(|one| (one.period, one.unit))
                .collect();
            for period in store::returns::periods(db, authority, *kind).await? {
                for unit in tree.enterprises_of(authority, period.cut_off) {
                    let key = (period.id, unit.id);
                    let filing = filings.get(&key);
                    let state = filing.map(|filing| filing.state);
                    let again = filing.and_then(|filing| filing.resubmit_by);
                    if matches!(state, Some(ReturnState::HandedIn | ReturnState::Accepted))
                        || (exempt.contains(&key)
                            && filing.is_none_or(|one| one.first_handed_in_at.is_none()))
                    {
                        continue;
                    }
                    owed.push(Owed {
                        authority,
                        due_on: again.unwrap_or(period.due_on),
                        period: period.clone(),
                        unit: unit.id,
                        unit_name: unit.name.clone(),
                        state,
                    });
                }
            }
        }
        Ok(owed)
    }
}
