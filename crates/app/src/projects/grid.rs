//! The table of many rows (表格填报): cells as typed, read and checked row by row, saved all together or not at all.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    ProjectId, dates, district,
    library::LibraryRules,
    names,
    partial_date::PartialDate,
    permission::Action,
    person::{Caller, Invalid},
    project::{Field, Horizon, Milestone, ProjectFields},
};
use store::{
    Db,
    projects::{Project, Track},
};

use super::{
    SaveProject, TypedAmount, lists, own_enterprise, read_amount,
    save::{Adding, Changing, check_change, conflict, keep_masked},
    track_of,
};
use crate::{App, Conflict, Error, Result, access::Reach};

/// Rows saved at once at most.
pub const GRID_MOST: usize = 500;

/// The columns of the table. Investors, signings and readiness have several parts each and stay in the form.
pub const GRID: [Field; 18] = [
    Field::Name,
    Field::Industry,
    Field::Investment,
    Field::District,
    Field::Horizon,
    Field::BasicInfo,
    Field::Cooperation,
    Field::Address,
    Field::LeadOfficial,
    Field::ContactName,
    Field::ContactPhone,
    Field::Planned,
    Field::Negotiating,
    Field::Filed,
    Field::Started,
    Field::Completed,
    Field::Producing,
    Field::Remarks,
];

/// What is ticked to confirm an amount.
const ALL_RIGHT: &str = "数额无误";

/// One row as typed.
#[derive(Debug, Clone, Default)]
pub struct GridRow {
    /// Where it stands in the form: refusals name it, `rows.3.name`.
    pub at: usize,
    /// The project; none for a new one.
    pub id: Option<ProjectId>,
    /// The version it was made from.
    pub version: i64,
    /// Texts of cells; one that is not here stays as it is.
    pub cells: BTreeMap<Field, String>,
    /// The text of the amount for which its reading, or its jump, was confirmed.
    pub confirmed: String,
}

impl GridRow {
    /// Whether it is a new row nobody has written into.
    pub fn is_blank(&self) -> bool {
        self.id.is_none() && self.cells.values().all(|text| names::tidy(text).is_empty())
    }
}

/// What holds for all rows of a save.
#[derive(Debug, Clone, Default)]
pub struct GridSave {
    /// The rows.
    pub rows: Vec<GridRow>,
    /// From which day on; today when left open.
    pub effective_on: Option<NaiveDate>,
    /// Why.
    pub reason: String,
}

/// What became of it.
#[derive(Debug, Default)]
pub struct GridDone {
    /// Projects added, by their rows.
    pub added: Vec<(usize, ProjectId)>,
    /// Projects changed, by their rows.
    pub changed: Vec<(usize, ProjectId)>,
    /// Refusals by cell, `rows.3.investment`; when there is one, nothing was saved.
    pub refused: Invalid,
    /// Rows whose project somebody saved since; when there is one, nothing was saved.
    pub conflicts: Vec<(usize, Conflict)>,
    /// Amounts not plainly typed: their cell, the text, how it is read.
    pub readings: Vec<(String, String, String)>,
}

impl GridDone {
    /// Whether all rows could be saved.
    pub fn is_clean(&self) -> bool {
        self.refused.fields.is_empty() && self.conflicts.is_empty()
    }

    /// The conflicts of all rows as one, and the number of those not told.
    pub fn conflict(&self) -> Option<Conflict> {
        let codes: Vec<&str> = self
            .conflicts
            .iter()
            .map(|(_, one)| one.what.as_str())
            .collect();
        let (_, first) = self.conflicts.first()?;
        let values = self.conflicts.iter().flat_map(|(at, one)| {
            let named = move |(label, yours, theirs): &(String, String, String)| {
                let label = format!("第{}行 {}：{label}", at + 1, one.what);
                (label, yours.clone(), theirs.clone())
            };
            one.values.iter().map(named)
        });
        Some(Conflict {
            what: codes.join("、"),
            values: values.collect(),
            version: first.version,
        })
    }
}

/// A row that may be written.
enum Ready {
    Same,
    New(Box<ProjectFields>),
    Change(Box<(Project, ProjectFields, ProjectFields)>),
}

/// What rows are checked against.
struct Ground<'a> {
    reach: &'a Reach,
    rules: &'a LibraryRules,
    save: &'a GridSave,
    today: NaiveDate,
}

impl App {
    /// Says of each row what saving would refuse; saves nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who enter no projects; [`Error::Invalid`] for too many rows.
    pub async fn check_grid(&self, caller: &Caller, save: &GridSave) -> Result<GridDone> {
        let reach = self.grid_reach(caller, save).await?;
        let reader = self.store().read();
        let (_, rules) = store::library_rules::newest(&reader, reach.authority()?.id).await?;
        let ground = Ground {
            reach: &reach,
            rules: &rules,
            save,
            today: self.today(),
        };
        let mut done = GridDone::default();
        for row in &save.rows {
            ground.ready(&reader, row, false, &mut done).await?;
        }
        Ok(done)
    }

    /// Saves all rows in one transaction, or none: then the answer says what was refused of which cell, and whose
    /// project was saved by somebody else.
    ///
    /// # Errors
    /// As [`App::check_grid`].
    pub async fn save_grid(&self, caller: &Caller, save: &GridSave) -> Result<GridDone> {
        let reach = self.grid_reach(caller, save).await?;
        let unit = own_enterprise(&reach, caller)?;
        let work = self.work().await?;
        store::projects::take_turn(&work.tx, unit).await?;
        let (_, rules) = store::library_rules::newest(&work.tx, reach.authority()?.id).await?;
        let ground = Ground {
            reach: &reach,
            rules: &rules,
            save,
            today: dates::day_in_shanghai(work.now),
        };
        let mut done = GridDone::default();
        let mut ready = Vec::new();
        // Projects are locked in the order of their numbers: two tables saved at once wait for each other, not in a circle.
        let mut rows: Vec<&GridRow> = save.rows.iter().collect();
        rows.sort_by_key(|row| (row.id.is_none(), row.id, row.at));
        for row in rows {
            let row_ready = ground.ready(&work.tx, row, true, &mut done).await?;
            ready.push((row.at, row_ready));
        }
        if !done.is_clean() {
            sort_by_row(&mut done.refused);
            return Ok(done);
        }
        let effective_on = save.effective_on.unwrap_or(ground.today);
        let reason = save.reason.trim();
        let mut facts = Vec::new();
        for (at, one) in &ready {
            match one {
                Ready::Same => {}
                Ready::New(fields) => {
                    let adding = Adding {
                        unit,
                        fields,
                        effective_on,
                        reason,
                        copied_from: None,
                    };
                    let (id, fact) = self
                        .write_new(&work, caller, &reach, &rules, &adding)
                        .await?;
                    done.added.push((*at, id));
                    facts.push(fact);
                }
                Ready::Change(change) => {
                    let (project, before, fields) = change.as_ref();
                    let changing = Changing {
                        project,
                        before,
                        fields,
                        effective_on,
                        reason,
                    };
                    let (_, fact) = self.write_change(&work, caller, &rules, &changing).await?;
                    done.changed.push((*at, project.id));
                    facts.push(fact);
                }
            }
        }
        if !facts.is_empty() {
            self.finish_changes(work, caller, facts).await?;
        }
        Ok(done)
    }

    async fn grid_reach(&self, caller: &Caller, save: &GridSave) -> Result<Reach> {
        let reach = self.reach(caller, Action::EditProjects).await?;
        if track_of(&reach)? != Track::Own {
            return Err(Error::NotFound);
        }
        if save.rows.len() > GRID_MOST {
            let why = format!("一次最多保存{GRID_MOST}行，请分几次保存；没有保存任何内容");
            return Err(Invalid::of("rows", why).into());
        }
        Ok(reach)
    }
}

impl Ground<'_> {
    /// Reads and checks a row; what is refused of it goes into `done`.
    async fn ready(
        &self,
        db: &impl Db,
        row: &GridRow,
        lock: bool,
        done: &mut GridDone,
    ) -> Result<Ready> {
        let Some(id) = row.id else {
            return Ok(self.new_row(row, done));
        };
        let project = if lock {
            store::projects::locked(db, id).await?
        } else {
            store::projects::by_id(db, id).await?
        };
        let Some(project) = project.filter(|project| self.reach.covers(project.unit)) else {
            let why = "项目库里没有这个项目，请刷新页面";
            done.refused.add(&cell(row.at, Field::Name), why);
            return Ok(Ready::Same);
        };
        let head = store::projects::revision(db, project.head)
            .await?
            .ok_or(Error::NotFound)?
            .fields;
        let mut fields = head.clone();
        let wrong = self.put(row, &mut fields, done);
        keep_masked(&head, &mut fields);
        let fields = fields.tidied();
        if fields == head {
            return Ok(Ready::Same);
        }
        if project.version != row.version {
            let Error::Conflict(told) = conflict(&project, &head, &fields) else {
                return Ok(Ready::Same);
            };
            done.conflicts.push((row.at, *told));
            return Ok(Ready::Same);
        }
        if wrong {
            return Ok(Ready::Same);
        }
        let one = SaveProject {
            fields: ProjectFields::default(),
            effective_on: self.save.effective_on,
            reason: self.save.reason.clone(),
            amount_confirmed: row.confirmed_for(Field::Investment),
        };
        match check_change(&head, &fields, &one, self.today, self.rules) {
            Err(invalid) => {
                let jumps = invalid
                    .first("investment")
                    .is_some_and(|why| why.contains(ALL_RIGHT));
                if jumps && let Some(text) = row.cells.get(&Field::Investment) {
                    let amount = cell(row.at, Field::Investment);
                    done.readings.retain(|(name, ..)| *name != amount);
                    let text = text.trim().to_owned();
                    done.readings
                        .push((amount, text, "变动十倍以上".to_owned()));
                }
                self.refuse(row.at, &project.code, invalid, done);
                Ok(Ready::Same)
            }
            Ok(_) => Ok(Ready::Change(Box::new((project, head, fields)))),
        }
    }

    fn new_row(&self, row: &GridRow, done: &mut GridDone) -> Ready {
        if row.is_blank() {
            return Ready::Same;
        }
        let mut fields = ProjectFields::default();
        let wrong = self.put(row, &mut fields, done);
        let fields = fields.tidied();
        let effective_on = self.save.effective_on.unwrap_or(self.today);
        let reason = self.save.reason.trim();
        match fields.check(None, effective_on, self.today, reason, &lists(self.rules)) {
            Err(invalid) => {
                let words = format!("第{}行", row.at + 1);
                self.refuse(row.at, &words, invalid, done);
                Ready::Same
            }
            Ok(()) if wrong => Ready::Same,
            Ok(()) => Ready::New(Box::new(fields)),
        }
    }

    /// Puts the cells into the fields; true when one cannot be read.
    fn put(&self, row: &GridRow, fields: &mut ProjectFields, done: &mut GridDone) -> bool {
        let mut wrong = false;
        for (field, text) in &row.cells {
            // What comes back as it was shown was not changed, whatever could be said of it.
            if names::tidy_text(text) == fields.text(*field) {
                continue;
            }
            if *field == Field::Investment
                && let Ok(typed @ TypedAmount { plain: false, .. }) = read_amount(text.trim())
            {
                let reading = (
                    cell(row.at, *field),
                    text.trim().to_owned(),
                    typed.in_words(),
                );
                done.readings.push(reading);
            }
            if let Err(why) = put(fields, *field, text, row.confirmed_for(*field)) {
                done.refused.add(&cell(row.at, *field), why);
                wrong = true;
            }
        }
        wrong
    }

    /// A row's refusals by cell; a jump of the amount can be confirmed in its cell. What is said once for all rows is told once, with the first row it concerns.
    fn refuse(&self, at: usize, words: &str, invalid: Invalid, done: &mut GridDone) {
        for (field, why) in invalid.fields {
            if field == "reason" || field == "effective_on" {
                if done.refused.first(&field).is_none() {
                    done.refused.add(&field, format!("{words}：{why}"));
                }
                continue;
            }
            let word = field.strip_prefix("milestones.").unwrap_or(&field);
            let of_table = Field::from_word(word).filter(|field| GRID.contains(field));
            match of_table {
                Some(field) => done.refused.add(&cell(at, field), why),
                None => done.refused.add(
                    &cell(at, Field::Name),
                    format!("{why}（这一项请在项目表单里修改）"),
                ),
            }
        }
    }
}

impl GridRow {
    fn confirmed_for(&self, field: Field) -> bool {
        let typed = self.cells.get(&field).map_or("", |text| text.trim());
        !typed.is_empty() && self.confirmed.trim() == typed
    }
}

/// The name of a cell in forms and refusals.
pub fn cell(at: usize, field: Field) -> String {
    format!("rows.{at}.{}", field.word())
}

fn sort_by_row(invalid: &mut Invalid) {
    let row = |field: &str| -> usize {
        field
            .split('.')
            .nth(1)
            .and_then(|row| row.parse().ok())
            .unwrap_or(0)
    };
    invalid.fields.sort_by_key(|(field, _)| row(field));
}

/// Puts a cell's text into its field.
fn put(
    fields: &mut ProjectFields,
    field: Field,
    text: &str,
    confirmed: bool,
) -> std::result::Result<(), String> {
    let text = names::tidy_text(text);
    let plain = |into: &mut String| {
        *into = text.clone();
        Ok(())
    };
    let milestone = |one: Milestone, fields: &mut ProjectFields| {
        if text.is_empty() {
            fields.milestones.remove(&one);
            return Ok(());
        }
        let on: PartialDate = text.parse().map_err(|why| format!("{why}"))?;
        fields.milestones.insert(one, on);
        Ok(())
    };
    match field {
        Field::Name => plain(&mut fields.name),
        Field::Industry => plain(&mut fields.industry),
        Field::BasicInfo => plain(&mut fields.basic_info),
        Field::Cooperation => plain(&mut fields.cooperation),
        Field::Address => plain(&mut fields.address),
        Field::LeadOfficial => plain(&mut fields.lead_official),
        Field::ContactName => plain(&mut fields.contact_name),
        Field::ContactPhone => plain(&mut fields.contact_phone),
        Field::Remarks => plain(&mut fields.remarks),
        Field::Planned => milestone(Milestone::Planned, fields),
        Field::Negotiating => milestone(Milestone::Negotiating, fields),
        Field::Filed => milestone(Milestone::Filed, fields),
        Field::Started => milestone(Milestone::Started, fields),
        Field::Completed => milestone(Milestone::Completed, fields),
        Field::Producing => milestone(Milestone::Producing, fields),
        Field::Investment => {
            if text.is_empty() {
                fields.investment = None;
                return Ok(());
            }
            let typed = read_amount(&text)?;
            if !typed.plain && !confirmed {
                let words = typed.in_words();
                return Err(format!(
                    "“{text}”{words}，请核对；无误请勾选“数额无误”再保存"
                ));
            }
            fields.investment = Some(typed.money);
            Ok(())
        }
        Field::District => {
            fields.district = district::find(&text)
                .ok_or("请填县（市、区）名录里的名称，例如 鹿城区")?
                .to_owned();
            Ok(())
        }
        Field::Horizon => {
            let wanted = names::key(&text);
            let known = Horizon::ALL.iter().find(|one| one.label() == wanted);
            if known.is_none() && !wanted.is_empty() {
                return Err("请填 近期 或 远期".to_owned());
            }
            fields.horizon = known.copied();
            Ok(())
        }
        other => Err(format!("{}不在表格里填，请打开项目表单", other.label())),
    }
}

/// The cells of a project as the table shows them.
pub fn cells(fields: &ProjectFields) -> BTreeMap<Field, String> {
    GRID.iter()
        .map(|field| (*field, fields.text(*field)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_comes_back_unchanged() {
        let fields = ProjectFields {
            name: "临港仓储".into(),
            basic_info: "第一行\n第二行".into(),
            industry: "现代物流".into(),
            investment: Some(domain::Money::from_fen(1_234_567)),
            district: "330305".into(),
            horizon: Some(Horizon::Far),
            milestones: [(Milestone::Started, "2017-08".parse().unwrap())].into(),
            ..ProjectFields::default()
        };
        let mut back = ProjectFields::default();
        for (field, text) in cells(&fields) {
            put(&mut back, field, &text, false).unwrap();
        }
        assert_eq!(back.tidied(), fields);
    }

    #[test]
    fn cells_are_read_as_the_form_reads_them() {
        let mut fields = ProjectFields::default();
        let mut put = |field, text: &str, confirmed| put(&mut fields, field, text, confirmed);
        assert!(
            put(Field::Investment, "1.2亿", false)
                .unwrap_err()
                .contains("读作 12000 万元")
        );
        assert!(put(Field::Investment, "1.2亿", true).is_ok());
        assert!(put(Field::Investment, "很多", true).is_err());
        assert!(put(Field::District, "鹿城", false).is_ok());
        assert!(put(Field::District, "杭州市", false).is_err());
        assert!(put(Field::Horizon, "长期", false).is_err());
        assert!(put(Field::Started, "2017年8月", false).is_ok());
        assert!(put(Field::Started, "去年", false).is_err());
        assert!(put(Field::Signings, "2017", false).is_err());
        assert_eq!(fields.investment, Some(domain::Money::from_wan(12000)));
        assert_eq!(fields.district, "330302");
    }
}
