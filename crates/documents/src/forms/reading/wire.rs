//! The shape of the answer in JSON: one form at the top, several in `tables`.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    Annex1Row, Annex1Total, Annex2Row, Annex3Row, ErrorKind, Form, Heading, Outcome, Reading,
    SourceRow, Table, Warning,
};

/// The rows of one form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Rows {
    /// Of 附件1.
    Annex1(Vec<Annex1Row>),
    /// Of 附件2.
    Annex2(Vec<Annex2Row>),
    /// Of 附件3.
    Annex3(Vec<Annex3Row>),
}

impl Rows {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Annex1(rows) => rows.len(),
            Self::Annex2(rows) => rows.len(),
            Self::Annex3(rows) => rows.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// An empty list is the list of its form.
    fn of(self, form: Form) -> Self {
        match form {
            _ if !self.is_empty() => self,
            Form::Annex1 => Self::Annex1(Vec::new()),
            Form::Annex2 => Self::Annex2(Vec::new()),
            Form::Annex3 => Self::Annex3(Vec::new()),
        }
    }
}

/// What is written and read.
#[derive(Serialize, Deserialize)]
pub(super) struct Wire {
    outcome: Outcome,
    form: Option<Form>,
    error: Option<ErrorKind>,
    message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    year: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    as_at: Option<NaiveDate>,
    /// Always written; what was stored before that has none.
    #[serde(flatten)]
    heading: Option<Heading>,
    unit_of_money: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rows: Option<Rows>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tables: Vec<Table>,
    total: Option<Annex1Total>,
    warnings: Vec<Warning>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<Vec<SourceRow>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    also: Vec<Form>,
}

impl From<Reading> for Wire {
    fn from(reading: Reading) -> Self {
        let Reading {
            outcome,
            form,
            error,
            message,
            title,
            year,
            as_at,
            unit_of_money,
            rows,
            total,
            mut tables,
            warnings,
            source,
            also,
        } = reading;
        let mut wire = Self {
            outcome,
            form,
            error,
            message,
            title,
            year,
            as_at,
            heading: Some(Heading::default()),
            unit_of_money,
            rows: None,
            tables: Vec::new(),
            total,
            warnings,
            source,
            also,
        };
        match tables.len() {
            0 => wire.rows = Some(Rows::Annex1(rows)),
            1 => {
                let table = tables.remove(0);
                wire.heading = Some(table.heading);
                wire.unit_of_money = table.unit_of_money;
                wire.rows = Some(table.rows);
                wire.source = table.source;
            }
            _ => {
                wire.heading = Some(Heading::shared(&tables));
                wire.tables = tables;
            }
        }
        wire
    }
}

impl From<Wire> for Reading {
    fn from(wire: Wire) -> Self {
        // A refusal holds no table, unless one was found empty.
        let of_table = matches!(wire.form, Some(Form::Annex2 | Form::Annex3))
            && wire.error.is_none_or(|error| error == ErrorKind::NoRows);
        let mut reading = Self {
            outcome: wire.outcome,
            form: wire.form,
            error: wire.error,
            message: wire.message,
            title: wire.title,
            year: wire.year,
            as_at: wire.as_at,
            unit_of_money: wire.unit_of_money,
            rows: Vec::new(),
            total: wire.total,
            tables: wire.tables,
            warnings: wire.warnings,
            source: None,
            also: wire.also,
        };
        for table in &mut reading.tables {
            let rows = std::mem::replace(&mut table.rows, Rows::Annex1(Vec::new()));
            table.rows = rows.of(table.form);
        }
        match (wire.rows, wire.heading, wire.form) {
            (Some(rows), Some(heading), Some(form)) if of_table => reading.tables.push(Table {
                form,
                heading,
                unit_of_money: reading.unit_of_money.clone(),
                total: None,
                rows: rows.of(form),
                source: wire.source,
            }),
            (rows, ..) => {
                if let Some(Rows::Annex1(rows)) = rows {
                    reading.rows = rows;
                }
                reading.source = wire.source;
            }
        }
        reading
    }
}
