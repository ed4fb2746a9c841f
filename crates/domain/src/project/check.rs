//! What may be saved of a project.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use crate::{Money, cohort, dates, names, partial_date::PartialDate, person::Invalid};

use super::{Field, ProjectFields, undone};

/// The lists a project chooses from.
#[derive(Debug, Clone, Default)]
pub struct Lists {
    /// Industries of the authority.
    pub industries: BTreeSet<String>,
    /// Codes of districts.
    pub districts: BTreeSet<String>,
}

/// At most so many investors, signings, attachments.
const LIST_MOST: usize = 50;
/// The largest rate taken: 100,000 元 for 100 units.
const RATE_MOST: i64 = 10_000_000_000;

impl ProjectFields {
    /// As it is stored: NFC, outer white space off, line breaks dropped in names and kept in narratives.
    pub fn tidied(mut self) -> Self {
        for name in [
            &mut self.name,
            &mut self.industry,
            &mut self.district,
            &mut self.address,
            &mut self.lead_official,
            &mut self.contact_name,
            &mut self.contact_phone,
        ] {
            *name = names::tidy(name);
        }
        for text in [
            &mut self.basic_info,
            &mut self.cooperation,
            &mut self.remarks,
            &mut self.packaging.advantages,
            &mut self.packaging.surroundings,
            &mut self.packaging.business_model,
        ] {
            *text = names::tidy_text(text);
        }
        self.investors.retain_mut(|one| {
            one.name = names::tidy(&one.name);
            !one.name.is_empty()
                || one.origin.is_some()
                || one.ownership.is_some()
                || one.place.is_some()
                || one.wenshang
        });
        for signing in &mut self.signings {
            signing.event = names::tidy(&signing.event);
        }
        if let Some(company) = &mut self.company {
            company.name = names::tidy(&company.name);
        }
        self.company = self
            .company
            .filter(|one| !one.name.is_empty() || one.registered_on.is_some());
        self.readiness.retain(|_, item| {
            item.note = names::tidy_text(&item.note);
            item.ready || !item.note.is_empty()
        });
        for halt in [&mut self.suspended, &mut self.terminated]
            .into_iter()
            .flatten()
        {
            halt.reason = names::tidy_text(&halt.reason);
        }
        self
    }

    /// Checks what would be saved effective on `effective`, before it `before`; today is `today`.
    ///
    /// # Errors
    /// [`Invalid`] by field: `name`, `investors.0.name`, `milestones.started` ….
    pub fn check(
        &self,
        before: Option<&Self>,
        effective: NaiveDate,
        today: NaiveDate,
        reason: &str,
        lists: &Lists,
    ) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        self.check_texts(&mut invalid);
        self.check_choices(before, lists, &mut invalid);
        self.check_lists(&mut invalid);
        self.check_signings(before, today, &mut invalid);
        self.check_dates(today, &mut invalid);
        self.check_effective(effective.min(today), today, &mut invalid);
        if effective > today {
            invalid.add("effective_on", "生效日期还没有到，请填今天或以前的日期");
        } else if !dates::YEARS.contains(&effective.year()) {
            invalid.add("effective_on", "生效日期请填2000年以后的日期");
        }
        if reason.chars().count() > 500 {
            invalid.add("reason", "修改说明请控制在500字以内");
        }
        let gone = before
            .map(|before| undone(before, self))
            .unwrap_or_default();
        if !gone.is_empty() && reason.trim().is_empty() {
            invalid.add("reason", format!("撤销了“{}”，请写明原因", gone.join("、")));
        }
        invalid.into_result()
    }

    fn check_texts(&self, invalid: &mut Invalid) {
        if self.name.is_empty() {
            invalid.add("name", "请填写项目名称");
        }
        for (field, most) in [
            (Field::Name, 100),
            (Field::BasicInfo, 3000),
            (Field::Address, 200),
            (Field::Cooperation, 500),
            (Field::LeadOfficial, 60),
            (Field::ContactName, 60),
            (Field::ContactPhone, 60),
            (Field::Remarks, 1000),
            (Field::Advantages, 3000),
            (Field::Surroundings, 3000),
            (Field::BusinessModel, 3000),
        ] {
            let text = self.text(field);
            if text.chars().count() > most {
                invalid.add(
                    field.word(),
                    format!("{}请控制在{most}字以内", field.label()),
                );
            } else if has_control(&text) {
                invalid.add(
                    field.word(),
                    format!("{}里有看不见的控制字符，请删去后重填", field.label()),
                );
            }
        }
        if self.contact_phone.contains(['*', '＊']) {
            invalid.add("contact_phone", "请填写完整的联系电话，不要用 * 代替");
        }
        for (item, readiness) in &self.readiness {
            if readiness.note.chars().count() > 500 || has_control(&readiness.note) {
                invalid.add(
                    item.word(),
                    format!("{}的说明请控制在500字以内", item.label()),
                );
            }
        }
        if self.investment.is_some_and(|amount| amount < Money::ZERO) {
            invalid.add("investment", "投资额不能是负数");
        }
    }

    /// A choice that was there before stays allowed when the list has changed since.
    fn check_choices(&self, before: Option<&Self>, lists: &Lists, invalid: &mut Invalid) {
        let kept =
            |field: Field| before.is_some_and(|before| before.text(field) == self.text(field));
        if !self.industry.is_empty()
            && !lists.industries.contains(&self.industry)
            && !kept(Field::Industry)
        {
            invalid.add("industry", "请从产业名录里选择");
        }
        if !self.district.is_empty()
            && !lists.districts.contains(&self.district)
            && !kept(Field::District)
        {
            invalid.add("district", "请从县（市、区）名录里选择");
        }
    }

    fn check_lists(&self, invalid: &mut Invalid) {
        for (name, label, count) in [
            ("investors", "投资方", self.investors.len()),
            ("signings", "签约", self.signings.len()),
            ("attachments", "附件", self.attachments.len()),
        ] {
            if count > LIST_MOST {
                invalid.add(name, format!("{label}最多{LIST_MOST}项"));
            }
        }
        for (at, one) in self.investors.iter().enumerate() {
            if one.name.is_empty() || one.name.chars().count() > 100 || has_control(&one.name) {
                invalid.add(
                    &format!("investors.{at}.name"),
                    "请填写投资方名称（100字以内）",
                );
            }
        }
        if let Some(company) = &self.company
            && (company.name.is_empty()
                || company.name.chars().count() > 100
                || has_control(&company.name))
        {
            invalid.add("company.name", "请填写项目公司名称（100字以内）");
        }
        for (at, one) in self.signings.iter().enumerate() {
            let currency = one.currency.as_deref();
            let letters = currency.is_none_or(|text| {
                text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase()) && text != "CNY"
            });
            if !letters {
                invalid.add(
                    &format!("signings.{at}.currency"),
                    "币种请填三个大写字母，例如 USD；人民币不填",
                );
            }
            if one.amount.is_some_and(|amount| amount < Money::ZERO) {
                invalid.add(&format!("signings.{at}.amount"), "签约金额不能是负数");
            }
            if one.event.chars().count() > 100 || has_control(&one.event) {
                invalid.add(&format!("signings.{at}.event"), "活动名称请控制在100字以内");
            }
        }
        for (name, halt) in [
            ("suspended", &self.suspended),
            ("terminated", &self.terminated),
        ] {
            if let Some(halt) = halt
                && (halt.reason.is_empty()
                    || halt.reason.chars().count() > 500
                    || has_control(&halt.reason))
            {
                invalid.add(&format!("{name}.reason"), "请写明原因（500字以内）");
            }
        }
    }

    /// A rate goes with a foreign amount; what a further signing is to those before it is asked, never guessed. Signings
    /// saved before that was asked stay as they are until somebody changes them.
    fn check_signings(&self, before: Option<&Self>, today: NaiveDate, invalid: &mut Invalid) {
        for (at, one) in self.signings.iter().enumerate() {
            let field = format!("signings.{at}.rate");
            match (one.rate, &one.currency) {
                (Some(_), None) => invalid.add(&field, "人民币签约不填汇率"),
                (Some(rate), Some(_)) if !(1..=RATE_MOST).contains(&rate.rate) => {
                    invalid.add(&field, "汇率请填100外币折合人民币的元数，例如 663.12");
                }
                (Some(rate), Some(_))
                    if rate.on > today || !dates::YEARS.contains(&rate.on.year()) =>
                {
                    invalid.add(
                        &format!("signings.{at}.rate_on"),
                        "汇率日期请填今天或以前的日期",
                    );
                }
                _ => {}
            }
        }
        for at in cohort::order(&self.signings).into_iter().skip(1) {
            let one = &self.signings[at];
            let was_there = before.is_some_and(|before| before.signings.contains(one));
            if one.relation.is_none() && !was_there {
                invalid.add(
                    &format!("signings.{at}.relation"),
                    "这个项目此前已有签约，请选择这一次与此前签约的关系，统计时据此计入或不重复计",
                );
            }
        }
    }

    /// What is said holds from the effective date on: no fact in it can be later, or the library of that day would show
    /// what had not happened yet.
    fn check_effective(&self, effective: NaiveDate, today: NaiveDate, invalid: &mut Invalid) {
        let milestones = self.milestones.iter().map(|(one, on)| (one.label(), *on));
        let signings = self.signings.iter().map(|one| ("签约", one.on));
        let landed = self.landed_on().map(|on| ("落地", on));
        let halts = [("暂停", &self.suspended), ("终止", &self.terminated)];
        let halts = halts
            .into_iter()
            .filter_map(|(label, halt)| halt.as_ref().map(|halt| (label, halt.on)));
        let facts = milestones.chain(signings).chain(landed).chain(halts);
        let late = facts
            .filter(|(_, on)| on.earliest() > effective && on.earliest() <= today)
            .max_by_key(|(_, on)| on.earliest());
        if let Some((label, on)) = late {
            let why = format!("生效日期早于{label}的日期（{on}），请填那一天或以后的日期");
            invalid.add("effective_on", why);
        }
    }

    /// Facts have happened: none lies in the future.
    fn check_dates(&self, today: NaiveDate, invalid: &mut Invalid) {
        let mut check = |name: String, date: PartialDate| {
            if date.earliest() > today {
                invalid.add(&name, "这个日期还没有到，请填已经发生的日期");
            }
        };
        for (milestone, date) in &self.milestones {
            check(format!("milestones.{}", milestone.word()), *date);
        }
        for (at, one) in self.signings.iter().enumerate() {
            check(format!("signings.{at}.on"), one.on);
        }
        if let Some(date) = self.landed_on() {
            check("company.registered_on".to_owned(), date);
        }
        for (name, halt) in [
            ("suspended", &self.suspended),
            ("terminated", &self.terminated),
        ] {
            if let Some(halt) = halt {
                check(format!("{name}.on"), halt.on);
            }
        }
    }
}

/// Control characters other than line breaks and tabs; they break forms and files.
fn has_control(text: &str) -> bool {
    text.chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\t'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{
        Investor, Milestone, Relation, Signing, SigningKind, SigningLevel, SigningRate,
    };

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn fields() -> ProjectFields {
        ProjectFields {
            name: "临港仓储".into(),
            ..ProjectFields::default()
        }
    }

    fn refused(
        fields: &ProjectFields,
        before: Option<&ProjectFields>,
        reason: &str,
    ) -> Vec<String> {
        let lists = Lists {
            industries: ["现代物流".to_owned()].into(),
            districts: ["330302".to_owned()].into(),
        };
        let checked = fields.check(before, day("2017-11-24"), day("2017-11-24"), reason, &lists);
        checked
            .err()
            .map(|invalid| invalid.fields.into_iter().map(|(field, _)| field).collect())
            .unwrap_or_default()
    }

    #[test]
    fn a_name_is_enough() {
        assert!(refused(&fields(), None, "").is_empty());
        assert_eq!(refused(&ProjectFields::default(), None, ""), ["name"]);
    }

    #[test]
    fn refusals_name_their_field() {
        let wrong = ProjectFields {
            industry: "煤炭".into(),
            district: "110000".into(),
            investors: vec![Investor {
                name: String::new(),
                origin: None,
                ownership: None,
                place: None,
                wenshang: true,
            }],
            milestones: [(Milestone::Started, "2017-12".parse().unwrap())].into(),
            investment: Some(Money::from_wan(-1)),
            ..fields()
        };
        assert_eq!(
            refused(&wrong, None, ""),
            [
                "investment",
                "industry",
                "district",
                "investors.0.name",
                "milestones.started"
            ]
        );
        assert_eq!(
            refused(
                &ProjectFields {
                    remarks: "a\u{0}b".into(),
                    ..fields()
                },
                None,
                ""
            ),
            ["remarks"]
        );
    }

    #[test]
    fn what_holds_on_a_day_had_happened_by_then() {
        let started = ProjectFields {
            milestones: [(Milestone::Started, "2017-08".parse().unwrap())].into(),
            ..fields()
        };
        let check = |effective: &str| {
            let checked = started.check(
                None,
                day(effective),
                day("2017-11-24"),
                "",
                &Lists::default(),
            );
            checked.err().map(|invalid| invalid.fields)
        };
        assert_eq!(check("2017-07-31").unwrap()[0].0, "effective_on");
        assert_eq!(
            check("2017-08-01"),
            None,
            "the month is known only: it may have been its first day"
        );
    }

    #[test]
    fn a_further_signing_says_what_it_is() {
        let sign = |on: &str, relation| Signing {
            on: on.parse().unwrap(),
            kind: SigningKind::Formal,
            level: SigningLevel::City,
            event: String::new(),
            amount: None,
            currency: None,
            rate: None,
            relation,
        };
        let with = |signings: Vec<Signing>| ProjectFields {
            signings,
            ..fields()
        };
        let silent = with(vec![sign("2017-05-24", None), sign("2017-03", None)]);
        assert_eq!(
            refused(&silent, None, ""),
            ["signings.0.relation"],
            "the earlier one is the first"
        );
        assert!(
            refused(&silent, Some(&silent), "").is_empty(),
            "saved before it was asked"
        );
        let said = with(vec![
            sign("2017-05-24", Some(Relation::Upgrade)),
            sign("2017-03", None),
        ]);
        assert!(refused(&said, None, "").is_empty());
    }

    #[test]
    fn a_rate_goes_with_a_foreign_amount() {
        let sign = |currency: Option<&str>, rate: i64, on: &str| ProjectFields {
            signings: vec![Signing {
                on: "2017-05".parse().unwrap(),
                kind: SigningKind::Formal,
                level: SigningLevel::City,
                event: String::new(),
                amount: Some(Money::from_wan(500)),
                currency: currency.map(ToOwned::to_owned),
                rate: Some(SigningRate { rate, on: day(on) }),
                relation: None,
            }],
            ..fields()
        };
        assert!(refused(&sign(Some("USD"), 66_445_000, "2017-05-24"), None, "").is_empty());
        for (currency, rate, on, field) in [
            (None, 66_445_000, "2017-05-24", "signings.0.rate"),
            (Some("USD"), 0, "2017-05-24", "signings.0.rate"),
            (Some("USD"), 1, "2017-12-01", "signings.0.rate_on"),
        ] {
            assert_eq!(refused(&sign(currency, rate, on), None, ""), [field]);
        }
    }

    #[test]
    fn a_choice_of_former_days_stays() {
        let old = ProjectFields {
            industry: "煤炭".into(),
            ..fields()
        };
        assert!(refused(&old, Some(&old), "").is_empty());
    }

    #[test]
    fn undoing_a_fact_needs_a_reason() {
        let before = ProjectFields {
            milestones: [(Milestone::Started, "2017-08".parse().unwrap())].into(),
            ..fields()
        };
        assert_eq!(refused(&fields(), Some(&before), " "), ["reason"]);
        assert!(refused(&fields(), Some(&before), "误填").is_empty());
    }

    #[test]
    fn narratives_keep_their_lines() {
        let tidy = ProjectFields {
            name: " 临港\n仓储".into(),
            basic_info: "\u{3000}一\r\n二 ".into(),
            ..fields()
        }
        .tidied();
        assert_eq!(
            (tidy.name.as_str(), tidy.basic_info.as_str()),
            ("临港仓储", "一\n二")
        );
    }
}
