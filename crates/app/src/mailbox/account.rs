//! The mailbox of an authority: set by its system administrator, tried on request.

use chrono::TimeDelta;
use domain::{
    Instant, dates,
    mail::MailTls,
    mailbox::MailboxAccount,
    permission::Action,
    person::{Caller, Invalid},
};
use serde_json::json;
use store::mailbox::AccountRow;

use crate::{App, Conflict, Error, Result, sending::SendFailure, work::Fact};

/// Characters of a password at most.
const SECRET_MOST: usize = 200;
/// What arrived so long before the mailbox was set is taken too: somebody may have sent it in good faith.
const BEFORE: TimeDelta = TimeDelta::days(7);

/// An authority's mailbox as it may be shown.
#[derive(Debug, Clone)]
pub struct MailboxView {
    /// The mailbox; what a new one begins with when none is set.
    pub account: MailboxAccount,
    /// Whether a password is kept.
    pub has_password: bool,
    /// Counts saves; 0: not set.
    pub version: i64,
    /// When it was last looked into.
    pub looked_at: Option<Instant>,
    /// Why that failed; empty: it did not.
    pub error: String,
}

/// A mailbox to be saved.
#[derive(Debug, Clone)]
pub struct SaveMailbox {
    /// The version it was made from.
    pub version: i64,
    /// The mailbox.
    pub account: MailboxAccount,
    /// A new password; none: the one that is kept.
    pub password: Option<String>,
}

pub(super) fn view(row: Option<AccountRow>) -> MailboxView {
    match row {
        Some(row) => MailboxView {
            has_password: !row.password.is_empty(),
            version: row.version,
            looked_at: row.looked_at,
            error: row.error,
            account: row.account,
        },
        None => MailboxView {
            account: MailboxAccount {
                host: String::new(),
                port: 993,
                tls: MailTls::Implicit,
                user: String::new(),
                folder: "INBOX".to_owned(),
                active: true,
            },
            has_password: false,
            version: 0,
            looked_at: None,
            error: String::new(),
        },
    }
}

pub(super) fn in_words(failure: &SendFailure) -> String {
    match failure.raw.as_str() {
        "" => failure.say.clone(),
        raw => format!("{}（{raw}）", failure.say),
    }
}

impl App {
    /// The mailbox of the caller's authority.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not.
    pub async fn mailbox_settings(&self, caller: &Caller) -> Result<MailboxView> {
        let reach = self.reach(caller, Action::EditMail).await?;
        let authority = reach.whole_authority()?.id;
        let row = store::mailbox::account(&self.store().read(), authority).await?;
        Ok(view(row))
    }

    /// Saves the mailbox of the caller's authority. The password is never shown again; for another server it has to be
    /// typed anew, so that nobody sends it elsewhere.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field, [`Error::Conflict`] when it was saved since.
    pub async fn save_mailbox_settings(&self, caller: &Caller, save: SaveMailbox) -> Result<()> {
        let reach = self.reach(caller, Action::EditMail).await?;
        let authority = reach.whole_authority()?.id;
        let mut invalid = Invalid::default();
        let account = match save.account.check() {
            Ok(account) => Some(account),
            Err(wrong) => {
                invalid.fields.extend(wrong.fields);
                None
            }
        };
        let fits = |text: &String| {
            text.chars().count() <= SECRET_MOST && !text.chars().any(char::is_control)
        };
        if !save.password.as_ref().is_none_or(fits) {
            invalid.add("password", "口令请控制在200个字符以内，不含换行");
        }
        invalid.into_result()?;
        let Some(account) = account else {
            return Err(Error::Internal(
                "an account neither right nor wrong".to_owned(),
            ));
        };
        let work = self.work().await?;
        let there = store::mailbox::hold_account(&work.tx, authority).await?;
        let version = there.as_ref().map_or(0, |row| row.version);
        let conflict = |version| {
            let text = |of: fn(&MailboxAccount) -> String| {
                there.as_ref().map_or(String::new(), |row| of(&row.account))
            };
            Error::Conflict(Box::new(Conflict {
                what: "收件邮箱".to_owned(),
                values: vec![
                    (
                        "服务器".to_owned(),
                        account.host.clone(),
                        text(|one| one.host.clone()),
                    ),
                    (
                        "登录名".to_owned(),
                        account.user.clone(),
                        text(|one| one.user.clone()),
                    ),
                ],
                version,
            }))
        };
        if version != save.version {
            return Err(conflict(version));
        }
        let same = there.as_ref().is_some_and(|row| {
            let key =
                |one: &MailboxAccount| (one.host.clone(), one.port, one.tls, one.user.clone());
            key(&row.account) == key(&account)
        });
        let password = match (&save.password, &there) {
            (Some(password), _) => self.0.audit_key.hide(&*self.0.random, password),
            (None, Some(row)) if same => row.password.clone(),
            (None, there) => {
                let why = match there {
                    Some(_) => "服务器或登录名改了，请重新填写口令",
                    None => "请填写这个登录名在收件服务器上的口令",
                };
                return Err(Invalid::of("password", why).into());
            }
        };
        let detail = json!({
            "host": account.host, "port": account.port, "tls": account.tls.word(), "user": account.user,
            "folder": account.folder, "active": account.active, "password_changed": save.password.is_some(),
        });
        let row = AccountRow {
            account: account.clone(),
            password,
            version,
            taken_from: dates::day_in_shanghai(work.now - BEFORE),
            looked_at: None,
            error: String::new(),
        };
        let saved =
            store::mailbox::save_account(&work.tx, authority, &row, caller.person.id, work.now);
        match saved.await {
            Err(store::Error::Stale) => return Err(conflict(version + 1)),
            other => other?,
        }
        let fact = Fact::new("mailbox.set", format!("unit:{authority}"), detail);
        self.finish_change(work, caller, fact).await
    }

    /// Looks into the mailbox as it is saved, without taking anything. Gives how many messages wait in it.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `mailbox` with what went wrong.
    pub async fn try_mailbox(&self, caller: &Caller) -> Result<usize> {
        let reach = self.reach(caller, Action::EditMail).await?;
        let authority = reach.whole_authority()?.id;
        let row = store::mailbox::account(&self.store().read(), authority).await?;
        let row = row.ok_or_else(|| Invalid::of("mailbox", "请先保存收件邮箱"))?;
        let tried = self.count_waiting(authority, &row).await?;
        let detail = json!({"connected": tried.is_ok()});
        let fact = Fact::new("mailbox.tested", format!("unit:{authority}"), detail);
        self.note_access(caller, fact).await?;
        tried.map_err(|failure| {
            Invalid::of("mailbox", format!("没有连上：{}", in_words(&failure))).into()
        })
    }

    async fn count_waiting(
        &self,
        authority: domain::UnitId,
        row: &AccountRow,
    ) -> Result<std::result::Result<usize, SendFailure>> {
        let mut open = match self.open_mailbox(row).await {
            Ok(open) => open,
            Err(failure) => return Ok(Err(failure)),
        };
        let place = super::take::place_of(&row.account);
        let reader = self.store().read();
        let last =
            store::mailbox::last_uid(&reader, authority, &place, open.uid_validity()).await?;
        let waiting = open.after(last, row.taken_from).await;
        open.close().await;
        Ok(waiting.map(|uids| uids.len()))
    }
}
