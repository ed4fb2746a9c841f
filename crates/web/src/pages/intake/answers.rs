//! What the form of a preview answers, row by row.

use app::returns::intake::{
    CellChange, Choice, IntakeAnswers, IntakePreview, IntakeRow, RowAnswer,
};
use domain::{ProjectId, adjustment::AdjustmentKind, names, person::Invalid};

use crate::form::Fields;

/// The answers in the form for the rows on its page; those given on other pages stay.
pub(super) fn answers(
    fields: &Fields,
    preview: &IntakePreview,
    invalid: &mut Invalid,
) -> IntakeAnswers {
    let mut answers = preview.answers.clone();
    answers.unit_confirmed = if fields.has("unit_asked") {
        fields.ticked("unit_confirmed")
    } else {
        answers.unit_confirmed
    };
    answers.checked = fields.ticked("checked");
    if fields.has("kind") {
        answers.kind = AdjustmentKind::from_word(fields.text("kind"));
    }
    if fields.has("zero_reason") {
        answers.zero_reason = Some(fields.text("zero_reason").to_owned());
    }
    let numbers = fields
        .all("row")
        .filter_map(|text| text.parse::<usize>().ok());
    for number in numbers {
        let Some(row) = number.checked_sub(1).and_then(|at| preview.rows.get(at)) else {
            continue;
        };
        let answer = row_answer(fields, row, preview, invalid);
        if answer == RowAnswer::default() {
            answers.rows.remove(&number);
        } else {
            answers.rows.insert(number, answer);
        }
    }
    answers
}

fn row_answer(
    fields: &Fields,
    row: &IntakeRow,
    preview: &IntakePreview,
    invalid: &mut Invalid,
) -> RowAnswer {
    let number = row.number;
    let named = |field: &str| format!("{field}_{number}");
    let mut answer = RowAnswer {
        skip: fields.ticked(&named("skip")),
        project: choice(fields, row, preview, invalid),
        kind: AdjustmentKind::from_word(fields.text(&named("kind"))),
        ..RowAnswer::default()
    };
    for cell in &row.cells {
        let name = named(cell.field);
        // What is not on the form stays as it was answered.
        let text = if fields.has(&name) {
            names::tidy_text(fields.text(&name))
        } else {
            cell.value.clone()
        };
        let as_read = text == names::tidy_text(&cell.read)
            || !cell.corrected && text == names::tidy_text(&cell.value);
        if !as_read {
            answer.texts.insert(cell.field.to_owned(), text);
        }
    }
    let decided = fields.text(&named("decided")).to_owned();
    for cell in &row.cells {
        if let (CellChange::Differs { proposed, .. }, true) = (
            cell.change,
            decided.split(' ').any(|field| field == cell.field),
        ) {
            let ticked = fields.ticked(&named(&format!("take_{}", cell.field)));
            if ticked != proposed {
                answer.take.insert(cell.field.to_owned(), ticked);
            }
        }
    }
    answer
}

/// Which project was chosen: one typed in wins over the list.
fn choice(
    fields: &Fields,
    row: &IntakeRow,
    preview: &IntakePreview,
    invalid: &mut Invalid,
) -> Option<Choice> {
    let number = row.number;
    if let Some(written) = fields.filled(&format!("other_{number}")) {
        let key = names::key(written);
        let fits = |(_, code, name): &&(ProjectId, String, String)| {
            let (code, name) = (names::key(code), names::key(name));
            key == code || key == name || key == format!("{code}{name}")
        };
        let mut found = preview.projects.iter().filter(fits);
        return match (found.next(), found.next()) {
            (Some((id, _, _)), None) => Some(Choice::Project(*id)),
            (None, _) => {
                let why = format!("第{number}行：项目库里没有“{written}”，请从列出的项目里选择");
                invalid.add(&format!("other_{number}"), why);
                row.answer.project
            }
            _ => {
                let why = format!("第{number}行：有几个项目叫“{written}”，请填项目编号");
                invalid.add(&format!("other_{number}"), why);
                row.answer.project
            }
        };
    }
    match fields.text(&format!("project_{number}")) {
        "new" => Some(Choice::NEW),
        text => text.parse().ok().map(|id| Choice::Project(ProjectId(id))),
    }
}
