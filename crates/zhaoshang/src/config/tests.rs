use std::{collections::BTreeMap, fs, path::PathBuf};

use super::*;

fn variables(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn in_file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("zhaoshang.toml");
    fs::write(&path, text).unwrap();
    (folder, path)
}

fn refusal(layers: &Layers) -> String {
    let failure = layers.load().unwrap_err();
    assert_eq!(failure.code, 2);
    failure.message
}

#[test]
fn flags_win_over_environment_over_file_over_defaults() {
    let (_folder, path) =
        in_file("[session]\nidle_minutes = 11\nabsolute_hours = 1\n[sign_in]\ntries = 7\n");
    let mut layers = Layers {
        file: Some(path),
        ..Layers::default()
    };
    assert_eq!(layers.load().unwrap().session.idle_minutes, 11);
    layers.environment = variables(&[
        ("ZHAOSHANG_SESSION_IDLE_MINUTES", "12"),
        ("ZHAOSHANG_SIGN_IN_TRIES", "8"),
    ]);
    assert_eq!(layers.load().unwrap().session.idle_minutes, 12);
    layers.flags = vec![Flag {
        key: "session.idle_minutes",
        text: "13".into(),
        name: "--idle",
    }];
    let config = layers.load().unwrap();
    assert_eq!(
        config.session,
        Session {
            idle_minutes: 13,
            absolute_hours: 1
        }
    );
    assert_eq!(
        config.sign_in,
        SignIn {
            tries: 8,
            lock_minutes: 30
        }
    );
    assert_eq!(config.password, Password::default());
}

#[test]
fn the_environment_can_name_the_file_and_a_flag_wins() {
    let (_one, in_environment) = in_file("[token]\ndays = 1\n");
    let (_two, by_flag) = in_file("[token]\ndays = 2\n");
    let mut layers = Layers {
        environment: variables(&[("ZHAOSHANG_CONFIG", in_environment.to_str().unwrap())]),
        ..Layers::default()
    };
    assert_eq!(layers.load().unwrap().token.days, 1);
    layers.file = Some(by_flag);
    assert_eq!(layers.load().unwrap().token.days, 2);
}

#[test]
fn an_empty_variable_is_not_set() {
    let layers = Layers {
        environment: variables(&[("ZHAOSHANG_TOKEN_DAYS", ""), ("ZHAOSHANG_CONFIG", "")]),
        ..Layers::default()
    };
    assert_eq!(layers.load().unwrap(), Config::default());
}

#[test]
fn unknown_keys_of_a_file_are_named() {
    let (_folder, path) =
        in_file("colour = 1\n[sesion]\nidle = 3\n[session]\nidle_minutes = 5\nidel_minutes = 6\n");
    let message = refusal(&Layers {
        file: Some(path),
        ..Layers::default()
    });
    for unknown in ["colour", "sesion.idle", "session.idel_minutes"] {
        assert!(message.contains(unknown), "{message}");
    }
    assert!(!message.contains("session.idle_minutes"), "{message}");
}

#[test]
fn bad_values_name_their_key_and_place() {
    let (_folder, path) = in_file("[log]\njson = 3\n");
    let message = refusal(&Layers {
        file: Some(path),
        ..Layers::default()
    });
    assert!(
        message.contains("zhaoshang.toml")
            && message.contains("log.json")
            && message.contains("true 或 false"),
        "{message}"
    );

    let environment = variables(&[("ZHAOSHANG_PASSWORD_KINDS", "5")]);
    let message = refusal(&Layers {
        environment,
        ..Layers::default()
    });
    assert_eq!(
        message,
        "环境变量 ZHAOSHANG_PASSWORD_KINDS（password.kinds）的值不对：应为 1 到 4 的整数"
    );

    let flags = vec![Flag {
        key: "server.listen",
        text: "8080".into(),
        name: "--listen",
    }];
    assert!(
        refusal(&Layers {
            flags,
            ..Layers::default()
        })
        .starts_with("命令行的 --listen（server.listen）")
    );
}

#[test]
fn a_list_or_a_broken_file_is_refused_with_its_place() {
    let (_one, list) = in_file("[token]\ndays = [1]\n");
    assert!(
        refusal(&Layers {
            file: Some(list),
            ..Layers::default()
        })
        .contains("token.days")
    );
    let (_two, broken) = in_file("[token]\ndays = 1\n\nurl = \"geheim\n");
    let message = refusal(&Layers {
        file: Some(broken),
        ..Layers::default()
    });
    assert!(
        message.contains("第 4 行") && !message.contains("geheim"),
        "{message}"
    );
    assert!(
        refusal(&Layers {
            file: Some("/nowhere/z.toml".into()),
            ..Layers::default()
        })
        .contains("/nowhere/z.toml")
    );
}

#[test]
fn secrets_are_never_repeated() {
    let environment = variables(&[("ZHAOSHANG_DATABASE_URL", "mysql://u:geheim@h/d")]);
    assert!(
        !refusal(&Layers {
            environment,
            ..Layers::default()
        })
        .contains("geheim")
    );
    let environment = variables(&[("ZHAOSHANG_DATABASE_URL", "postgres://u:geheim@h/d")]);
    let config = Layers {
        environment,
        ..Layers::default()
    }
    .load()
    .unwrap();
    assert!(!format!("{config:?}").contains("geheim"));
}

#[test]
fn the_defaults_are_those_of_the_use_cases() {
    assert_eq!(
        format!("{:?}", Config::default().settings()),
        format!("{:?}", Settings::default())
    );
}

#[test]
fn database_and_key_stay_together_unless_told_otherwise() {
    let mut config = Config::default();
    assert_eq!(
        config.database_url(),
        DatabaseUrl::file("data/zhaoshang.db".into())
    );
    assert_eq!(config.key_file(), PathBuf::from("data/audit.key"));
    config.database.url = Some(DatabaseUrl::file("/srv/a/z.db".into()));
    assert_eq!(config.key_file(), PathBuf::from("/srv/a/audit.key"));
    config.database.url = Some(DatabaseUrl::file("z.db".into()));
    assert_eq!(config.key_file(), PathBuf::from("./audit.key"));
    config.data.dir = Some("/srv/b".into());
    assert_eq!(config.key_file(), PathBuf::from("/srv/b/audit.key"));
    config.audit.key_file = Some("/etc/k".into());
    assert_eq!(config.key_file(), PathBuf::from("/etc/k"));
}
