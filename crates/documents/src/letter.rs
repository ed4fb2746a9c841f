//! A mail as it travels, into what we need of it: who says to have sent it, whether a machine has, what is attached.

use mail_parser::{Address, HeaderName, MessageParser, MimeHeaders, PartType};

/// Characters of a subject that are kept.
const SUBJECT_MOST: usize = 200;
/// Characters of an address or a Message-ID that are kept.
const WORD_MOST: usize = 300;
/// Parts that are looked at.
const PARTS_MOST: usize = 200;
/// Message-IDs of a conversation that are kept: its first and its last ones.
const THREAD_MOST: usize = 20;
/// Characters of what is written that are kept.
const BODY_MOST: usize = 2000;
/// How programs that answer for people who are away begin their subjects.
const AWAY: [&str; 7] = [
    "自动回复",
    "自動回覆",
    "自动答复",
    "automatic reply",
    "auto-reply",
    "auto reply",
    "out of office",
];

/// What is taken out of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Every address of every From header, in lower case. One is what a mail should have.
    pub from: Vec<String>,
    /// Its Message-ID without angle brackets; empty: it has none.
    pub message_id: String,
    /// The conversation it belongs to: Message-IDs without angle brackets, its own last; empty: it has none.
    pub thread: Vec<String>,
    /// In a line.
    pub subject: String,
    /// What is written, its beginning; empty: nothing, or nothing but files.
    pub body: String,
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
    let list = [
        "List-Id",
        "List-Unsubscribe",
        "List-Post",
        "X-Autoreply",
        "X-Autorespond",
        "X-Auto-Reply",
        "X-Failed-Recipients",
    ];
    let subject = line(message.subject().unwrap_or_default(), SUBJECT_MOST);
    let away = subject.to_lowercase();
    let automatic = says("Auto-Submitted", &|value| value != "no")
        || says("Precedence", &|value| bulk.contains(&value))
        // A bounce has an empty return path.
        || says("Return-Path", &|value| value == "<>")
        || list.into_iter().any(|name| says(name, &|_| true))
        || AWAY.into_iter().any(|words| away.starts_with(words))
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
    let message_id = line(message.message_id().unwrap_or_default(), WORD_MOST);
    Some(Letter {
        from,
        thread: thread(&message, &message_id),
        message_id,
        subject,
        body: written(&message),
        automatic,
        attachments,
    })
}

/// What the mail goes on from, and itself.
fn thread(message: &mail_parser::Message<'_>, own: &str) -> Vec<String> {
    let mut ids: Vec<String> = match message.references() {
        mail_parser::HeaderValue::Empty => texts(message.in_reply_to()),
        references => texts(references),
    };
    ids.push(own.to_owned());
    // In a header they stand between blanks.
    ids.retain(|id| !id.is_empty() && id.chars().all(|c| c.is_ascii_graphic()));
    if own.is_empty() {
        return Vec::new();
    }
    if ids.len() > THREAD_MOST {
        ids.drain(1..=ids.len() - THREAD_MOST);
    }
    ids
}

fn texts(value: &mail_parser::HeaderValue<'_>) -> Vec<String> {
    match value {
        mail_parser::HeaderValue::Text(text) => vec![line(text, WORD_MOST)],
        mail_parser::HeaderValue::TextList(all) => {
            all.iter().map(|text| line(text, WORD_MOST)).collect()
        }
        _ => Vec::new(),
    }
}

/// The beginning of what is written, lines kept, blank ones once.
fn written(message: &mail_parser::Message<'_>) -> String {
    let Some(body) = message.body_text(0) else {
        return String::new();
    };
    let plain: String = body
        .chars()
        .filter(|c| *c == '\n' || !c.is_control())
        .take(BODY_MOST)
        .collect();
    let mut lines: Vec<&str> = plain.lines().map(str::trim).collect();
    lines.dedup_by(|next, one| next.is_empty() && one.is_empty());
    lines.join("\n").trim().to_owned()
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
            "From: r@b.cn\r\nSubject: =?utf-8?B?6Ieq5Yqo5Zue5aSNOiDpmYTku7Yy?=",
            "From: r@b.cn\r\nX-Autoreply: yes",
        ] {
            assert!(letter(head).automatic, "{head}");
        }
        assert!(!letter("From: r@b.cn\r\nAuto-Submitted: no").automatic);
    }

    #[test]
    fn it_goes_on_from_what_it_answers() {
        assert_eq!(letter("From: r@b.cn").thread, ["a@b.cn"]);
        let answer = letter("In-Reply-To: <x@b.cn>\r\nReferences: <w@b.cn>\r\n <x@b.cn>");
        assert_eq!(answer.thread, ["w@b.cn", "x@b.cn", "a@b.cn"]);
        assert_eq!(letter("In-Reply-To: <x@b.cn>").thread, ["x@b.cn", "a@b.cn"]);
        let long: String = (0..50).map(|number| format!(" <{number}@b.cn>")).collect();
        let long = letter(&format!("References:{long}")).thread;
        assert_eq!(long.len(), THREAD_MOST);
        assert_eq!((long[0].as_str(), long[19].as_str()), ("0@b.cn", "a@b.cn"));
        let none = read(b"From: r@b.cn\r\nReferences: <x@b.cn>\r\n\r\nx").unwrap();
        assert!(none.thread.is_empty(), "nothing to be answered");
        let blank = letter("From: r@b.cn\r\nX: y\r\n\r\n one\r\n\r\n\r\n two\r\n").body;
        assert!(blank.starts_with("one\n\ntwo"), "{blank}");
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
