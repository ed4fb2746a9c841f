//! What stands in a project's form: names and values as a browser sends them, from a project and back into one.
//!
//! Rows that repeat are named by list, place and part: `investors.0.name`. A draft is the same names and values.

use app::projects::{SaveProject, TypedAmount, read_amount};
use chrono::NaiveDate;
use domain::{
    Money,
    entry::print_rate,
    names,
    partial_date::PartialDate,
    person::Invalid,
    project::{
        Company, Halt, Horizon, Investor, InvestorPlace, Milestone, Origin, Ownership, Packaging,
        ProjectFields, Readiness, ReadinessItem, Relation, Signing, SigningKind, SigningLevel,
        SigningRate,
    },
};

use crate::{
    form::Fields,
    pages::{funds::fixed, query::day},
};

/// A list of the form whose rows repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowKind {
    Investors,
    Signings,
}

impl RowKind {
    pub const ALL: [Self; 2] = [Self::Investors, Self::Signings];

    /// The first part of its fields' names.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Investors => "investors",
            Self::Signings => "signings",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Investors => "投资方",
            Self::Signings => "签约",
        }
    }

    /// The last parts of its fields' names.
    pub const fn parts(self) -> &'static [&'static str] {
        match self {
            Self::Investors => &["name", "origin", "ownership", "place", "wenshang"],
            Self::Signings => &[
                "on",
                "kind",
                "level",
                "event",
                "amount",
                "currency",
                "rate",
                "rate_on",
                "relation",
                "amount.read",
            ],
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The name of a part in a row.
    pub fn name(self, row: impl std::fmt::Display, part: &str) -> String {
        format!("{}.{row}.{part}", self.word())
    }

    /// The places of the rows that were sent, in their order.
    pub fn rows(self, form: &Fields) -> Vec<u32> {
        let places = form.names().filter_map(|name| {
            let (list, rest) = name.split_once('.')?;
            let (place, _) = rest.split_once('.')?;
            (list == self.word()).then(|| place.parse().ok()).flatten()
        });
        let mut places: Vec<u32> = places.collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

/// The name of the box that says an amount was read as meant; its value is the text it was ticked for.
pub(crate) fn read_name(name: &str) -> String {
    format!("{name}.read")
}

/// The form of a project, effective from `effective_on`.
pub(crate) fn of_project(fields: &ProjectFields, effective_on: NaiveDate) -> Fields {
    let mut form = Fields::default();
    let wan = |money: Option<Money>| money.map(Money::wan_exact).unwrap_or_default();
    for (name, text) in [
        ("name", &fields.name),
        ("basic_info", &fields.basic_info),
        ("industry", &fields.industry),
        ("district", &fields.district),
        ("address", &fields.address),
        ("cooperation", &fields.cooperation),
        ("lead_official", &fields.lead_official),
        ("contact_name", &fields.contact_name),
        ("contact_phone", &fields.contact_phone),
        ("remarks", &fields.remarks),
        ("advantages", &fields.packaging.advantages),
        ("surroundings", &fields.packaging.surroundings),
        ("business_model", &fields.packaging.business_model),
    ] {
        form.set(name, text.as_str());
    }
    form.set("investment", wan(fields.investment));
    form.set("horizon", fields.horizon.map_or("", Horizon::word));
    form.set("effective_on", effective_on.to_string());
    for (item, readiness) in &fields.readiness {
        form.set(item.word(), readiness.note.as_str());
        if readiness.ready {
            form.set(format!("{}.ready", item.word()), "1");
        }
    }
    if let Some(company) = &fields.company {
        form.set("company.name", company.name.as_str());
        form.set("company.registered_on", date(company.registered_on));
    }
    for (milestone, on) in &fields.milestones {
        form.set(format!("milestones.{}", milestone.word()), on.to_string());
    }
    for (name, halt) in [
        ("suspended", &fields.suspended),
        ("terminated", &fields.terminated),
    ] {
        if let Some(halt) = halt {
            form.set(format!("{name}.on"), halt.on.to_string());
            form.set(format!("{name}.reason"), halt.reason.as_str());
        }
    }
    for (row, one) in fields.investors.iter().enumerate() {
        let name = |part| RowKind::Investors.name(row, part);
        form.set(name("name"), one.name.as_str());
        form.set(name("origin"), one.origin.map_or("", Origin::word));
        form.set(name("ownership"), one.ownership.map_or("", Ownership::word));
        form.set(name("place"), one.place.map_or("", InvestorPlace::word));
        if one.wenshang {
            form.set(name("wenshang"), "1");
        }
    }
    for (row, one) in fields.signings.iter().enumerate() {
        let name = |part| RowKind::Signings.name(row, part);
        form.set(name("on"), one.on.to_string());
        form.set(name("kind"), one.kind.word());
        form.set(name("level"), one.level.word());
        form.set(name("event"), one.event.as_str());
        form.set(name("amount"), wan(one.amount));
        form.set(
            name("currency"),
            one.currency.as_deref().unwrap_or_default(),
        );
        let rate = one.rate;
        form.set(
            name("rate"),
            rate.map(|rate| print_rate(rate.rate)).unwrap_or_default(),
        );
        form.set(
            name("rate_on"),
            rate.map(|rate| rate.on.to_string()).unwrap_or_default(),
        );
        form.set(name("relation"), one.relation.map_or("", Relation::word));
    }
    form
}

fn date(date: Option<PartialDate>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}

/// The form with its rows numbered anew: those without anything in them dropped, and `add` with a blank one more.
pub(crate) fn renumbered(mut form: Fields, keep_blank: bool, add: Option<RowKind>) -> Fields {
    for kind in RowKind::ALL {
        let mut kept = Vec::new();
        for row in kind.rows(&form) {
            let values: Vec<(&str, Vec<String>)> = kind
                .parts()
                .iter()
                .map(|part| (*part, form.take(&kind.name(row, part))))
                .collect();
            let blank = values
                .iter()
                .all(|(_, values)| values.iter().all(|value| names::tidy(value).is_empty()));
            if keep_blank || !blank {
                kept.push(values);
            }
        }
        for (row, values) in kept.iter().enumerate() {
            for (part, values) in values {
                if let Some(value) = values.first() {
                    form.set(kind.name(row, part), value.as_str());
                }
            }
        }
        if add == Some(kind) {
            form.set(kind.name(kept.len(), kind.parts()[0]), "");
        }
    }
    form
}

/// The form without one row.
pub(crate) fn without_row(mut form: Fields, kind: RowKind, row: u32) -> Fields {
    for part in kind.parts() {
        form.take(&kind.name(row, part));
    }
    renumbered(form, true, None)
}

/// An amount as it was typed and understood; none where nothing stands.
pub(crate) fn typed_amount(text: &str, currency: &str) -> Option<Result<TypedAmount, String>> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let read = read_amount(text);
    if currency.is_empty() {
        return Some(read);
    }
    Some(read.map_err(|why| {
        if why.contains("外币") {
            "请只填数字（万），币种填在旁边".to_owned()
        } else {
            why
        }
    }))
}

/// How an amount was understood, in words.
pub(crate) fn in_words(typed: TypedAmount, currency: &str) -> String {
    if currency.is_empty() {
        typed.in_words()
    } else {
        format!(
            "读作 {} 万{}",
            typed.money.wan_exact(),
            domain::money::currency_label(currency)
        )
    }
}

/// The currency of a signing: three capitals however they were typed.
pub(crate) fn currency(text: &str) -> String {
    names::key(text).to_ascii_uppercase()
}

/// Reads a form whose rows are numbered without gaps.
///
/// # Errors
/// [`Invalid`] by the names of the form.
pub(crate) fn parse(form: &Fields) -> Result<SaveProject, Invalid> {
    let mut read = Reading {
        form,
        invalid: Invalid::default(),
    };
    let text = |name: &str| form.text(name).to_owned();
    let mut fields = ProjectFields {
        name: text("name"),
        basic_info: text("basic_info"),
        industry: text("industry"),
        investment: read.amount("investment", ""),
        district: text("district"),
        address: text("address"),
        horizon: read.choice("horizon", Horizon::from_word),
        packaging: Packaging {
            advantages: text("advantages"),
            surroundings: text("surroundings"),
            business_model: text("business_model"),
        },
        cooperation: text("cooperation"),
        lead_official: text("lead_official"),
        contact_name: text("contact_name"),
        contact_phone: text("contact_phone"),
        remarks: text("remarks"),
        ..ProjectFields::default()
    };
    for item in ReadinessItem::ALL {
        let readiness = Readiness {
            ready: form.ticked(&format!("{}.ready", item.word())),
            note: text(item.word()),
        };
        fields.readiness.insert(*item, readiness);
    }
    fields.investors = read.investors();
    fields.signings = read.signings();
    let company = Company {
        name: text("company.name"),
        registered_on: read.date("company.registered_on"),
    };
    fields.company =
        (!company.name.is_empty() || company.registered_on.is_some()).then_some(company);
    for milestone in Milestone::ALL {
        if let Some(on) = read.date(&format!("milestones.{}", milestone.word())) {
            fields.milestones.insert(*milestone, on);
        }
    }
    fields.suspended = read.halt("suspended");
    fields.terminated = read.halt("terminated");
    let effective_on = form.filled("effective_on").map(day);
    if effective_on == Some(None) {
        read.invalid
            .add("effective_on", "请填写真实的生效日期，例如 2017-11-24");
    }
    read.invalid.into_result()?;
    Ok(SaveProject {
        fields,
        effective_on: effective_on.flatten(),
        reason: text("reason"),
        amount_confirmed: form
            .filled("amount_confirmed")
            .is_some_and(|ticked| ticked == form.text("investment")),
    })
}

/// A form being read, with what is wrong of it so far.
struct Reading<'a> {
    form: &'a Fields,
    invalid: Invalid,
}

impl Reading<'_> {
    fn amount(&mut self, name: &str, currency: &str) -> Option<Money> {
        let text = self.form.text(name);
        match typed_amount(text, currency)? {
            Err(why) => {
                self.invalid.add(name, why);
                None
            }
            Ok(typed) => {
                if !typed.plain && self.form.text(&read_name(name)) != text {
                    let words = in_words(typed, currency);
                    self.invalid.add(
                        name,
                        format!("“{text}”{words}，请核对；无误请勾选“读得对”再保存"),
                    );
                }
                Some(typed.money)
            }
        }
    }

    fn choice<T>(&mut self, name: &str, from_word: impl Fn(&str) -> Option<T>) -> Option<T> {
        let word = self.form.filled(name)?;
        let chosen = from_word(word);
        if chosen.is_none() {
            self.invalid.add(name, "请从列表里选择");
        }
        chosen
    }

    fn date(&mut self, name: &str) -> Option<PartialDate> {
        let read = self.form.filled(name)?.parse::<PartialDate>();
        read.map_err(|why| self.invalid.add(name, why.to_string()))
            .ok()
    }

    fn investors(&mut self) -> Vec<Investor> {
        let rows = RowKind::Investors.rows(self.form);
        let one = |row: u32| {
            let name = |part| RowKind::Investors.name(row, part);
            Investor {
                name: self.form.text(&name("name")).to_owned(),
                origin: self.choice(&name("origin"), Origin::from_word),
                ownership: self.choice(&name("ownership"), Ownership::from_word),
                place: self.choice(&name("place"), InvestorPlace::from_word),
                wenshang: self.form.ticked(&name("wenshang")),
            }
        };
        rows.into_iter().map(one).collect()
    }

    fn signings(&mut self) -> Vec<Signing> {
        let rows = RowKind::Signings.rows(self.form);
        rows.into_iter()
            .filter_map(|row| self.signing(row))
            .collect()
    }

    fn signing(&mut self, row: u32) -> Option<Signing> {
        let name = |part| RowKind::Signings.name(row, part);
        let currency = currency(self.form.text(&name("currency")));
        let on = self.date(&name("on"));
        if self.form.filled(&name("on")).is_none() {
            self.invalid.add(
                &name("on"),
                "请填写签约日期，例如 2017-05-24；只知道月份时填 2017-05",
            );
        }
        let kind = self.choice(&name("kind"), SigningKind::from_word);
        if self.form.filled(&name("kind")).is_none() {
            self.invalid.add(&name("kind"), "请选择签约种类");
        }
        let level = self.choice(&name("level"), SigningLevel::from_word);
        if self.form.filled(&name("level")).is_none() {
            self.invalid.add(&name("level"), "请选择签约层级");
        }
        let amount = self.amount(&name("amount"), &currency);
        let rate = self.rate(row);
        let relation = self.choice(&name("relation"), Relation::from_word);
        Some(Signing {
            on: on?,
            kind: kind?,
            level: level?,
            event: self.form.text(&name("event")).to_owned(),
            amount,
            currency: (!currency.is_empty()).then_some(currency),
            rate,
            relation,
        })
    }

    /// What 100 units are in RMB and on which day; both or neither.
    fn rate(&mut self, row: u32) -> Option<SigningRate> {
        let name = |part| RowKind::Signings.name(row, part);
        let (rate, on) = (
            self.form.filled(&name("rate")),
            self.form.filled(&name("rate_on")),
        );
        if rate.is_none() && on.is_none() {
            return None;
        }
        let rate = rate.and_then(|text| fixed(text, 5));
        if rate.is_none() {
            let why = "请填写100外币折合人民币的元数，例如 663.12";
            self.invalid.add(&name("rate"), why);
        }
        let on = on.and_then(day);
        if on.is_none() {
            self.invalid
                .add(&name("rate_on"), "请填写汇率日期，例如 2017-05-24");
        }
        Some(SigningRate {
            rate: rate?,
            on: on?,
        })
    }

    fn halt(&mut self, state: &str) -> Option<Halt> {
        let (on, reason) = (format!("{state}.on"), format!("{state}.reason"));
        let since = self.date(&on);
        let why = self.form.text(&reason);
        if self.form.filled(&on).is_none() && !why.is_empty() {
            self.invalid.add(&on, "请填写日期；没有此事请把原因也清空");
        }
        Some(Halt {
            on: since?,
            reason: why.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Fields {
        let mut form = Fields::default();
        for (name, value) in pairs {
            form.set(*name, *value);
        }
        form
    }

    fn refused(pairs: &[(&str, &str)]) -> Vec<String> {
        let refused = parse(&form(pairs)).err().unwrap_or_default();
        refused.fields.into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn a_project_comes_back_from_its_form() {
        let fields = ProjectFields {
            name: "临港仓储".into(),
            investment: Some(Money::from_wan(12000)),
            horizon: Some(Horizon::Near),
            readiness: [(
                ReadinessItem::Site,
                Readiness {
                    ready: true,
                    note: "已落实".into(),
                },
            )]
            .into(),
            investors: vec![Investor {
                name: "某物流".into(),
                origin: Some(Origin::Domestic),
                ownership: Some(Ownership::Private),
                place: Some(InvestorPlace::Country),
                wenshang: true,
            }],
            company: Some(Company {
                name: "某公司".into(),
                registered_on: "2017-06".parse().ok(),
            }),
            signings: vec![Signing {
                on: "2017-05-24".parse().unwrap(),
                kind: SigningKind::Formal,
                level: SigningLevel::City,
                event: "浙洽会".into(),
                amount: Some(Money::from_wan(500)),
                currency: Some("USD".into()),
                rate: Some(SigningRate {
                    rate: 66_312_000,
                    on: "2017-05-24".parse().unwrap(),
                }),
                relation: Some(Relation::Upgrade),
            }],
            milestones: [(Milestone::Started, "2017-08".parse().unwrap())].into(),
            suspended: Some(Halt {
                on: "2017-09".parse().unwrap(),
                reason: "用地".into(),
            }),
            ..ProjectFields::default()
        };
        let form = of_project(&fields, "2017-11-24".parse().unwrap());
        let saved = parse(&form).unwrap();
        assert_eq!(saved.fields.tidied(), fields);
        assert_eq!(saved.effective_on, "2017-11-24".parse().ok());
    }

    #[test]
    fn an_amount_not_plainly_typed_is_read_back_first() {
        assert!(refused(&[("investment", "12000.5")]).is_empty());
        assert_eq!(refused(&[("investment", "1.2亿")]), ["investment"]);
        let ticked = form(&[("investment", "1.2亿"), ("investment.read", "1.2亿")]);
        assert_eq!(
            parse(&ticked).unwrap().fields.investment,
            Some(Money::from_wan(12000))
        );
        let other = [("investment", "1.3亿"), ("investment.read", "1.2亿")];
        assert_eq!(refused(&other), ["investment"], "ticked for another text");
    }

    #[test]
    fn refusals_bear_the_names_of_the_form() {
        assert_eq!(
            refused(&[
                ("milestones.started", "去年"),
                ("signings.0.event", "浙洽会"),
                ("signings.0.amount", "很多"),
                ("suspended.reason", "用地"),
                ("horizon", "sometime"),
            ]),
            [
                "horizon",
                "signings.0.on",
                "signings.0.kind",
                "signings.0.level",
                "signings.0.amount",
                "milestones.started",
                "suspended.on"
            ]
        );
    }

    #[test]
    fn rows_are_added_dropped_and_numbered_anew() {
        let sent = form(&[
            ("investors.0.name", "甲"),
            ("investors.3.name", " "),
            ("investors.7.name", "乙"),
            ("investors.7.wenshang", "1"),
        ]);
        let compact = renumbered(sent.clone(), false, None);
        assert_eq!(RowKind::Investors.rows(&compact), [0, 1]);
        assert_eq!(compact.text("investors.1.name"), "乙");
        assert!(compact.ticked("investors.1.wenshang"));
        let more = renumbered(sent.clone(), true, Some(RowKind::Investors));
        assert_eq!(RowKind::Investors.rows(&more), [0, 1, 2, 3]);
        let fewer = without_row(sent, RowKind::Investors, 0);
        assert_eq!(fewer.text("investors.1.name"), "乙");
    }
}
