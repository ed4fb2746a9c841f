//! The forms that clerks send: 附件1, 附件2, 附件3.

mod annex1;
mod cells;
mod context;
mod cut_off;
mod header;
mod open;
mod projects;
mod reading;
mod segments;
mod several;
mod side_by_side;
mod sniff;
mod words;

pub use reading::{
    Annex1Row, Annex1Total, Annex2Row, Annex3Row, Category, ErrorKind, Form, Heading, Outcome,
    ParseFormError, PartialDate, Reading, RowRef, Rows, SourceRow, Table, Warning,
};

use crate::grid::Contents;
use crate::refusal::{Accept, Refusal};
use segments::Segment;

/// Reads the form in a file. `file_name` serves to check that name and content agree; `wanted` is the form the
/// caller has a place for, none for "whatever it is".
///
/// Never fails: what cannot be read is a [`Reading`] with its error kind and a sentence that says what to do.
pub fn read(file_name: &str, bytes: &[u8], wanted: Option<Form>) -> Reading {
    let reading = open::open(file_name, bytes).and_then(|opened| match opened {
        open::Opened::Contents(contents) => understand([Ok(contents)].into_iter(), wanted),
        open::Opened::Text(text) => understand(text.readings(), wanted).map_err(Refusal::of_text),
        open::Opened::Attachment(what) => Ok(attachment(what, wanted)),
    });
    reading.unwrap_or_else(|Refusal { kind, message }| {
        Reading::nothing(Outcome::Rejected, Some(kind), message)
    })
}

fn attachment(what: &str, wanted: Option<Form>) -> Reading {
    if wanted.is_some() {
        let message = format!("{what}里的表格不能导入，请上传 docx 或 xlsx 格式的原表。");
        Reading::nothing(Outcome::Rejected, Some(ErrorKind::NotImportable), message)
    } else {
        let message = format!(
            "{what}只能作为附件保存，表中数据不会导入，请同时上传 docx 或 xlsx 格式的原表。"
        );
        Reading::nothing(Outcome::Attached, None, message)
    }
}

/// Finds the form, in the first of the readings that holds one.
fn understand(
    readings: impl Iterator<Item = Accept<Contents>>,
    wanted: Option<Form>,
) -> Accept<Reading> {
    let mut otherwise = None;
    for contents in readings {
        let (contents, refusal) = match contents {
            Ok(contents) => (side_by_side::split(contents), None),
            Err(refusal) => (Contents::default(), Some(refusal)),
        };
        let segments = segments::find(&contents)?;
        if !segments.is_empty() {
            return Ok(understand_segments(&contents, &segments, wanted));
        }
        otherwise.get_or_insert_with(|| {
            refusal.map_or_else(|| Ok(unrecognised(&contents, wanted)), Err)
        });
    }
    otherwise.unwrap_or_else(|| Ok(unrecognised(&Contents::default(), wanted)))
}

fn understand_segments(
    contents: &Contents,
    segments: &[Segment<'_>],
    wanted: Option<Form>,
) -> Reading {
    let has = |form: Form| segments.iter().any(|segment| segment.header.form == form);
    let first = segments
        .first()
        .map_or(Form::Annex1, |segment| segment.header.form);
    match wanted {
        Some(Form::Annex1) if has(Form::Annex1) => {
            annex1::read(segments, notes(contents, segments))
        }
        Some(wanted) if has(wanted) => {
            let also = beside(contents, segments, wanted);
            let said = also.iter().map(|form| {
                let (name, wanted) = (form.chinese(), wanted.short());
                format!("文件里还有{name}，这里只读取{wanted}")
            });
            let notes = contents.left_out.iter().cloned().chain(said).collect();
            let reading = several::answer(projects::read(segments, wanted, &contents.grids), notes);
            Reading { also, ..reading }
        }
        Some(wanted) => {
            let found = if has(Form::Annex1) {
                Form::Annex1
            } else {
                first
            };
            mismatch(found, wanted)
        }
        None => several::read_all(contents, segments),
    }
}

fn unrecognised(contents: &Contents, wanted: Option<Form>) -> Reading {
    let mut message = match wanted {
        None => "没有找到附件1、附件2或附件3的表头，请使用通知所附的表格（附件1表头为：单位、任务数、累计完成数、完成率）填写后上传。".to_owned(),
        Some(Form::Annex1) => "没有找到附件1的表头（单位、任务数、累计完成数、完成率），请使用通知所附的表格填写后上传。".to_owned(),
        Some(_) => "没有找到附件2或附件3的表头，请连同表头一起上传或粘贴，表头见通知所附的表格。".to_owned(),
    };
    if let Some(left_out) = contents.left_out.first() {
        message.push_str(&format!("注意：{left_out}。"));
    }
    Reading::nothing(
        Outcome::Rejected,
        Some(ErrorKind::FormNotRecognised),
        message,
    )
}

fn mismatch(found: Form, wanted: Form) -> Reading {
    let message = format!(
        "这份文件是{}，不是{}，请换成对应的表格后重新上传。",
        found.chinese(),
        wanted.chinese()
    );
    Reading {
        form: Some(found),
        ..Reading::nothing(Outcome::Rejected, Some(ErrorKind::FormMismatch), message)
    }
}

/// What is said about the file whatever its rows: hidden sheets, other forms with something in them.
fn notes(contents: &Contents, segments: &[Segment<'_>]) -> Vec<String> {
    let mut notes = contents.left_out.clone();
    for form in [Form::Annex2, Form::Annex3] {
        if segments
            .iter()
            .any(|segment| segment.header.form == form && is_filled(segment))
        {
            notes.push(format!("文件里还有{}，这里只读取附件1", form.chinese()));
        }
    }
    notes
}

/// The other forms that are filled in where one was asked for.
fn beside(contents: &Contents, segments: &[Segment<'_>], wanted: Form) -> Vec<Form> {
    [Form::Annex1, Form::Annex2, Form::Annex3]
        .into_iter()
        .filter(|form| *form != wanted && several::is_filled(contents, segments, *form))
        .collect()
}

/// Whether a row of 附件2 or 附件3 holds more than what the empty form prints.
fn is_filled(segment: &Segment<'_>) -> bool {
    const PRINTED: [&str; 3] = ["在谈项目", "已签约未落地项目", "已落地项目"];
    segment.grid.rows[segment.rows.clone()].iter().any(|row| {
        let words = row
            .cells
            .iter()
            .filter(|cell| !cell.is_below() && cell.text.chars().any(char::is_alphabetic));
        words
            .filter(|cell| !PRINTED.contains(&crate::value::squeeze(&cell.text).as_str()))
            .count()
            >= 2
    })
}
