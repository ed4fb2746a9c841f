//! Sending what waits. Each message is leased first, in a transaction of its own, sent outside any transaction, and
//! settled in another: whoever dies between leaves a lease that runs out, and the same message goes out again.

use chrono::TimeDelta;
use domain::{Instant, mail::MailServer, reminder::back_off};
use store::reminders::{Channel, MessageState, Outgoing};

use super::dingtalk;
use crate::{
    App, Result, secrets,
    sending::{Again, Mail, SendFailure},
};

/// Failed tries after which a person must look.
const TRIES: i64 = 12;
/// Tries, those that died included, after which nothing more is risked.
const TRIES_AT_ALL: i64 = 100;
/// Everything of a server that does not answer waits so long.
const SERVER_DOWN: TimeDelta = TimeDelta::minutes(1);

/// What became of one look into the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivered {
    /// Nothing was due.
    Nothing,
    /// A message went out.
    Sent,
    /// A message did not go out, or was put off.
    Not,
}

impl App {
    /// Sends the message longest due.
    ///
    /// # Errors
    /// The database is unavailable.
    pub async fn deliver_one(&self) -> Result<Delivered> {
        let token: String = secrets::token(&*self.0.random).chars().take(32).collect();
        let lease = TimeDelta::seconds(self.outside().lease_seconds);
        let work = self.work().await?;
        let claimed = store::reminders::claim(&work.tx, work.now, lease, &token).await?;
        let Some(message) = claimed else {
            return Ok(Delivered::Nothing);
        };
        if message.channel == Channel::DingTalk {
            let minute = TimeDelta::minutes(1);
            // Held, so that two replicas do not both count nineteen.
            store::reminders::hold_robot(&work.tx, message.authority).await?;
            let sent = store::reminders::sent_since(
                &work.tx,
                message.authority,
                message.channel,
                work.now - minute,
                message.id,
            )
            .await?;
            if sent >= dingtalk::MOST_A_MINUTE {
                let later = work.now + minute;
                store::reminders::requeue(&work.tx, message.id, &token, later).await?;
                work.tx.commit().await?;
                return Ok(Delivered::Not);
            }
        }
        work.tx.commit().await?;
        let outcome = if message.attempts > TRIES_AT_ALL {
            let say = "多次发送都没有结果，请核对后重试";
            Err(SendFailure::new(Again::Never, say, ""))
        } else {
            match message.channel {
                Channel::Email => self.send_mail(&message).await?,
                Channel::DingTalk => self.post_robot(&message).await?,
            }
        };
        self.settle(&message, &token, outcome).await
    }

    async fn settle(
        &self,
        message: &Outgoing,
        token: &str,
        outcome: std::result::Result<(), SendFailure>,
    ) -> Result<Delivered> {
        let work = self.work().await?;
        let failure = match outcome {
            Ok(()) => {
                store::reminders::sent(&work.tx, message.id, work.now).await?;
                work.tx.commit().await?;
                return Ok(Delivered::Sent);
            }
            Err(failure) => failure,
        };
        tracing::warn!(
            message = message.message_id,
            attempts = message.attempts,
            why = failure.raw,
            "a message did not go out"
        );
        let why = (failure.say.as_str(), failure.raw.as_str());
        let state = match failure.again {
            Again::Never => Some(MessageState::Failed),
            Again::Later if message.attempts >= TRIES => Some(MessageState::GivenUp),
            Again::Later | Again::Server => None,
        };
        match state {
            Some(state) => store::reminders::fail(&work.tx, message.id, token, state, why).await?,
            None => {
                let later = work.now + back_off(message.attempts, self.chance());
                store::reminders::try_again(&work.tx, message.id, token, later, why).await?;
            }
        }
        if failure.again == Again::Server {
            let until = work.now + SERVER_DOWN;
            store::reminders::postpone_all(&work.tx, message.authority, message.channel, until)
                .await?;
        }
        work.tx.commit().await?;
        Ok(Delivered::Not)
    }

    fn chance(&self) -> u64 {
        let mut bytes = [0; 8];
        self.0.random.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    async fn send_mail(&self, message: &Outgoing) -> Result<std::result::Result<(), SendFailure>> {
        let reader = self.store().read();
        let row = store::reminders::mail_server(&reader, message.authority).await?;
        let Some(row) = row else {
            let say = "邮件服务器还没有设置，请系统管理员设置";
            return Ok(Err(SendFailure::new(Again::Server, say, "")));
        };
        let person = match message.person {
            Some(person) => store::people::by_id(&reader, person).await?,
            None => None,
        };
        let mail = Mail {
            to: message.address.clone(),
            to_name: person.map_or(String::new(), |person| person.name),
            message_id: message.message_id.clone(),
            date: message.created_at,
            subject: message.subject.clone(),
            text: message.body.clone(),
            // An answer was asked for by its recipient: there is nothing to unsubscribe from.
            settings_url: self.settings_url().filter(|_| message.thread.is_empty()),
            answers: message
                .thread
                .split_whitespace()
                .map(ToOwned::to_owned)
                .collect(),
        };
        Ok(self.mail_with(&row.server, &row.password, &mail).await)
    }

    pub(crate) fn settings_url(&self) -> Option<String> {
        let url = self.outside().public_url.as_ref()?;
        Some(format!("{url}/account#reminders"))
    }

    /// Sends a mail with a server whose password is sealed.
    pub(crate) async fn mail_with(
        &self,
        server: &MailServer,
        sealed: &str,
        mail: &Mail,
    ) -> std::result::Result<(), SendFailure> {
        let Some(password) = self.0.audit_key.open(sealed) else {
            let say = "保存的邮箱口令解不开（审计密钥换过），请系统管理员重新填写";
            return Err(SendFailure::new(Again::Server, say, ""));
        };
        self.outside().mailer.send(server, &password, mail).await
    }

    async fn post_robot(&self, message: &Outgoing) -> Result<std::result::Result<(), SendFailure>> {
        let row = store::reminders::robot(&self.store().read(), message.authority).await?;
        let Some(row) = row.filter(|row| row.active) else {
            let say = "钉钉机器人已停用";
            return Ok(Err(SendFailure::new(Again::Never, say, "")));
        };
        let json = dingtalk::message(&message.subject, &message.body);
        Ok(self
            .post_with(&row.url, &row.secret, json, self.now())
            .await)
    }

    /// Posts to a robot whose address and secret are sealed.
    pub(crate) async fn post_with(
        &self,
        url: &str,
        secret: &str,
        json: String,
        now: Instant,
    ) -> std::result::Result<(), SendFailure> {
        let key = &self.0.audit_key;
        let (Some(url), Some(secret)) = (key.open(url), key.open(secret)) else {
            let say = "保存的机器人设置解不开（审计密钥换过），请系统管理员重新填写";
            return Err(SendFailure::new(Again::Server, say, ""));
        };
        // Looked at again: the configuration may have changed since it was saved.
        if let Err(say) = dingtalk::check_url(&url, &self.outside().webhook_hosts) {
            return Err(SendFailure::new(Again::Never, say, ""));
        }
        let url = dingtalk::signed(&url, &secret, now);
        let answer = self.outside().webhook.post(&url, json).await?;
        dingtalk::judge(&answer)
    }
}
