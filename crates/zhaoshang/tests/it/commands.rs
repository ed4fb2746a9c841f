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

fn init(folder: &Path) -> String {
    let database = format!("sqlite:{}", folder.join("zhaoshang.db").display());
    let output = zhaoshang(&[
        "init",
        "--authority",
        "某市国资委",
        "--database",
        &database,
        "--data",
        folder.to_str().unwrap(),
    ]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        out(&output).contains("sysadmin")
            && out(&output).contains("secadmin")
            && out(&output).contains("auditadmin")
    );
    let again = zhaoshang(&[
        "init",
        "--authority",
        "某市国资委",
        "--database",
        &database,
        "--data",
        folder.to_str().unwrap(),
    ]);
    assert!(
        !again.status.success(),
        "a database with people is not initialised again"
    );
    database
}

#[test]
fn init_gives_one_time_secrets_and_the_audit_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let database = init(folder.path());
    let data = folder.path().to_str().unwrap();
    let verified = zhaoshang(&["audit", "verify", "--database", &database, "--data", data]);
    assert!(verified.status.success(), "{}", out(&verified));
    let token = zhaoshang(&["token", "create", "--login", "sysadmin", "--data", data]);
    assert!(
        token.status.success(),
        "{}",
        String::from_utf8_lossy(&token.stderr)
    );
    assert!(out(&token).trim().starts_with("zs_") && out(&token).lines().count() == 1);
    let unknown = zhaoshang(&["token", "create", "--login", "nobody", "--data", data]);
    assert!(!unknown.status.success());
    let doctor = zhaoshang(&["doctor", "--database", &database, "--data", data]);
    assert!(
        doctor.status.success(),
        "{}{}",
        out(&doctor),
        String::from_utf8_lossy(&doctor.stderr)
    );
}

#[test]
fn the_openapi_document_describes_every_api_route() {
    let document: Value = serde_json::from_str(&out(&zhaoshang(&["openapi"]))).unwrap();
    let paths = document["paths"].as_object().unwrap();
    for path in [
        "/api/v1/completion",
        "/api/v1/completion.docx",
        "/api/v1/targets/{year}/{unit}",
        "/api/v1/imports/{key}/confirm",
        "/api/v1/forms/read",
    ] {
        assert!(paths.contains_key(path), "{path}");
    }
}
