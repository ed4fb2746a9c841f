//! Signing in and out, sessions, tokens.

use chrono::{TimeDelta, Timelike};
use domain::{
    Instant, PersonId, UnitId,
    audit::ChainKind,
    dates,
    person::{Caller, Invalid, LockPolicy, PasswordDue, Person, check_login},
};
use serde_json::json;
use store::sign_in::{Asking, Session};

use crate::{App, Error, Result, Settings, secrets, settings::Shown, work::Fact};

/// A login name longer than this cannot exist and is not stored among the wrong tries.
const LOGIN_MOST: usize = 64;
/// Characters of a browser's name that are kept.
const USER_AGENT_MOST: usize = 200;

/// Where a request comes from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// Network address.
    pub address: String,
    /// The browser's name for itself.
    pub user_agent: String,
}

/// A session just begun.
pub struct SignedIn {
    /// The cookie's value; known only to the browser from now on.
    pub token: String,
    /// Who signed in.
    pub person: Person,
}

/// A request's session.
#[derive(Debug, Clone)]
pub struct Current {
    /// Who.
    pub caller: Caller,
    /// What forms must bring back; empty for API tokens, which browsers do not send by themselves.
    pub csrf: String,
    /// Name of the person's unit.
    pub unit_name: String,
    /// Hash of the session's token; empty for API tokens.
    pub session: String,
    /// Why the password must be changed before anything else.
    pub password_due: Option<PasswordDue>,
    /// Names that pages show.
    pub shown: Shown,
    /// Reminders not read; 0 for API tokens, which show no frame.
    pub unread: i64,
}

impl App {
    /// Signs in with login name and password.
    ///
    /// # Errors
    /// [`Error::Invalid`]: wrong, or locked after too many wrong tries. An unknown name answers like a known one.
    pub async fn sign_in(&self, login: &str, password: &str, origin: &Origin) -> Result<SignedIn> {
        let login: String = login
            .trim()
            .to_lowercase()
            .chars()
            .take(LOGIN_MOST)
            .collect();
        if login.is_empty() {
            return Err(Invalid::of("login", "请填写登录名").into());
        }
        let person = store::people::by_login(&self.store().read(), &login).await?;
        let unit = person.as_ref().map(|person| person.unit);
        let (settings, _) = self.settings_for(&self.store().read(), unit).await?;
        // The try is counted before the password is looked at, so that many at once gain nothing.
        let tries = self.count_try(&login, settings.lock, origin).await?;
        let hash = match &person {
            Some(person) if person.active => {
                store::people::password_hash(&self.store().read(), person.id).await?
            }
            _ => None,
        };
        let fits = self.password_fits(password, hash).await?;
        match person.filter(|_| fits) {
            Some(person) => self.begin_session(person, origin).await,
            None => Err(self.wrong_try(&login, settings.lock, tries, origin).await?),
        }
    }

    pub(crate) async fn count_try(
        &self,
        login: &str,
        policy: LockPolicy,
        origin: &Origin,
    ) -> Result<i64> {
        let work = self.work().await?;
        let until = work.now + TimeDelta::minutes(policy.minutes);
        let tries =
            store::sign_in::count_try(&work.tx, login, work.now, policy.tries, until).await?;
        work.tx.commit().await?;
        if let Some(tries) = tries {
            return Ok(tries);
        }
        self.note_sign_in("sign_in.locked", login, origin).await?;
        let failures = store::sign_in::failures(&self.store().read(), login).await?;
        Err(locked(failures.locked_until.unwrap_or(until)))
    }

    pub(crate) async fn wrong_try(
        &self,
        login: &str,
        policy: LockPolicy,
        tries: i64,
        origin: &Origin,
    ) -> Result<Error> {
        self.note_sign_in("sign_in.wrong", login, origin).await?;
        let left = policy.tries - tries;
        let why = if left > 0 {
            format!("登录名或口令不对，还可以再试{left}次")
        } else {
            format!(
                "登录名或口令不对，已连续输错{}次，请{}分钟后再试，或请安全管理员解锁",
                policy.tries, policy.minutes
            )
        };
        Ok(Invalid::of("password", why).into())
    }

    async fn note_sign_in(&self, action: &'static str, login: &str, origin: &Origin) -> Result<()> {
        let person = store::people::by_login(&self.store().read(), login).await?;
        let unit = person.map_or(UnitId(0), |person| person.unit);
        let work = self.work().await?;
        let chain = work.chain(ChainKind::Access, unit).await?;
        let event = Fact::new(action, format!("login:{login}"), json!({})).by(
            None,
            &origin.address,
            work.now,
        );
        self.finish(work, chain, event).await
    }

    async fn begin_session(&self, person: Person, origin: &Origin) -> Result<SignedIn> {
        let token = secrets::token(&*self.0.random);
        let work = self.work().await?;
        store::sign_in::forget_failures(&work.tx, &person.login).await?;
        let session = Session {
            token_hash: secrets::sm3_hex(token.as_bytes()),
            person: person.id,
            csrf: secrets::token(&*self.0.random),
            created_at: work.now,
            last_seen_at: work.now,
            address: origin.address.clone(),
            user_agent: origin.user_agent.chars().take(USER_AGENT_MOST).collect(),
        };
        store::sign_in::add_session(&work.tx, &session).await?;
        let caller = Caller::new(person, origin.address.clone());
        let fact = Fact::new(
            "sign_in.done",
            format!("person:{}", caller.person.id),
            json!({}),
        );
        self.finish_in(work, ChainKind::Access, &caller, fact)
            .await?;
        Ok(SignedIn {
            token,
            person: caller.person,
        })
    }

    /// The session of a cookie; none when it is unknown, over or its person stopped.
    ///
    /// # Errors
    /// The database is unavailable.
    pub async fn session(&self, token: &str, origin: &Origin) -> Result<Option<Current>> {
        let hash = secrets::sm3_hex(token.as_bytes());
        let asking = store::sign_in::asking(&self.store().read(), &hash).await?;
        let Some(Asking {
            session,
            person,
            lent,
            versions,
            unread,
        }) = asking.filter(|asking| asking.person.active)
        else {
            return Ok(None);
        };
        let now = self.now();
        let tree = self.units_at(versions).await?;
        let (settings, shown) = self.settings_at(versions, &tree, person.unit).await?;
        if !alive(settings, &session, now) {
            return Ok(None);
        }
        if minute(session.last_seen_at) < minute(now) {
            let work = self.work().await?;
            store::sign_in::touch(&work.tx, &hash, now).await?;
            work.tx.commit().await?;
        }
        let due = settings.password.due(&person, now);
        let caller = Caller {
            acting: match lent {
                true => self.acting(&person).await?,
                false => Vec::new(),
            },
            seen: Some(versions),
            ..Caller::new(person, origin.address.clone())
        };
        Ok(Some(Current {
            unit_name: tree
                .get(caller.person.unit)
                .map(|unit| unit.short_name.clone())
                .unwrap_or_default(),
            unread,
            caller,
            csrf: session.csrf,
            session: session.token_hash,
            password_due: due,
            shown,
        }))
    }

    async fn active_person(&self, id: PersonId) -> Result<Option<Person>> {
        Ok(store::people::by_id(&self.store().read(), id)
            .await?
            .filter(|person| person.active))
    }

    /// Who an API token belongs to; none when it is unknown, over or its person stopped.
    ///
    /// # Errors
    /// The database is unavailable.
    pub async fn token(&self, token: &str, origin: &Origin) -> Result<Option<Current>> {
        let hash = secrets::sm3_hex(token.as_bytes());
        let Some(owner) =
            store::people::token_owner(&self.store().read(), &hash, self.now()).await?
        else {
            return Ok(None);
        };
        let Some(person) = self.active_person(owner).await? else {
            return Ok(None);
        };
        let (settings, shown) = self
            .settings_for(&self.store().read(), Some(person.unit))
            .await?;
        let due = settings.password.due(&person, self.now());
        self.current(person, due, shown, origin).await.map(Some)
    }

    async fn current(
        &self,
        person: Person,
        password_due: Option<PasswordDue>,
        shown: Shown,
        origin: &Origin,
    ) -> Result<Current> {
        let unit_name = store::units::short_name(&self.store().read(), person.unit).await?;
        Ok(Current {
            caller: Caller {
                acting: self.acting(&person).await?,
                ..Caller::new(person, origin.address.clone())
            },
            csrf: String::new(),
            unit_name,
            session: String::new(),
            password_due,
            shown,
            unread: 0,
        })
    }

    /// Ends the session of a cookie.
    ///
    /// # Errors
    /// The database is unavailable.
    pub async fn sign_out(&self, token: &str, caller: &Caller) -> Result<()> {
        let work = self.work().await?;
        store::sign_in::end(&work.tx, &secrets::sm3_hex(token.as_bytes())).await?;
        self.finish_in(
            work,
            ChainKind::Access,
            caller,
            Fact::new(
                "sign_out",
                format!("person:{}", caller.person.id),
                json!({}),
            ),
        )
        .await
    }

    /// Sets the password of the person a one-time secret was handed to, and uses the secret up.
    ///
    /// # Errors
    /// [`Error::Invalid`]: the secret is wrong, used or over, or the password does not meet the policy.
    pub async fn activate(
        &self,
        secret: &str,
        password: &str,
        repeated: &str,
        origin: &Origin,
    ) -> Result<Person> {
        let hash = secrets::sm3_hex(secret.trim().as_bytes());
        let stale = || {
            Error::Invalid(Invalid::of(
                "secret",
                "激活码不对、已用过或已过期，请核对，或请安全管理员重新签发",
            ))
        };
        let owner = store::people::activation_owner(&self.store().read(), &hash, self.now())
            .await?
            .ok_or_else(stale)?;
        let person = self.active_person(owner).await?.ok_or_else(stale)?;
        let (settings, _) = self
            .settings_for(&self.store().read(), Some(person.unit))
            .await?;
        settings.password.check(&person.login, password)?;
        if password != repeated {
            return Err(Invalid::of("repeated", "两次输入的口令不一样，请重新输入").into());
        }
        self.refuse_reuse(person.id, password, settings.password)
            .await?;
        let password_hash = self.hash_password(password).await?;
        let caller = Caller::new(person, origin.address.clone());
        let work = self.work().await?;
        if !store::people::use_activation(&work.tx, &hash).await? {
            return Err(stale());
        }
        store::people::set_password_hash(&work.tx, caller.person.id, &password_hash, work.now)
            .await?;
        store::sign_in::end_all(&work.tx, caller.person.id).await?;
        store::sign_in::forget_failures(&work.tx, &caller.person.login).await?;
        let fact = Fact::new(
            "password.set",
            format!("person:{}", caller.person.id),
            json!({"by": "activation"}),
        );
        self.finish_change(work, &caller, fact).await?;
        Ok(caller.person)
    }

    /// Makes an API token for a person. For the command line, whose user holds the database anyway.
    ///
    /// # Errors
    /// [`Error::Invalid`] when there is no such active person.
    pub async fn create_token(&self, login: &str, label: &str) -> Result<String> {
        let login = check_login(login)?;
        let person = store::people::by_login(&self.store().read(), &login)
            .await?
            .filter(|person| person.active);
        let person = person.ok_or_else(|| {
            Error::Invalid(Invalid::of(
                "login",
                format!("没有登录名为 {login} 的有效账号"),
            ))
        })?;
        let (settings, _) = self
            .settings_for(&self.store().read(), Some(person.unit))
            .await?;
        let caller = Caller::new(person, "command line");
        self.add_token(&caller, label, settings.token_days).await
    }
}

/// Whether a session is not over.
pub(crate) fn alive(settings: Settings, session: &Session, now: Instant) -> bool {
    now < session.last_seen_at + TimeDelta::minutes(settings.session_idle_minutes)
        && now < session.created_at + TimeDelta::hours(settings.session_hours)
}

fn minute(at: Instant) -> Option<Instant> {
    at.with_second(0).and_then(|at| at.with_nanosecond(0))
}

fn locked(until: Instant) -> Error {
    let until = dates::print_minute(until);
    Invalid::of(
        "login",
        format!("连续输错次数过多，该登录名已锁定到{until}，请届时再试，或请安全管理员解锁"),
    )
    .into()
}
