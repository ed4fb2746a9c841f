//! Files with other people's habits, each with the answer expected of a reader (made by `tests/fixtures/make.py`).

use std::fs;
use std::path::{Path, PathBuf};

use documents::forms::{self, Form, Outcome};
use serde_json::{Value, json};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/annex1")
}

/// The part of a reading that the fixtures speak about.
fn answer(name: &str, bytes: &[u8]) -> (Value, Value) {
    let reading = forms::read(name, bytes, Some(Form::Annex1));
    let as_at = reading.as_at.map(|day| day.to_string());
    let reading = reading.without_source();
    let consistent = match reading.outcome {
        Outcome::Ok => reading.warnings.is_empty() && reading.error.is_none(),
        Outcome::OkWithWarnings => !reading.warnings.is_empty() && reading.error.is_none(),
        Outcome::Rejected => reading.error.is_some(),
        Outcome::Attached => false,
    };
    assert!(consistent, "{name}: {reading:?}");
    let whole = serde_json::to_value(&reading).unwrap();
    let warnings: Vec<Value> = whole["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| json!({"row": w["row"], "field": w["field"]}))
        .collect();
    let answer = json!({
        "form": whole["form"], "error": whole["error"], "rows": whole["rows"], "total": whole["total"],
        "warnings": warnings, "as_at": as_at, "unit_of_money": whole["unit_of_money"],
    });
    (answer, whole)
}

#[test]
fn every_fixture_is_read_as_expected() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let Some(name) = path
            .file_name()
            .and_then(|name| name.to_str())
            .filter(|name| !name.ends_with(".json"))
        else {
            continue;
        };
        let expected: Value =
            serde_json::from_slice(&fs::read(path.with_file_name(format!("{name}.json"))).unwrap())
                .unwrap();
        let (found, whole) = answer(name, &fs::read(&path).unwrap());
        if found != expected {
            wrong.push(format!(
                "{name}\n  found    {found}\n  expected {expected}\n  warnings {}\n  {}",
                whole["warnings"], whole["message"]
            ));
        }
        count += 1;
    }
    assert!(count >= 50, "only {count} fixtures");
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
