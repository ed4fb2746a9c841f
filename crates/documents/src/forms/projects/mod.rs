//! 附件2 and 附件3: reads their tables into rows, checks them, and says what was understood.

mod amounts;
mod checks;
mod class;
mod columns;
mod contacts;
mod draft;
mod gather;
mod heading;
mod rows;
mod texts;
mod words;

pub(super) use columns::Columns;
pub(super) use heading::is_signature;

use super::Form;
use super::reading::{
    Annex2Row, Annex3Row, Category, Heading, RowRef, Rows, SourceRow, Table, Warning,
};
use super::segments::Segment;
use crate::grid::Grid;
use draft::Draft;
use gather::Gathered;
use words::Field;

/// One form that was read, with what is doubtful about it.
pub(super) struct Answer {
    pub table: Table,
    pub warnings: Vec<Warning>,
}

impl Answer {
    /// Neither rows nor a statement that there are none.
    pub fn is_empty(&self) -> bool {
        self.table.rows.is_empty() && !self.table.heading.zero_report
    }
}

/// Reads all tables of one form, `grids` being those of the whole file.
pub(super) fn read(segments: &[Segment<'_>], form: Form, grids: &[Grid]) -> Vec<Answer> {
    let mut forms: Vec<Gathered> = Vec::new();
    for segment in segments {
        let Some(columns) = segment.header.projects.as_ref().filter(|c| c.form == form) else {
            continue;
        };
        match forms.last_mut() {
            Some(open) if open.continues_with(segment) => open.append(segment, columns, grids),
            _ => forms.push(Gathered::read(segment, columns, grids)),
        }
    }
    let mut answers: Vec<Answer> = forms.into_iter().map(finish).collect();
    // Of several copies of a form the empty ones are not missed, unless all are.
    if answers.iter().any(|answer| !answer.is_empty()) {
        answers.retain(|answer| !answer.is_empty());
    } else {
        answers.truncate(1);
    }
    answers
}

fn finish(mut gathered: Gathered) -> Answer {
    gathered.close();
    checks::duplicates(&mut gathered.rows);
    checks::proportions(&mut gathered);
    let sums = checks::sums(&gathered);
    let classes = classes(&mut gathered);
    say_what_is_missing(&mut gathered.rows, gathered.form, &classes);
    let zero_report = gathered.zero && gathered.rows.is_empty();
    if gathered.zero && !zero_report && gathered.form == Form::Annex2 {
        let why = "表里写了“无”或“无调整”，又填了项目，请核对".to_owned();
        gathered.notes.push((None, why));
    }
    if gathered.assumed_unit {
        let name = gathered.form.short();
        let why = format!("没有写明金额单位，已按{name}规定的万元读取，请核对");
        gathered.notes.push((Some(Field::Investment.key()), why));
    }
    let mut warnings = heading_warnings(&gathered);
    let file = |(field, why): &(Option<&'static str>, String)| {
        Warning::new(RowRef::File, *field, why.clone())
    };
    warnings.extend(gathered.notes.iter().map(file));
    let investment = Some(Field::Investment.key());
    let parts = sums.parts.into_iter();
    warnings.extend(parts.map(|why| Warning::new(RowRef::File, investment, why)));
    for (number, row) in (1..).zip(&gathered.rows) {
        warnings.extend(row.whys.iter().map(|(field, why)| {
            Warning::new(RowRef::Row(number), field.map(Field::key), why.clone())
        }));
    }
    let total = sums.total.into_iter();
    warnings.extend(total.map(|why| Warning::new(RowRef::Total, investment, why)));
    let table = Table {
        form: gathered.form,
        heading: Heading {
            unit: gathered.signed.unit.clone(),
            reported_on: gathered.signed.reported_on,
            zero_report,
            zero_words: gathered.zero_words.take().filter(|_| zero_report),
        },
        unit_of_money: unit_of_money(&gathered),
        total: None,
        source: Some(sources(&gathered.rows)),
        rows: match gathered.form {
            Form::Annex3 => Rows::Annex3(
                gathered
                    .rows
                    .into_iter()
                    .zip(classes)
                    .map(|(draft, class)| annex3(draft, class))
                    .collect(),
            ),
            _ => Rows::Annex2(gathered.rows.into_iter().map(annex2).collect()),
        },
    };
    Answer { table, warnings }
}

/// What is doubtful about who reports and when.
fn heading_warnings(gathered: &Gathered) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if gathered.signed.unit.is_none() {
        let why = "没有写明报送单位，请选择是哪个单位的报表".to_owned();
        warnings.push(Warning::new(RowRef::File, Some("unit"), why));
    }
    let doubts = gathered.signed.doubts.iter();
    warnings
        .extend(doubts.map(|(field, why)| Warning::new(RowRef::File, Some(field), why.clone())));
    warnings
}

/// The class of each row of 附件3; doubts go to the rows and to the file.
fn classes(gathered: &mut Gathered) -> Vec<Option<Category>> {
    if gathered.form != Form::Annex3 {
        return Vec::new();
    }
    let (classified, notes) = class::classify(&gathered.steps, gathered.rows.len());
    let key = Some(Field::Category.key());
    gathered
        .notes
        .extend(notes.into_iter().map(|why| (key, why)));
    for (row, classified) in gathered.rows.iter_mut().zip(&classified) {
        if let Some(why) = &classified.why {
            row.say(Some(Field::Category), why.clone());
        }
    }
    classified.into_iter().map(|one| one.class).collect()
}

/// What a row of the form cannot do without.
fn say_what_is_missing(rows: &mut [Draft], form: Form, classes: &[Option<Category>]) {
    let dated = rows.iter().any(|row| row.signed.is_some());
    for (at, row) in rows.iter_mut().enumerate() {
        // A row that was not read is said to be so already.
        if row.cells.is_empty() {
            continue;
        }
        if row.text(Field::Project).is_none() {
            let why = "没有项目名称，如果是上一行的续行请合并".to_owned();
            row.say(Some(Field::Project), why);
        } else if let Some(name) = row.text(Field::Project)
            && !name.chars().any(char::is_alphanumeric)
        {
            let why = format!("项目名称写的是“{name}”，请填写名称");
            row.say(Some(Field::Project), why);
        }
        let needed = if form == Form::Annex3 {
            Field::Central
        } else {
            Field::Adjustment
        };
        let has_column = row.cells.contains_key(needed.key());
        if has_column && row.text(needed).is_none() {
            row.say(Some(needed), format!("没有填写{}", needed.chinese()));
        }
        let class = classes.get(at).copied().flatten();
        let blank = row
            .cells
            .get(Field::Signed.key())
            .is_some_and(String::is_empty);
        match class {
            Some(Category::Negotiating) if row.signed.is_some() => {
                let why = "类别是在谈项目，又写了签约时间，请核对".to_owned();
                row.say(Some(Field::Signed), why);
            }
            Some(Category::Signed | Category::Landed) if blank && dated => {
                row.say(Some(Field::Signed), "没有填写签约时间".to_owned());
            }
            _ => {}
        }
    }
}

fn unit_of_money(gathered: &Gathered) -> Option<String> {
    // Cells that name their unit state it where neither header nor line does.
    let by_cells = gathered.unit_names.is_empty() && !gathered.assumed_unit;
    let names = if by_cells {
        &gathered.cell_units
    } else {
        &gathered.unit_names
    };
    match names.as_slice() {
        [name] => Some(name.clone()),
        _ => None,
    }
}

fn sources(rows: &[Draft]) -> Vec<SourceRow> {
    let rows = (1..).map(RowRef::Row).zip(rows);
    rows.map(|(row, draft)| SourceRow {
        row,
        place: draft.place.clone(),
        cells: draft.cells.clone(),
        places: draft.places.clone(),
        extra: draft.extra.clone(),
    })
    .collect()
}

fn annex2(mut draft: Draft) -> Annex2Row {
    let mut text = |field: Field| draft.texts.remove(&field);
    Annex2Row {
        project_name: text(Field::Project).unwrap_or_default(),
        basic_info: text(Field::Basic),
        adjustment: text(Field::Adjustment),
        reason: text(Field::Reason),
        remark: text(Field::Remark),
        investment: draft.investment,
        investment_raw: draft.investment_raw,
        investment_approx: draft.approximate,
        contact_name: draft.contact.name(),
        contact_phone: draft.contact.phone(),
        contact_raw: draft.contact_raw,
        extra: draft.extra,
    }
}

fn annex3(mut draft: Draft, category: Option<Category>) -> Annex3Row {
    let mut text = |field: Field| draft.texts.remove(&field);
    Annex3Row {
        category,
        project_name: text(Field::Project).unwrap_or_default(),
        central_enterprise: text(Field::Central),
        progress: text(Field::Progress),
        problems: text(Field::Problems),
        next_steps: text(Field::Next),
        signed: draft.signed,
        contact_name: draft.contact.name(),
        contact_phone: draft.contact.phone(),
        contact_raw: draft.contact_raw,
        extra: draft.extra,
    }
}
