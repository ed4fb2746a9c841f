//! Entries of funds in place (到位资金): what was received, how it is proved, who released and accepted it (§1).

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::{EntryId, Instant, Money, PersonId, UnitId, dates, person::Invalid};

/// Kind of proof (§1). Which kinds count is a setting per year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// 银行进账单.
    BankSlip,
    /// 验资报告.
    CapitalVerification,
    /// 设备发票.
    EquipmentInvoice,
    /// 土地出让金票据.
    LandReceipt,
    /// 结算单.
    Settlement,
    /// 其他.
    Other,
}

impl Proof {
    /// Every kind, in the order of the mission page.
    pub const ALL: [Self; 6] = [
        Self::BankSlip,
        Self::CapitalVerification,
        Self::EquipmentInvoice,
        Self::LandReceipt,
        Self::Settlement,
        Self::Other,
    ];

    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::BankSlip => "bank_slip",
            Self::CapitalVerification => "capital_verification",
            Self::EquipmentInvoice => "equipment_invoice",
            Self::LandReceipt => "land_receipt",
            Self::Settlement => "settlement",
            Self::Other => "other",
        }
    }

    /// The kind of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The word for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::BankSlip => "银行进账单",
            Self::CapitalVerification => "验资报告",
            Self::EquipmentInvoice => "设备发票",
            Self::LandReceipt => "土地出让金票据",
            Self::Settlement => "结算单",
            Self::Other => "其他",
        }
    }
}

/// Where an entry stands: reporter → approver → officer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryState {
    /// 草稿: the reporter works on it.
    Draft,
    /// 待审: the enterprise's approver looks at it.
    ForApproval,
    /// 待认定: released, the officer decides.
    ForAcceptance,
    /// 已认定: counts.
    Accepted,
    /// 不予认定: does not count.
    Refused,
}

impl EntryState {
    /// Every state, in order.
    pub const ALL: [Self; 5] = [
        Self::Draft,
        Self::ForApproval,
        Self::ForAcceptance,
        Self::Accepted,
        Self::Refused,
    ];

    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::ForApproval => "for_approval",
            Self::ForAcceptance => "for_acceptance",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
        }
    }

    /// The state of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// The word for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Draft => "草稿",
            Self::ForApproval => "待审",
            Self::ForAcceptance => "待认定",
            Self::Accepted => "已认定",
            Self::Refused => "不予认定",
        }
    }
}

/// What can be done with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The reporter hands it to the approver.
    Submit,
    /// The approver gives it back, with a reason.
    SendBack,
    /// The approver releases it to the officer.
    Release,
    /// The approver takes a released one back before it is decided.
    Withdraw,
    /// The officer accepts it.
    Accept,
    /// The officer refuses it, with a reason.
    Refuse,
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 6] = [
        Self::Submit,
        Self::SendBack,
        Self::Release,
        Self::Withdraw,
        Self::Accept,
        Self::Refuse,
    ];

    /// The word in addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::SendBack => "send-back",
            Self::Release => "release",
            Self::Withdraw => "withdraw",
            Self::Accept => "accept",
            Self::Refuse => "refuse",
        }
    }

    /// The step of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.word() == word)
    }

    /// The word for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Submit => "提交审核",
            Self::SendBack => "退回修改",
            Self::Release => "审核通过，报送国资委",
            Self::Withdraw => "撤回",
            Self::Accept => "认定",
            Self::Refuse => "不予认定",
        }
    }

    /// From which state it leads to which.
    const fn arrow(self) -> (EntryState, EntryState) {
        use EntryState::{Accepted, Draft, ForAcceptance, ForApproval, Refused};
        match self {
            Self::Submit => (Draft, ForApproval),
            Self::SendBack => (ForApproval, Draft),
            Self::Release => (ForApproval, ForAcceptance),
            Self::Withdraw => (ForAcceptance, Draft),
            Self::Accept => (ForAcceptance, Accepted),
            Self::Refuse => (ForAcceptance, Refused),
        }
    }

    /// Whether it must be said why.
    pub const fn needs_reason(self) -> bool {
        matches!(self, Self::SendBack | Self::Refuse)
    }

    /// Whether an entry in `state` can take this step.
    pub fn fits(self, state: EntryState) -> bool {
        self.arrow().0 == state
    }

    /// The state this step leads to.
    ///
    /// # Errors
    /// [`Invalid`] when the entry has moved on, or a reason is missing or too long.
    pub fn take(self, state: EntryState, reason: &str) -> Result<EntryState, Invalid> {
        let (from, to) = self.arrow();
        if state != from {
            return Err(Invalid::of(
                "step",
                format!(
                    "这笔资金现在是“{}”，不能{}，请刷新页面",
                    state.label(),
                    self.label()
                ),
            ));
        }
        if self.needs_reason() && reason.trim().is_empty() {
            return Err(Invalid::of("reason", "请写明理由"));
        }
        if reason.chars().count() > 500 {
            return Err(Invalid::of("reason", "理由请控制在500字以内"));
        }
        Ok(to)
    }
}

/// A foreign amount and how it became RMB.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Foreign {
    /// Three capital letters, not CNY.
    pub currency: String,
    /// The amount in hundredths of its unit.
    pub hundredths: i64,
    /// RMB for 100 units, in hundred-thousandths of a 元: the way the rate is published (中间价, 4 decimals for 100).
    pub rate: i64,
    /// The day of the rate.
    pub rate_on: NaiveDate,
}

/// Hundred-thousandths of a 元 in one 元.
const RATE_UNIT: i128 = 100_000;
/// Units the published rate is for.
const RATE_PER: i128 = 100;

/// A published rate as plain text: `663.12` for 100 units.
pub fn print_rate(rate: i64) -> String {
    let (whole, rest) = (rate / 100_000, rate % 100_000);
    let text = format!("{whole}.{rest:05}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl Foreign {
    /// The amount in RMB, to the 分, half up away from zero.
    pub fn in_rmb(&self) -> Money {
        // hundredths / 100 units × rate / RATE_UNIT 元 / RATE_PER × 100 分 a 元
        let upper = i128::from(self.hundredths) * i128::from(self.rate);
        let lower = RATE_UNIT * RATE_PER;
        let fen = (upper.abs() * 2 + lower) / (lower * 2);
        let fen = i64::try_from(fen).unwrap_or(i64::MAX);
        Money::from_fen(if upper < 0 { -fen } else { fen })
    }
}

/// What the reporter says of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryFields {
    /// The day the money was received.
    pub received_on: NaiveDate,
    /// RMB. For foreign money the converted amount.
    pub amount: Money,
    /// How it became RMB, for foreign money.
    pub foreign: Option<Foreign>,
    /// 项目.
    pub project: String,
    /// 投资方.
    pub investor: String,
    /// Kind of proof.
    pub proof: Proof,
    /// Anything else.
    pub note: String,
    /// The accepted entry this gives money back from.
    pub refund_of: Option<EntryId>,
}

/// The entry a refund cites, as far as the rule needs it.
#[derive(Debug, Clone, Copy)]
pub struct Cited {
    /// Whose.
    pub unit: UnitId,
    /// Its state.
    pub state: EntryState,
    /// Its amount.
    pub amount: Money,
    /// Its day.
    pub received_on: NaiveDate,
    /// What other refunds not refused already give back of it, as a negative amount.
    pub given_back: Money,
}

impl EntryFields {
    /// Checks what would be saved for `unit` on `today`; `cited` is the entry a refund names.
    ///
    /// # Errors
    /// [`Invalid`] by field.
    pub fn check(
        &self,
        unit: UnitId,
        cited: Option<Cited>,
        today: NaiveDate,
    ) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        if !dates::YEARS.contains(&self.received_on.year()) {
            invalid.add("received_on", "到账日期请填2000年以后的日期");
        } else if self.received_on > today {
            invalid.add("received_on", "到账日期还没有到，请核对");
        }
        for (field, label, text, most, needed) in [
            ("project", "项目名称", &self.project, 100, true),
            ("investor", "投资方", &self.investor, 100, true),
            ("note", "备注", &self.note, 500, false),
        ] {
            let count = text.chars().count();
            if needed && text.trim().is_empty() {
                invalid.add(field, format!("请填写{label}"));
            } else if count > most {
                invalid.add(field, format!("{label}请控制在{most}字以内"));
            }
        }
        self.check_foreign(&mut invalid);
        self.check_sign(unit, cited, &mut invalid);
        invalid.into_result()
    }

    fn check_foreign(&self, invalid: &mut Invalid) {
        let Some(foreign) = &self.foreign else { return };
        let letters =
            foreign.currency.len() == 3 && foreign.currency.bytes().all(|b| b.is_ascii_uppercase());
        if !letters || foreign.currency == "CNY" {
            invalid.add("currency", "币种请填三个大写字母，例如 USD、HKD");
        }
        if foreign.rate <= 0 {
            invalid.add("rate", "汇率请填100外币折合人民币的元数，例如 663.12");
        }
        if foreign.rate_on > self.received_on {
            invalid.add("rate_on", "汇率日期不能晚于到账日期");
        }
        if self.amount != foreign.in_rmb() {
            invalid.add("amount", "折合人民币与外币金额、汇率不符，请核对");
        }
    }

    fn check_sign(&self, unit: UnitId, cited: Option<Cited>, invalid: &mut Invalid) {
        match (self.refund_of, cited) {
            (None, _) if self.amount <= Money::ZERO => {
                invalid.add("amount", "到账金额须大于零；退款请从原来那笔资金里登记");
            }
            (None, _) => {}
            (Some(_), None) => invalid.add("refund_of", "原来那笔资金不存在，请从它的页面登记退款"),
            (Some(_), Some(cited)) => self.check_refund(unit, cited, invalid),
        }
    }

    fn check_refund(&self, unit: UnitId, cited: Cited, invalid: &mut Invalid) {
        if cited.unit != unit || cited.state != EntryState::Accepted || cited.amount <= Money::ZERO
        {
            invalid.add("refund_of", "只能对本单位已认定的到账资金登记退款");
        }
        if self.amount >= Money::ZERO {
            invalid.add("amount", "退款金额须为负数");
        } else if cited.amount + cited.given_back + self.amount < Money::ZERO {
            invalid.add("amount", "退款合计不能超过原来那笔资金");
        }
        if self.received_on < cited.received_on {
            invalid.add("received_on", "退款日期不能早于原来那笔资金的到账日期");
        }
    }
}

/// An entry with its history so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its number.
    pub id: EntryId,
    /// Whose.
    pub unit: UnitId,
    /// What is said of it.
    pub fields: EntryFields,
    /// Where it stands.
    pub state: EntryState,
    /// Counts saves and steps.
    pub version: i64,
    /// When it was first saved.
    pub created_at: Instant,
    /// Who first saved it.
    pub created_by: PersonId,
    /// When it was accepted or refused.
    pub decided_at: Option<Instant>,
    /// Who accepted or refused it.
    pub decided_by: Option<PersonId>,
    /// The last reason given.
    pub reason: String,
}

/// Which kinds of proof count in a year, and whether its entries are complete from the first day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counting {
    /// Kinds that count.
    pub kinds: BTreeSet<Proof>,
    /// Whether entries alone give 完成数 before the first statement (§1: else it is —).
    pub complete: bool,
}

impl Default for Counting {
    fn default() -> Self {
        Self {
            kinds: Proof::ALL.into_iter().collect(),
            complete: false,
        }
    }
}

/// 完成数 as of a day (§1): the newest statement, plus what counting entries brought after its as-at date; without
/// a statement what they brought, if entries are complete; else nothing is known.
pub fn done(statement: Option<Money>, entries_after: Money, complete: bool) -> Option<Money> {
    match statement {
        Some(amount) => Some(amount + entries_after),
        None => complete.then_some(entries_after),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn fields(wan: i64) -> EntryFields {
        EntryFields {
            received_on: day("2017-11-10"),
            amount: Money::from_wan(wan),
            foreign: None,
            project: "某项目".into(),
            investor: "某公司".into(),
            proof: Proof::BankSlip,
            note: String::new(),
            refund_of: None,
        }
    }

    fn refused(fields: &EntryFields, cited: Option<Cited>) -> Vec<String> {
        let refused = fields.check(UnitId(1), cited, day("2017-11-24"));
        refused
            .err()
            .map(|invalid| invalid.fields.into_iter().map(|(field, _)| field).collect())
            .unwrap_or_default()
    }

    #[test]
    fn an_entry_goes_its_way_and_no_other() {
        use EntryState::{Accepted, Draft, ForAcceptance, ForApproval, Refused};
        assert_eq!(Step::Submit.take(Draft, ""), Ok(ForApproval));
        assert_eq!(Step::Release.take(ForApproval, ""), Ok(ForAcceptance));
        assert_eq!(Step::Accept.take(ForAcceptance, ""), Ok(Accepted));
        assert_eq!(Step::Refuse.take(ForAcceptance, "无凭证"), Ok(Refused));
        assert!(Step::Refuse.take(ForAcceptance, " ").is_err());
        for state in [Accepted, Refused] {
            assert!(
                Step::ALL
                    .into_iter()
                    .all(|step| step.take(state, "x").is_err()),
                "{state:?} is final"
            );
        }
        assert!(Step::Accept.take(ForApproval, "").is_err());
    }

    #[test]
    fn amounts_and_days_are_checked() {
        assert!(refused(&fields(100), None).is_empty());
        assert_eq!(refused(&fields(0), None), ["amount"]);
        assert_eq!(refused(&fields(-5), None), ["amount"]);
        let tomorrow = EntryFields {
            received_on: day("2017-11-25"),
            ..fields(1)
        };
        assert_eq!(refused(&tomorrow, None), ["received_on"]);
        let blank = EntryFields {
            project: " ".into(),
            ..fields(1)
        };
        assert_eq!(refused(&blank, None), ["project"]);
    }

    #[test]
    fn a_refund_cites_an_accepted_entry_and_gives_back_no_more() {
        let cited = |state, given_back| Cited {
            unit: UnitId(1),
            state,
            amount: Money::from_wan(100),
            received_on: day("2017-11-01"),
            given_back: Money::from_wan(given_back),
        };
        let refund = |wan| EntryFields {
            refund_of: Some(EntryId(9)),
            ..fields(wan)
        };
        assert!(refused(&refund(-100), Some(cited(EntryState::Accepted, 0))).is_empty());
        assert_eq!(
            refused(&refund(-100), Some(cited(EntryState::Accepted, -1))),
            ["amount"]
        );
        assert_eq!(
            refused(&refund(5), Some(cited(EntryState::Accepted, 0))),
            ["amount"]
        );
        assert_eq!(
            refused(&refund(-5), Some(cited(EntryState::Draft, 0))),
            ["refund_of"]
        );
        assert_eq!(refused(&refund(-5), None), ["refund_of"]);
    }

    #[test]
    fn foreign_money_is_converted_at_the_published_rate() {
        // 1,000,000.00 USD at 663.12 for 100: 6,631,200.00 元.
        let usd = Foreign {
            currency: "USD".into(),
            hundredths: 100_000_000,
            rate: 66_312_000,
            rate_on: day("2017-11-10"),
        };
        assert_eq!(usd.in_rmb(), Money::parse_wan("663.12").unwrap());
        let entry = EntryFields {
            amount: usd.in_rmb(),
            foreign: Some(usd.clone()),
            ..fields(1)
        };
        assert!(refused(&entry, None).is_empty());
        let wrong = EntryFields {
            amount: Money::from_wan(663),
            ..entry.clone()
        };
        assert_eq!(refused(&wrong, None), ["amount"]);
        let late = Foreign {
            rate_on: day("2017-11-11"),
            ..usd
        };
        assert_eq!(
            refused(
                &EntryFields {
                    foreign: Some(late),
                    ..entry
                },
                None
            ),
            ["rate_on"]
        );
    }

    #[test]
    fn done_before_the_first_statement_is_unknown() {
        let amount = Money::from_wan(5);
        assert_eq!(done(None, amount, false), None);
        assert_eq!(done(None, amount, true), Some(amount));
        assert_eq!(done(Some(amount), amount, false), Some(Money::from_wan(10)));
    }

    proptest! {
        #[test]
        fn conversion_is_odd_and_monotone(hundredths in 0i64..1_000_000_000_000, rate in 1i64..1_000_000_000) {
            let rmb = |hundredths| Foreign { currency: "USD".into(), hundredths, rate, rate_on: day("2017-11-10") }.in_rmb();
            prop_assert_eq!(rmb(-hundredths), Money::ZERO - rmb(hundredths));
            prop_assert!(rmb(hundredths) <= rmb(hundredths + 1));
        }
    }
}
