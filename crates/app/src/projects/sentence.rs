//! A list's address as a Chinese sentence: “签约满6个月、未开工、外资、无挂钩领导”. What the address asks is said, nothing else.

use std::{collections::BTreeMap, fmt::Display};

use domain::{ListId, UnitId, dates, district, project::SigningLevel};
use store::projects::{DateColumn, DateFilter, Flag, SortBy};

use super::{Column, DATES, ProjectQuery, SORTS};

impl ProjectQuery {
    /// The sentence. A unit or a list whose name is not given is one the reader may not see: it is not named.
    pub fn sentence(&self, units: &[(UnitId, String)], lists: &BTreeMap<ListId, String>) -> String {
        let mut said = self.places(units, lists);
        said.extend(self.progress());
        said.extend(self.kinds());
        said.extend(self.figures());
        said.extend(self.texts());
        if said.is_empty() {
            said.push("全部项目".to_owned());
        }
        said.extend(self.times());
        said.join("、")
    }

    fn places(&self, units: &[(UnitId, String)], lists: &BTreeMap<ListId, String>) -> Vec<String> {
        let filter = &self.filter;
        let unit = |id: &UnitId| {
            let known = units.iter().find(|(unit, _)| unit == id);
            known.map_or("其他单位", |(_, name)| name.as_str())
        };
        let mut said = Vec::new();
        if !filter.units.is_empty() {
            said.push(any(filter.units.iter().map(unit)));
        }
        if let Some(list) = filter.list {
            let name = lists.get(&list);
            said.push(name.map_or_else(
                || "在一份看不到的清单里".to_owned(),
                |name| format!("在清单“{name}”里"),
            ));
        }
        if !filter.ids.is_empty() {
            said.push(format!("选定的{}个项目", filter.ids.len()));
        }
        if !filter.districts.is_empty() {
            let name = |code: &String| match code.as_str() {
                "" => "县（市、区）未填".to_owned(),
                code => format!("在{}", district::name(code)),
            };
            said.push(any(filter.districts.iter().map(name)));
        }
        said
    }

    fn progress(&self) -> Vec<String> {
        let filter = &self.filter;
        let mut said = Vec::new();
        if !filter.stages.is_empty() {
            said.push(format!(
                "进展为{}",
                any(filter.stages.iter().map(|stage| stage.label()))
            ));
        }
        if let Some(months) = self.signed_months {
            said.push(format!("签约满{months}个月"));
        }
        for (_, column, label) in DATES {
            let of_column = filter.dates.iter().filter(|(one, _)| *one == column);
            let merged = of_column.fold(DateFilter::default(), |all, (_, one)| DateFilter {
                from: all.from.or(one.from),
                to: all.to.or(one.to),
                there: all.there.or(one.there),
            });
            said.extend(date(column, label, merged));
        }
        if !filter.levels.is_empty() {
            let level = |one: &SigningLevel| match one {
                SigningLevel::Other => "其他级别签约".to_owned(),
                one => format!("{}签约", one.label()),
            };
            said.push(any(filter.levels.iter().map(level)));
        }
        said
    }

    fn kinds(&self) -> Vec<String> {
        let filter = &self.filter;
        let mut said: Vec<String> = filter
            .flags
            .iter()
            .map(|(one, yes)| flag(*one, *yes).to_owned())
            .collect();
        if !filter.horizons.is_empty() || filter.no_horizon {
            let unsaid = filter.no_horizon.then_some("近期远期未填");
            let said_of = filter.horizons.iter().map(|one| one.label());
            said.push(any(said_of.chain(unsaid)));
        }
        if !filter.industries.is_empty() {
            let name = |one: &String| match one.as_str() {
                "" => "产业未填".to_owned(),
                one => one.to_owned(),
            };
            said.push(any(filter.industries.iter().map(name)));
        }
        if !filter.standings.is_empty() {
            said.push(format!(
                "在{}",
                any(filter.standings.iter().map(|one| one.label()))
            ));
        }
        said
    }

    fn figures(&self) -> Vec<String> {
        let filter = &self.filter;
        let wan = |money: domain::Money| money.wan_exact();
        let least = filter.investment_least.map(wan);
        let most = filter.investment_most.map(wan);
        let money = range("投资额", "万元", least, most);
        let least = filter.readiness_least.map(|count| count.to_string());
        let most = filter.readiness_most.map(|count| count.to_string());
        let ready = range("成熟度", "项", least, most);
        money.into_iter().chain(ready).collect()
    }

    fn texts(&self) -> Vec<String> {
        let mut said = Vec::new();
        if !self.filter.needle.is_empty() {
            said.push(format!("含“{}”", self.value("q")));
        }
        for (field, _) in &self.filter.texts {
            said.push(format!("{}含“{}”", field.label(), self.value(field.word())));
        }
        said
    }

    /// As of when, and in which order.
    fn times(&self) -> Vec<String> {
        let day = self.when.as_of;
        let mut said: Vec<String> = day
            .map(|day| format!("截至{}", dates::print_long(day)))
            .into_iter()
            .collect();
        if let Some(at) = self.when.known_at {
            said.push(format!("按{}掌握的情况", dates::print_minute(at)));
        }
        // What was found stands by when it was saved unless another order is asked for: nobody chose that.
        let of_found =
            !self.filter.needle.is_empty() && self.sort == SortBy::Saved && self.descending;
        if (self.sort != SortBy::default() || self.descending) && !of_found {
            let word = SORTS.iter().find(|(_, sort)| *sort == self.sort);
            let of_word = |word: &str| Column::ALL.iter().find(|one| one.sort() == Some(word));
            let label = word
                .and_then(|(word, _)| of_word(word))
                .map_or("项目名称", |column| column.label());
            let label = label.split('（').next().unwrap_or(label);
            let way = match self.descending {
                true => "从大到小",
                false => "从小到大",
            };
            said.push(format!("按{label}{way}"));
        }
        said
    }
}

/// One or another: “签约或备案”.
fn any(words: impl Iterator<Item = impl Display>) -> String {
    let words: Vec<String> = words.map(|word| word.to_string()).collect();
    words.join("或")
}

fn range(
    label: &str,
    measure: &str,
    least: Option<String>,
    most: Option<String>,
) -> Option<String> {
    match (least, most) {
        (None, None) => None,
        (Some(least), None) => Some(format!("{label}不少于{least}{measure}")),
        (None, Some(most)) => Some(format!("{label}不多于{most}{measure}")),
        (Some(least), Some(most)) => Some(format!("{label}{least}至{most}{measure}")),
    }
}

/// Whether something has happened, and when.
fn date(column: DateColumn, label: &str, asked: DateFilter) -> Vec<String> {
    // “正式签约” is what was done; “谋划” is what is begun.
    let is = match asked.there {
        Some(true) => Some(format!("已{label}")),
        Some(false) => Some(format!("未{label}")),
        None => None,
    };
    let begun = match column {
        DateColumn::Planned | DateColumn::Negotiating => "开始",
        _ => "",
    };
    let when = match (asked.from, asked.to) {
        (None, None) => None,
        (Some(from), None) => Some(format!("{from}起{begun}{label}")),
        (None, Some(to)) => Some(format!("{to}前（含当日）{begun}{label}")),
        (Some(from), Some(to)) => Some(format!("{from}至{to}{begun}{label}")),
    };
    is.into_iter().chain(when).collect()
}

const fn flag(flag: Flag, yes: bool) -> &'static str {
    match (flag, yes) {
        (Flag::Foreign, true) => "外资",
        (Flag::Foreign, false) => "无外资",
        (Flag::Central, true) => "央企参与",
        (Flag::Central, false) => "无央企参与",
        (Flag::Provincial, true) => "省企参与",
        (Flag::Provincial, false) => "无省企参与",
        (Flag::Private, true) => "民企参与",
        (Flag::Private, false) => "无民企参与",
        (Flag::Wenshang, true) => "温商",
        (Flag::Wenshang, false) => "非温商",
        (Flag::Led, true) => "有挂钩领导",
        (Flag::Led, false) => "无挂钩领导",
        (Flag::Packaged, true) => "包装完整",
        (Flag::Packaged, false) => "包装不完整",
        (Flag::Pending, true) => "有待报调整",
        (Flag::Pending, false) => "无待报调整",
        (Flag::Priced, true) => "投资额已明确",
        (Flag::Priced, false) => "投资额未明确",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(pairs: &[(&str, &str)]) -> String {
        let owned: Vec<_> = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        ProjectQuery::parse(&owned).unwrap().sentence(
            &[(UnitId(2), "城投".into()), (UnitId(3), "交投".into())],
            &[(ListId(1), "5213".into())].into(),
        )
    }

    #[test]
    fn the_missions_own_sentence() {
        assert_eq!(
            said(&[
                ("signed_months", "6"),
                ("started", "no"),
                ("foreign", "yes"),
                ("led", "no")
            ]),
            "签约满6个月、未开工、外资、无挂钩领导"
        );
    }

    #[test]
    fn each_condition_is_said() {
        for (pairs, words) in [
            (&[][..], "全部项目"),
            (&[("page", "3"), ("columns", "code")], "全部项目"),
            (&[("unit", "2"), ("unit", "3")], "城投或交投"),
            (&[("unit", "9")], "其他单位"),
            (&[("list", "1")], "在清单“5213”里"),
            (&[("list", "7")], "在一份看不到的清单里"),
            (&[("id", "7"), ("id", "8")], "选定的2个项目"),
            (
                &[("district", "330302"), ("district", "-")],
                "县（市、区）未填或在鹿城区",
            ),
            (
                &[("stage", "signed"), ("stage", "filed")],
                "进展为签约或备案",
            ),
            (&[("signed", "no")], "未正式签约"),
            (
                &[("signed_from", "2017-01-01"), ("signed_to", "2017-05-24")],
                "2017-01-01至2017-05-24正式签约",
            ),
            (&[("landed_to", "2017-05-24")], "2017-05-24前（含当日）落地"),
            (
                &[("planned_from", "2017-05-24"), ("planned", "yes")],
                "已谋划、2017-05-24起开始谋划",
            ),
            (
                &[("level", "provincial"), ("level", "other")],
                "省级签约或其他级别签约",
            ),
            (
                &[("wenshang", "no"), ("priced", "no")],
                "非温商、投资额未明确",
            ),
            (&[("horizon", "near")], "近期"),
            (
                &[("horizon", "-"), ("horizon", "far")],
                "远期或近期远期未填",
            ),
            (
                &[("industry", "现代物流"), ("industry", "-")],
                "产业未填或现代物流",
            ),
            (&[("standing", "admitted")], "在国资委项目库"),
            (&[("investment_least", "1.2亿")], "投资额不少于12000万元"),
            (
                &[("investment_least", "100"), ("investment_most", "5000.5")],
                "投资额100至5000.5万元",
            ),
            (&[("readiness_most", "2")], "成熟度不多于2项"),
            (
                &[("q", "临 港"), ("remarks", "用地")],
                "含“临 港”、备注含“用地”",
            ),
            (&[("as_of", "2017-10-31")], "全部项目、截至2017年10月31日"),
            (
                &[("known_at", "2017-10-31")],
                "全部项目、按2017-10-31 23:59掌握的情况",
            ),
            (
                &[("sort", "investment"), ("order", "desc")],
                "全部项目、按投资额从大到小",
            ),
            (&[("sort", "name")], "全部项目、按项目名称从小到大"),
        ] {
            assert_eq!(said(pairs), words);
        }
    }
}
