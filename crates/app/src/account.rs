//! 我的账号: one's own sessions, API tokens and password.

use chrono::TimeDelta;
use domain::{
    Instant,
    audit::ChainKind,
    names,
    person::{Invalid, PasswordPolicy},
};
use serde_json::json;
use store::people::Token;

use crate::{
    App, Error, Result, secrets,
    sign_in::{Current, Origin},
    work::Fact,
};

/// Characters of a session's hash by which its owner names it.
const SESSION_NAME: usize = 16;
/// Tokens one person may have at a time.
const TOKENS_MOST: usize = 20;

/// One of one's own sessions.
#[derive(Debug, Clone)]
pub struct SessionLine {
    /// By what it is named; tells nothing of the token.
    pub name: String,
    /// From where.
    pub address: String,
    /// The browser's name for itself.
    pub user_agent: String,
    /// Signed in at.
    pub since: Instant,
    /// Last request, to the minute.
    pub last_seen: Instant,
    /// Whether it is the one asking.
    pub this: bool,
}

/// One's own account.
pub struct Account {
    /// Sessions that are not over, newest first.
    pub sessions: Vec<SessionLine>,
    /// Tokens that still work.
    pub tokens: Vec<Token>,
    /// Days a new token may work at most.
    pub token_days: i64,
    /// When the password was set.
    pub password_set_at: Option<Instant>,
    /// What passwords must be.
    pub policy: PasswordPolicy,
}

impl App {
    /// The account of who is asking.
    ///
    /// # Errors
    /// The database is unavailable.
    pub async fn account(&self, me: &Current) -> Result<Account> {
        let reader = self.store().read();
        let person = &me.caller.person;
        let (settings, _) = self.settings_for(&reader, Some(person.unit)).await?;
        let now = self.now();
        let sessions = store::sign_in::sessions_of(&reader, person.id).await?;
        let sessions = sessions
            .into_iter()
            .filter(|session| crate::sign_in::alive(settings, session, now))
            .map(|session| SessionLine {
                name: session.token_hash.chars().take(SESSION_NAME).collect(),
                this: session.token_hash == me.session,
                address: session.address,
                user_agent: session.user_agent,
                since: session.created_at,
                last_seen: session.last_seen_at,
            });
        Ok(Account {
            sessions: sessions.collect(),
            tokens: store::people::tokens(&reader, person.id, now).await?,
            token_days: settings.token_days,
            password_set_at: person.password_set_at,
            policy: settings.password,
        })
    }

    /// Ends one of one's own sessions.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is over already, or somebody else's.
    pub async fn end_session(&self, me: &Current, name: &str) -> Result<()> {
        let work = self.work().await?;
        let sessions = store::sign_in::sessions_of(&work.tx, me.caller.person.id).await?;
        let session = sessions
            .iter()
            .find(|session| name.len() == SESSION_NAME && session.token_hash.starts_with(name))
            .ok_or(Error::NotFound)?;
        store::sign_in::end(&work.tx, &session.token_hash).await?;
        let detail = json!({"address": session.address, "began_at": session.created_at});
        let fact = Fact::new("session.ended", format!("session:{name}"), detail);
        self.finish_in(work, ChainKind::Access, &me.caller, fact)
            .await
    }

    /// Ends all of one's own sessions but the one asking.
    ///
    /// # Errors
    /// The database is unavailable.
    pub async fn end_other_sessions(&self, me: &Current) -> Result<()> {
        let work = self.work().await?;
        let person = me.caller.person.id;
        let ended = store::sign_in::end_others(&work.tx, person, &me.session).await?;
        let fact = Fact::new(
            "session.others_ended",
            format!("person:{person}"),
            json!({"sessions": ended}),
        );
        self.finish_in(work, ChainKind::Access, &me.caller, fact)
            .await
    }

    /// Makes an API token for oneself. Shown once.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field.
    pub async fn create_own_token(
        &self,
        me: &Current,
        label: &str,
        days: Option<i64>,
    ) -> Result<String> {
        let reader = self.store().read();
        let person = &me.caller.person;
        let (settings, _) = self.settings_for(&reader, Some(person.unit)).await?;
        let label = names::tidy(label);
        let mut invalid = Invalid::default();
        if label.is_empty() || label.chars().count() > 50 {
            invalid.add("label", "请填写令牌的用途，50个字以内");
        }
        let most = settings.token_days;
        let days = days.filter(|days| (1..=most).contains(days));
        if days.is_none() {
            invalid.add("days", format!("有效天数请填1到{most}之间的整数"));
        }
        if store::people::tokens(&reader, person.id, self.now())
            .await?
            .len()
            >= TOKENS_MOST
        {
            invalid.add(
                "label",
                format!("有效的令牌已有{TOKENS_MOST}个，请先撤销不再使用的"),
            );
        }
        invalid.into_result()?;
        self.add_token(&me.caller, &label, days.unwrap_or(most))
            .await
    }

    /// Revokes one of one's own tokens.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such token.
    pub async fn revoke_own_token(&self, me: &Current, token: i64) -> Result<()> {
        let work = self.work().await?;
        let person = me.caller.person.id;
        if !store::people::revoke_token(&work.tx, person, token, work.now).await? {
            return Err(Error::NotFound);
        }
        let fact = Fact::new("token.revoked", format!("token:{token}"), json!({}));
        self.finish_change(work, &me.caller, fact).await
    }

    /// Changes one's own password. A wrong old one counts as a wrong try at signing in.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field.
    pub async fn change_password(
        &self,
        me: &Current,
        old: &str,
        new: &str,
        repeated: &str,
        origin: &Origin,
    ) -> Result<()> {
        let person = &me.caller.person;
        let reader = self.store().read();
        let (settings, _) = self.settings_for(&reader, Some(person.unit)).await?;
        settings.password.check(&person.login, new)?;
        if new != repeated {
            return Err(Invalid::of("repeated", "两次输入的口令不一样，请重新输入").into());
        }
        self.prove_password(me, settings, old, origin).await?;
        self.refuse_reuse(person.id, new, settings.password).await?;
        let hash = self.hash_password(new).await?;
        let work = self.work().await?;
        store::people::set_password_hash(&work.tx, person.id, &hash, work.now).await?;
        store::sign_in::end_others(&work.tx, person.id, &me.session).await?;
        let fact = Fact::new(
            "password.changed",
            format!("person:{}", person.id),
            json!({"by": "oneself"}),
        );
        self.finish_change(work, &me.caller, fact).await
    }

    async fn prove_password(
        &self,
        me: &Current,
        settings: crate::Settings,
        old: &str,
        origin: &Origin,
    ) -> Result<()> {
        let person = &me.caller.person;
        let at_field = |error: Error| match error {
            Error::Invalid(invalid) => {
                let why = invalid.fields.into_iter().next().map(|(_, why)| why);
                // Who one is stands fixed here; only the password can be wrong.
                let why = why.unwrap_or_default();
                Invalid::of("old_password", why.replace("登录名或口令", "现在的口令")).into()
            }
            other => other,
        };
        let tries = self
            .count_try(&person.login, settings.lock, origin)
            .await
            .map_err(at_field)?;
        let hash = store::people::password_hash(&self.store().read(), person.id).await?;
        if !self.password_fits(old, hash).await? {
            let error = self
                .wrong_try(&person.login, settings.lock, tries, origin)
                .await?;
            return Err(at_field(error));
        }
        let work = self.work().await?;
        store::sign_in::forget_failures(&work.tx, &person.login).await?;
        Ok(work.tx.commit().await?)
    }

    /// Refuses a password among the last ones.
    pub(crate) async fn refuse_reuse(
        &self,
        person: domain::PersonId,
        password: &str,
        policy: PasswordPolicy,
    ) -> Result<()> {
        let reader = self.store().read();
        let known = store::people::password_history(&reader, person, policy.history).await?;
        for hash in known {
            if self.password_fits(password, Some(hash)).await? {
                let why = format!("新口令不能与最近{}次用过的相同，请换一个", policy.history);
                return Err(Invalid::of("password", why).into());
            }
        }
        Ok(())
    }

    pub(crate) async fn add_token(
        &self,
        caller: &domain::person::Caller,
        label: &str,
        days: i64,
    ) -> Result<String> {
        let token = format!("zs_{}", secrets::token(&*self.0.random));
        let work = self.work().await?;
        let id = store::people::add_token(
            &work.tx,
            caller.person.id,
            &secrets::sm3_hex(token.as_bytes()),
            label,
            work.now,
            work.now + TimeDelta::days(days),
        )
        .await?;
        let fact = Fact::new(
            "token.created",
            format!("token:{id}"),
            json!({"label": label, "days": days}),
        );
        self.finish_change(work, caller, fact).await?;
        Ok(token)
    }
}
