//! Where mail is sent from, and addresses it is sent to. Checked here so that nothing else ever meets a line break.

use serde::{Deserialize, Serialize};

use crate::{names, person::Invalid};

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailTls {
    /// TLS from the first byte, mostly port 465.
    Implicit,
    /// STARTTLS, and nothing without it; mostly port 587.
    StartTls,
    /// None: only to this machine itself.
    Plain,
}

impl MailTls {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Implicit, Self::StartTls, Self::Plain];

    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Implicit => "implicit",
            Self::StartTls => "start_tls",
            Self::Plain => "plain",
        }
    }

    /// The way of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.word() == word)
    }

    /// The words for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Implicit => "TLS（通常用465端口）",
            Self::StartTls => "STARTTLS（通常用587端口）",
            Self::Plain => "不加密（只限本机）",
        }
    }
}

/// The mail server of an authority, without its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailServer {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: MailTls,
    /// Who signs in there; empty: nobody does.
    pub user: String,
    /// From which address.
    pub from_address: String,
    /// Under which name.
    pub from_name: String,
}

impl MailServer {
    /// Checks and tidies it.
    ///
    /// # Errors
    /// [`Invalid`] by field.
    pub fn check(self) -> Result<Self, Invalid> {
        let mut invalid = Invalid::default();
        let server = Self {
            host: self.host.trim().to_ascii_lowercase(),
            user: names::tidy(&self.user),
            from_name: names::tidy(&self.from_name),
            ..self
        };
        if !is_host(&server.host) {
            invalid.add(
                "host",
                "请填写邮件服务器的域名或IP，例如 smtp.example.gov.cn",
            );
        }
        if server.port == 0 {
            invalid.add("port", "端口请填1到65535的整数");
        }
        if server.tls == MailTls::Plain && !is_loopback(&server.host) {
            invalid.add("tls", "不加密只限本机（127.0.0.1），请改选 TLS 或 STARTTLS");
        }
        if server.user.chars().count() > 100 || server.user.chars().any(char::is_control) {
            invalid.add("user", "登录名请控制在100个字符以内");
        }
        if server.from_name.chars().count() > 40 || server.from_name.chars().any(char::is_control) {
            invalid.add("from_name", "发件人名称请控制在40个字以内");
        }
        let from_address = check_address(&server.from_address).unwrap_or_default();
        if from_address.is_empty() {
            invalid.add(
                "from_address",
                "请填写发件邮箱，例如 zhaoshang@example.gov.cn",
            );
        }
        invalid.into_result()?;
        Ok(Self {
            from_address,
            ..server
        })
    }

    /// What Message-IDs end with.
    pub fn domain(&self) -> &str {
        self.from_address
            .rsplit_once('@')
            .map_or("localhost", |(_, domain)| domain)
    }
}

fn is_host(host: &str) -> bool {
    if host.parse::<std::net::IpAddr>().is_ok() {
        return true;
    }
    !host.is_empty() && host.len() <= 253 && host.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// Whether a host is this machine itself.
pub fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// An address as it is stored; empty stays empty: there is none.
///
/// # Errors
/// The sentence that says what it should be. Only plain ASCII addresses: what mail servers here take.
pub fn check_address(text: &str) -> Result<String, String> {
    let text = names::tidy(text);
    if text.is_empty() {
        return Ok(text);
    }
    let local = |part: &str| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b);
        (1..=64).contains(&part.len())
            && part.bytes().all(plain)
            && !part.starts_with('.')
            && !part.ends_with('.')
            && !part.contains("..")
    };
    match text.rsplit_once('@') {
        Some((name, domain))
            if text.len() <= 254
                && local(name)
                && domain.contains('.')
                && domain.split('.').all(is_label) =>
        {
            Ok(format!("{name}@{}", domain.to_ascii_lowercase()))
        }
        _ => Err("邮箱写法不对，请填写如 zhangsan@example.com 的地址".to_owned()),
    }
}

/// A telephone number as it is stored; empty stays empty.
///
/// # Errors
/// The sentence that says what it should be.
pub fn check_phone(text: &str) -> Result<String, String> {
    use unicode_normalization::UnicodeNormalization;
    let text: String = names::tidy(text).nfkc().collect();
    let allowed = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ' | '(' | ')');
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if text.is_empty() || (text.chars().all(allowed) && (5..=20).contains(&digits)) {
        Ok(text)
    } else {
        Err("电话请只填数字，例如 13800000000 或 0577-88000000".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_hold_no_headers() {
        assert_eq!(
            check_address(" a.b+c@Example.COM "),
            Ok("a.b+c@example.com".into())
        );
        assert_eq!(check_address(""), Ok(String::new()));
        for bad in [
            "a",
            "@b.cn",
            "a@",
            "a@b",
            "a b@c.cn",
            "a@b..cn",
            "a@-b.cn",
            "张@b.cn",
            "a\"@b.cn",
            "a@b.cn,c@d.cn",
            "a@b.cn>\u{0}",
            "<a@b.cn>",
            "a@[127.0.0.1]",
            ".a@b.cn",
        ] {
            assert!(check_address(bad).is_err(), "{bad}");
        }
        assert!(!check_address("a@b.cn\r\nBcc: c@d.cn").is_ok_and(|ok| ok.contains('\n')));
        assert!(check_phone("０５７７－８８００").is_ok());
        assert!(check_phone("请找张三").is_err());
    }

    #[test]
    fn unprotected_mail_does_not_leave_the_machine() {
        let server = |host: &str, tls| MailServer {
            host: host.into(),
            port: 25,
            tls,
            user: String::new(),
            from_address: "a@b.cn".into(),
            from_name: "招商".into(),
        };
        assert!(server("127.0.0.1", MailTls::Plain).check().is_ok());
        for host in ["smtp.b.cn", "127.0.0.1.b.cn", "10.0.0.1", "a b", "", "a/b"] {
            assert!(server(host, MailTls::Plain).check().is_err(), "{host}");
        }
        assert!(server("smtp.b.cn", MailTls::Implicit).check().is_ok());
    }
}
