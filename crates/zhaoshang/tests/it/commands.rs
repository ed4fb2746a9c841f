//! The commands, as a person at a terminal meets them.

use std::{
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

fn zhaoshang(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_zhaoshang"))
        .args(arguments)
        .env_clear()
        .output()
        .expect("the binary runs")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn forms_read_prints_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notice.docx");
    std::fs::write(&file, crate::notice::DOCX).unwrap();
    let output = zhaoshang(&["forms", "read", file.to_str().unwrap(), "--as", "annex1"]);
    assert!(output.status.success());
    let reading: Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(
        (&reading["outcome"], &reading["form"], &reading["error"]),
        (&"ok".into(), &"annex1".into(), &Value::Null)
    );
    assert_eq!(reading["rows"].as_array().unwrap().len(), 17);
    assert_eq!(
        reading["rows"][0],
        serde_json::json!({"unit": "温州银行股份有限公司", "target_wan": "10000", "done_wan": "90309", "rate_pct": "903.09"})
    );
    assert_eq!(
        reading["total"],
        serde_json::json!({"target_wan": "200000", "done_wan": "257483", "rate_pct": "128.74"})
    );
    assert!(reading["warnings"].as_array().unwrap().is_empty());
}

#[test]
fn forms_read_says_when_there_is_no_file() {
    let output = zhaoshang(&["forms", "read", "/no/such/file.docx"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("/no/such/file.docx"));
}

fn zhaoshang_in(folder: &Path, arguments: &[&str]) -> Output {
    let data = folder.to_str().expect("a plain path");
    zhaoshang(&[arguments, &["--data", data]].concat())
}

#[test]
fn init_gives_one_time_secrets_and_the_audit_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let init = ["init", "--authority", "某市国资委"];
    let first = zhaoshang_in(folder.path(), &init);
    assert!(
        first.status.success(),
        "{}",
        String::from_utf8_lossy(&first.stderr)
    );
    for login in ["sysadmin", "secadmin", "auditadmin"] {
        assert!(out(&first).contains(login));
    }
    let again = zhaoshang_in(folder.path(), &init);
    assert!(
        !again.status.success(),
        "a database with people is not initialised again"
    );

    let verified = zhaoshang_in(folder.path(), &["audit", "verify"]);
    assert!(verified.status.success(), "{}", out(&verified));
    let token = zhaoshang_in(folder.path(), &["token", "create", "--login", "sysadmin"]);
    assert!(
        token.status.success(),
        "{}",
        String::from_utf8_lossy(&token.stderr)
    );
    assert!(out(&token).trim().starts_with("zs_") && out(&token).lines().count() == 1);
    let unknown = zhaoshang_in(folder.path(), &["token", "create", "--login", "nobody"]);
    assert!(!unknown.status.success());
    let doctor = zhaoshang_in(folder.path(), &["doctor"]);
    assert!(
        doctor.status.success(),
        "{}{}",
        out(&doctor),
        String::from_utf8_lossy(&doctor.stderr)
    );
}

#[test]
fn the_openapi_document_is_whole() {
    let document: Value = serde_json::from_str(&out(&zhaoshang(&["openapi"]))).unwrap();
    let mut names = std::collections::BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap().to_owned();
            assert!(names.insert(name), "{method} {path}: its name is another's");
            for (status, answer) in operation["responses"].as_object().unwrap() {
                assert!(
                    !answer["description"]
                        .as_str()
                        .unwrap_or_default()
                        .is_empty(),
                    "{method} {path} {status}"
                );
            }
        }
    }
    assert!(names.len() > 15);
    let text = document.to_string();
    for reference in text.split("#/components/schemas/").skip(1) {
        let schema = reference.split('"').next().unwrap();
        assert!(
            document["components"]["schemas"][schema].is_object(),
            "{schema} is referred to and missing"
        );
    }
}
