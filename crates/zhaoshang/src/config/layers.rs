//! Bringing the four layers together: defaults, file, environment, flags; each later one wins.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use super::Config;
use crate::failure::{Failure, Result};

/// What all our variables begin with.
pub const PREFIX: &str = "ZHAOSHANG_";
/// Names the file when no flag does.
pub const CONFIG_VARIABLE: &str = "ZHAOSHANG_CONFIG";
/// Where every key is explained.
const REFERENCE: &str = "docs/generated/configuration.md";

/// A key set by a flag.
#[derive(Debug, Clone)]
pub struct Flag {
    /// The key: `server.listen`.
    pub key: &'static str,
    /// Its value.
    pub text: String,
    /// The flag as written: `--listen`.
    pub name: &'static str,
}

/// Where settings come from.
#[derive(Debug, Default)]
pub struct Layers {
    /// `--config`.
    pub file: Option<PathBuf>,
    /// Variables that begin with our prefix.
    pub environment: BTreeMap<String, String>,
    /// Flags, in the order in which they count.
    pub flags: Vec<Flag>,
}

/// One value and where it was found, in words.
struct Given {
    key: String,
    text: String,
    place: String,
}

impl Layers {
    /// The configuration they make together.
    ///
    /// # Errors
    /// One sentence that names the key and the place of the first value that cannot be taken.
    pub fn load(&self) -> Result<Config> {
        let mut config = Config::default();
        let keys = names();
        let mut given = self.in_file(&keys)?;
        given.extend(self.in_environment(&keys));
        given.extend(self.flags.iter().map(|flag| Given {
            key: flag.key.to_owned(),
            text: flag.text.clone(),
            place: format!("命令行的 {}", flag.name),
        }));
        for value in given {
            match config.set(&value.key, &value.text) {
                Some(Ok(())) => {}
                Some(Err(why)) => {
                    return Err(Failure::usage(format!(
                        "{}（{}）的值不对：{why}",
                        value.place, value.key
                    )));
                }
                None => return Err(Failure::usage(format!("没有配置项 {}", value.key))),
            }
        }
        Ok(config)
    }

    /// Variables with our prefix that name no key.
    pub fn idle_variables(&self) -> Vec<&str> {
        let keys = names();
        let used = |name: &str| {
            name == CONFIG_VARIABLE || keys.iter().any(|(_, variable)| variable == name)
        };
        self.environment
            .keys()
            .map(String::as_str)
            .filter(|name| !used(name))
            .collect()
    }

    fn in_environment(&self, keys: &[(String, String)]) -> Vec<Given> {
        let set = keys.iter().filter_map(|(key, variable)| {
            self.environment
                .get(variable)
                .map(|text| (key, variable, text))
        });
        // A variable set to nothing is how compose files say "not set".
        set.filter(|(_, _, text)| !text.is_empty())
            .map(|(key, variable, text)| Given {
                key: key.clone(),
                text: text.clone(),
                place: format!("环境变量 {variable}"),
            })
            .collect()
    }

    fn in_file(&self, keys: &[(String, String)]) -> Result<Vec<Given>> {
        let named = self
            .environment
            .get(CONFIG_VARIABLE)
            .filter(|path| !path.is_empty())
            .map(PathBuf::from);
        let Some(path) = self.file.clone().or(named) else {
            return Ok(Vec::new());
        };
        let text = fs::read_to_string(&path).map_err(|error| {
            Failure::usage(format!(
                "配置文件 {} 读不出来：{error}。请检查路径和权限",
                path.display()
            ))
        })?;
        let table: toml::Table =
            toml::from_str(&text).map_err(|error| not_toml(&path, &text, &error))?;
        let mut given = Vec::new();
        let mut unknown = Vec::new();
        for (key, value) in flat(&table) {
            if keys.iter().all(|(known, _)| *known != key) {
                unknown.push(key);
                continue;
            }
            let place = format!("配置文件 {}", path.display());
            match scalar(value) {
                Some(text) => given.push(Given { key, text, place }),
                None => {
                    return Err(Failure::usage(format!(
                        "{place}（{key}）的值不对：应为文字、整数或 true、false"
                    )));
                }
            }
        }
        if unknown.is_empty() {
            Ok(given)
        } else {
            Err(Failure::usage(format!(
                "配置文件 {} 里有不认识的配置项：{}。请对照 {REFERENCE} 改正或删除",
                path.display(),
                unknown.join("、")
            )))
        }
    }
}

/// Path and variable of every key.
fn names() -> Vec<(String, String)> {
    let config = Config::default();
    config
        .sections()
        .iter()
        .flat_map(|section| section.keys())
        .map(|key| (key.path(), key.variable()))
        .collect()
}

/// `section.key` and value of everything in the file; what stands outside a section comes with its bare name.
fn flat(table: &toml::Table) -> Vec<(String, &toml::Value)> {
    let mut all = Vec::new();
    for (name, value) in table {
        match value {
            toml::Value::Table(section) => {
                all.extend(
                    section
                        .iter()
                        .map(|(key, value)| (format!("{name}.{key}"), value)),
                );
            }
            other => all.push((name.clone(), other)),
        }
    }
    all
}

fn scalar(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(truth) => Some(truth.to_string()),
        _ => None,
    }
}

/// The place only: the reader's own words are English and may quote a secret.
fn not_toml(path: &Path, text: &str, error: &toml::de::Error) -> Failure {
    let line = error.span().map_or(1, |span| {
        text.as_bytes()[..span.start.min(text.len())]
            .iter()
            .filter(|b| **b == b'\n')
            .count()
            + 1
    });
    Failure::usage(format!(
        "配置文件 {} 第 {line} 行不合 TOML 格式。请检查引号、等号和方括号，写法见 {REFERENCE}",
        path.display()
    ))
}

/// The variables of this process that begin with our prefix; nobody else reads the environment. Those that are not
/// text are left out.
pub fn environment() -> BTreeMap<String, String> {
    let text = |part: OsString| part.into_string().ok();
    std::env::vars_os()
        .filter_map(|(name, value)| Some((text(name)?, text(value)?)))
        .filter(|(name, _)| name.starts_with(PREFIX))
        .collect()
}
