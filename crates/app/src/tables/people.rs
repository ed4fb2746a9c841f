//! People out and in: login, name and unit. Roles and states are the security administrator's and only shown.

use std::collections::BTreeMap;

use documents::csv_table::CsvRow;
use domain::{
    Instant, UnitId, names,
    permission::Action,
    person::{Caller, Invalid, Person, check_login},
    unit::UnitTree,
};
use serde_json::{Value, json};
use store::{Db, Tx};

use super::{Plan, PreviewRow};
use crate::{
    App, Result,
    people::{check_name, facts, roles_in_words},
    tables::units::named,
    work::Fact,
};

/// The columns of the file.
pub(super) const COLUMNS: [&str; 5] = ["登录名", "姓名", "单位", "角色", "状态"];

/// People to be added and changed.
#[derive(Default)]
pub(super) struct Writes {
    added: Vec<(UnitId, String, String)>,
    changed: Vec<(Person, Person)>,
}

impl Writes {
    pub(super) async fn write(self, tx: &Tx, now: Instant) -> store::Result<Value> {
        let mut done = Vec::new();
        for (unit, login, name) in &self.added {
            let id = store::people::add(tx, *unit, login, name, now).await?;
            done.push(json!({"person": id, "added": {"login": login, "name": name, "unit": unit}}));
        }
        for (before, after) in &self.changed {
            store::people::save(tx, after, before.version).await?;
            done.push(json!({"person": after.id, "before": facts(before), "after": facts(after)}));
        }
        Ok(Value::from(done))
    }
}

pub(super) async fn plan(db: &impl Db, caller: &Caller, rows: &[CsvRow]) -> Result<Plan> {
    let tree = store::units::tree(db).await?;
    let people: BTreeMap<String, Person> = store::people::everybody(db)
        .await?
        .into_iter()
        .map(|person| (person.login.clone(), person))
        .collect();
    let mut writes = Writes::default();
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let mut shown = Vec::new();
    for row in rows {
        let mut refusals = Vec::new();
        let [login, name, unit, roles, state] =
            [0, 1, 2, 3, 4].map(|at| row.cells.get(at).map_or("", |cell| cell.trim()));
        let login = refused(check_login(login), 0, &mut refusals);
        if let Some(first) = login.as_ref().and_then(|login| seen.get(login)) {
            refusals.push((0, format!("与第{first}行是同一个登录名，请删去一行")));
        }
        let known = login.as_ref().and_then(|login| people.get(login));
        let ours = known.filter(|person| tree.within(caller.person.unit, person.unit));
        if known.is_some() && ours.is_none() {
            refusals.push((0, "这个登录名已有人用，请换一个".to_owned()));
        }
        let mut invalid = Invalid::default();
        let name = check_name(name, &mut invalid);
        refusals.extend(invalid.fields.into_iter().map(|(_, why)| (1, why)));
        let unit = match named(&tree, caller.person.unit, unit) {
            Ok(unit) => Some(unit),
            Err(why) => {
                refusals.push((2, why));
                None
            }
        };
        only_shown(ours, roles, state, &mut refusals);
        let written = vec![
            login.clone().unwrap_or_else(|| row.cells[0].clone()),
            name.clone(),
            unit.map_or_else(|| row.cells[2].clone(), |unit| name_of(&tree, unit)),
            ours.map_or_else(|| roles.to_owned(), roles_of),
            ours.map_or_else(|| state.to_owned(), |person| state_of(person).to_owned()),
        ];
        let stored = ours.map(|person| printed(&tree, person));
        let line = PreviewRow::compared(row, stored, written, &refusals);
        if let (Some(login), Some(unit), true) = (login.clone(), unit, refusals.is_empty()) {
            match ours {
                None => writes.added.push((unit, login, name)),
                Some(before) if before.name != name || before.unit != unit => {
                    let after = Person {
                        name,
                        unit,
                        ..before.clone()
                    };
                    writes.changed.push((before.clone(), after));
                }
                Some(_) => {}
            }
        }
        if let Some(login) = login {
            seen.entry(login).or_insert(row.line);
        }
        shown.push(line);
    }
    let notes = if writes.added.is_empty() {
        Vec::new()
    } else {
        vec!["新增的人员还不能登录：由安全管理员授予角色、签发激活码后才能使用".to_owned()]
    };
    Ok(Plan {
        rows: shown,
        notes,
        writes: super::Writes::People(writes),
    })
}

/// Roles and states stand in the file to be read, not to be changed.
fn only_shown(
    known: Option<&Person>,
    roles: &str,
    state: &str,
    refusals: &mut Vec<(usize, String)>,
) {
    let (has_roles, has_state) = known.map_or_else(
        || (String::new(), String::new()),
        |person| (roles_of(person), state_of(person).to_owned()),
    );
    for (column, written, stored, what) in [
        (3, roles, has_roles, "角色由安全管理员授予"),
        (4, state, has_state, "停用、启用由安全管理员办理"),
    ] {
        if !written.is_empty() && names::key(written) != names::key(&stored) {
            refusals.push((column, format!("{what}，不能在这里修改；请改回原样或留空")));
        }
    }
}

fn refused<T>(
    read: std::result::Result<T, Invalid>,
    column: usize,
    refusals: &mut Vec<(usize, String)>,
) -> Option<T> {
    read.map_err(|invalid| {
        refusals.extend(invalid.fields.into_iter().map(|(_, why)| (column, why)));
    })
    .ok()
}

fn name_of(tree: &UnitTree, unit: UnitId) -> String {
    tree.get(unit)
        .map_or_else(String::new, |unit| unit.name.clone())
}

fn roles_of(person: &Person) -> String {
    roles_in_words(person)
}

const fn state_of(person: &Person) -> &'static str {
    if person.active { "启用" } else { "停用" }
}

fn printed(tree: &UnitTree, person: &Person) -> Vec<String> {
    vec![
        person.login.clone(),
        person.name.clone(),
        name_of(tree, person.unit),
        roles_of(person),
        state_of(person).to_owned(),
    ]
}

impl App {
    /// Everybody the caller reaches, as a table to take away.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for those who may not see people.
    pub async fn people_table(&self, caller: &Caller) -> Result<Vec<u8>> {
        let reach = self.reach(caller, Action::ViewPeople).await?;
        let people = self.people(caller).await?;
        let rows: Vec<Vec<String>> = people
            .people
            .iter()
            .map(|person| printed(&reach.tree, person))
            .collect();
        self.note_access(
            caller,
            Fact::new("people.exported", "people", json!({"rows": rows.len()})),
        )
        .await?;
        Ok(documents::csv_table::write(
            &COLUMNS,
            rows.iter().map(Vec::as_slice),
        ))
    }
}
