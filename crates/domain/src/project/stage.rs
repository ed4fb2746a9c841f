//! How far a project is, and what was taken back.

use crate::partial_date::PartialDate;

use super::{Milestone, ProjectFields, SigningKind, Stage};

impl ProjectFields {
    /// How far it is: 终止 and 暂停 first, else the furthest milestone. `funded` is whether money is in place
    /// (accepted entries); an intention letter alone is still 在谈, a framework or formal contract is 签约.
    pub fn stage(&self, funded: bool) -> Stage {
        if self.terminated.is_some() {
            return Stage::Terminated;
        }
        if self.suspended.is_some() {
            return Stage::Suspended;
        }
        let has = |one: Milestone| self.milestones.contains_key(&one);
        let signed = self
            .signings
            .iter()
            .any(|one| one.kind != SigningKind::Intention);
        let reached = [
            (has(Milestone::Producing), Stage::Producing),
            (has(Milestone::Completed), Stage::Completed),
            (has(Milestone::Started), Stage::Started),
            (funded, Stage::Funded),
            (self.landed_on().is_some(), Stage::Landed),
            (has(Milestone::Filed), Stage::Filed),
            (signed, Stage::Signed),
            (
                has(Milestone::Negotiating) || !self.signings.is_empty(),
                Stage::Negotiating,
            ),
        ];
        let furthest = reached.into_iter().find(|(there, _)| *there);
        furthest.map_or(Stage::Planned, |(_, stage)| stage)
    }

    /// 落地: the day the project's company was registered 【推定】.
    pub fn landed_on(&self) -> Option<PartialDate> {
        self.company
            .as_ref()
            .and_then(|company| company.registered_on)
    }
}

/// Dated facts that were there and are no more, in words. Undoing one needs a reason (§3).
pub fn undone(before: &ProjectFields, after: &ProjectFields) -> Vec<&'static str> {
    let mut gone: Vec<&'static str> = before
        .milestones
        .keys()
        .filter(|one| !after.milestones.contains_key(one))
        .map(|one| one.label())
        .collect();
    if before.landed_on().is_some() && after.landed_on().is_none() {
        gone.push(Stage::Landed.label());
    }
    if before
        .signings
        .iter()
        .any(|one| !after.signings.contains(one))
    {
        let fewer = after.signings.len() < before.signings.len();
        if fewer {
            gone.push(Stage::Signed.label());
        }
    }
    if before.suspended.is_some() && after.suspended.is_none() {
        gone.push(Stage::Suspended.label());
    }
    if before.terminated.is_some() && after.terminated.is_none() {
        gone.push(Stage::Terminated.label());
    }
    gone
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{Company, Halt, Signing, SigningLevel};

    fn signing(kind: SigningKind) -> Signing {
        Signing {
            on: "2017-05-24".parse().unwrap(),
            kind,
            level: SigningLevel::City,
            event: String::new(),
            amount: None,
            currency: None,
            rate: None,
            relation: None,
        }
    }

    #[test]
    fn the_furthest_fact_is_the_stage() {
        let mut fields = ProjectFields::default();
        assert_eq!(fields.stage(false), Stage::Planned);
        fields.signings.push(signing(SigningKind::Intention));
        assert_eq!(fields.stage(false), Stage::Negotiating);
        fields.signings.push(signing(SigningKind::Formal));
        assert_eq!(fields.stage(false), Stage::Signed);
        fields.company = Some(Company {
            name: "某公司".into(),
            registered_on: Some("2017-06".parse().unwrap()),
        });
        assert_eq!(fields.stage(false), Stage::Landed);
        assert_eq!(fields.stage(true), Stage::Funded);
        fields
            .milestones
            .insert(Milestone::Started, "2017-08".parse().unwrap());
        assert_eq!(fields.stage(true), Stage::Started);
        let halt = Halt {
            on: "2017-09".parse().unwrap(),
            reason: "资金未到位".into(),
        };
        fields.suspended = Some(halt.clone());
        assert_eq!(fields.stage(true), Stage::Suspended);
        fields.terminated = Some(halt);
        assert_eq!(fields.stage(true), Stage::Terminated);
    }

    #[test]
    fn what_is_taken_back_is_named() {
        let mut before = ProjectFields::default();
        before
            .milestones
            .insert(Milestone::Started, "2017-08".parse().unwrap());
        before.signings.push(signing(SigningKind::Formal));
        let mut after = before.clone();
        assert!(undone(&before, &after).is_empty());
        after
            .milestones
            .insert(Milestone::Started, "2017-08-03".parse().unwrap());
        assert!(
            undone(&before, &after).is_empty(),
            "knowing the day is no undoing"
        );
        after.milestones.clear();
        after.signings.clear();
        assert_eq!(undone(&before, &after), ["开工", "签约"]);
    }
}
