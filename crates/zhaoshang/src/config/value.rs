//! Kinds of values: how their text is read and how they are shown. The error of a reader goes on the sentence
//! “… 的值不对：”.

use std::{fmt, net::SocketAddr, ops::RangeInclusive, path::PathBuf, str::FromStr};

use store::Address;

/// A value that can be shown on the reference page.
pub trait Value {
    /// As text that would be read as the same value; empty for none.
    fn show(&self) -> String;
}

macro_rules! shown_as_displayed {
    ($($kind:ty),*) => {
        $(impl Value for $kind {
            fn show(&self) -> String {
                self.to_string()
            }
        })*
    };
}

shown_as_displayed!(bool, i64, usize, u64, String, SocketAddr, DatabaseUrl);

impl Value for PathBuf {
    fn show(&self) -> String {
        self.display().to_string()
    }
}

impl<T: Value> Value for Option<T> {
    fn show(&self) -> String {
        self.as_ref().map_or_else(String::new, Value::show)
    }
}

/// Reads a whole number within a range.
pub fn whole<T>(range: RangeInclusive<T>) -> impl Fn(&str) -> Result<T, String>
where
    T: FromStr + PartialOrd + fmt::Display,
{
    move |text| match text.trim().parse() {
        Ok(number) if range.contains(&number) => Ok(number),
        _ => Err(format!("应为 {} 到 {} 的整数", range.start(), range.end())),
    }
}

/// Reads true or false.
pub fn switch(text: &str) -> Result<bool, String> {
    text.trim()
        .parse()
        .map_err(|_| "应为 true 或 false".to_owned())
}

/// Reads an address to listen on.
pub fn listen(text: &str) -> Result<SocketAddr, String> {
    text.trim()
        .parse()
        .map_err(|_| "应为“地址:端口”，如 127.0.0.1:8080；对外服务写 0.0.0.0:8080".to_owned())
}

/// Reads a path.
pub fn path(text: &str) -> Result<Option<PathBuf>, String> {
    if text.contains('\0') {
        Err("应为路径".to_owned())
    } else {
        Ok(Some(text.into()))
    }
}

/// Reads the address users see.
pub fn public_url(text: &str) -> Result<Option<String>, String> {
    let url = text.trim().trim_end_matches('/');
    let host = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(char::is_whitespace) => {
            Ok(Some(url.to_owned()))
        }
        _ => Err("应以 http:// 或 https:// 开头，如 https://zhaoshang.example.gov.cn".to_owned()),
    }
}

/// Reads hosts, with or without a port, separated by commas.
pub fn hosts(text: &str) -> Result<String, String> {
    let all: Vec<&str> = text.split(',').map(str::trim).collect();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    if all
        .iter()
        .all(|host| !host.is_empty() && host.chars().all(plain))
    {
        Ok(all.join(","))
    } else {
        Err("应为主机名，多个用逗号分开，如 oapi.dingtalk.com".to_owned())
    }
}

/// Reads a filter of log messages.
pub fn log_filter(text: &str) -> Result<String, String> {
    match tracing_subscriber::EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err(
            "应为 error、warn、info、debug、trace 之一，或 info,web=debug 这样的组合".to_owned(),
        ),
    }
}

/// Where the database is. Shown without its password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(Address);

impl DatabaseUrl {
    /// An embedded file.
    pub fn file(path: PathBuf) -> Self {
        Self(Address::Sqlite(path))
    }

    /// The address itself, password and all.
    pub fn address(&self) -> &Address {
        &self.0
    }
}

/// Reads where the database is. The error does not repeat the text, which may hold a password.
pub fn database_url(text: &str) -> Result<Option<DatabaseUrl>, String> {
    match text.trim().parse() {
        Ok(address) => Ok(Some(DatabaseUrl(address))),
        Err(_) => Err("应为 sqlite:路径 或 postgres://用户:口令@主机/库".to_owned()),
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Address::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Address::Postgres(url) => f.write_str(&without_password(url)),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The URL with `***` for the password, and without its parameters, where a password may also stand.
fn without_password(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
    let rest = rest.split_once('?').map_or(rest, |(before, _)| before);
    // Up to the last @: a password written without percent signs may hold one too.
    match rest.rsplit_once('@') {
        Some((user, host)) => match user.split_once(':') {
            Some((name, _)) => format!("{scheme}://{name}:***@{host}"),
            None => format!("{scheme}://{user}@{host}"),
        },
        None => format!("{scheme}://{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_of_databases_are_not_shown() {
        for (url, shown) in [
            ("postgres://u:geheim@h:5432/d", "postgres://u:***@h:5432/d"),
            (
                "postgres://u:ge@heim@h/d?password=geheim",
                "postgres://u:***@h/d",
            ),
            ("postgresql://u@h/d", "postgresql://u@h/d"),
            ("postgres://h/d?user=u&password=geheim", "postgres://h/d"),
        ] {
            let value = database_url(url).unwrap().unwrap();
            assert_eq!(value.to_string(), shown);
            assert_eq!(format!("{value:?}"), shown);
        }
        assert!(
            !database_url("mysql://u:geheim@h/d")
                .unwrap_err()
                .contains("geheim")
        );
    }

    #[test]
    fn ranges_are_held() {
        let read = whole(1..=10);
        assert_eq!(read(" 10 "), Ok(10));
        for bad in ["0", "11", "-1", "1.5", "十", ""] {
            assert_eq!(read(bad), Err("应为 1 到 10 的整数".to_owned()), "{bad:?}");
        }
    }

    #[test]
    fn public_addresses_have_a_scheme_and_a_host() {
        assert_eq!(
            public_url("https://a.cn/").unwrap().unwrap(),
            "https://a.cn"
        );
        for bad in ["a.cn", "https://", "ftp://a.cn", "https://a b"] {
            assert!(public_url(bad).is_err(), "{bad:?}");
        }
    }
}
