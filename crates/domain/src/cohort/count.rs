//! What each signing of a project counts (§3): first signing only; an upgraded agreement is not new money; a capital
//! increase counts the increment; a changed investor counts for the later event.

use chrono::NaiveDate;

use super::Happened;
use crate::{
    Money,
    project::{Relation, Signing},
};

/// Why a signing is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// An agreement upgraded from one before is not new money.
    Upgrade,
    /// The same cooperation signed again: first signing only.
    Repeat,
    /// The investor changed later: it counts for the later event.
    Replaced,
    /// A capital increase to a total that is not above what was contracted.
    NoIncrement,
    /// Nobody has said what it is to the signings before it.
    Unsaid,
    /// Only its month is known, and the cut-off lies within it.
    Unsure,
    /// The project is shared and counts for another unit (首谈认定说明).
    Shared,
}

impl Rule {
    /// Every rule, in the order a board tells them.
    pub const ALL: [Self; 7] = [
        Self::Upgrade,
        Self::Repeat,
        Self::Replaced,
        Self::NoIncrement,
        Self::Shared,
        Self::Unsaid,
        Self::Unsure,
    ];

    /// The word in addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Upgrade => "upgrade",
            Self::Repeat => "repeat",
            Self::Replaced => "replaced",
            Self::NoIncrement => "no_increment",
            Self::Unsaid => "unsaid",
            Self::Unsure => "unsure",
            Self::Shared => "shared",
        }
    }

    /// The rule of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }

    /// What a board says of `count` signings left out by it.
    pub fn sentence(self, count: usize) -> String {
        match self {
            Self::Upgrade => format!("另有{count}份升级协议，不是新增投资，不重复计"),
            Self::Repeat => format!("另有{count}份是同一合作再次签约，只计首次"),
            Self::Replaced => format!("另有{count}份签约后变更了投资主体，计入变更后的那一次"),
            Self::NoIncrement => format!("另有{count}份增资后总额不高于原签约额，没有增量可计"),
            Self::Shared => format!("另有{count}份属共享项目，按首谈认定计入认定的单位"),
            Self::Unsaid => format!("另有{count}份没有注明与此前签约的关系，暂不计，请企业补填"),
            Self::Unsure => {
                format!("另有{count}份只知道签约月份，截止日在当月之内，不能确定，暂不计")
            }
        }
    }

    /// The rule in a few words, beside a signing.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Upgrade => "升级协议，不重复计",
            Self::Repeat => "再次签约，只计首次",
            Self::Replaced => "计入变更投资主体后的那一次",
            Self::NoIncrement => "没有增量",
            Self::Unsaid => "未注明与此前签约的关系",
            Self::Unsure => "只知道月份，截止日尚不能确定",
            Self::Shared => "计入首谈认定的单位",
        }
    }
}

/// What became of a signing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The project's first: the project and all its money count here.
    First,
    /// With another investor: project and money count here, no longer where it was signed before.
    Changed,
    /// A capital increase: the increment counts, the project counted before.
    Increase,
    /// Left out.
    Left(Rule),
}

impl Outcome {
    /// Whether the project itself counts here.
    pub const fn counts_project(self) -> bool {
        matches!(self, Self::First | Self::Changed)
    }

    /// Whether anything counts here.
    pub const fn counts(self) -> bool {
        !matches!(self, Self::Left(_))
    }

    /// In a few words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::First => "首次签约",
            Self::Changed => "变更投资主体，计入本次",
            Self::Increase => "增资，只计增量",
            Self::Left(rule) => rule.label(),
        }
    }
}

/// A signing with what it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Its place in the project's list.
    pub at: usize,
    /// What became of it.
    pub outcome: Outcome,
    /// What it counts in RMB; none where the amount, or the rate of a foreign one, is not known. 0 when left out.
    pub amount: Option<Money>,
}

/// The order in which a project's signings were made: by their dates; where months leave it open, one that follows
/// another (its relation says so) comes after one that follows none.
pub fn order(signings: &[Signing]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..signings.len()).collect();
    order.sort_by_key(|at| {
        let one = &signings[*at];
        (
            one.on.latest(),
            one.on.earliest(),
            one.relation.is_some(),
            *at,
        )
    });
    let Some(first) = order.first().map(|at| &signings[*at]) else {
        return order;
    };
    // A month may have been its first day: one without relation that may be the earliest is the beginning.
    if first.relation.is_some()
        && let Some(place) = order.iter().position(|at| {
            let one = &signings[*at];
            one.relation.is_none() && one.on.earliest() <= first.on.latest()
        })
    {
        let at = order.remove(place);
        order.insert(0, at);
    }
    order
}

/// What is contracted so far, in the contract's own currency, for increases to a total.
#[derive(Clone)]
struct Standing {
    currency: Option<String>,
    amount: Option<Money>,
}

/// What each signing that is `taken` and had happened by `as_of` counts, in the order they were made. The rules see only
/// what is taken: of formal contracts alone, one upgraded from an intention is the first.
pub fn count(
    signings: &[Signing],
    taken: impl Fn(&Signing) -> bool,
    as_of: NaiveDate,
    recorded_on: NaiveDate,
) -> Vec<Counted> {
    let mut counted: Vec<Counted> = Vec::new();
    let mut standing: Option<Standing> = None;
    for at in order(signings) {
        let one = &signings[at];
        if !taken(one) {
            continue;
        }
        match Happened::by(one.on, as_of, recorded_on) {
            Happened::No => continue,
            Happened::Unsure => {
                counted.push(left(at, Rule::Unsure));
                continue;
            }
            Happened::Yes => {}
        }
        let own = Standing {
            currency: one.currency.clone(),
            amount: one.amount,
        };
        let Some(before) = standing.clone() else {
            standing = Some(own);
            counted.push(Counted {
                at,
                outcome: Outcome::First,
                amount: one.in_rmb(),
            });
            continue;
        };
        let next = match one.relation {
            None => left(at, Rule::Unsaid),
            Some(Relation::Repeat) => left(at, Rule::Repeat),
            Some(Relation::Upgrade) => {
                if one.amount.is_some() {
                    standing = Some(own);
                }
                left(at, Rule::Upgrade)
            }
            Some(Relation::IncreaseBy) => {
                let same = before.currency == one.currency;
                let sum = before.amount.zip(one.amount).filter(|_| same);
                standing = Some(Standing {
                    currency: before.currency,
                    amount: sum.map(|(old, more)| old + more),
                });
                increase(at, one.in_rmb())
            }
            Some(Relation::IncreaseTo) => {
                let same = before.currency == one.currency;
                let more = before.amount.zip(one.amount).filter(|_| same);
                let more = more.map(|(old, new)| new - old);
                if more.is_some_and(|more| more <= Money::ZERO) {
                    left(at, Rule::NoIncrement)
                } else {
                    standing = Some(own);
                    increase(at, more.and_then(|more| one.to_rmb(more)))
                }
            }
            Some(Relation::InvestorChange) => {
                for earlier in counted.iter_mut().filter(|one| one.outcome.counts()) {
                    *earlier = left(earlier.at, Rule::Replaced);
                }
                standing = Some(own);
                Counted {
                    at,
                    outcome: Outcome::Changed,
                    amount: one.in_rmb(),
                }
            }
        };
        counted.push(next);
    }
    counted
}

const fn left(at: usize, rule: Rule) -> Counted {
    Counted {
        at,
        outcome: Outcome::Left(rule),
        amount: Some(Money::ZERO),
    }
}

const fn increase(at: usize, amount: Option<Money>) -> Counted {
    Counted {
        at,
        outcome: Outcome::Increase,
        amount,
    }
}
