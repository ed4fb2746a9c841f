//! A browser without a screen: one kept-alive connection, cookies, forms, uploads; every answer with its time.

use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

use http_body_util::{BodyExt, Full};
use hyper::{
    HeaderMap, Method, Request, StatusCode,
    body::Bytes,
    client::conn::http1::{self, SendRequest},
    header,
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::{clock::Stopwatch, failure::Result};

/// An answer, whole.
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its bytes as they came: compressed when compression was asked for.
    pub body: Bytes,
    /// From before the request was sent until the last byte was there.
    pub time: Duration,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The answer, if its status is this one.
    ///
    /// # Errors
    /// It is another; the sentence quotes the answer.
    pub fn expect(self, status: StatusCode) -> Result<Self> {
        if self.status == status {
            return Ok(self);
        }
        let text: String = self.text().chars().take(300).collect();
        Err(format!("{status} expected, {} came: {text}", self.status).into())
    }
}

/// One connection to a server on this machine.
pub struct Client {
    address: SocketAddr,
    sender: SendRequest<Full<Bytes>>,
    /// Sent with every request.
    pub cookies: BTreeMap<String, String>,
    /// Whether answers may be compressed, as browsers allow.
    pub gzip: bool,
}

impl Client {
    /// Connects.
    ///
    /// # Errors
    /// Nobody listens there.
    pub async fn connect(address: SocketAddr) -> Result<Self> {
        Ok(Self {
            address,
            sender: open(address).await?,
            cookies: BTreeMap::new(),
            gzip: false,
        })
    }

    /// Another connection of the same person.
    ///
    /// # Errors
    /// Nobody listens there any more.
    pub async fn another(&self) -> Result<Self> {
        Ok(Self {
            address: self.address,
            sender: open(self.address).await?,
            cookies: self.cookies.clone(),
            gzip: self.gzip,
        })
    }

    /// Asks for a page.
    ///
    /// # Errors
    /// The connection breaks.
    pub async fn get(&mut self, path: &str) -> Result<Answer> {
        self.send(Method::GET, path, "", Bytes::new()).await
    }

    /// Sends a form.
    ///
    /// # Errors
    /// The connection breaks.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Answer> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        let body = form.finish().into();
        self.send(
            Method::POST,
            path,
            "application/x-www-form-urlencoded",
            body,
        )
        .await
    }

    /// Sends a body of a kind. A connection that the server has closed is opened again first.
    ///
    /// # Errors
    /// The connection breaks.
    pub async fn send(
        &mut self,
        method: Method,
        path: &str,
        kind: &str,
        body: Bytes,
    ) -> Result<Answer> {
        if self.sender.is_closed() || self.sender.ready().await.is_err() {
            self.sender = open(self.address).await?;
            self.sender.ready().await?;
        }
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.address.to_string())
            .header(header::USER_AGENT, "bench");
        if self.gzip {
            request = request.header(header::ACCEPT_ENCODING, "gzip, deflate, br");
        }
        if !self.cookies.is_empty() {
            let pairs = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"));
            request = request.header(header::COOKIE, pairs.collect::<Vec<_>>().join("; "));
        }
        if !kind.is_empty() {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let request = request.body(Full::new(body))?;
        let watch = Stopwatch::start();
        let response = self.sender.send_request(request).await?;
        let (head, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        let time = watch.passed();
        self.keep_cookies(&head.headers);
        Ok(Answer {
            status: head.status,
            headers: head.headers,
            body,
            time,
        })
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all(header::SET_COOKIE) {
            let text = cookie.to_str().unwrap_or_default();
            let pair = text.split(';').next().unwrap_or_default();
            match pair.split_once('=') {
                Some((name, "")) => self.cookies.remove(name),
                Some((name, value)) => self.cookies.insert(name.to_owned(), value.to_owned()),
                None => None,
            };
        }
    }
}

async fn open(address: SocketAddr) -> Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // Ends with the sender.
    tokio::spawn(async move {
        let _ = connection.await;
    });
    Ok(sender)
}

/// The value of the hidden field `csrf` of a page.
pub fn form_token(page: &str) -> Result<String> {
    page.split_once("name=\"csrf\" value=\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(token, _)| token.to_owned())
        .ok_or_else(|| "the page has no form token".into())
}

/// A form with one file, as browsers send it: kind and body.
pub fn with_file(csrf: &str, file_name: &str, bytes: &[u8]) -> (String, Bytes) {
    // No file of ours holds it.
    const BOUNDARY: &str = "----bench-7d3f1c0a9b2e4856";
    let mut body = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n--{BOUNDARY}\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    (
        format!("multipart/form-data; boundary={BOUNDARY}"),
        body.into(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_token_is_found() {
        let page = "<form><input type=\"hidden\" name=\"csrf\" value=\"ab12\"><input name=\"x\">";
        assert_eq!(form_token(page).unwrap(), "ab12");
        assert!(form_token("<form>").is_err());
    }

    #[test]
    fn a_file_is_a_part_of_a_form() {
        let (kind, body) = with_file("t", "附件1.docx", b"PK\r\n--x");
        let boundary = kind.split_once("boundary=").unwrap().1;
        let text = String::from_utf8(body.to_vec()).unwrap();
        let parts: Vec<&str> = text.split(&format!("--{boundary}")).collect();
        assert_eq!(parts.len(), 4);
        assert!(parts[1].ends_with("\r\n\r\nt\r\n"));
        assert!(
            parts[2].contains("filename=\"附件1.docx\"")
                && parts[2].ends_with("\r\n\r\nPK\r\n--x\r\n")
        );
        assert_eq!(parts[3], "--\r\n");
    }
}
