//! What leaves the house: mail by SMTP over TLS, and the one webhook. Whom to trust is the system's roots, or a file.

use std::{
    path::Path,
    sync::{Arc, OnceLock},
    time::Duration,
};

use app::sending::{Again, Mail, Mailer, SendFailure, Webhook};
use domain::mail::{MailServer, MailTls};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    Request, StatusCode,
    body::Bytes,
    header::{CONTENT_TYPE, HOST},
};
use hyper_util::rt::TokioIo;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, Header, HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, CertificateStore, Tls, TlsParameters},
        extension::ClientId,
    },
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        pki_types::{CertificateDer, ServerName, pem::PemObject},
    },
};

use crate::failure::{Failure, Result};

/// Bytes of a webhook's answer at most.
const ANSWER_MOST: usize = 64 * 1024;

/// Whom we trust.
#[derive(Clone)]
pub struct Trust {
    pem: Option<Vec<u8>>,
    /// Made at the first webhook: the system's roots take their time, and most commands send nothing.
    tls: Arc<OnceLock<Arc<ClientConfig>>>,
}

impl Trust {
    /// The certificates of a file; without one those of the system.
    ///
    /// # Errors
    /// The file cannot be read or holds none.
    pub fn load(file: Option<&Path>) -> Result<Self> {
        let read = |path: &Path| {
            let wrong = |why: String| {
                Failure::new(format!(
                    "证书文件 {} 不能用：{why}。请检查 outbound.ca_file，文件应为 PEM 格式",
                    path.display()
                ))
            };
            let bytes = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
            match roots_of(&bytes) {
                Ok(roots) if roots.is_empty() => Err(wrong("里面没有证书".to_owned())),
                Ok(_) => Ok(bytes),
                Err(why) => Err(wrong(why)),
            }
        };
        Ok(Self {
            pem: file.map(read).transpose()?,
            tls: Arc::default(),
        })
    }

    pub(crate) fn config(&self) -> Arc<ClientConfig> {
        let make = || {
            let roots = match &self.pem {
                Some(pem) => roots_of(pem).unwrap_or_else(|_| RootCertStore::empty()),
                None => {
                    let mut roots = RootCertStore::empty();
                    // A machine without roots can still run everything else; each try then says what is missing.
                    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
                    roots
                }
            };
            let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
            let builder = ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .expect("ring speaks TLS 1.2 and 1.3");
            Arc::new(builder.with_root_certificates(roots).with_no_client_auth())
        };
        self.tls.get_or_init(make).clone()
    }
}

fn roots_of(pem: &[u8]) -> std::result::Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| error.to_string())?;
        roots.add(certificate).map_err(|error| error.to_string())?;
    }
    Ok(roots)
}

/// Mail by SMTP.
pub struct SmtpMailer {
    /// Whom to trust.
    pub trust: Trust,
    /// A try takes no longer.
    pub patience: Duration,
}

/// A header that lettre has no type for; the value is ours and plain.
macro_rules! plain_header {
    ($name:ident, $text:literal) => {
        #[derive(Clone)]
        struct $name(String);

        impl Header for $name {
            fn name() -> HeaderName {
                HeaderName::new_from_ascii_str($text)
            }

            fn parse(
                text: &str,
            ) -> std::result::Result<Self, Box<dyn std::error::Error + Send + Sync>> {
                Ok(Self(text.to_owned()))
            }

            fn display(&self) -> HeaderValue {
                HeaderValue::new(Self::name(), self.0.clone())
            }
        }
    };
}

plain_header!(ListUnsubscribe, "List-Unsubscribe");
plain_header!(AutoSubmitted, "Auto-Submitted");
plain_header!(SuppressAnswers, "X-Auto-Response-Suppress");

/// A line of a header: nothing in it can begin another.
fn one_line(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// An answer, or written by itself (RFC 3834): neither is ever answered by a machine.
const fn submitted(mail: &Mail) -> &'static str {
    match mail.answers.is_empty() {
        true => "auto-generated",
        false => "auto-replied",
    }
}

/// A Message-ID as headers have it.
fn bracketed(id: &str) -> String {
    let id: String = id
        .chars()
        .filter(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>'))
        .collect();
    format!("<{id}>")
}

fn message(server: &MailServer, mail: &Mail) -> std::result::Result<Message, SendFailure> {
    let never = |say: &str, raw: String| SendFailure::new(Again::Never, say, raw);
    let address = |text: &str, say: &str| {
        text.parse::<Address>()
            .map_err(|error| never(say, error.to_string()))
    };
    let from = address(&server.from_address, "发件邮箱写法不对，请系统管理员改正")?;
    let to = address(&mail.to, "收件邮箱写法不对，请本人或系统管理员改正后重试")?;
    let name = |text: &str| Some(one_line(text)).filter(|text| !text.is_empty());
    let mut builder = Message::builder()
        .message_id(Some(format!("<{}>", one_line(&mail.message_id))))
        .date(mail.date.into())
        .from(Mailbox::new(name(&server.from_name), from))
        .to(Mailbox::new(name(&mail.to_name), to))
        .subject(one_line(&mail.subject))
        .header(AutoSubmitted(submitted(mail).to_owned()))
        // Exchange knows this word better than the one before.
        .header(SuppressAnswers("All".to_owned()))
        .header(ContentType::TEXT_PLAIN);
    let ids: Vec<String> = mail.answers.iter().map(|id| bracketed(id)).collect();
    if let Some(answered) = ids.last() {
        builder = builder
            .in_reply_to(answered.clone())
            .references(ids.join(" "));
    }
    if let Some(url) = &mail.settings_url {
        builder = builder.header(ListUnsubscribe(format!("<{}>", one_line(url))));
    }
    builder
        .body(mail.text.clone())
        .map_err(|error| never("这封邮件写不出来", error.to_string()))
}

impl SmtpMailer {
    fn transport(
        &self,
        server: &MailServer,
        password: &str,
    ) -> std::result::Result<AsyncSmtpTransport<Tokio1Executor>, SendFailure> {
        let parameters = || {
            let mut builder = TlsParameters::builder(server.host.clone());
            if let Some(pem) = &self.trust.pem {
                builder = builder.certificate_store(CertificateStore::None);
                builder = builder.add_root_certificate(Certificate::from_pem(pem)?);
            }
            builder.build_rustls()
        };
        let tls = match server.tls {
            MailTls::Plain => Tls::None,
            MailTls::Implicit | MailTls::StartTls => {
                let parameters = parameters().map_err(|error| {
                    let say = "TLS 设置不可用，请系统管理员检查服务器上的根证书";
                    SendFailure::new(Again::Server, say, error.to_string())
                })?;
                match server.tls {
                    MailTls::Implicit => Tls::Wrapper(parameters),
                    _ => Tls::Required(parameters),
                }
            }
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
            .port(server.port)
            .tls(tls)
            .timeout(Some(self.patience))
            .hello_name(ClientId::Domain(server.domain().to_owned()));
        if !server.user.is_empty() {
            builder =
                builder.credentials(Credentials::new(server.user.clone(), password.to_owned()));
        }
        Ok(builder.build())
    }
}

/// What SMTP's failure means.
fn failure(error: &lettre::transport::smtp::Error) -> SendFailure {
    let raw = in_full(error);
    let code = error.status().map(u16::from);
    let (again, say) = match code {
        // About who we are, not about this mail.
        Some(421 | 454 | 530 | 534 | 535 | 538) => (
            Again::Server,
            "邮件服务器不让登录，请系统管理员核对登录名和口令",
        ),
        Some(400..=499) => (Again::Later, "邮件服务器暂时不收，稍后自动重试"),
        Some(550 | 551 | 553) => (Again::Never, "收件邮箱不存在或拒收，请核对此人的邮箱后重试"),
        Some(552) => (Again::Never, "收件邮箱已满或邮件过大，请提醒本人清理后重试"),
        Some(554) => (
            Again::Never,
            "邮件服务器拒收（可能被当作垃圾邮件），请系统管理员与邮箱服务商联系后重试",
        ),
        Some(500..=599) => (
            Again::Never,
            "邮件服务器拒收，请系统管理员核对邮件设置后重试",
        ),
        _ if error.is_tls() || is_handshake(error) => (
            Again::Server,
            "与邮件服务器的加密连接没有建立：证书不受信任或加密方式不符，请系统管理员核对",
        ),
        _ if error.is_timeout() => (Again::Server, "邮件服务器没有及时回答，稍后自动重试"),
        _ if error.is_client() => (
            Again::Server,
            "邮件服务器不支持所选的加密或登录方式，请系统管理员核对",
        ),
        _ => (Again::Server, "连不上邮件服务器，稍后自动重试"),
    };
    SendFailure::new(again, say, raw)
}

/// Whether rustls refused: lettre tells of it as of any other connection.
fn is_handshake(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(|error| {
        let inner = error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        error.is::<tokio_rustls::rustls::Error>()
            || inner.is_some_and(|inner| inner.is::<tokio_rustls::rustls::Error>())
    })
}

/// An error with what lies below it.
fn in_full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut below = error.source();
    while let Some(cause) = below {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        below = cause.source();
    }
    text
}

#[async_trait::async_trait]
impl Mailer for SmtpMailer {
    async fn send(
        &self,
        server: &MailServer,
        password: &str,
        mail: &Mail,
    ) -> std::result::Result<(), SendFailure> {
        if server.tls == MailTls::Plain && !domain::mail::is_loopback(&server.host) {
            let say = "不加密的邮件服务器只限本机，请系统管理员改用 TLS";
            return Err(SendFailure::new(Again::Server, say, ""));
        }
        let message = message(server, mail)?;
        let transport = self.transport(server, password)?;
        match timeout(self.patience, transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(failure(&error)),
            Err(_) => Err(SendFailure::new(
                Again::Server,
                "邮件服务器没有及时回答，稍后自动重试",
                "timed out",
            )),
        }
    }
}

/// Posts to webhooks: one request a connection, no redirects, no proxies.
pub struct HttpWebhook {
    /// Whom to trust.
    pub trust: Trust,
    /// A try takes no longer.
    pub patience: Duration,
}

fn unreachable(raw: impl std::fmt::Display) -> SendFailure {
    SendFailure::new(Again::Server, "连不上钉钉，稍后自动重试", raw.to_string())
}

impl HttpWebhook {
    async fn ask(&self, url: &str, json: String) -> std::result::Result<String, SendFailure> {
        let (secure, rest) = match url.split_once("://") {
            Some(("https", rest)) => (true, rest),
            Some(("http", rest)) => (false, rest),
            _ => return Err(unreachable("not an address")),
        };
        let (authority, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().map_err(unreachable)?),
            None => (authority, if secure { 443 } else { 80 }),
        };
        let stream = TcpStream::connect((host, port))
            .await
            .map_err(unreachable)?;
        let request = Request::post(path)
            .header(HOST, authority)
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            .body(Full::new(Bytes::from(json)))
            .map_err(unreachable)?;
        if secure {
            let name = ServerName::try_from(host.to_owned()).map_err(unreachable)?;
            let connector = TlsConnector::from(self.trust.config());
            let stream = connector.connect(name, stream).await.map_err(unreachable)?;
            speak(stream, request).await
        } else {
            speak(stream, request).await
        }
    }
}

async fn speak<S>(
    stream: S,
    request: Request<Full<Bytes>>,
) -> std::result::Result<String, SendFailure>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(unreachable)?;
    // Ends with the request; its failure is the request's.
    tokio::spawn(connection);
    let answer = sender.send_request(request).await.map_err(unreachable)?;
    let status = answer.status();
    if status != StatusCode::OK {
        return Err(unreachable(status));
    }
    let body = Limited::new(answer.into_body(), ANSWER_MOST)
        .collect()
        .await
        .map_err(unreachable)?;
    Ok(String::from_utf8_lossy(&body.to_bytes()).into_owned())
}

#[async_trait::async_trait]
impl Webhook for HttpWebhook {
    async fn post(&self, url: &str, json: String) -> std::result::Result<String, SendFailure> {
        match timeout(self.patience, self.ask(url, json)).await {
            Ok(done) => done,
            Err(_) => Err(unreachable("timed out")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server() -> MailServer {
        MailServer {
            host: "127.0.0.1".into(),
            port: 1,
            tls: MailTls::Implicit,
            user: String::new(),
            from_address: "zs@example.com".into(),
            from_name: "招商\r\nBcc: a@b.cn".into(),
        }
    }

    #[test]
    fn no_header_can_be_brought_in() {
        let mail = Mail {
            to: "a@example.com".into(),
            to_name: "张三\r\nBcc: evil@example.com".into(),
            message_id: "abc@example.com".into(),
            date: "2017-12-12T00:00:00Z".parse().unwrap(),
            subject: "附件2\r\nBcc: evil@example.com\r\n\r\nbody".into(),
            text: "第一行\n.\n第二行".into(),
            answers: vec!["a@b.cn\r\nBcc: x".into(), "c@d.cn".into()],
            settings_url: Some("https://a.cn/account#reminders".into()),
        };
        let text = String::from_utf8(message(&server(), &mail).unwrap().formatted()).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        assert!(
            !head
                .to_lowercase()
                .lines()
                .any(|line| line.starts_with("bcc")),
            "{head}"
        );
        assert!(head.contains("Message-ID: <abc@example.com>\r\n"));
        assert!(head.contains("In-Reply-To: <c@d.cn>\r\n"), "{head}");
        assert!(
            head.contains("References: <a@b.cnBcc:x> <c@d.cn>\r\n"),
            "{head}"
        );
        assert!(head.contains("Auto-Submitted: auto-replied\r\n"));
        assert!(head.contains("List-Unsubscribe: <https://a.cn/account#reminders>"));
        assert!(head.contains("Date: Tue, 12 Dec 2017 00:00:00 +0000"));
        assert!(text.is_ascii());
        for bad in ["a@example.com\r\nBcc: b@c.cn", "a b@c.cn", ""] {
            let mail = Mail {
                to: bad.into(),
                ..mail.clone()
            };
            assert_eq!(
                message(&server(), &mail).unwrap_err().again,
                Again::Never,
                "{bad:?}"
            );
        }
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_tried_again() {
        let mailer = SmtpMailer {
            trust: Trust::load(None).unwrap(),
            patience: Duration::from_secs(5),
        };
        let mail = Mail {
            to: "a@example.com".into(),
            to_name: String::new(),
            message_id: "abc@example.com".into(),
            date: "2017-12-12T00:00:00Z".parse().unwrap(),
            subject: String::new(),
            text: String::new(),
            answers: Vec::new(),
            settings_url: None,
        };
        let failure = mailer.send(&server(), "", &mail).await.unwrap_err();
        assert_eq!(failure.again, Again::Server, "{failure:?}");
        let plain = MailServer {
            host: "mail.example.com".into(),
            tls: MailTls::Plain,
            ..server()
        };
        assert!(
            mailer
                .send(&plain, "", &mail)
                .await
                .unwrap_err()
                .say
                .contains("只限本机")
        );
    }

    #[test]
    fn a_file_without_certificates_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(
            Trust::load(Some(file.path()))
                .is_err_and(|failure| failure.message.contains("没有证书"))
        );
        assert!(Trust::load(Some(Path::new("/nowhere"))).is_err());
    }
}
