//! Files of 附件2 and 附件3 with other people's habits, each with the answer expected of a reader (made by
//! `tests/fixtures/make_projects.py`).

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use documents::forms::{self, Outcome, Reading};
use serde_json::{Value, json};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/projects")
}

/// Rows and fields that something is doubtful about, each once.
fn doubts(warnings: &Value) -> BTreeSet<String> {
    let pair = |warning: &Value| match warning {
        Value::Array(pair) => json!(pair).to_string(),
        _ => json!([warning["row"], warning["field"]]).to_string(),
    };
    warnings
        .as_array()
        .into_iter()
        .flatten()
        .map(pair)
        .collect()
}

/// What differs between an answer and the one expected: every key of the latter is compared, warnings by place.
fn differences(found: &Value, expected: &Value, at: &str, all: &mut Vec<String>) {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => {
            for (key, value) in expected.iter().filter(|(key, _)| *key != "wanted") {
                let own = found.get(key).unwrap_or(&Value::Null);
                if key == "warnings" {
                    if doubts(own) != doubts(value) {
                        all.push(format!("{at}/warnings: {own}, expected {value}"));
                    }
                } else {
                    differences(own, value, &format!("{at}/{key}"), all);
                }
            }
        }
        (Value::Array(found), Value::Array(expected)) if found.len() == expected.len() => {
            for (number, (found, expected)) in found.iter().zip(expected).enumerate() {
                differences(found, expected, &format!("{at}/{number}"), all);
            }
        }
        _ if found != expected => all.push(format!("{at}: {found}, expected {expected}")),
        _ => {}
    }
}

fn consistent(name: &str, reading: &Reading) {
    let fits = match reading.outcome {
        Outcome::Ok => reading.warnings.is_empty() && reading.error.is_none(),
        Outcome::OkWithWarnings => !reading.warnings.is_empty() && reading.error.is_none(),
        Outcome::Rejected => reading.error.is_some(),
        Outcome::Attached => reading.error.is_none(),
    };
    assert!(
        fits && reading.message.ends_with('。'),
        "{name}: {reading:?}"
    );
    let json = serde_json::to_string(reading).unwrap();
    let back: Reading = serde_json::from_str(&json).unwrap();
    assert_eq!(
        &back, reading,
        "{name} does not survive the pipe of the child process"
    );
}

#[test]
fn every_fixture_is_read_as_expected() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap();
        if name.ends_with(".json") {
            continue;
        }
        let answer = fs::read(path.with_file_name(format!("{name}.json"))).unwrap();
        let expected: Value = serde_json::from_slice(&answer).unwrap();
        let wanted = expected["wanted"]
            .as_str()
            .map(|form| form.parse().unwrap());
        let reading = forms::read(name, &fs::read(&path).unwrap(), wanted);
        consistent(name, &reading);
        let found = serde_json::to_value(reading.without_source()).unwrap();
        let mut all = Vec::new();
        differences(&found, &expected, "", &mut all);
        if !all.is_empty() {
            wrong.push(format!("{name}\n  {}", all.join("\n  ")));
        }
        count += 1;
    }
    assert!(count >= 90, "only {count} fixtures");
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
