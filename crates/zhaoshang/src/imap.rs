//! Mailboxes by IMAP, over rustls. The only door through which mail comes in.

use std::{sync::Arc, time::Duration};

use app::{
    mailbox::{Fetched, Mailboxes, OpenMailbox},
    sending::{Again, SendFailure},
};
use async_imap::{Client, Session};
use chrono::NaiveDate;
use domain::{
    mail::{MailTls, is_loopback},
    mailbox::MailboxAccount,
};
use futures_util::TryStreamExt;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{TlsConnector, rustls::pki_types::ServerName};

use crate::outbound::Trust;

/// Anything IMAP is spoken over.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug> Stream for T {}

type Wire = Box<dyn Stream>;

/// Opens mailboxes by IMAP.
pub struct ImapMailboxes {
    /// Whom to trust.
    pub trust: Trust,
    /// One question and its answer take no longer.
    pub patience: Duration,
}

fn unreachable(raw: impl std::fmt::Display) -> SendFailure {
    SendFailure::new(
        Again::Server,
        "连不上收件服务器，稍后自动重试",
        raw.to_string(),
    )
}

fn untrusted(raw: impl std::fmt::Display) -> SendFailure {
    let say = "与收件服务器的加密连接没有建立：证书不受信任或加密方式不符，请系统管理员核对";
    SendFailure::new(Again::Server, say, raw.to_string())
}

/// What the server said, out of how the library prints it: `code: None, info: Some("…")`.
fn said(error: &async_imap::error::Error) -> String {
    let text = match error {
        async_imap::error::Error::No(text) | async_imap::error::Error::Bad(text) => text,
        other => return other.to_string(),
    };
    let quoted = text.split_once("info: Some(\"").map(|(_, rest)| rest);
    let quoted = quoted.and_then(|rest| rest.rsplit_once("\")"));
    quoted.map_or_else(|| text.clone(), |(words, _)| words.to_owned())
}

fn broken(error: async_imap::error::Error) -> SendFailure {
    SendFailure::new(
        Again::Server,
        "收件服务器的回答看不懂或中断，稍后自动重试",
        error.to_string(),
    )
}

async fn in_time<T>(
    patience: Duration,
    doing: impl Future<Output = Result<T, SendFailure>>,
) -> Result<T, SendFailure> {
    match timeout(patience, doing).await {
        Ok(done) => done,
        Err(_) => Err(SendFailure::new(
            Again::Server,
            "收件服务器没有及时回答，稍后自动重试",
            "timed out",
        )),
    }
}

/// Reads the greeting: nothing is said before it.
async fn greeted(client: &mut Client<Wire>) -> Result<(), SendFailure> {
    match client.read_response().await {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err(unreachable("closed at once")),
        Err(error) => Err(unreachable(error)),
    }
}

impl ImapMailboxes {
    async fn secured(&self, host: &str, stream: Wire) -> Result<Wire, SendFailure> {
        let name = ServerName::try_from(host.to_owned()).map_err(untrusted)?;
        let connector = TlsConnector::from(self.trust.config());
        let stream = connector.connect(name, stream).await.map_err(untrusted)?;
        Ok(Box::new(stream))
    }

    async fn connect(&self, account: &MailboxAccount) -> Result<Client<Wire>, SendFailure> {
        let host = account.host.as_str();
        let stream = TcpStream::connect((host, account.port))
            .await
            .map_err(unreachable)?;
        let stream: Wire = Box::new(stream);
        let mut client = match account.tls {
            MailTls::Implicit => Client::new(self.secured(host, stream).await?),
            MailTls::StartTls | MailTls::Plain => Client::new(stream),
        };
        greeted(&mut client).await?;
        if account.tls == MailTls::StartTls {
            client
                .run_command_and_check_ok("STARTTLS", None)
                .await
                .map_err(|error| untrusted(error.to_string()))?;
            // Whatever was said before the encryption counts for nothing: a new conversation on the same stream.
            let stream = client.into_inner();
            client = Client::new(self.secured(host, stream).await?);
        }
        Ok(client)
    }

    async fn enter(
        &self,
        account: &MailboxAccount,
        password: &str,
    ) -> Result<OpenImap, SendFailure> {
        if account.tls == MailTls::Plain && !is_loopback(&account.host) {
            let say = "不加密的收件服务器只限本机，请系统管理员改用 TLS";
            return Err(SendFailure::new(Again::Server, say, ""));
        }
        let client = self.connect(account).await?;
        let session = client.login(&account.user, password).await;
        let mut session = session.map_err(|(error, _)| {
            let say = "收件服务器不让登录，请系统管理员核对登录名和口令（有的邮箱要先开通IMAP、用授权码）";
            SendFailure::new(Again::Server, say, said(&error))
        })?;
        let mailbox = session.select(&account.folder).await.map_err(|error| {
            let say = format!(
                "收件服务器上打不开文件夹“{}”，请系统管理员核对",
                account.folder
            );
            SendFailure::new(Again::Server, say, said(&error))
        })?;
        let uid_validity = mailbox
            .uid_validity
            .ok_or_else(|| unreachable("no UIDVALIDITY"))?;
        Ok(OpenImap {
            session,
            uid_validity,
            patience: self.patience,
        })
    }
}

#[async_trait::async_trait]
impl Mailboxes for ImapMailboxes {
    async fn open(
        &self,
        account: &MailboxAccount,
        password: &str,
    ) -> Result<Box<dyn OpenMailbox>, SendFailure> {
        let open = in_time(self.patience, self.enter(account, password)).await?;
        Ok(Box::new(open))
    }
}

struct OpenImap {
    session: Session<Wire>,
    uid_validity: u32,
    patience: Duration,
}

impl OpenImap {
    /// One item of one message, by number.
    async fn item(
        &mut self,
        uid: u32,
        query: &str,
    ) -> Result<Option<async_imap::types::Fetch>, SendFailure> {
        let patience = self.patience;
        let asking = async {
            let answers = self
                .session
                .uid_fetch(uid.to_string(), query)
                .await
                .map_err(broken)?;
            let answers: Vec<_> = answers.try_collect().await.map_err(broken)?;
            Ok(answers.into_iter().find(|one| one.uid == Some(uid)))
        };
        in_time(patience, asking).await
    }
}

#[async_trait::async_trait]
impl OpenMailbox for OpenImap {
    fn uid_validity(&self) -> u32 {
        self.uid_validity
    }

    async fn after(&mut self, uid: u32, since: NaiveDate) -> Result<Vec<u32>, SendFailure> {
        // `n:*` always names the last message, even one before n: sorted out here.
        let from = uid.saturating_add(1);
        let query = format!("UID {from}:* SINCE {}", since.format("%-d-%b-%Y"));
        let patience = self.patience;
        let asking = async { self.session.uid_search(query).await.map_err(broken) };
        let found = in_time(patience, asking).await?;
        let mut uids: Vec<u32> = found.into_iter().filter(|one| *one > uid).collect();
        uids.sort_unstable();
        Ok(uids)
    }

    async fn fetch(&mut self, uid: u32, most: usize) -> Result<Option<Fetched>, SendFailure> {
        let Some(size) = self.item(uid, "(UID RFC822.SIZE)").await? else {
            return Ok(None);
        };
        let size = size.size.and_then(|size| usize::try_from(size).ok());
        let too_large = size.is_none_or(|size| size > most);
        let query = match too_large {
            true => "(UID BODY.PEEK[HEADER])",
            false => "(UID BODY.PEEK[])",
        };
        let Some(answer) = self.item(uid, query).await? else {
            return Ok(None);
        };
        let bytes = match too_large {
            true => answer.header(),
            false => answer.body(),
        };
        Ok(bytes.map(|bytes| Fetched {
            bytes: bytes.to_vec(),
            too_large,
        }))
    }

    async fn seen(&mut self, uid: u32) -> Result<(), SendFailure> {
        let patience = self.patience;
        let asking = async {
            let answers = self
                .session
                .uid_store(uid.to_string(), "+FLAGS (\\Seen)")
                .await
                .map_err(broken)?;
            let _: Vec<_> = answers.try_collect().await.map_err(broken)?;
            Ok(())
        };
        in_time(patience, asking).await
    }

    async fn close(mut self: Box<Self>) {
        let patience = self.patience;
        let leaving = async { self.session.logout().await.map_err(broken) };
        let _ = in_time(patience, leaving).await;
    }
}

/// As the use cases know them.
pub fn mailboxes(trust: Trust, patience: Duration) -> Arc<dyn Mailboxes> {
    Arc::new(ImapMailboxes { trust, patience })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_server_said_is_quoted() {
        let no = |text: &str| said(&async_imap::error::Error::No(text.to_owned()));
        let text = r#"code: None, info: Some("[AUTHENTICATIONFAILED] Authentication failed.")"#;
        assert_eq!(no(text), "[AUTHENTICATIONFAILED] Authentication failed.");
        assert_eq!(no("gone"), "gone");
    }
}
