//! Calendars as RFC 5545 wants them: lines ended by CRLF, folded at 75 octets between characters, texts escaped. Times
//! are Shanghai's, with the VTIMEZONE that says so; China has kept UTC+8 without summer time since 1991.

use domain::{Instant, dates};

/// Octets of a line at most, its end not counted (RFC 5545, 3.1).
const LINE: usize = 75;

/// A calendar to be subscribed to.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// Its name.
    pub name: String,
    /// What happens.
    pub events: Vec<Event>,
}

/// Something that is due.
#[derive(Debug, Clone)]
pub struct Event {
    /// Its name for good.
    pub uid: String,
    /// How often it has moved.
    pub sequence: i64,
    /// When it was last moved.
    pub stamp: Instant,
    /// When it is due.
    pub at: Instant,
    /// In a line.
    pub summary: String,
    /// In full.
    pub description: String,
    /// Where it is done.
    pub url: Option<String>,
    /// Minutes before it at which calendars ring.
    pub alarms: Vec<i64>,
}

/// Writes a calendar.
pub fn calendar(calendar: &Calendar) -> String {
    let mut out = Lines(String::new());
    out.line("BEGIN:VCALENDAR");
    out.line("VERSION:2.0");
    out.line("PRODID:-//zhaoshang//reminders//ZH-CN");
    out.line("CALSCALE:GREGORIAN");
    out.line("METHOD:PUBLISH");
    out.text("NAME", &calendar.name);
    out.text("X-WR-CALNAME", &calendar.name);
    out.line("X-WR-TIMEZONE:Asia/Shanghai");
    out.line("REFRESH-INTERVAL;VALUE=DURATION:PT6H");
    for line in [
        "BEGIN:VTIMEZONE",
        "TZID:Asia/Shanghai",
        "BEGIN:STANDARD",
        "DTSTART:19910915T010000",
        "TZOFFSETFROM:+0800",
        "TZOFFSETTO:+0800",
        "TZNAME:CST",
        "END:STANDARD",
        "END:VTIMEZONE",
    ] {
        out.line(line);
    }
    for event in &calendar.events {
        write(&mut out, event);
    }
    out.line("END:VCALENDAR");
    out.0
}

fn write(out: &mut Lines, event: &Event) {
    let utc = event.stamp.format("%Y%m%dT%H%M%SZ");
    let local = event.at.with_timezone(&dates::shanghai());
    out.line("BEGIN:VEVENT");
    out.text("UID", &event.uid);
    out.line(&format!("SEQUENCE:{}", event.sequence));
    out.line(&format!("DTSTAMP:{utc}"));
    out.line(&format!("LAST-MODIFIED:{utc}"));
    out.line(&format!(
        "DTSTART;TZID=Asia/Shanghai:{}",
        local.format("%Y%m%dT%H%M%S")
    ));
    out.text("SUMMARY", &event.summary);
    out.text("DESCRIPTION", &event.description);
    if let Some(url) = &event.url {
        // A URI is no text and is not escaped; ours hold nothing that breaks a line.
        out.line(&format!("URL:{}", one_line(url)));
    }
    out.line("TRANSP:TRANSPARENT");
    for minutes in &event.alarms {
        out.line("BEGIN:VALARM");
        out.line("ACTION:DISPLAY");
        out.text("DESCRIPTION", &event.summary);
        out.line(&format!("TRIGGER:-{}", duration(*minutes)));
        out.line("END:VALARM");
    }
    out.line("END:VEVENT");
}

fn duration(minutes: i64) -> String {
    match (minutes / 1440, minutes % 1440) {
        (days, 0) => format!("P{days}D"),
        (0, minutes) => format!("PT{minutes}M"),
        (days, minutes) => format!("P{days}DT{minutes}M"),
    }
}

fn one_line(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

struct Lines(String);

impl Lines {
    fn text(&mut self, name: &str, value: &str) {
        let mut escaped = String::new();
        for c in value.chars() {
            match c {
                '\\' | ';' | ',' => escaped.extend(['\\', c]),
                '\n' => escaped.push_str("\\n"),
                c if c.is_control() => {}
                c => escaped.push(c),
            }
        }
        self.line(&format!("{name}:{escaped}"));
    }

    /// A line, folded: each piece after the first begins with a blank that counts.
    fn line(&mut self, line: &str) {
        let mut width = 0;
        for c in line.chars() {
            if width + c.len_utf8() > LINE {
                self.0.push_str("\r\n ");
                width = 1;
            }
            self.0.push(c);
            width += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> String {
        let at: Instant = "2017-12-15T15:59:59Z".parse().unwrap();
        calendar(&Calendar {
            name: "报送".into(),
            events: vec![Event {
                uid: "a@zhaoshang".into(),
                sequence: 2,
                stamp: at,
                at,
                summary: "温州市工业与能源发展集团有限公司；附件2，截至2017年11月, a;b\\c".into(),
                description: "第一行\n第二行，很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长\u{7}".into(),
                url: Some("https://a.cn/returns\r\nX: y".into()),
                alarms: vec![7 * 1440, 900],
            }],
        })
    }

    #[test]
    fn lines_are_folded_between_characters() {
        let text = sample();
        assert!(text.ends_with("END:VCALENDAR\r\n"));
        for line in text.split("\r\n") {
            assert!(line.len() <= LINE, "{line}");
            assert!(!line.contains(['\r', '\n']), "{line:?}");
        }
        let unfolded = text.replace("\r\n ", "");
        assert!(unfolded.contains("a\\;b\\\\c\r\n") && unfolded.contains("第一行\\n第二行"));
        assert!(unfolded.contains("DTSTART;TZID=Asia/Shanghai:20171215T235959\r\n"));
        assert!(unfolded.contains("TRIGGER:-P7D\r\n") && unfolded.contains("TRIGGER:-PT900M\r\n"));
        assert!(unfolded.contains("URL:https://a.cn/returnsX: y\r\n"));
    }
}
