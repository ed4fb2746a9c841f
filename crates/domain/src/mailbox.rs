//! The mailbox an authority takes mail from, and what becomes of a mail. Senders are easily forged: no mail hands
//! anything in, it only makes a draft that awaits the person's own confirmation.

use crate::{
    mail::{MailTls, is_host, is_loopback},
    names,
    person::Invalid,
};

/// The mailbox of an authority, without its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxAccount {
    /// Its IMAP server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: MailTls,
    /// Who signs in there.
    pub user: String,
    /// The folder that is looked into.
    pub folder: String,
    /// Whether it is looked into.
    pub active: bool,
}

impl MailboxAccount {
    /// Checks and tidies it.
    ///
    /// # Errors
    /// [`Invalid`] by field.
    pub fn check(self) -> Result<Self, Invalid> {
        let mut invalid = Invalid::default();
        let account = Self {
            host: self.host.trim().to_ascii_lowercase(),
            user: names::tidy(&self.user),
            folder: names::tidy(&self.folder),
            ..self
        };
        if !is_host(&account.host) {
            invalid.add(
                "host",
                "请填写收件服务器的域名或IP，例如 imap.example.gov.cn",
            );
        }
        if account.port == 0 {
            invalid.add("port", "端口请填1到65535的整数");
        }
        if account.tls == MailTls::Plain && !is_loopback(&account.host) {
            invalid.add("tls", "不加密只限本机（127.0.0.1），请改选 TLS 或 STARTTLS");
        }
        let plain = |text: &str| {
            !text.is_empty() && text.chars().count() <= 100 && !text.chars().any(char::is_control)
        };
        if !plain(&account.user) {
            invalid.add("user", "请填写登录名，不超过100个字符");
        }
        // Other names travel in an encoding of IMAP's own; INBOX and plain names are what is asked for.
        if !plain(&account.folder) || !account.folder.is_ascii() {
            invalid.add(
                "folder",
                "文件夹请填 INBOX，或其他由英文字母、数字组成的名称",
            );
        }
        invalid.into_result()?;
        Ok(account)
    }

    /// What tells this mailbox from any other: numbers of messages mean something within it only.
    pub fn place(&self) -> String {
        format!(
            "{}:{}\n{}\n{}",
            self.host, self.port, self.user, self.folder
        )
    }
}

/// Where a mail stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MailState {
    /// 已成草稿: it waits for the person's own confirmation.
    Drafted,
    /// 待处理: an officer must look.
    Tray,
    /// 已处理: an officer has looked.
    Settled,
    /// 不处理: sent by a machine, or nothing in it.
    Ignored,
    /// 重复: the same mail came before.
    Duplicate,
}

impl MailState {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Tray,
        Self::Drafted,
        Self::Settled,
        Self::Ignored,
        Self::Duplicate,
    ];

    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Drafted => "drafted",
            Self::Tray => "tray",
            Self::Settled => "settled",
            Self::Ignored => "ignored",
            Self::Duplicate => "duplicate",
        }
    }

    /// The state of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// The words for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Drafted => "已成草稿",
            Self::Tray => "待处理",
            Self::Settled => "已处理",
            Self::Ignored => "自动来信",
            Self::Duplicate => "重复来信",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_checked_by_field() {
        let account = |host: &str, tls, user: &str, folder: &str| MailboxAccount {
            host: host.into(),
            port: 993,
            tls,
            user: user.into(),
            folder: folder.into(),
            active: true,
        };
        let good = account(" IMAP.b.cn ", MailTls::Implicit, "zs", "INBOX").check();
        assert_eq!(good.unwrap().host, "imap.b.cn");
        for (bad, field) in [
            (account("", MailTls::Implicit, "zs", "INBOX"), "host"),
            (account("b.cn", MailTls::Plain, "zs", "INBOX"), "tls"),
            (account("b.cn", MailTls::Implicit, "", "INBOX"), "user"),
            (account("b.cn", MailTls::Implicit, "zs", ""), "folder"),
            (account("b.cn", MailTls::Implicit, "zs", "收件箱"), "folder"),
        ] {
            assert!(bad.check().unwrap_err().first(field).is_some(), "{field}");
        }
        for state in MailState::ALL {
            assert_eq!(MailState::from_word(state.word()), Some(state));
        }
    }
}
