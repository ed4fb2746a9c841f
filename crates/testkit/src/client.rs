//! Speaking to the real router without a socket.

use std::collections::BTreeMap;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use serde_json::Value;
use tower::ServiceExt;

/// Bytes of an answer at most.
const ANSWER_MOST: usize = 64 * 1024 * 1024;

/// A browser or a program that speaks to the service and keeps its cookies.
#[derive(Clone)]
pub struct Client {
    router: Router,
    cookies: BTreeMap<String, String>,
    token: Option<String>,
    /// What forms bring back; empty when nobody is signed in.
    pub csrf: String,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// A header; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Where it sends one.
    pub fn location(&self) -> &str {
        self.header("location")
    }
}

impl Client {
    pub(crate) fn nobody(router: Router) -> Self {
        Self {
            router,
            cookies: BTreeMap::new(),
            token: None,
            csrf: String::new(),
        }
    }

    pub(crate) fn with_session(router: Router, token: String, csrf: String) -> Self {
        let cookies = [("zs_session".to_owned(), token)].into();
        Self {
            router,
            cookies,
            token: None,
            csrf,
        }
    }

    pub(crate) fn with_token(router: Router, token: String) -> Self {
        Self {
            token: Some(token),
            ..Self::nobody(router)
        }
    }

    /// Sends a request as it is, with this client's cookies or token.
    ///
    /// # Panics
    /// When the request is malformed.
    pub async fn send(&mut self, mut request: Request<Body>) -> Answer {
        if !self.cookies.is_empty() {
            let pairs: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request.headers_mut().insert(
                header::COOKIE,
                pairs.join("; ").parse().expect("cookies are plain"),
            );
        }
        if let Some(token) = &self.token {
            request.headers_mut().insert(
                header::AUTHORIZATION,
                format!("Bearer {token}").parse().expect("tokens are plain"),
            );
        }
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("the router answers");
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().expect("cookies are plain"));
        }
        let bytes = to_bytes(body, ANSWER_MOST)
            .await
            .expect("the answer ends")
            .to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            bytes,
        }
    }

    fn keep(&mut self, cookie: &str) {
        let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
        let Some((name, value)) = pair.split_once('=') else {
            return;
        };
        if value.is_empty() || attributes.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    /// Asks for an address.
    ///
    /// # Panics
    /// When the address is malformed.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).expect("an address"))
            .await
    }

    /// Posts a form, with the session's token unless the fields bring one.
    ///
    /// # Panics
    /// When the address is malformed.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = String::new();
        let own = [("csrf", self.csrf.as_str())];
        let brings_one = fields.iter().any(|(name, _)| *name == "csrf");
        for (name, value) in fields.iter().chain(own.iter().filter(|_| !brings_one)) {
            body.push_str(&format!("{}={}&", encode(name), encode(value)));
        }
        let request =
            Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).expect("an address"))
            .await
    }

    /// Sends JSON with this method and headers.
    ///
    /// # Panics
    /// When the address or a header is malformed.
    pub async fn json(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(
            request
                .body(Body::from(body.to_string()))
                .expect("an address"),
        )
        .await
    }

    /// Uploads a file as the part `file`, with the session's token.
    ///
    /// # Panics
    /// When the address is malformed.
    pub async fn upload(&mut self, path: &str, file_name: &str, bytes: &[u8]) -> Answer {
        self.upload_with(path, file_name, bytes, &[]).await
    }

    /// Uploads as [`Client::upload`], with other fields of the form before the file.
    ///
    /// # Panics
    /// When the address is malformed.
    pub async fn upload_fields(
        &mut self,
        path: &str,
        file_name: &str,
        bytes: &[u8],
        fields: &[(&str, &str)],
    ) -> Answer {
        let mut body = Vec::new();
        let own = [("csrf", self.csrf.as_str())];
        for (name, value) in own.iter().chain(fields) {
            let part = format!(
                "--zs\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
            body.extend_from_slice(part.as_bytes());
        }
        let part = format!(
            "--zs\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\n\r\n"
        );
        body.extend_from_slice(part.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--zs--\r\n");
        let request =
            Request::post(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=zs");
        self.send(request.body(Body::from(body)).expect("an address"))
            .await
    }

    /// Uploads as [`Client::upload`], with headers.
    ///
    /// # Panics
    /// When the address or a header is malformed.
    pub async fn upload_with(
        &mut self,
        path: &str,
        file_name: &str,
        bytes: &[u8],
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut body = format!(
            "--zs\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n",
            self.csrf
        )
        .into_bytes();
        let part = format!(
            "--zs\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\n\r\n"
        );
        body.extend_from_slice(part.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--zs--\r\n");
        let mut request =
            Request::post(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=zs");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body)).expect("an address"))
            .await
    }
}

/// Percent-encodes everything but letters and digits.
fn encode(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
