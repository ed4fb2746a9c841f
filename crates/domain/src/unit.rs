//! Units: the authority, its enterprises, their subsidiaries, in one tree with its own order.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{UnitId, names, person::Invalid};

/// What a unit is. An authority may stand at any depth (city, province, nation).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// 国资委.
    Authority,
    /// 市属国有企业: has targets and hands in returns.
    Enterprise,
    /// 下属公司: rolls up to its enterprise.
    Subsidiary,
}

impl UnitKind {
    /// Every kind, in the order of forms.
    pub const ALL: [Self; 3] = [Self::Authority, Self::Enterprise, Self::Subsidiary];

    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Authority => "authority",
            Self::Enterprise => "enterprise",
            Self::Subsidiary => "subsidiary",
        }
    }

    /// The kind of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The word for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Authority => "国资监管机构",
            Self::Enterprise => "国有企业",
            Self::Subsidiary => "下属公司",
        }
    }
}

/// A unit. Valid from and to are both inclusive; open where empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Its number.
    pub id: UnitId,
    /// The unit above; none for the root.
    pub parent: Option<UnitId>,
    /// What it is.
    pub kind: UnitKind,
    /// 全称.
    pub name: String,
    /// 简称, for charts and phones.
    pub short_name: String,
    /// 曾用名 and other writings, which imports accept.
    pub former_names: Vec<String>,
    /// The units' own order: rows with equal rates keep it.
    pub position: i64,
    /// First day it exists.
    pub valid_from: Option<NaiveDate>,
    /// Last day it exists.
    pub valid_to: Option<NaiveDate>,
    /// Counts saves; a save names the one it was made from.
    pub version: i64,
}

impl Unit {
    /// Whether it exists on `day`.
    pub fn valid_on(&self, day: NaiveDate) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }

    fn answers_to(&self, key: &str) -> bool {
        [&self.name, &self.short_name]
            .into_iter()
            .chain(&self.former_names)
            .any(|name| names::key(name) == key)
    }
}

/// What may be said of a unit when saving it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitFields {
    /// The unit above.
    pub parent: Option<UnitId>,
    /// What it is.
    pub kind: UnitKind,
    /// 全称.
    pub name: String,
    /// 简称.
    pub short_name: String,
    /// 曾用名.
    pub former_names: Vec<String>,
    /// Own order.
    pub position: i64,
    /// First day.
    pub valid_from: Option<NaiveDate>,
    /// Last day.
    pub valid_to: Option<NaiveDate>,
}

/// All units, in their own order.
#[derive(Debug, Clone, Default)]
pub struct UnitTree {
    units: Vec<Unit>,
}

/// What a written name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameMatch {
    /// Exactly one unit answers to it.
    One(UnitId),
    /// Several do: ask.
    Several(Vec<UnitId>),
    /// None does: ask, the most alike first.
    Unknown(Vec<UnitId>),
}

/// Suggestions below this likeness only confuse.
const WORTH_SUGGESTING: u32 = 30;
/// Suggestions shown at most.
const SUGGESTIONS: usize = 5;

impl UnitTree {
    /// A tree of `units`, brought into their own order.
    pub fn new(mut units: Vec<Unit>) -> Self {
        units.sort_by_key(|unit| (unit.position, unit.id));
        Self { units }
    }

    /// Every unit in own order.
    pub fn all(&self) -> &[Unit] {
        &self.units
    }

    /// One unit.
    pub fn get(&self, id: UnitId) -> Option<&Unit> {
        self.units.iter().find(|unit| unit.id == id)
    }

    /// The unit and those above it, nearest first. Stops at a ring rather than running in it.
    fn upwards(&self, id: UnitId) -> impl Iterator<Item = &Unit> {
        std::iter::successors(self.get(id), |unit| self.get(unit.parent?)).take(self.units.len())
    }

    /// Whether `id` is `root` or below it.
    pub fn within(&self, root: UnitId, id: UnitId) -> bool {
        self.upwards(id).any(|unit| unit.id == root)
    }

    /// `root` and all below it, in own order.
    pub fn subtree(&self, root: UnitId) -> impl Iterator<Item = &Unit> {
        self.units
            .iter()
            .filter(move |unit| self.within(root, unit.id))
    }

    /// How many units stand above `id`.
    pub fn depth(&self, id: UnitId) -> usize {
        self.upwards(id).count().saturating_sub(1)
    }

    /// Every unit with its depth, parents before children, siblings in own order.
    pub fn outline(&self, root: UnitId) -> Vec<(usize, &Unit)> {
        let mut lines = Vec::new();
        self.outline_below(root, 0, &mut lines);
        lines
    }

    fn outline_below<'a>(&'a self, id: UnitId, depth: usize, lines: &mut Vec<(usize, &'a Unit)>) {
        let Some(unit) = self.get(id).filter(|_| depth < self.units.len()) else {
            return;
        };
        lines.push((depth, unit));
        for child in self.units.iter().filter(|unit| unit.parent == Some(id)) {
            self.outline_below(child.id, depth + 1, lines);
        }
    }

    /// The authority a unit belongs to: the nearest at or above it.
    pub fn authority_of(&self, id: UnitId) -> Option<&Unit> {
        self.upwards(id)
            .find(|unit| unit.kind == UnitKind::Authority)
    }

    /// The enterprise a unit rolls up to: the nearest at or above it.
    pub fn enterprise_of(&self, id: UnitId) -> Option<&Unit> {
        self.upwards(id)
            .find(|unit| unit.kind == UnitKind::Enterprise)
    }

    /// The enterprises whose own authority is `authority` and that exist on `day`, in own order.
    pub fn enterprises_of(&self, authority: UnitId, day: NaiveDate) -> impl Iterator<Item = &Unit> {
        self.units.iter().filter(move |unit| {
            unit.kind == UnitKind::Enterprise
                && unit.valid_on(day)
                && self
                    .authority_of(unit.id)
                    .is_some_and(|above| above.id == authority)
        })
    }

    /// Which of the authority's enterprises a written name means on `day`: full, short and former names count.
    pub fn find_enterprise(&self, authority: UnitId, written: &str, day: NaiveDate) -> NameMatch {
        let key = names::key(written);
        let candidates: Vec<&Unit> = self.enterprises_of(authority, day).collect();
        let hits: Vec<UnitId> = candidates
            .iter()
            .filter(|unit| unit.answers_to(&key))
            .map(|unit| unit.id)
            .collect();
        match hits.as_slice() {
            [one] => NameMatch::One(*one),
            [] => NameMatch::Unknown(most_alike(&candidates, written)),
            _ => NameMatch::Several(hits),
        }
    }

    /// Checks what would be saved for `id` (none: a new unit).
    ///
    /// # Errors
    /// [`Invalid`] by field: empty or long names, a name already borne, a ring, an impossible place or validity.
    pub fn check(&self, id: Option<UnitId>, fields: &UnitFields) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        for (field, value, most) in [
            ("name", &fields.name, 100),
            ("short_name", &fields.short_name, 20),
        ] {
            match value.chars().count() {
                0 => invalid.add(field, "请填写名称"),
                count if count > most => {
                    invalid.add(field, format!("名称太长，请控制在{most}个字以内"))
                }
                _ => {}
            }
        }
        let key = names::key(&fields.name);
        if self
            .units
            .iter()
            .any(|unit| Some(unit.id) != id && !key.is_empty() && names::key(&unit.name) == key)
        {
            invalid.add("name", "已有同名单位，请核对后修改名称");
        }
        if fields
            .former_names
            .iter()
            .any(|name| name.chars().count() > 100)
            || fields.former_names.len() > 20
        {
            invalid.add("former_names", "曾用名最多20个，每个不超过100个字");
        }
        if matches!((fields.valid_from, fields.valid_to), (Some(from), Some(to)) if to < from) {
            invalid.add("valid_to", "停用日期不能早于启用日期");
        }
        if !(0..=1_000_000).contains(&fields.position) {
            invalid.add("position", "排序号请填0到1000000之间的整数");
        }
        self.check_place(id, fields, &mut invalid);
        invalid.into_result()
    }

    fn check_place(&self, id: Option<UnitId>, fields: &UnitFields, invalid: &mut Invalid) {
        let above = fields.parent.and_then(|parent| self.get(parent));
        match (fields.parent, above, fields.kind) {
            (Some(_), None, _) => invalid.add("parent", "上级单位不存在，请重新选择"),
            (None, _, kind) if kind != UnitKind::Authority => {
                invalid.add("parent", "请选择上级单位")
            }
            (Some(_), Some(above), UnitKind::Authority) if above.kind != UnitKind::Authority => {
                invalid.add("parent", "国资监管机构的上级只能是国资监管机构");
            }
            (Some(_), Some(above), UnitKind::Enterprise) if above.kind != UnitKind::Authority => {
                invalid.add("parent", "国有企业的上级只能是国资监管机构");
            }
            (Some(_), Some(above), UnitKind::Subsidiary) if above.kind == UnitKind::Authority => {
                invalid.add("parent", "下属公司的上级只能是企业或下属公司");
            }
            _ => {}
        }
        if let (Some(id), Some(parent)) = (id, fields.parent)
            && self.within(id, parent)
        {
            invalid.add("parent", "上级单位不能是本单位或其下级");
        }
    }
}

fn most_alike(candidates: &[&Unit], written: &str) -> Vec<UnitId> {
    let mut scored: Vec<(u32, UnitId)> = candidates
        .iter()
        .map(|unit| {
            (
                names::likeness(&unit.name, written)
                    .max(names::likeness(&unit.short_name, written)),
                unit.id,
            )
        })
        .filter(|(score, _)| *score >= WORTH_SUGGESTING)
        .collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored
        .into_iter()
        .take(SUGGESTIONS)
        .map(|(_, id)| id)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(id: i64, parent: Option<i64>, kind: UnitKind, name: &str, short: &str) -> Unit {
        Unit {
            id: UnitId(id),
            parent: parent.map(UnitId),
            kind,
            name: name.into(),
            short_name: short.into(),
            former_names: vec![],
            position: id,
            valid_from: None,
            valid_to: None,
            version: 1,
        }
    }

    fn tree() -> UnitTree {
        let mut renamed = unit(
            4,
            Some(1),
            UnitKind::Enterprise,
            "温州交通发展集团有限公司",
            "交发集团",
        );
        renamed.former_names = vec!["温州市交通投资集团有限公司".into()];
        let mut closed = unit(5, Some(1), UnitKind::Enterprise, "已撤销公司", "撤销");
        closed.valid_to = "2016-12-31".parse().ok();
        UnitTree::new(vec![
            renamed,
            closed,
            unit(1, None, UnitKind::Authority, "温州市国资委", "市国资委"),
            unit(
                2,
                Some(1),
                UnitKind::Enterprise,
                "温州银行股份有限公司",
                "温州银行",
            ),
            unit(3, Some(2), UnitKind::Subsidiary, "温银租赁", "温银租赁"),
        ])
    }

    fn day() -> NaiveDate {
        "2017-10-31".parse().unwrap()
    }

    fn fields(parent: Option<i64>, kind: UnitKind) -> UnitFields {
        UnitFields {
            parent: parent.map(UnitId),
            kind,
            name: "新单位".into(),
            short_name: "新".into(),
            former_names: vec![],
            position: 9,
            valid_from: None,
            valid_to: None,
        }
    }

    #[test]
    fn a_subtree_is_the_unit_and_all_below() {
        let tree = tree();
        let below: Vec<i64> = tree.subtree(UnitId(2)).map(|unit| unit.id.0).collect();
        assert_eq!(below, [2, 3]);
        assert!(!tree.within(UnitId(2), UnitId(4)));
        assert_eq!(tree.enterprise_of(UnitId(3)).unwrap().id, UnitId(2));
    }

    #[test]
    fn names_match_by_full_short_and_former_name_on_the_day() {
        let tree = tree();
        let find = |name| tree.find_enterprise(UnitId(1), name, day());
        assert_eq!(find("温州 银行"), NameMatch::One(UnitId(2)));
        assert_eq!(
            find("温州市交通投资集团有限公司"),
            NameMatch::One(UnitId(4))
        );
        assert_eq!(
            find("温州交通发展集团"),
            NameMatch::Unknown(vec![UnitId(4)])
        );
        assert_eq!(find("已撤销公司"), NameMatch::Unknown(vec![]));
        assert_eq!(find("温银租赁"), NameMatch::Unknown(vec![]));
    }

    #[test]
    fn a_name_two_units_answer_to_is_asked() {
        let mut units = tree().all().to_vec();
        units.push(unit(
            6,
            Some(1),
            UnitKind::Enterprise,
            "温州银行二部",
            "温州银行",
        ));
        let found = UnitTree::new(units).find_enterprise(UnitId(1), "温州银行", day());
        assert_eq!(found, NameMatch::Several(vec![UnitId(2), UnitId(6)]));
    }

    #[test]
    fn rings_and_wrong_places_are_refused() {
        let tree = tree();
        assert!(
            tree.check(None, &fields(Some(1), UnitKind::Enterprise))
                .is_ok()
        );
        assert!(
            tree.check(None, &fields(Some(2), UnitKind::Enterprise))
                .is_err()
        );
        assert!(
            tree.check(None, &fields(None, UnitKind::Enterprise))
                .is_err()
        );
        assert!(
            tree.check(Some(UnitId(2)), &fields(Some(3), UnitKind::Subsidiary))
                .is_err()
        );
        let twin = UnitFields {
            name: "温州银行 股份有限公司".into(),
            ..fields(Some(1), UnitKind::Enterprise)
        };
        assert_eq!(
            tree.check(None, &twin).unwrap_err().first("name"),
            Some("已有同名单位，请核对后修改名称")
        );
    }
}
