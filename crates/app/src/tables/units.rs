//! Units out and in. A row is an existing unit by its number, or by its full name where the number is blank; else a
//! new one. Units that the file leaves out stay as they are.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use documents::csv_table::CsvRow;
use domain::{
    UnitId, dates, names,
    permission::Action,
    person::Caller,
    unit::{Unit, UnitFields, UnitKind, UnitTree},
};
use serde_json::{Value, json};
use store::{Db, Tx};

use super::{Plan, PreviewRow};
use crate::{
    App, Result,
    units::{facts, fields_of, tidy},
    work::Fact,
};

/// The columns of the file.
pub(super) const COLUMNS: [&str; 9] = [
    "编号",
    "全称",
    "简称",
    "类别",
    "上级单位",
    "曾用名",
    "排序号",
    "启用日期",
    "停用日期",
];
/// The fields behind the columns.
const FIELDS: [&str; 9] = [
    "id",
    "name",
    "short_name",
    "kind",
    "parent",
    "former_names",
    "position",
    "valid_from",
    "valid_to",
];
/// Between former names in one cell.
const BETWEEN: &str = "；";

type Refusals = Vec<(usize, String)>;

/// Units to be added and changed.
#[derive(Default)]
pub(super) struct Writes {
    /// Stand-in number and fields; those above come before those below.
    added: Vec<(UnitId, UnitFields)>,
    changed: Vec<(Unit, UnitFields)>,
}

impl Writes {
    pub(super) async fn write(self, tx: &Tx) -> store::Result<Value> {
        let mut done = Vec::new();
        let mut numbers: BTreeMap<UnitId, UnitId> = BTreeMap::new();
        let true_parent = |fields: UnitFields, numbers: &BTreeMap<UnitId, UnitId>| UnitFields {
            parent: fields
                .parent
                .map(|parent| numbers.get(&parent).copied().unwrap_or(parent)),
            ..fields
        };
        for (stand_in, fields) in self.added {
            let fields = true_parent(fields, &numbers);
            let id = store::units::add(tx, &fields).await?;
            numbers.insert(stand_in, id);
            done.push(json!({"unit": id, "added": facts(&fields)}));
        }
        for (before, fields) in self.changed {
            let fields = true_parent(fields, &numbers);
            store::units::save(tx, before.id, before.version, &fields).await?;
            done.push(
                json!({"unit": before.id, "before": facts(&fields_of(&before)), "after": facts(&fields)}),
            );
        }
        Ok(Value::from(done))
    }
}

/// A row on its way to a unit.
struct Draft<'a> {
    row: &'a CsvRow,
    before: Option<&'a Unit>,
    id: UnitId,
    fields: UnitFields,
    refusals: Refusals,
}

pub(super) async fn plan(db: &impl Db, caller: &Caller, rows: &[CsvRow]) -> Result<Plan> {
    let tree = store::units::tree(db).await?;
    let root = caller.person.unit;
    let mut drafts: Vec<Draft<'_>> = rows
        .iter()
        .zip(1..)
        .map(|(row, number)| read(&tree, root, row, UnitId(-number)))
        .collect();
    refuse_twice(&mut drafts);
    // Names first, so that a row may name a parent that another row makes or renames.
    let renamed = after(&tree, &drafts);
    for draft in &mut drafts {
        place(&tree, &renamed, root, draft);
    }
    let then = after(&tree, &drafts);
    for draft in &mut drafts {
        if let Err(invalid) = then.check(Some(draft.id), &draft.fields) {
            for (field, why) in invalid.fields {
                let column = FIELDS.iter().position(|name| *name == field).unwrap_or(1);
                if !draft.refusals.iter().any(|(at, _)| *at == column) {
                    draft.refusals.push((column, why));
                }
            }
        }
    }
    let rows = drafts
        .iter()
        .map(|draft| {
            let stored = draft.before.map(|unit| printed(&tree, root, unit));
            let written = written(&then, root, draft);
            PreviewRow::compared(draft.row, stored, written, &draft.refusals)
        })
        .collect();
    Ok(Plan {
        rows,
        notes: vec!["文件里没有的单位保持不变；单位不能删除，不再使用的请填停用日期".to_owned()],
        writes: super::Writes::Units(writes(drafts, &then)),
    })
}

fn writes(drafts: Vec<Draft<'_>>, then: &UnitTree) -> Writes {
    let mut writes = Writes::default();
    for draft in drafts.into_iter().filter(|draft| draft.refusals.is_empty()) {
        match draft.before {
            None => writes.added.push((draft.id, draft.fields)),
            Some(before) if fields_of(before) != draft.fields => {
                writes.changed.push((before.clone(), draft.fields));
            }
            Some(_) => {}
        }
    }
    writes.added.sort_by_key(|(id, _)| then.depth(*id));
    writes
}

/// The unit a row means and its fields but for its place.
fn read<'a>(tree: &'a UnitTree, root: UnitId, row: &'a CsvRow, stand_in: UnitId) -> Draft<'a> {
    let mut refusals = Vec::new();
    let cell = |at: usize| row.cells.get(at).map_or("", |cell| cell.trim());
    let reached = || tree.subtree(root);
    let before = match cell(0) {
        "" => reached().find(|unit| names::key(&unit.name) == names::key(cell(1))),
        number => {
            let found = number
                .parse()
                .ok()
                .and_then(|id| reached().find(|unit| unit.id == UnitId(id)));
            if found.is_none() {
                refusals.push((0, format!("没有编号为{number}的单位；新增单位请把编号留空")));
            }
            found
        }
    };
    let kind = UnitKind::ALL
        .into_iter()
        .find(|kind| names::key(kind.label()) == names::key(cell(3)) || kind.word() == cell(3));
    if kind.is_none() {
        refusals.push((3, "请填 国资监管机构、国有企业 或 下属公司".to_owned()));
    }
    let position = cell(6).parse();
    if position.is_err() {
        refusals.push((6, "请填整数，例如 10".to_owned()));
    }
    let valid_from = date(cell(7), 7, &mut refusals);
    let valid_to = date(cell(8), 8, &mut refusals);
    let fields = tidy(UnitFields {
        parent: before.and_then(|unit| unit.parent),
        kind: kind.unwrap_or(UnitKind::Subsidiary),
        name: cell(1).to_owned(),
        short_name: cell(2).to_owned(),
        former_names: cell(5)
            .split(['；', ';', '\n'])
            .map(ToOwned::to_owned)
            .collect(),
        position: position.unwrap_or_default(),
        valid_from,
        valid_to,
    });
    Draft {
        row,
        before,
        id: before.map_or(stand_in, |unit| unit.id),
        fields,
        refusals,
    }
}

fn date(text: &str, column: usize, refusals: &mut Refusals) -> Option<NaiveDate> {
    let day = dates::read_written(text);
    if day.is_none() && !text.is_empty() {
        refusals.push((
            column,
            "请写成 2017-11-24 这样的真实日期，或留空".to_owned(),
        ));
    }
    day
}

fn refuse_twice(drafts: &mut [Draft<'_>]) {
    let mut seen: BTreeMap<UnitId, u32> = BTreeMap::new();
    for draft in drafts {
        if let Some(first) = seen.get(&draft.id) {
            draft
                .refusals
                .push((0, format!("与第{first}行是同一个单位，请删去一行")));
        }
        seen.entry(draft.id).or_insert(draft.row.line);
    }
}

/// The tree as it would be.
fn after(tree: &UnitTree, drafts: &[Draft<'_>]) -> UnitTree {
    let untouched = tree
        .all()
        .iter()
        .filter(|unit| !drafts.iter().any(|draft| draft.id == unit.id));
    let mut units: Vec<Unit> = untouched.cloned().collect();
    units.extend(drafts.iter().map(|draft| Unit {
        id: draft.id,
        parent: draft.fields.parent,
        kind: draft.fields.kind,
        name: draft.fields.name.clone(),
        short_name: draft.fields.short_name.clone(),
        former_names: draft.fields.former_names.clone(),
        position: draft.fields.position,
        valid_from: draft.fields.valid_from,
        valid_to: draft.fields.valid_to,
        version: draft.before.map_or(0, |unit| unit.version),
    }));
    UnitTree::new(units)
}

/// Finds the unit above by its name: as it will be called, else as it is called now.
fn place(tree: &UnitTree, renamed: &UnitTree, root: UnitId, draft: &mut Draft<'_>) {
    let name = draft.row.cells.get(4).map_or("", |cell| cell.trim());
    if draft.id == root {
        // The caller's own top unit keeps its place and kind.
        if let Some(before) = draft.before {
            (draft.fields.parent, draft.fields.kind) = (before.parent, before.kind);
        }
        if !name.is_empty() {
            draft
                .refusals
                .push((4, "本单位的上级不能在这里修改，请留空".to_owned()));
        }
        return;
    }
    let new = |unit: &Unit| unit.id.0 < 0;
    let found = named_among(renamed, name, |unit| {
        new(unit) || tree.within(root, unit.id)
    })
    .or_else(|why| named(tree, root, name).map_err(|_| why));
    match found {
        Ok(parent) => draft.fields.parent = Some(parent),
        Err(why) => draft.refusals.push((4, why)),
    }
}

/// The unit at or below `root` that a cell names, by full name, else by short name.
pub(super) fn named(
    tree: &UnitTree,
    root: UnitId,
    name: &str,
) -> std::result::Result<UnitId, String> {
    named_among(tree, name, |unit| tree.within(root, unit.id))
}

fn named_among(
    tree: &UnitTree,
    name: &str,
    may: impl Fn(&Unit) -> bool,
) -> std::result::Result<UnitId, String> {
    if name.is_empty() {
        return Err("请填写单位的全称".to_owned());
    }
    let key = names::key(name);
    for word in [
        |unit: &Unit| names::key(&unit.name),
        |unit: &Unit| names::key(&unit.short_name),
    ] {
        let mut hits = tree
            .all()
            .iter()
            .filter(|unit| may(unit) && word(unit) == key);
        match (hits.next(), hits.next()) {
            (Some(one), None) => return Ok(one.id),
            (Some(_), Some(_)) => {
                return Err(format!("有几个单位都叫“{name}”，请写全称"));
            }
            (None, _) => {}
        }
    }
    Err(format!("没有叫“{name}”的单位，请核对，或先在文件里新增它"))
}

fn printed(tree: &UnitTree, root: UnitId, unit: &Unit) -> Vec<String> {
    let day = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
    let above = unit.parent.filter(|_| unit.id != root);
    vec![
        unit.id.to_string(),
        unit.name.clone(),
        unit.short_name.clone(),
        unit.kind.label().to_owned(),
        above
            .and_then(|above| tree.get(above))
            .map_or_else(String::new, |above| above.name.clone()),
        unit.former_names.join(BETWEEN),
        unit.position.to_string(),
        day(unit.valid_from),
        day(unit.valid_to),
    ]
}

/// The row as it was understood; what was not, as it stands in the file.
fn written(then: &UnitTree, root: UnitId, draft: &Draft<'_>) -> Vec<String> {
    let mut cells = then
        .get(draft.id)
        .map(|unit| printed(then, root, unit))
        .unwrap_or_default();
    cells.resize(COLUMNS.len(), String::new());
    if draft.before.is_none() {
        cells[0] = String::new();
    }
    for (column, _) in &draft.refusals {
        cells[*column] = draft.row.cells.get(*column).cloned().unwrap_or_default();
    }
    cells
}

impl App {
    /// The units the caller reaches, as a table to take away.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for those who may not see units.
    pub async fn units_table(&self, caller: &Caller) -> Result<Vec<u8>> {
        let reach = self.reach(caller, Action::ViewUnits).await?;
        let root = caller.person.unit;
        let rows: Vec<Vec<String>> = reach
            .tree
            .outline(root)
            .into_iter()
            .map(|(_, unit)| printed(&reach.tree, root, unit))
            .collect();
        self.note_access(
            caller,
            Fact::new("units.exported", "units", json!({"rows": rows.len()})),
        )
        .await?;
        Ok(documents::csv_table::write(
            &COLUMNS,
            rows.iter().map(Vec::as_slice),
        ))
    }
}
