//! Mail server, DingTalk robot, rules: set by those who may, per authority.

use domain::{
    Instant, UnitId,
    mail::{MailServer, check_address},
    permission::Action,
    person::{Caller, Invalid},
    reminder::ReminderRules,
    unit::UnitTree,
};
use serde_json::json;
use store::{
    Db,
    reminders::{MailRow, RobotRow},
};

use super::dingtalk;
use crate::{
    App, Conflict, Error, Result, secrets,
    sending::{Mail, SendFailure},
    work::Fact,
};

/// Characters of a password or secret at most.
const SECRET_MOST: usize = 200;

/// An authority's mail server as it may be shown.
#[derive(Debug, Clone)]
pub struct MailView {
    /// The server; none: not set.
    pub server: Option<MailServer>,
    /// Whether a password is kept.
    pub has_password: bool,
    /// Counts saves; 0: not set.
    pub version: i64,
}

/// A mail server to be saved.
#[derive(Debug, Clone)]
pub struct SaveMail {
    /// The version it was made from.
    pub version: i64,
    /// The server.
    pub server: MailServer,
    /// A new password; none: the one that is kept.
    pub password: Option<String>,
}

/// An authority's robot as it may be shown.
#[derive(Debug, Clone)]
pub struct RobotView {
    /// Whether it is used.
    pub active: bool,
    /// Its address without its token; empty: not set.
    pub shown: String,
    /// Whether a secret is kept.
    pub has_secret: bool,
    /// Counts saves; 0: not set.
    pub version: i64,
}

/// A robot to be saved.
#[derive(Debug, Clone)]
pub struct SaveRobot {
    /// The version it was made from.
    pub version: i64,
    /// Whether it is used.
    pub active: bool,
    /// A new address; none: the one that is kept.
    pub url: Option<String>,
    /// A new secret; none: the one that is kept.
    pub secret: Option<String>,
}

/// An authority's rules.
#[derive(Debug, Clone)]
pub struct RulesView {
    /// The rules.
    pub rules: ReminderRules,
    /// Counts saves; 0: the defaults.
    pub version: i64,
}

impl App {
    /// The mail server that counts for an authority: its own, else that of the next above; with whose it is.
    pub(crate) async fn mail_sender(
        &self,
        db: &impl Db,
        tree: &UnitTree,
        authority: UnitId,
    ) -> Result<Option<(UnitId, MailRow)>> {
        let mut at = Some(authority);
        // No tree is deeper than it has units.
        for _ in 0..tree.all().len() {
            let Some(authority) = at else { break };
            if let Some(row) = store::reminders::mail_server(db, authority).await? {
                return Ok(Some((authority, row)));
            }
            let parent = tree.get(authority).and_then(|unit| unit.parent);
            at = parent
                .and_then(|parent| tree.authority_of(parent))
                .map(|unit| unit.id);
        }
        Ok(None)
    }

    /// The mail server of the caller's authority.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not.
    pub async fn mail_settings(&self, caller: &Caller) -> Result<MailView> {
        let reach = self.reach(caller, Action::EditMail).await?;
        let authority = reach.whole_authority()?.id;
        let row = store::reminders::mail_server(&self.store().read(), authority).await?;
        Ok(match row {
            Some(row) => MailView {
                has_password: !row.password.is_empty(),
                version: row.version,
                server: Some(row.server),
            },
            None => MailView {
                server: None,
                has_password: false,
                version: 0,
            },
        })
    }

    /// Saves the mail server of the caller's authority. The password is never shown again; for another server it has to
    /// be typed anew, so that nobody sends it elsewhere.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field, [`Error::Conflict`] when it was saved since.
    pub async fn save_mail_settings(&self, caller: &Caller, save: SaveMail) -> Result<()> {
        let reach = self.reach(caller, Action::EditMail).await?;
        let authority = reach.whole_authority()?.id;
        let checked = save.server.check();
        let mut invalid = Invalid::default();
        if let Err(wrong) = &checked {
            invalid.fields.extend(wrong.fields.iter().cloned());
        }
        let long = |text: &String| text.chars().count() > SECRET_MOST;
        if save.password.as_ref().is_some_and(long) {
            invalid.add("password", "口令请控制在200个字符以内");
        }
        let work = self.work().await?;
        let there = store::reminders::mail_server(&work.tx, authority).await?;
        let version = there.as_ref().map_or(0, |row| row.version);
        let server = match checked {
            Ok(server) if invalid.fields.is_empty() => server,
            _ => return Err(invalid.into()),
        };
        let same = there.as_ref().is_some_and(|row| {
            (
                &row.server.host,
                row.server.port,
                row.server.tls,
                &row.server.user,
            ) == (&server.host, server.port, server.tls, &server.user)
        });
        let kept = there.as_ref().map_or("", |row| row.password.as_str());
        let password = match &save.password {
            Some(password) => self.0.audit_key.hide(&*self.0.random, password),
            None if server.user.is_empty() => String::new(),
            None if same => kept.to_owned(),
            None if kept.is_empty() => {
                return Err(Invalid::of("password", "请填写这个登录名在邮件服务器上的口令").into());
            }
            None => {
                let why = "服务器或登录名改了，请重新填写口令";
                return Err(Invalid::of("password", why).into());
            }
        };
        let conflict = |version| {
            let theirs = there.as_ref().map(|row| &row.server);
            let text = |of: fn(&MailServer) -> String| theirs.map_or(String::new(), of);
            let line = |label: &str, yours: String, theirs| (label.to_owned(), yours, theirs);
            Error::Conflict(Box::new(Conflict {
                what: "邮件服务器".to_owned(),
                values: vec![
                    line("服务器", server.host.clone(), text(|one| one.host.clone())),
                    line(
                        "端口",
                        server.port.to_string(),
                        text(|one| one.port.to_string()),
                    ),
                    line(
                        "发件邮箱",
                        server.from_address.clone(),
                        text(|one| one.from_address.clone()),
                    ),
                ],
                version,
            }))
        };
        if version != save.version {
            return Err(conflict(version));
        }
        let row = MailRow {
            server: server.clone(),
            password,
            version,
        };
        let saved = store::reminders::save_mail_server(
            &work.tx,
            authority,
            &row,
            caller.person.id,
            work.now,
        );
        match saved.await {
            Err(store::Error::Stale) => return Err(conflict(version + 1)),
            other => other?,
        }
        let detail = json!({
            "host": server.host, "port": server.port, "tls": server.tls.word(), "user": server.user,
            "from": server.from_address, "password_changed": save.password.is_some(),
        });
        let fact = Fact::new("mail_server.set", format!("unit:{authority}"), detail);
        self.finish_change(work, caller, fact).await
    }

    /// Sends a mail to see whether it arrives.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `to` with what went wrong, in words and as the server said it.
    pub async fn send_test_mail(&self, caller: &Caller, to: &str) -> Result<()> {
        let reach = self.reach(caller, Action::EditMail).await?;
        let authority = reach.whole_authority()?.id;
        let to = check_address(to).map_err(|why| Invalid::of("to", why))?;
        if to.is_empty() {
            return Err(Invalid::of("to", "请填写收件邮箱").into());
        }
        let row = store::reminders::mail_server(&self.store().read(), authority).await?;
        let row = row.ok_or_else(|| Invalid::of("to", "请先保存邮件服务器"))?;
        let now = self.now();
        let token = secrets::token(&*self.0.random);
        let mail = Mail {
            to: to.clone(),
            to_name: caller.person.name.clone(),
            message_id: format!("{token}@{}", row.server.domain()),
            date: now,
            subject: "【测试】招商引资管理系统邮件设置".to_owned(),
            text: format!(
                "{}：\n\n收到这封邮件，说明邮件服务器设置正确，系统可以发送报送提醒。\n",
                caller.person.name
            ),
            answers: Vec::new(),
            settings_url: self.settings_url(),
        };
        let sent = self.mail_with(&row.server, &row.password, &mail).await;
        let detail = json!({"sent": sent.is_ok()});
        self.note_access(
            caller,
            Fact::new("mail_server.tested", format!("unit:{authority}"), detail),
        )
        .await?;
        sent.map_err(|failure| Invalid::of("to", in_words(&failure)).into())
    }

    /// The robot of the caller's authority.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not.
    pub async fn robot_settings(&self, caller: &Caller) -> Result<RobotView> {
        let reach = self.reach(caller, Action::EditMail).await?;
        let authority = reach.whole_authority()?.id;
        let row = store::reminders::robot(&self.store().read(), authority).await?;
        let Some(row) = row else {
            return Ok(RobotView {
                active: false,
                shown: String::new(),
                has_secret: false,
                version: 0,
            });
        };
        let url = self.0.audit_key.open(&row.url);
        let shown = url.map_or("（解不开，请重新填写）".to_owned(), |url| {
            format!("{}…", url.split('?').next().unwrap_or_default())
        });
        Ok(RobotView {
            active: row.active,
            shown,
            has_secret: !row.secret.is_empty(),
            version: row.version,
        })
    }

    /// Saves the robot of the caller's authority.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field, [`Error::Conflict`] when it was saved since.
    pub async fn save_robot_settings(&self, caller: &Caller, save: SaveRobot) -> Result<()> {
        let reach = self.reach(caller, Action::EditMail).await?;
        let authority = reach.whole_authority()?.id;
        let mut invalid = Invalid::default();
        let url = save
            .url
            .as_deref()
            .map(|url| dingtalk::check_url(url, &self.outside().webhook_hosts))
            .transpose()
            .unwrap_or_else(|why| {
                invalid.add("url", why);
                None
            });
        let secret = save.secret.as_deref().map(str::trim);
        let plain =
            |text: &str| text.len() <= SECRET_MOST && text.bytes().all(|b| b.is_ascii_graphic());
        if !secret.is_none_or(plain) {
            invalid.add("secret", "加签密钥请从机器人设置里完整复制，以 SEC 开头");
        }
        let work = self.work().await?;
        let there = store::reminders::hold_robot(&work.tx, authority).await?;
        if there.is_none() && save.url.is_none() {
            invalid.add("url", "请填写机器人的 Webhook 地址");
        }
        invalid.into_result()?;
        let version = there.as_ref().map_or(0, |row| row.version);
        let word = |active| if active { "启用" } else { "停用" }.to_owned();
        let conflict = |version| {
            let theirs = there.as_ref().map_or(String::new(), |row| word(row.active));
            Error::Conflict(Box::new(Conflict {
                what: "钉钉机器人".to_owned(),
                values: vec![("状态".to_owned(), word(save.active), theirs)],
                version,
            }))
        };
        if version != save.version {
            return Err(conflict(version));
        }
        let hide = |text: &str| self.0.audit_key.hide(&*self.0.random, text);
        let kept = |of: fn(&RobotRow) -> &String| {
            there.as_ref().map_or(String::new(), |row| of(row).clone())
        };
        let row = RobotRow {
            url: url.as_deref().map_or_else(|| kept(|row| &row.url), hide),
            secret: secret.map_or_else(|| kept(|row| &row.secret), hide),
            active: save.active,
            version,
        };
        let saved =
            store::reminders::save_robot(&work.tx, authority, &row, caller.person.id, work.now);
        match saved.await {
            Err(store::Error::Stale) => return Err(conflict(version + 1)),
            other => other?,
        }
        let detail = json!({"active": save.active, "url_changed": url.is_some(), "secret_changed": secret.is_some()});
        let fact = Fact::new("dingtalk.set", format!("unit:{authority}"), detail);
        self.finish_change(work, caller, fact).await
    }

    /// Posts a message to the group to see whether it arrives.
    ///
    /// # Errors
    /// [`Error::Invalid`] at `robot` with what went wrong.
    pub async fn test_robot(&self, caller: &Caller) -> Result<()> {
        let reach = self.reach(caller, Action::EditMail).await?;
        let authority = reach.whole_authority()?.id;
        let row = store::reminders::robot(&self.store().read(), authority).await?;
        let row = row.ok_or_else(|| Invalid::of("robot", "请先保存机器人设置"))?;
        let json = dingtalk::message("测试", "报送提醒：收到这条消息，说明钉钉机器人设置正确。");
        let now: Instant = self.now();
        let sent = self.post_with(&row.url, &row.secret, json, now).await;
        let detail = json!({"sent": sent.is_ok()});
        self.note_access(
            caller,
            Fact::new("dingtalk.tested", format!("unit:{authority}"), detail),
        )
        .await?;
        sent.map_err(|failure| Invalid::of("robot", in_words(&failure)).into())
    }

    /// The rules of the caller's authority.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see reminders.
    pub async fn reminder_rules(&self, caller: &Caller) -> Result<RulesView> {
        let reach = self.reach(caller, Action::ViewReminders).await?;
        let authority = reach.whole_authority()?.id;
        let (version, rules) = store::reminders::rules(&self.store().read(), authority).await?;
        Ok(RulesView { rules, version })
    }

    /// Sets the rules of the caller's authority, made from `version`.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field, [`Error::Conflict`] when they were set since.
    pub async fn save_reminder_rules(
        &self,
        caller: &Caller,
        version: i64,
        rules: &ReminderRules,
    ) -> Result<()> {
        let reach = self.reach(caller, Action::SetReminders).await?;
        let authority = reach.whole_authority()?.id;
        rules.check()?;
        let work = self.work().await?;
        let (now_version, there) = store::reminders::rules(&work.tx, authority).await?;
        let words = |rules: &ReminderRules| {
            let stages: Vec<&str> = rules.stages.iter().map(|stage| stage.label()).collect();
            stages.join("、")
        };
        let conflict = |version| {
            Error::Conflict(Box::new(Conflict {
                what: "提醒规则".to_owned(),
                values: vec![
                    ("提醒时点".to_owned(), words(rules), words(&there)),
                    (
                        "逾期间隔".to_owned(),
                        rules.overdue_every.to_string(),
                        there.overdue_every.to_string(),
                    ),
                ],
                version,
            }))
        };
        if now_version != version {
            return Err(conflict(now_version));
        }
        let set = store::reminders::set_rules(
            &work.tx,
            authority,
            version,
            rules,
            caller.person.id,
            work.now,
        );
        match set.await {
            Err(store::Error::Stale) => return Err(conflict(version + 1)),
            other => other?,
        }
        let detail = serde_json::to_value(rules)?;
        let fact = Fact::new("reminder_rules.set", format!("unit:{authority}"), detail);
        self.finish_change(work, caller, fact).await
    }
}

fn in_words(failure: &SendFailure) -> String {
    // A test is not tried again by itself.
    let say = failure.say.replace("，稍后自动重试", "");
    match failure.raw.as_str() {
        "" => format!("没有发出：{say}"),
        raw => format!("没有发出：{say}（{raw}）"),
    }
}
