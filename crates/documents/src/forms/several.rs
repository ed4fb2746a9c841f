//! Answers about one form or several: what of a file is filled in, and how it is put together.

use super::projects::{self, Answer};
use super::reading::{
    Annex1Total, ErrorKind, Form, Heading, Outcome, Reading, RowRef, Rows, Table, Warning, limited,
};
use super::segments::Segment;
use super::{annex1, is_filled as has_words};
use crate::grid::Contents;

/// Reads every form that is filled in.
pub(super) fn read_all(contents: &Contents, segments: &[Segment<'_>]) -> Reading {
    let has = |form: Form| segments.iter().any(|segment| segment.header.form == form);
    let mut forms: Vec<Form> = Vec::new();
    for segment in segments {
        if !forms.contains(&segment.header.form) {
            forms.push(segment.header.form);
        }
    }
    let mut answers: Vec<Answer> = forms
        .iter()
        .filter(|form| **form != Form::Annex1)
        .flat_map(|form| projects::read(segments, *form, &contents.grids))
        .collect();
    let filled = answers.iter().filter(|answer| !answer.is_empty()).count();
    if has(Form::Annex1) {
        let reading = annex1::read(segments, contents.left_out.clone());
        if filled == 0 {
            return reading;
        }
        if reading.error.is_none() {
            answers.retain(|answer| !answer.is_empty());
            answers.push(of_annex1(reading));
            // In the order of the file.
            answers.sort_by_key(|answer| forms.iter().position(|form| *form == answer.table.form));
            return answer(answers, Vec::new());
        }
    }
    let mut notes = contents.left_out.clone();
    if filled > 0 {
        for empty in answers.iter().filter(|answer| answer.is_empty()) {
            let name = empty.table.form.chinese();
            notes.push(format!(
                "文件里的{name}是空表，没有读取；如果本期没有内容，请在表中写明“本期无调整”"
            ));
        }
        answers.retain(|answer| !answer.is_empty());
    } else {
        answers.truncate(1);
    }
    answer(answers, notes)
}

/// Whether a form of the file is filled in.
pub(super) fn is_filled(contents: &Contents, segments: &[Segment<'_>], form: Form) -> bool {
    let mut own = segments
        .iter()
        .filter(|segment| segment.header.form == form);
    match form {
        Form::Annex1 => own.next().is_some() && annex1::read(segments, Vec::new()).error.is_none(),
        // The quick look first: reading them all only to say that they are there takes long.
        Form::Annex2 | Form::Annex3 => {
            own.any(has_words) || {
                let answers = projects::read(segments, form, &contents.grids);
                answers.iter().any(|answer| !answer.is_empty())
            }
        }
    }
}

/// Puts the answers about the forms of a file together; `notes` are about the file.
pub(super) fn answer(mut answers: Vec<Answer>, notes: Vec<String>) -> Reading {
    let mut warnings: Vec<Warning> = notes
        .into_iter()
        .map(|why| Warning::new(RowRef::File, None, why))
        .collect();
    if let [only] = answers.as_mut_slice() {
        warnings.append(&mut only.warnings);
        let empty = only.is_empty();
        let table = only.table.clone();
        return if empty {
            no_rows(table, warnings)
        } else {
            let warnings = limited(warnings);
            let message = message(&[&table], warnings.len());
            Reading::of_tables(vec![table], warnings, message)
        };
    }
    for (number, answer) in (1..).zip(&mut answers) {
        for warning in &mut answer.warnings {
            warning.table = Some(number);
        }
        warnings.append(&mut answer.warnings);
    }
    let warnings = limited(warnings);
    let tables: Vec<Table> = answers.into_iter().map(|answer| answer.table).collect();
    let message = message(&tables.iter().collect::<Vec<_>>(), warnings.len());
    Reading::of_tables(tables, warnings, message)
}

fn no_rows(table: Table, warnings: Vec<Warning>) -> Reading {
    let name = table.form.short();
    let message = format!(
        "找到了{name}的表头，但表里没有填写内容，请填好后重新上传；如果本期没有内容，请在表中写明“本期无调整”。"
    );
    let form = table.form;
    Reading {
        outcome: Outcome::Rejected,
        form: Some(form),
        error: Some(ErrorKind::NoRows),
        message,
        ..Reading::of_tables(vec![table], limited(warnings), String::new())
    }
}

fn message(tables: &[&Table], warnings: usize) -> String {
    let doubts = if warnings == 0 {
        String::new()
    } else {
        format!("，有{warnings}处疑问请逐一核对")
    };
    let parts: Vec<String> = tables
        .iter()
        .map(|table| {
            let (name, count) = (table.form.short(), table.rows.len());
            match table.form {
                _ if table.heading.zero_report => format!("{name}为零报告（本期无内容）"),
                Form::Annex1 => format!("{name}，共{count}个单位"),
                Form::Annex2 | Form::Annex3 => format!("{name}，共{count}个项目"),
            }
        })
        .collect();
    format!("读到{}{doubts}。", parts.join("；"))
}

/// 附件1 as one of several forms.
fn of_annex1(reading: Reading) -> Answer {
    let total: Option<Annex1Total> = reading.total;
    Answer {
        table: Table {
            form: Form::Annex1,
            heading: Heading::default(),
            unit_of_money: reading.unit_of_money,
            total,
            rows: Rows::Annex1(reading.rows),
            source: reading.source,
        },
        warnings: reading.warnings,
    }
}
