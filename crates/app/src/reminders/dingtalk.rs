//! The DingTalk robot: its signed address, its message, its answer, and where it may live.

use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{Instant, mail::is_loopback};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use serde_json::json;
use sha2::Sha256;

use crate::sending::{Again, SendFailure};

/// Messages a robot takes in a minute (DingTalk's documentation: 20, then 10 minutes of silence).
pub(crate) const MOST_A_MINUTE: i64 = 20;

/// An address with its timestamp and signature: HMAC-SHA256 over `timestamp \n secret` under the secret, in Base64,
/// percent-encoded. Without a secret the address as it is: the robot then relies on keywords or addresses.
pub(crate) fn signed(url: &str, secret: &str, now: Instant) -> String {
    if secret.is_empty() {
        return url.to_owned();
    }
    let timestamp = now.timestamp_millis();
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret.as_bytes())
        .expect("HMAC takes keys of any length");
    mac.update(format!("{timestamp}\n{secret}").as_bytes());
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    let encoded: String = signature
        .bytes()
        .map(|byte| match byte {
            b'+' => "%2B".to_owned(),
            b'/' => "%2F".to_owned(),
            b'=' => "%3D".to_owned(),
            other => char::from(other).to_string(),
        })
        .collect();
    let joint = if url.contains('?') { '&' } else { '?' };
    format!("{url}{joint}timestamp={timestamp}&sign={encoded}")
}

/// A markdown message.
pub(crate) fn message(title: &str, text: &str) -> String {
    json!({"msgtype": "markdown", "markdown": {"title": title, "text": text}}).to_string()
}

#[derive(Deserialize)]
struct Answer {
    errcode: i64,
    #[serde(default)]
    errmsg: String,
}

/// What the robot's answer means: only errcode 0 is success, whatever the status said.
///
/// # Errors
/// The robot refuses, now or for good.
pub(crate) fn judge(body: &str) -> Result<(), SendFailure> {
    let Ok(answer) = serde_json::from_str::<Answer>(body) else {
        let say = "钉钉的回答看不懂，稍后自动重试";
        return Err(SendFailure::new(Again::Later, say, body));
    };
    let raw = format!("{} {}", answer.errcode, answer.errmsg);
    match answer.errcode {
        0 => Ok(()),
        // -1: busy; 130101: too fast; 410100, 410104: sending limits.
        -1 | 130101 | 410100 | 410104 => Err(SendFailure::new(
            Again::Later,
            "钉钉暂时不收，稍后自动重试",
            raw,
        )),
        310000 => Err(SendFailure::new(
            Again::Never,
            "钉钉拒收：加签密钥、关键词或IP限制不对，请系统管理员核对机器人设置后重试",
            raw,
        )),
        300001 | 300005 | 400101 | 40035 => Err(SendFailure::new(
            Again::Never,
            "钉钉拒收：机器人的地址不对或已停用，请系统管理员核对后重试",
            raw,
        )),
        _ => Err(SendFailure::new(
            Again::Never,
            "钉钉拒收这条消息，请系统管理员核对机器人设置后重试",
            raw,
        )),
    }
}

/// Checks where a robot lives: https at one of `hosts`; http only on this machine itself, and only where the
/// configuration names it.
///
/// # Errors
/// The sentence that says what it should be.
pub(crate) fn check_url(url: &str, hosts: &[String]) -> Result<String, String> {
    let url = url.trim();
    let wrong = || {
        format!(
            "请从钉钉群的机器人设置里复制整个地址，以 https://{}/ 开头",
            hosts.first().map_or("oapi.dingtalk.com", String::as_str)
        )
    };
    let (plain, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (false, rest),
        (_, Some(rest)) => (true, rest),
        _ => return Err(wrong()),
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let allowed = hosts.iter().any(|host| host == authority);
    let clean = url.len() <= 500 && url.bytes().all(|b| b.is_ascii_graphic()) && !url.contains('#');
    let host = authority
        .rsplit_once(':')
        .map_or(authority, |(host, _)| host);
    if allowed && clean && (!plain || is_loopback(host)) {
        Ok(url.to_owned())
    } else {
        Err(wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_as_documented() {
        let now = Instant::from_timestamp_millis(1_512_345_678_901).unwrap();
        let url = signed(
            "https://oapi.dingtalk.com/robot/send?access_token=a",
            "SECtest",
            now,
        );
        // openssl: printf '1512345678901\nSECtest' | openssl dgst -sha256 -hmac SECtest -binary | base64
        let sign = "3rZqmhi9KBs5pik4NwLpncqjvysnIaUCxiOtH0fdnEs%3D";
        assert_eq!(
            url,
            format!(
                "https://oapi.dingtalk.com/robot/send?access_token=a&timestamp=1512345678901&sign={sign}"
            )
        );
        assert_eq!(signed("https://a/b", "", now), "https://a/b");
    }

    #[test]
    fn only_the_robots_own_host_is_asked() {
        let hosts = [
            "oapi.dingtalk.com".to_owned(),
            "127.0.0.1:8099".to_owned(),
            "10.0.0.1".to_owned(),
        ];
        for good in [
            "https://oapi.dingtalk.com/robot/send?access_token=a",
            "http://127.0.0.1:8099/robot/send",
            "https://10.0.0.1/robot/send",
        ] {
            assert!(check_url(good, &hosts).is_ok(), "{good}");
        }
        for bad in [
            "",
            "oapi.dingtalk.com",
            "http://oapi.dingtalk.com/robot/send",
            "https://oapi.dingtalk.com.evil.cn/",
            "https://oapi.dingtalk.com@evil.cn/",
            "https://evil.cn/?oapi.dingtalk.com",
            "https://127.0.0.1/",
            "http://10.0.0.1/robot/send",
            "https://oapi.dingtalk.com:444/",
            "https://oapi.dingtalk.com/\r\nHost: a",
            "file:///etc/passwd",
            "https://oapi.dingtalk.com\\@evil.cn/",
        ] {
            assert!(check_url(bad, &hosts).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_errcode_0_is_success() {
        assert!(judge(r#"{"errcode":0,"errmsg":"ok"}"#).is_ok());
        let again = |body| judge(body).unwrap_err().again;
        assert_eq!(
            again(r#"{"errcode":310000,"errmsg":"sign not match"}"#),
            Again::Never
        );
        assert_eq!(
            again(r#"{"errcode":130101,"errmsg":"send too fast"}"#),
            Again::Later
        );
        assert_eq!(again("<html>"), Again::Later);
    }
}
