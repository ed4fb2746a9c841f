//! A mail as it travels, into what we need of it: who says to have sent it, whether a machine has, what is attached.

use mail_parser::{Address, HeaderName, MessageParser, MimeHeaders, PartType};

/// Characters of a subject that are kept.
const SUBJECT_MOST: usize = 200;
/// Characters of an address or a Message-ID that are kept.
const WORD_MOST: usize = 300;
/// Parts that are looked at.
const PARTS_MOST: usize = 200;

/// What is taken out of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Every address of every From header, in lower case. One is what a mail should have.
    pub from: Vec<String>,
    /// Its Message-ID without angle brackets; empty: it has none.
    pub message_id: String,
    /// In a line.
    pub subject: String,
    /// Whether a machine sent it, or it went to many: nobody answers those.
    pub automatic: bool,
    /// What is attached, pictures within the text left out.
    pub attachments: Vec<Attachment>,
}

/// A file of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its name; empty: it has none.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Takes a mail apart; none when it is none.
pub fn read(bytes: &[u8]) -> Option<Letter> {
    let message = MessageParser::default().parse(bytes)?;
    let mut from = Vec::new();
    for value in message.header_values(HeaderName::From) {
        if let mail_parser::HeaderValue::Address(addresses) = value {
            from.extend(addresses_of(addresses));
        }
    }
    // By name as written: whichever of them the parser knows.
    let says = |name: &str, means: &dyn Fn(&str) -> bool| {
        let mut headers = message.headers_raw();
        headers.any(|(known, value)| {
            known.eq_ignore_ascii_case(name) && means(&value.trim().to_ascii_lowercase())
        })
    };
    let bulk = ["bulk", "list", "junk", "auto_reply"];
    let machine = from.iter().any(|address| {
        let name = address.split('@').next().unwrap_or_default();
        let machines = [
            "mailer-daemon",
            "postmaster",
            "noreply",
            "no-reply",
            "donotreply",
        ];
        machines.contains(&name)
    });
    let report = message.content_type().is_some_and(|kind| {
        kind.ctype().eq_ignore_ascii_case("multipart")
            && kind
                .subtype()
                .is_some_and(|sub| sub.eq_ignore_ascii_case("report"))
    });
    let list = ["List-Id", "List-Unsubscribe", "List-Post", "X-Autoreply"];
    let automatic = says("Auto-Submitted", &|value| value != "no")
        || says("Precedence", &|value| bulk.contains(&value))
        // A bounce has an empty return path.
        || says("Return-Path", &|value| value == "<>")
        || list.into_iter().any(|name| says(name, &|_| true))
        || machine
        || report;
    let attachments = message
        .attachments()
        .take(PARTS_MOST)
        .filter_map(|part| {
            let bytes = match &part.body {
                PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes.to_vec(),
                // What a text is encoded in is the reader's question: it is given as it came.
                PartType::Text(_) | PartType::Html(_) => raw_text(bytes, part)?,
                PartType::Message(_) | PartType::Multipart(_) => return None,
            };
            let picture = part
                .content_type()
                .is_some_and(|kind| kind.ctype().eq_ignore_ascii_case("image"));
            let name = part.attachment_name().unwrap_or_default();
            let within = picture && (part.content_id().is_some() || name.is_empty());
            (!within && !bytes.is_empty()).then(|| Attachment {
                name: line(name, WORD_MOST),
                bytes,
            })
        })
        .collect();
    Some(Letter {
        from,
        message_id: line(message.message_id().unwrap_or_default(), WORD_MOST),
        subject: line(message.subject().unwrap_or_default(), SUBJECT_MOST),
        automatic,
        attachments,
    })
}

/// The bytes of a text part before anybody guesses its character set.
fn raw_text(all: &[u8], part: &mail_parser::MessagePart<'_>) -> Option<Vec<u8>> {
    use mail_parser::{
        Encoding,
        decoders::{base64::base64_decode, quoted_printable::quoted_printable_decode},
    };
    let (from, to) = (
        usize::try_from(part.raw_body_offset()).ok()?,
        usize::try_from(part.raw_end_offset()).ok()?,
    );
    let raw = all.get(from..to)?;
    match part.encoding {
        Encoding::None => Some(raw.to_vec()),
        Encoding::QuotedPrintable => quoted_printable_decode(raw),
        Encoding::Base64 => base64_decode(raw),
    }
}

fn addresses_of(addresses: &Address<'_>) -> Vec<String> {
    addresses
        .iter()
        .map(|one| line(one.address().unwrap_or_default(), WORD_MOST).to_ascii_lowercase())
        .collect()
}

fn line(text: &str, most: usize) -> String {
    let plain = text.chars().filter(|c| !c.is_control()).take(most);
    plain.collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(head: &str) -> Letter {
        let text = format!("{head}\r\nMessage-ID: <a@b.cn>\r\n\r\nx\r\n");
        read(text.as_bytes()).unwrap()
    }

    #[test]
    fn who_says_to_have_sent_it() {
        assert_eq!(letter("From: \"a@c.cn\" <R@B.cn>").from, ["r@b.cn"]);
        assert_eq!(letter("From: r@b.cn, c@d.cn").from.len(), 2);
        assert_eq!(letter("From: r@b.cn\r\nFrom: c@d.cn").from.len(), 2);
        assert!(letter("Subject: x").from.is_empty());
        assert_eq!(letter("From: r@b.cn").message_id, "a@b.cn");
    }

    #[test]
    fn machines_are_known() {
        for head in [
            "From: r@b.cn\r\nAuto-Submitted: auto-replied",
            "From: r@b.cn\r\nPrecedence: Bulk",
            "From: r@b.cn\r\nList-Id: <a.b.cn>",
            "From: r@b.cn\r\nList-Unsubscribe: <https://b.cn>",
            "From: MAILER-DAEMON@b.cn",
            "From: r@b.cn\r\nReturn-Path: <>",
            "From: r@b.cn\r\nContent-Type: multipart/report; boundary=x",
        ] {
            assert!(letter(head).automatic, "{head}");
        }
        assert!(!letter("From: r@b.cn\r\nAuto-Submitted: no").automatic);
    }

    #[test]
    fn files_come_with_their_names() {
        let text = "From: r@b.cn\r\nSubject: =?gb2312?B?uL28/jI=?=\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nhello\r\n--x\r\nContent-Type: application/octet-stream; name=\"=?UTF-8?B?6ZmE5Lu2Mi54bHN4?=\"\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\nUEsDBA==\r\n--x\r\nContent-Type: text/csv; name=a.csv; charset=gbk\r\nContent-Disposition: attachment; filename*=UTF-8''%E8%A1%A8.csv\r\n\r\n\u{b1}\r\n--x--\r\n";
        let letter = read(text.as_bytes()).unwrap();
        assert_eq!(letter.subject, "附件2");
        let names: Vec<&str> = letter
            .attachments
            .iter()
            .map(|one| one.name.as_str())
            .collect();
        assert_eq!(names, ["附件2.xlsx", "表.csv"]);
        assert_eq!(letter.attachments[0].bytes, b"PK\x03\x04");
        assert!(letter.attachments[1].bytes.starts_with("\u{b1}".as_bytes()));
        for broken in [
            "",
            "\r\n",
            "x",
            "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x",
        ] {
            let _ = read(broken.as_bytes());
        }
    }
}
