//! A card moved on the board (看板): which dated fact that records, which it takes back.

use crate::{partial_date::PartialDate, person::Invalid};

use super::{
    Company, Milestone, ProjectFields, Relation, Signing, SigningKind, SigningLevel, Stage,
};

/// The stages of the board, in the order of the way from 谋划 to 投产.
pub const BOARD: [Stage; 9] = [
    Stage::Planned,
    Stage::Negotiating,
    Stage::Signed,
    Stage::Filed,
    Stage::Landed,
    Stage::Funded,
    Stage::Started,
    Stage::Completed,
    Stage::Producing,
];

/// A move to a stage, with what its fact needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Where to.
    pub to: Stage,
    /// When the fact of that stage happened.
    pub on: Option<PartialDate>,
    /// For 签约: 框架 or 正式.
    pub kind: Option<SigningKind>,
    /// For 签约: at which level.
    pub level: Option<SigningLevel>,
    /// For 签约 after another one: what it is to it.
    pub relation: Option<Relation>,
    /// For 落地: the project's company, where it is not known yet.
    pub company: String,
}

/// Where a stage stands on the board.
fn rank(stage: Stage) -> usize {
    BOARD
        .iter()
        .position(|one| *one == stage)
        .unwrap_or(BOARD.len())
}

/// The milestone that is a stage's own fact.
const fn milestone(stage: Stage) -> Option<Milestone> {
    match stage {
        Stage::Planned => Some(Milestone::Planned),
        Stage::Negotiating => Some(Milestone::Negotiating),
        Stage::Filed => Some(Milestone::Filed),
        Stage::Started => Some(Milestone::Started),
        Stage::Completed => Some(Milestone::Completed),
        Stage::Producing => Some(Milestone::Producing),
        _ => None,
    }
}

impl ProjectFields {
    /// The facts that moving to `to` takes back, the furthest first, in words with their dates.
    pub fn taken_back_by(&self, to: Stage) -> Vec<String> {
        let beyond = BOARD.iter().rev().filter(|stage| rank(**stage) > rank(to));
        let said = beyond.filter_map(|stage| {
            let on = match stage {
                Stage::Landed => self.landed_on(),
                stage => milestone(*stage).and_then(|one| self.milestones.get(&one).copied()),
            };
            on.map(|on| format!("{}（{on}）", stage.label()))
        });
        said.collect()
    }

    /// Whether the move to `to` needs a fact of its own, with a date; else taking facts back is all of it.
    pub fn needs_fact_for(&self, funded: bool, to: Stage) -> bool {
        self.without_beyond(to).stage(funded) != to
    }

    /// The project with the move made. 谋划 is where a project without facts stands: going back there needs no date.
    ///
    /// # Errors
    /// [`Invalid`] by field of the move: `to`, `on`, `kind`, `level`, `company`.
    pub fn moved(&self, funded: bool, moved: &Move) -> Result<Self, Invalid> {
        let (from, to) = (self.stage(funded), moved.to);
        if matches!(from, Stage::Suspended | Stage::Terminated) {
            return Err(Invalid::of("to", "暂停或终止的项目，请先在项目表单里恢复"));
        }
        if !BOARD.contains(&to) {
            return Err(Invalid::of(
                "to",
                "请从看板上的进展里选择；暂停、终止请在项目表单里填写",
            ));
        }
        if from == to {
            let why = format!("项目已经在“{}”，不需要移动", to.label());
            return Err(Invalid::of("to", why));
        }
        if to == Stage::Funded {
            let why = "到资由认定的到位资金得出，请在“到位资金”里登记";
            return Err(Invalid::of("to", why));
        }
        let mut fields = self.without_beyond(to);
        if fields.stage(funded) != to && rank(fields.stage(funded)) < rank(to) {
            fields.record(moved)?;
        }
        let reached = fields.stage(funded);
        if reached != to {
            let why = match reached {
                Stage::Funded => {
                    "项目已有认定的到位资金，不能移到到资以前；到资有误请在“到位资金”里更正"
                        .to_owned()
                }
                reached => format!(
                    "撤销后项目仍在“{}”；签约、项目公司有误请在项目表单里更正",
                    reached.label()
                ),
            };
            return Err(Invalid::of("to", why));
        }
        Ok(fields)
    }

    /// Without the dated facts beyond a stage. Signings and funds are more than a date: they stay.
    fn without_beyond(&self, to: Stage) -> Self {
        let mut fields = self.clone();
        for stage in BOARD.iter().filter(|stage| rank(**stage) > rank(to)) {
            if let Some(milestone) = milestone(*stage) {
                fields.milestones.remove(&milestone);
            }
            if *stage == Stage::Landed
                && let Some(company) = &mut fields.company
            {
                company.registered_on = None;
            }
        }
        fields
    }

    fn record(&mut self, moved: &Move) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        if moved.on.is_none() {
            let why = format!(
                "请填写{}的日期，例如 2017-05-24；只知道月份时填 2017-05",
                moved.to.label()
            );
            invalid.add("on", why);
        }
        match moved.to {
            Stage::Signed => {
                let kind = moved.kind.filter(|kind| *kind != SigningKind::Intention);
                if kind.is_none() {
                    invalid.add("kind", "请选择签约种类；意向书仍算在谈");
                }
                if moved.level.is_none() {
                    invalid.add("level", "请选择签约层级");
                }
                if let (Some(on), Some(kind), Some(level)) = (moved.on, kind, moved.level) {
                    self.signings.push(Signing {
                        on,
                        kind,
                        level,
                        event: String::new(),
                        amount: None,
                        currency: None,
                        rate: None,
                        relation: moved.relation,
                    });
                }
            }
            Stage::Landed => {
                let known = self.company.as_ref().map(|one| one.name.clone());
                let typed = crate::names::tidy(&moved.company);
                let name = if typed.is_empty() {
                    known.unwrap_or_default()
                } else {
                    typed
                };
                if name.is_empty() {
                    invalid.add("company", "请填写项目公司名称：落地以项目公司登记为准");
                }
                self.company = Some(Company {
                    name,
                    registered_on: moved.on,
                });
            }
            stage => {
                if let (Some(milestone), Some(on)) = (milestone(stage), moved.on) {
                    self.milestones.insert(milestone, on);
                }
            }
        }
        invalid.into_result()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(stage: Stage, on: &str) -> Move {
        Move {
            to: stage,
            on: on.parse().ok(),
            kind: None,
            level: None,
            relation: None,
            company: String::new(),
        }
    }

    fn refused(fields: &ProjectFields, moved: &Move) -> Vec<String> {
        let invalid = fields.moved(false, moved).unwrap_err();
        invalid.fields.into_iter().map(|(field, _)| field).collect()
    }

    #[test]
    fn a_card_goes_all_the_way_and_back() {
        let mut fields = ProjectFields::default();
        for stage in BOARD
            .into_iter()
            .filter(|one| *one != Stage::Planned && *one != Stage::Funded)
        {
            let moved = Move {
                kind: Some(SigningKind::Formal),
                level: Some(SigningLevel::City),
                company: "某公司".into(),
                ..to(stage, "2017-05")
            };
            assert!(fields.needs_fact_for(false, stage));
            fields = fields.moved(false, &moved).unwrap();
            assert_eq!(fields.stage(false), stage);
        }
        assert_eq!(
            fields.taken_back_by(Stage::Landed),
            ["投产（2017-05）", "竣工（2017-05）", "开工（2017-05）"]
        );
        assert!(!fields.needs_fact_for(false, Stage::Landed));
        for stage in [Stage::Completed, Stage::Landed, Stage::Signed] {
            fields = fields.moved(false, &to(stage, "")).unwrap();
            assert_eq!(fields.stage(false), stage);
        }
        assert_eq!(
            fields.company.as_ref().unwrap().name,
            "某公司",
            "only its date is taken back"
        );
        assert_eq!(
            refused(&fields, &to(Stage::Negotiating, "")),
            ["to"],
            "signings are more than a date"
        );
    }

    #[test]
    fn what_a_fact_needs_is_asked_for() {
        let fields = ProjectFields::default();
        assert_eq!(refused(&fields, &to(Stage::Filed, "")), ["on"]);
        assert_eq!(
            refused(&fields, &to(Stage::Signed, "2017-05")),
            ["kind", "level"]
        );
        assert_eq!(refused(&fields, &to(Stage::Landed, "")), ["on", "company"]);
        assert_eq!(refused(&fields, &to(Stage::Funded, "2017-05")), ["to"]);
        assert_eq!(
            refused(&fields, &to(Stage::Planned, "2017-05")),
            ["to"],
            "it is there"
        );
        assert_eq!(refused(&fields, &to(Stage::Suspended, "2017-05")), ["to"]);
        let letter = Move {
            kind: Some(SigningKind::Intention),
            level: Some(SigningLevel::City),
            ..to(Stage::Signed, "2017-05")
        };
        assert_eq!(
            refused(&fields, &letter),
            ["kind"],
            "an intention is no signing"
        );
    }

    #[test]
    fn money_in_place_holds_it() {
        let fields = ProjectFields::default();
        let started = fields.moved(true, &to(Stage::Started, "2017-05")).unwrap();
        assert_eq!(started.stage(true), Stage::Started);
        let invalid = started
            .moved(true, &to(Stage::Filed, "2017-01"))
            .unwrap_err();
        assert!(invalid.first("to").unwrap().contains("到位资金"));
    }
}
