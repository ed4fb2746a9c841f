//! Units: seeing, adding, changing them.

use chrono::NaiveDate;
use domain::{
    UnitId, names,
    permission::Action,
    person::Caller,
    unit::{Unit, UnitFields, UnitKind},
};
use serde_json::json;

use crate::{App, Conflict, Error, Result, work::Fact};

/// A unit with its depth below the caller's own.
pub struct Line {
    /// Units between it and the caller's own.
    pub depth: usize,
    /// The unit.
    pub unit: Unit,
}

impl App {
    /// The units the caller reaches, parents before children, in own order.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see units.
    pub async fn units(&self, caller: &Caller) -> Result<Vec<Line>> {
        let reach = self.reach(caller, Action::ViewUnits).await?;
        Ok(reach
            .tree
            .outline(caller.person.unit)
            .into_iter()
            .map(|(depth, unit)| Line {
                depth,
                unit: unit.clone(),
            })
            .collect())
    }

    /// One unit.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is out of reach.
    pub async fn unit(&self, caller: &Caller, id: UnitId) -> Result<Unit> {
        Ok(self
            .reach(caller, Action::ViewUnits)
            .await?
            .unit(id)?
            .clone())
    }

    /// Adds a unit below one the caller reaches.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field.
    pub async fn add_unit(&self, caller: &Caller, fields: UnitFields) -> Result<UnitId> {
        let fields = tidy(fields);
        self.permit(caller, Action::EditUnits).await?;
        let work = self.work().await?;
        let tree = store::units::tree(&work.tx).await?;
        check_within(&tree, caller, &fields)?;
        tree.check(None, &fields)?;
        let id = store::units::add(&work.tx, &fields).await?;
        self.finish_change(
            work,
            caller,
            Fact::new("unit.added", format!("unit:{id}"), facts(&fields)),
        )
        .await?;
        Ok(id)
    }

    /// Saves a unit made from version `version`.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field, [`Error::Conflict`] with both versions when somebody saved it since.
    pub async fn save_unit(
        &self,
        caller: &Caller,
        id: UnitId,
        version: i64,
        fields: UnitFields,
    ) -> Result<()> {
        let fields = tidy(fields);
        self.permit(caller, Action::EditUnits).await?;
        let work = self.work().await?;
        let tree = store::units::tree(&work.tx).await?;
        if !tree.within(caller.person.unit, id) {
            return Err(Error::NotFound);
        }
        let before = tree.get(id).ok_or(Error::NotFound)?;
        if fields.parent != before.parent {
            check_within(&tree, caller, &fields)?;
        }
        tree.check(Some(id), &fields)?;
        match store::units::save(&work.tx, id, version, &fields).await {
            Err(store::Error::Stale) => Err(conflict(before, &fields)),
            Err(error) => Err(error.into()),
            Ok(()) => {
                let detail = json!({"before": facts(&fields_of(before)), "after": facts(&fields)});
                self.finish_change(
                    work,
                    caller,
                    Fact::new("unit.changed", format!("unit:{id}"), detail),
                )
                .await
            }
        }
    }
}

pub(crate) fn tidy(mut fields: UnitFields) -> UnitFields {
    fields.name = names::tidy(&fields.name);
    fields.short_name = names::tidy(&fields.short_name);
    if fields.short_name.is_empty() {
        fields.short_name = fields.name.chars().take(20).collect();
    }
    fields.former_names = fields
        .former_names
        .iter()
        .map(|name| names::tidy(name))
        .filter(|name| !name.is_empty())
        .collect();
    fields
}

/// A new place must lie within the caller's reach; what does not cannot be chosen.
fn check_within(tree: &domain::unit::UnitTree, caller: &Caller, fields: &UnitFields) -> Result<()> {
    match fields.parent {
        Some(parent) if !tree.within(caller.person.unit, parent) => {
            Err(domain::person::Invalid::of("parent", "上级单位不存在，请重新选择").into())
        }
        None => Err(domain::person::Invalid::of("parent", "请选择上级单位").into()),
        _ => Ok(()),
    }
}

pub(crate) fn fields_of(unit: &Unit) -> UnitFields {
    UnitFields {
        parent: unit.parent,
        kind: unit.kind,
        name: unit.name.clone(),
        short_name: unit.short_name.clone(),
        former_names: unit.former_names.clone(),
        position: unit.position,
        valid_from: unit.valid_from,
        valid_to: unit.valid_to,
    }
}

/// The values of a unit in words, label first; for conflicts.
fn in_words(fields: &UnitFields) -> Vec<(&'static str, String)> {
    let day = |day: Option<NaiveDate>| day.map_or_else(|| "—".to_owned(), |day| day.to_string());
    vec![
        ("全称", fields.name.clone()),
        ("简称", fields.short_name.clone()),
        ("类别", fields.kind.label().to_owned()),
        ("曾用名", fields.former_names.join("、")),
        ("排序号", fields.position.to_string()),
        ("启用日期", day(fields.valid_from)),
        ("停用日期", day(fields.valid_to)),
    ]
}

fn conflict(now: &Unit, yours: &UnitFields) -> Error {
    let theirs = in_words(&fields_of(now));
    let values = in_words(yours)
        .into_iter()
        .zip(theirs)
        .map(|((label, yours), (_, theirs))| (label.to_owned(), yours, theirs));
    Error::Conflict(Box::new(Conflict {
        what: format!("单位“{}”", now.name),
        values: values.collect(),
        version: now.version,
    }))
}

pub(crate) fn facts(fields: &UnitFields) -> serde_json::Value {
    json!({
        "parent": fields.parent, "kind": fields.kind.word(), "name": fields.name, "short_name": fields.short_name,
        "former_names": fields.former_names, "position": fields.position, "valid_from": fields.valid_from, "valid_to": fields.valid_to,
    })
}

/// What a form offers as kinds below an authority.
pub const KINDS: [UnitKind; 3] = UnitKind::ALL;
