//! The project library as a whole: numbering, finding, masked telephones, likely twins (§3).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    Money, names,
    person::Invalid,
    project::{self, ProjectFields, Reportable},
};

/// What an authority sets for its library; kept by versions, newest first in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LibraryRules {
    /// How codes are made: `{年}` year, `{单位}` the unit's number in its authority's order, `{序号}` a running number of
    /// four places that starts anew with each different beginning.
    pub code_rule: String,
    /// 产业名录.
    pub industries: Vec<String>,
    /// Fields that make an adjustment when they change.
    pub reportable: Reportable,
}

impl Default for LibraryRules {
    fn default() -> Self {
        Self {
            code_rule: "WZ{年}-{单位}-{序号}".to_owned(),
            industries: project::INDUSTRIES
                .iter()
                .map(ToString::to_string)
                .collect(),
            reportable: project::default_reportable(),
        }
    }
}

/// The running number in a numbering rule.
const SERIAL: &str = "{序号}";

impl LibraryRules {
    /// Checks what would be set.
    ///
    /// # Errors
    /// [`Invalid`] by field.
    pub fn check(&self) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        let rest = self
            .code_rule
            .replace("{年}", "")
            .replace("{单位}", "")
            .replace(SERIAL, "");
        if self.code_rule.matches(SERIAL).count() != 1 {
            invalid.add(
                "code_rule",
                "编号规则里须有一个{序号}，例如 WZ{年}-{单位}-{序号}",
            );
        } else if rest.contains(['{', '}'])
            || rest.chars().any(|c| c.is_control() || c.is_whitespace())
            || rest.chars().count() > 20
        {
            invalid.add(
                "code_rule",
                "编号规则只能用{年}、{单位}、{序号}和20个以内的其他字符",
            );
        }
        let names: BTreeSet<String> = self
            .industries
            .iter()
            .map(|name| names::key(name))
            .collect();
        if self.industries.is_empty() || self.industries.len() > 100 {
            invalid.add("industries", "产业名录须有1到100项，每行一项");
        } else if names.len() != self.industries.len()
            || self
                .industries
                .iter()
                .any(|name| name.is_empty() || name.chars().count() > 30)
        {
            invalid.add("industries", "产业名称不能重复，每项30字以内");
        }
        if self.reportable.is_empty() {
            invalid.add("reportable", "请至少选一个须报送调整的项目字段");
        }
        invalid.into_result()
    }

    /// The code's text before and after its running number.
    pub fn code_parts(&self, year: i32, unit_number: usize) -> (String, String) {
        let filled = self
            .code_rule
            .replace("{年}", &year.to_string())
            .replace("{单位}", &format!("{unit_number:02}"));
        let (before, after) = filled.split_once(SERIAL).unwrap_or((&filled, ""));
        (before.to_owned(), after.to_owned())
    }
}

/// Places of the running number.
pub fn print_code(parts: &(String, String), serial: i64) -> String {
    format!("{}{serial:04}{}", parts.0, parts.1)
}

/// A telephone as those see it who need not call: of every number of 7 digits or more the last four but for a mobile's
/// are hidden: `138****0000`, `0577-8896****`.
pub fn masked(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut shown = chars.clone();
    let mut at = 0;
    while at < chars.len() {
        let mut end = at;
        let mut digits = Vec::new();
        while end < chars.len()
            && (chars[end].is_numeric()
                || (matches!(chars[end], '-' | '－' | ' ' | '—') && !digits.is_empty()))
        {
            if chars[end].is_numeric() {
                digits.push(end);
            }
            end += 1;
        }
        if digits.len() >= 7 {
            // Behind the country's number 86 a mobile begins all the same.
            let abroad = digits.len() == 13 && chars[digits[0]] == '8' && chars[digits[1]] == '6';
            let digits = &digits[if abroad { 2 } else { 0 }..];
            let mobile = digits.len() == 11 && matches!(chars[digits[0]], '1' | '１');
            let hidden = if mobile {
                &digits[3..7]
            } else {
                &digits[digits.len() - 4..]
            };
            for place in hidden {
                shown[*place] = '*';
            }
        }
        at = end.max(at + 1);
    }
    shown.into_iter().collect()
}

/// A project's contact as those see it who need not call; a number may stand in the name as well.
pub fn mask_contact(fields: &mut ProjectFields) {
    fields.contact_phone = masked(&fields.contact_phone);
    fields.contact_name = masked(&fields.contact_name);
}

/// The tokens under which a text is found: each of its characters and each pair of neighbours, of the text's
/// [`names::key`], as hexadecimal words that no database's parser takes apart. Lines are not joined.
pub fn tokens(haystack: &str) -> BTreeSet<String> {
    let mut tokens = BTreeSet::new();
    for line in haystack.lines() {
        let chars: Vec<char> = line.chars().collect();
        for one in &chars {
            tokens.insert(token(&[*one]));
        }
        for pair in chars.windows(2) {
            tokens.insert(token(pair));
        }
    }
    tokens
}

/// The tokens a hit must have all of: necessary, not sufficient. `needle` is a [`names::key`].
pub fn needle_tokens(needle: &str) -> Vec<String> {
    let chars: Vec<char> = needle.chars().collect();
    let tokens: BTreeSet<String> = match chars.len() {
        0 => BTreeSet::new(),
        1 => [token(&chars)].into(),
        _ => chars.windows(2).map(token).collect(),
    };
    tokens.into_iter().collect()
}

fn token(chars: &[char]) -> String {
    chars
        .iter()
        .map(|c| format!("{:05x}", u32::from(*c)))
        .collect()
}

/// The heart of a project's name: without the words that every project has.
pub fn name_core(name: &str) -> String {
    let mut core = names::key(name);
    for word in [
        "项目",
        "工程",
        "建设",
        "温州市",
        "温州",
        "有限公司",
        "股份",
        "集团",
        "(",
        ")",
        "一期",
        "二期",
        "·",
        "-",
    ] {
        core = core.replace(word, "");
    }
    if core.is_empty() {
        names::key(name)
    } else {
        core
    }
}

/// What is compared of two projects to find likely twins (§3): name, investors, place, amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Likeness {
    /// 项目名称.
    pub name: String,
    /// Keys of the investors' names.
    pub investors: BTreeSet<String>,
    /// Code of the district.
    pub district: String,
    /// Total investment.
    pub investment: Option<Money>,
}

impl Likeness {
    /// Of a project.
    pub fn of(fields: &ProjectFields) -> Self {
        Self {
            name: fields.name.clone(),
            investors: fields
                .investors
                .iter()
                .map(|one| names::key(&one.name))
                .collect(),
            district: fields.district.clone(),
            investment: fields.investment,
        }
    }

    /// Why the other is likely the same project, in words; empty when it is not. The heart of the name decides:
    /// the same, or much alike with an investor, or place and amount, in common; or all but the name.
    pub fn twin(&self, other: &Self) -> Vec<&'static str> {
        self.alike(other)
            .map(|alike| alike.why())
            .unwrap_or_default()
    }

    /// What two projects have in common that are likely the same; none when they are not.
    pub fn alike(&self, other: &Self) -> Option<Alike> {
        let (mine, theirs) = (name_core(&self.name), name_core(&other.name));
        let alike = names::likeness(&mine, &theirs);
        let contained = mine.chars().count() >= 3
            && (theirs.contains(&mine) || mine.contains(&theirs))
            && theirs.chars().count() >= 3;
        let investor = self
            .investors
            .intersection(&other.investors)
            .any(|name| !name.is_empty());
        let place = !self.district.is_empty() && self.district == other.district;
        let amount = match (self.investment, other.investment) {
            (Some(a), Some(b)) => {
                let larger = a.fen().abs().max(b.fen().abs());
                !a.is_zero() && a.fen().abs_diff(b.fen()) <= larger.unsigned_abs() / 20
            }
            _ => false,
        };
        let same_name = mine == theirs || alike >= 85;
        let like_name = alike >= 50 || contained;
        let likely = same_name
            || (like_name && (investor || (place && amount)))
            || (investor && place && amount);
        likely.then_some(Alike {
            same_name,
            like_name,
            investor,
            place,
            amount,
        })
    }
}

/// What two projects have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four things compared, each or not"
)]
pub struct Alike {
    /// The names' hearts are the same or almost.
    pub same_name: bool,
    /// They are much alike.
    pub like_name: bool,
    /// An investor.
    pub investor: bool,
    /// The place.
    pub place: bool,
    /// Amounts within a twentieth.
    pub amount: bool,
}

impl Alike {
    /// In words.
    pub fn why(self) -> Vec<&'static str> {
        let said = [
            (self.same_name, "名称相同或几乎相同"),
            (!self.same_name && self.like_name, "名称相近"),
            (self.investor, "投资方相同"),
            (self.place, "地点相同"),
            (self.amount, "投资额相近"),
        ];
        said.into_iter()
            .filter_map(|(is, word)| is.then_some(word))
            .collect()
    }

    /// How strong it is, 1 to 100: name 40 or 20, investor 30, amount 20, place 10.
    pub const fn strength(self) -> u8 {
        let name = if self.same_name {
            40
        } else if self.like_name {
            20
        } else {
            0
        };
        name + if self.investor { 30 } else { 0 }
            + if self.amount { 20 } else { 0 }
            + if self.place { 10 } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn project(name: &str, investor: &str, district: &str, wan: i64) -> Likeness {
        Likeness {
            name: name.into(),
            investors: [investor.to_owned()].into(),
            district: district.into(),
            investment: Some(Money::from_wan(wan)),
        }
    }

    #[test]
    fn likely_twins_are_told_by_what_they_share() {
        let one = project("瓯江口临港仓储物流项目", "某物流", "330305", 12000);
        assert!(
            !one.twin(&project(
                "温州瓯江口临港仓储物流（一期）",
                "别的公司",
                "330302",
                1
            ))
            .is_empty()
        );
        assert!(
            !one.twin(&project("临港仓储物流中心", "某物流", "330302", 1))
                .is_empty()
        );
        assert!(
            !one.twin(&project("完全另外的名字", "某物流", "330305", 12300))
                .is_empty()
        );
        assert!(
            one.twin(&project("完全另外的名字", "某物流", "330302", 12300))
                .is_empty()
        );
        assert!(
            one.twin(&project("文化创意园", "别的公司", "330305", 12000))
                .is_empty()
        );
    }

    #[test]
    fn codes_follow_their_rule() {
        let parts = LibraryRules::default().code_parts(2017, 3);
        assert_eq!(print_code(&parts, 12), "WZ2017-03-0012");
        let wrong = LibraryRules {
            code_rule: "WZ{年}".into(),
            ..LibraryRules::default()
        };
        assert_eq!(wrong.check().unwrap_err().fields[0].0, "code_rule");
        assert!(LibraryRules::default().check().is_ok());
    }

    #[test]
    fn telephones_are_masked_wherever_they_stand() {
        for (plain, shown) in [
            ("13800000000", "138****0000"),
            ("138-0000-0000", "138-****-0000"),
            ("0577-88960000", "0577-8896****"),
            ("88960000、13800001234", "8896****、138****1234"),
            ("+8613800001234", "+86138****1234"),
            ("转801", "转801"),
            ("", ""),
        ] {
            assert_eq!(masked(plain), shown);
        }
    }

    #[test]
    fn name_cores_meet() {
        assert_eq!(
            name_core("温州市临港仓储项目"),
            name_core("临港仓储（一期）工程")
        );
        assert_eq!(name_core("项目"), "项目");
    }

    proptest! {
        #[test]
        fn what_is_contained_is_found(text in "[\\u{4e00}-\\u{4e20}a-z0-9𠮷 \\n]{0,40}", start in 0usize..40, length in 1usize..6) {
            let text: Vec<String> = text.lines().map(names::key).collect();
            let haystack = text.join("\n");
            let all = tokens(&haystack);
            for line in &text {
                let needle: String = line.chars().skip(start).take(length).collect();
                prop_assert!(needle_tokens(&needle).iter().all(|token| all.contains(token)));
            }
        }
    }
}
