//! What was measured: sections with columns, printed as tables and written as JSON; and what was to be met.

use std::{fs, path::Path};

use serde_json::{Map, Value, json};

use crate::{
    failure::Result,
    numbers::{decimal, micros},
    proc,
};

/// One measured thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Figure {
    /// Microseconds, printed as ms.
    Micros(u64),
    /// Nanoseconds, printed as ms with three decimals.
    Nanos(u64),
    /// KiB, printed as MiB.
    Kib(u64),
    /// A plain number.
    Count(u64),
    /// Hundredths, printed with two decimals.
    Hundredths(u64),
    /// Words.
    Text(String),
    /// Not measured.
    None,
}

impl Figure {
    /// A time.
    pub fn time(time: std::time::Duration) -> Self {
        Self::Micros(micros(time))
    }

    fn print(&self) -> String {
        match self {
            Self::Micros(number) => decimal(*number, 1000, 2),
            Self::Nanos(number) => decimal(*number, 1_000_000, 3),
            Self::Kib(number) => decimal(*number, 1024, 1),
            Self::Count(number) => number.to_string(),
            Self::Hundredths(number) => decimal(*number, 100, 2),
            Self::Text(text) => text.clone(),
            Self::None => "—".to_owned(),
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Micros(number) => json!({"us": number}),
            Self::Nanos(number) => json!({"ns": number}),
            Self::Kib(number) => json!({"kib": number}),
            Self::Count(number) => json!(number),
            Self::Hundredths(number) => json!({"hundredths": number}),
            Self::Text(text) => json!(text),
            Self::None => Value::Null,
        }
    }
}

/// A table of measurements.
struct Section {
    title: String,
    columns: Vec<String>,
    rows: Vec<Vec<Figure>>,
}

/// Something to be met.
struct Goal {
    what: String,
    most: Figure,
    measured: Figure,
    met: bool,
}

/// Everything measured in one run.
#[derive(Default)]
pub struct Report {
    sections: Vec<Section>,
    goals: Vec<Goal>,
}

impl Report {
    /// Adds a row to the section of that title, which is made with these columns when it is not there.
    pub fn add(&mut self, title: &str, columns: &[&str], row: Vec<Figure>) {
        let section = match self
            .sections
            .iter_mut()
            .position(|section| section.title == title)
        {
            Some(at) => self.sections.get_mut(at),
            None => {
                self.sections.push(Section {
                    title: title.to_owned(),
                    columns: columns.iter().map(|column| (*column).to_owned()).collect(),
                    rows: Vec::new(),
                });
                self.sections.last_mut()
            }
        };
        if let Some(section) = section {
            section.rows.push(row);
        }
    }

    /// Compares with what was to be met; the two figures are of the same kind.
    pub fn goal(&mut self, what: impl Into<String>, most: Figure, measured: Figure) {
        let met = match (&most, &measured) {
            (Figure::Micros(most), Figure::Micros(measured))
            | (Figure::Nanos(most), Figure::Nanos(measured))
            | (Figure::Kib(most), Figure::Kib(measured))
            | (Figure::Hundredths(most), Figure::Hundredths(measured))
            | (Figure::Count(most), Figure::Count(measured)) => measured <= most,
            _ => most == measured,
        };
        self.goals.push(Goal {
            what: what.into(),
            most,
            measured,
            met,
        });
    }

    /// As Markdown tables.
    pub fn print(&self) -> String {
        let mut text = String::new();
        for section in &self.sections {
            text.push_str(&format!("\n### {}\n\n", section.title));
            let rows = section
                .rows
                .iter()
                .map(|row| row.iter().map(Figure::print).collect());
            text.push_str(&markdown(&section.columns, &rows.collect::<Vec<_>>()));
        }
        if !self.goals.is_empty() {
            text.push_str("\n### Met and missed\n\n");
            let row = |goal: &Goal| {
                let verdict = if goal.met { "met" } else { "missed" };
                vec![
                    goal.what.clone(),
                    goal.most.print(),
                    goal.measured.print(),
                    verdict.to_owned(),
                ]
            };
            let columns = ["what", "at most", "measured", ""].map(str::to_owned);
            text.push_str(&markdown(
                &columns,
                &self.goals.iter().map(row).collect::<Vec<_>>(),
            ));
        }
        text
    }

    /// Writes everything to a file; `about` says under which circumstances.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn write(&self, path: &Path, mut about: Map<String, Value>) -> Result<()> {
        let row = |section: &Section, row: &Vec<Figure>| -> Value {
            let figures = section
                .columns
                .iter()
                .cloned()
                .zip(row.iter().map(Figure::json));
            Value::Object(figures.collect())
        };
        let sections = self.sections.iter().map(|section| {
            let rows: Vec<Value> = section
                .rows
                .iter()
                .map(|cells| row(section, cells))
                .collect();
            (section.title.clone(), Value::Array(rows))
        });
        let goals = self.goals.iter().map(|goal| json!({"what": goal.what, "most": goal.most.json(), "measured": goal.measured.json(), "met": goal.met}));
        about.insert("machine".to_owned(), proc::machine().into());
        about.insert("sections".to_owned(), Value::Object(sections.collect()));
        about.insert("goals".to_owned(), goals.collect());
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut text = serde_json::to_string_pretty(&about)?;
        text.push('\n');
        Ok(fs::write(path, text)?)
    }
}

/// A Markdown table with aligned columns: the first to the left, the others to the right.
fn markdown(columns: &[String], rows: &[Vec<String>]) -> String {
    let width = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at));
        cells
            .chain(columns.get(at))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
            .max(3)
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let line = |cells: &[String]| {
        let cells = widths.iter().enumerate().map(|(at, &width)| {
            let cell = cells.get(at).map_or("", String::as_str);
            if at == 0 {
                format!("{cell:<width$}")
            } else {
                format!("{cell:>width$}")
            }
        });
        format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
    };
    let rule = widths.iter().enumerate().map(|(at, &width)| {
        let dashes = "-".repeat(width - 1);
        if at == 0 {
            format!("{dashes}-")
        } else {
            format!("{dashes}:")
        }
    });
    let mut text = line(columns);
    text.push_str(&format!("| {} |\n", rule.collect::<Vec<_>>().join(" | ")));
    for row in rows {
        text.push_str(&line(row));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let mut report = Report::default();
        let columns = ["page", "p50 ms", "RSS MiB"];
        report.add(
            "Pages",
            &columns,
            vec![
                Figure::Text("/completion".into()),
                Figure::Micros(1239),
                Figure::Kib(1536),
            ],
        );
        report.add(
            "Pages",
            &columns,
            vec![Figure::Text("/".into()), Figure::None, Figure::Kib(0)],
        );
        report
    }

    #[test]
    fn tables_are_aligned_markdown() {
        assert_eq!(
            report().print(),
            "\n### Pages\n\n\
             | page        | p50 ms | RSS MiB |\n\
             | ----------- | -----: | ------: |\n\
             | /completion |   1.24 |     1.5 |\n\
             | /           |      — |     0.0 |\n"
        );
    }

    #[test]
    fn goals_are_met_at_most() {
        let mut report = Report::default();
        report.goal("start", Figure::Micros(300_000), Figure::Micros(300_000));
        report.goal("idle", Figure::Kib(40_000), Figure::Kib(40_001));
        report.goal(
            "refused as",
            Figure::Text("encrypted".into()),
            Figure::Text("encrypted".into()),
        );
        let met: Vec<bool> = report.goals.iter().map(|goal| goal.met).collect();
        assert_eq!(met, [true, false, true]);
        assert!(report.print().contains("| missed |"));
    }

    #[test]
    fn json_keeps_units() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/result.json");
        report().write(&path, Map::new()).unwrap();
        let read: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(
            read["sections"]["Pages"][0],
            json!({"page": "/completion", "p50 ms": {"us": 1239}, "RSS MiB": {"kib": 1536}})
        );
        assert_eq!(read["sections"]["Pages"][1]["p50 ms"], Value::Null);
    }
}
