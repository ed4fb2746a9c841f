//! The lines around 附件2 and 附件3: who reports, and when.

use crate::forms::cells::whys::quote;
use crate::forms::context;
use crate::forms::reading::PartialDate;
use crate::value::date::{self, NoDate};
use crate::value::{half_width, is_blank, is_break, money_unit, squeeze};
use domain::names;

/// Labels before the name of who reports.
const UNITS: [&str; 27] = [
    "呈报单位",
    "呈报企业",
    "填写单位",
    "单位全称",
    "企业全称",
    "报送单位",
    "填报单位",
    "申报单位",
    "上报单位",
    "报告单位",
    "编报单位",
    "填表单位",
    "制表单位",
    "编制单位",
    "报表单位",
    "提交单位",
    "报送企业",
    "填报企业",
    "申报企业",
    "上报企业",
    "报送部门",
    "填报部门",
    "企业名称",
    "单位名称",
    "公司名称",
    "企业",
    "单位",
];
/// Labels before the date of the report.
const DAYS: [&str; 24] = [
    "呈报时间",
    "呈报日期",
    "填写时间",
    "填写日期",
    "报出日期",
    "填报时间",
    "填报日期",
    "报送时间",
    "报送日期",
    "填表时间",
    "填表日期",
    "上报时间",
    "上报日期",
    "申报时间",
    "申报日期",
    "制表时间",
    "制表日期",
    "报告时间",
    "报告日期",
    "编制时间",
    "编制日期",
    "报表日期",
    "时间",
    "日期",
];
/// Labels before other things: a value ends where one begins.
const OTHERS: [&str; 29] = [
    "金额单位",
    "货币单位",
    "计量单位",
    "填报人",
    "填表人",
    "报送人",
    "制表人",
    "编制人",
    "经办人",
    "联系人",
    "联络人",
    "联系电话",
    "联系方式",
    "电话",
    "手机",
    "审核人",
    "复核人",
    "审核",
    "审批",
    "单位负责人",
    "分管领导",
    "主要领导",
    "主管领导",
    "负责人",
    "报表截止",
    "截止日期",
    "截止时间",
    "截至",
    "表号",
];
/// The stamp that the form asks for.
const STAMPS: [&str; 9] = [
    "(盖章)",
    "(公章)",
    "(签章)",
    "(加盖公章)",
    "(盖公章)",
    "(章)",
    "[盖章]",
    "【盖章】",
    "(单位盖章)",
];
/// Characters of a unit's name at most.
const LONGEST: usize = 60;

/// Who reports and when, as far as the lines say.
#[derive(Debug, Clone, Default)]
pub(super) struct Signed {
    pub unit: Option<String>,
    pub reported_on: Option<PartialDate>,
    /// Field and what is doubtful about it.
    pub doubts: Vec<(&'static str, String)>,
    /// A date was written, readable or not.
    day_seen: bool,
}

impl Signed {
    /// Reads lines, the most telling first: those above the table from the nearest up, then those below it.
    pub fn read(above: &[String], below: &[String]) -> Self {
        let mut signed = Self::default();
        for line in above.iter().rev().chain(below) {
            for piece in line.split(is_break) {
                signed.labelled(piece);
            }
        }
        signed.unlabelled(above, below);
        signed
    }

    fn labelled(&mut self, line: &str) {
        for (kind, value) in values(line) {
            match kind {
                Kind::Unit => self.take_unit(&value),
                Kind::Day => self.take_day(&value),
                Kind::Other => {}
            }
        }
    }

    fn take_unit(&mut self, value: &str) {
        let Some(name) = unit_name(value) else { return };
        match &self.unit {
            None => self.unit = Some(name),
            Some(unit) if names::key(unit) != names::key(&name) => {
                let why =
                    format!("报送单位写了不止一个（{unit}、{name}），已按“{unit}”读取，请核对");
                self.doubts.push(("unit", why));
            }
            Some(_) => {}
        }
    }

    fn take_day(&mut self, value: &str) {
        let read = date::read(value);
        match (read, self.reported_on) {
            (Ok(read), None) => {
                self.reported_on = Some(read.date);
                if read.doubt.is_some() {
                    let why = format!("填报时间{}已读作{}，请核对", quote(value), read.date);
                    self.doubts.push(("reported_on", why));
                }
            }
            (Ok(read), Some(day)) if day != read.date => {
                let why = format!(
                    "填报时间写了不止一个（{day}、{}），已按{day}读取，请核对",
                    read.date
                );
                self.doubts.push(("reported_on", why));
            }
            (Err(reason), None) if !self.day_seen => {
                self.doubts
                    .push(("reported_on", no_date("填报时间", value, reason)));
            }
            _ => {}
        }
        self.day_seen = true;
    }

    /// A name and a date without labels, as letters are signed.
    fn unlabelled(&mut self, above: &[String], below: &[String]) {
        // A month alone is the period reported on, not the day of reporting.
        let day_of = |line: &str| {
            let own = date::read(line).ok().filter(|read| read.doubt.is_none());
            own.filter(|read| matches!(read.date, PartialDate::Day(_)))
                .filter(|_| squeeze(line).contains(['年', '-', '.', '/']))
        };
        // 编制单位：甲公司    2017年12月8日: the day stands after a wide gap.
        let lone_day = |line: &String| {
            let last = || line.rsplit(['\t', '\u{3000}']).next();
            let wide = || line.rsplit("  ").next();
            day_of(line)
                .or_else(|| last().and_then(day_of))
                .or_else(|| wide().and_then(day_of))
        };
        if !self.day_seen {
            let signed = below.iter().find_map(lone_day);
            let over = || above.iter().rev().find_map(lone_day);
            if let Some(read) = signed {
                self.reported_on = Some(read.date);
            } else if let Some(read) = over() {
                self.reported_on = Some(read.date);
                let why = format!("没有写明填报时间，已按表上方的{}读取，请核对", read.date);
                self.doubts.push(("reported_on", why));
            }
        }
        if self.unit.is_some() {
            return;
        }
        let mut lines = below.iter().chain(above.iter().rev());
        if let Some(line) = lines.find(|line| is_organisation(line)) {
            let name = names::tidy(line);
            let why = format!("没有写明报送单位，已按落款“{name}”读取，请核对");
            self.unit = Some(name);
            self.doubts.push(("unit", why));
        }
    }
}

/// What is said about a date that was not read.
pub(super) fn no_date(what: &str, text: &str, reason: NoDate) -> String {
    let text = quote(text);
    match reason {
        NoDate::Blank => format!("{what}没有填写"),
        NoDate::Open => format!("{what}{text}不是日期，按未填处理"),
        NoDate::NoYear => format!("{what}{text}没有写全年份，请补上是哪一年"),
        NoDate::NoMonth => format!("{what}{text}没有写月份，请补上"),
        NoDate::NotExisting => format!("{what}{text}这一天不存在，请核对"),
        NoDate::Unclear => format!("{what}{text}不能确定是哪一天，请改写为“2017年5月8日”的样式"),
        NoDate::NotADate => format!("{what}{text}读不出日期"),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Unit,
    Day,
    Other,
}

/// A label in a line: where it begins, and where what it labels does.
struct Label {
    kind: Kind,
    from: usize,
    to: usize,
}

/// The labelled values of a line, in order.
fn values(line: &str) -> Vec<(Kind, String)> {
    let own: Vec<char> = line.chars().collect();
    let labels = labels(&own);
    let ends = labels.iter().skip(1).map(|label| label.from);
    let ends = ends.chain([own.len()]);
    labels
        .iter()
        .zip(ends)
        .map(|(label, end)| (label.kind, own[label.to.min(end)..end].iter().collect()))
        .collect()
}

/// The labels of a line: a word with a stamp or a colon after it, or with a gap at the start of a cell.
fn labels(own: &[char]) -> Vec<Label> {
    // Blanks may stand between the letters of a label: 报 送 单 位.
    let letters: Vec<(usize, char)> = own
        .iter()
        .enumerate()
        .filter(|(_, c)| !is_blank(**c))
        .map(|(at, c)| (at, half_width(*c)))
        .collect();
    let text: Vec<char> = letters.iter().map(|(_, c)| *c).collect();
    let mut labels = Vec::new();
    let mut at = 0;
    while at < text.len() {
        match label_at(own, &letters, &text, at) {
            Some((kind, length)) => {
                let to = letters
                    .get(at + length - 1)
                    .map_or(own.len(), |(place, _)| place + 1);
                labels.push(Label {
                    kind,
                    from: letters[at].0,
                    to,
                });
                at += length;
            }
            None => at += 1,
        }
    }
    labels
}

/// A label that begins at this letter, and how many letters it has with its stamp and colon.
fn label_at(
    own: &[char],
    letters: &[(usize, char)],
    text: &[char],
    at: usize,
) -> Option<(Kind, usize)> {
    let lists: [(Kind, &[&str]); 3] = [
        (Kind::Other, &OTHERS),
        (Kind::Unit, &UNITS),
        (Kind::Day, &DAYS),
    ];
    let words = lists
        .iter()
        .flat_map(|(kind, words)| words.iter().map(|word| (*kind, *word)));
    let (kind, word) = words
        .filter(|(_, word)| starts(&text[at..], word))
        .max_by_key(|(_, word)| word.chars().count())?;
    let mut length = word.chars().count();
    let stamp = STAMPS
        .iter()
        .find(|stamp| starts(&text[at + length..], stamp));
    length += stamp.map_or(0, |stamp| stamp.chars().count());
    let colon = text.get(at + length) == Some(&':');
    // 报送单位 and its value may be two cells; they are joined by a tab.
    let gap = letters
        .get(at + length - 1)
        .is_some_and(|(place, _)| own.get(place + 1) == Some(&'\t'));
    let begins = at == 0 || own.get(letters[at].0.wrapping_sub(1)) == Some(&'\t');
    // 主管单位 is another unit: a short label begins a cell, or stands after a gap.
    let long = word.chars().count() > 2;
    let before = |back: usize| {
        let place = letters[at].0.checked_sub(back)?;
        own.get(place).copied()
    };
    let wide = [1, 2]
        .into_iter()
        .all(|back| before(back).is_none_or(is_blank))
        || before(1) == Some('\u{3000}')
        || before(1).is_some_and(is_blank) && word_before(own, letters[at].0) >= 3;
    let bare = word.chars().count() >= 4 && (gap && begins);
    if colon {
        return (long || begins || wide).then_some((kind, length + 1));
    }
    // 填报时间 2017年12月8日: a day may follow its label without a colon.
    let day = text
        .get(at + length)
        .is_some_and(|c| c.is_ascii_digit() || "二○〇".contains(*c));
    let dated = kind == Kind::Day && long && day && (begins || before(1).is_some_and(is_blank));
    (stamp.is_some() || bare || dated).then_some((kind, length))
}

/// How long the word before a place is.
fn word_before(own: &[char], place: usize) -> usize {
    // A few letters are enough to know.
    const FEW: usize = 8;
    let before = own[..place].iter().rev();
    let word = before.skip_while(|c| is_blank(**c)).take(FEW);
    word.take_while(|c| !is_blank(**c)).count()
}

fn starts(text: &[char], word: &str) -> bool {
    let mut length = 0;
    word.chars().all(|c| {
        length += 1;
        text.get(length - 1) == Some(&c)
    })
}

/// The name of who reports in what stands after its label.
fn unit_name(value: &str) -> Option<String> {
    let edge = |c: char| is_blank(c) || matches!(c, '_' | ':' | '：' | ',' | '，' | ';' | '；');
    let mut name = names::tidy(value.trim_matches(edge));
    for stamp in STAMPS {
        let wide = stamp.replace('(', "（").replace(')', "）");
        for stamp in [stamp, wide.as_str()] {
            while let Some(rest) = name.strip_suffix(stamp).or(name.strip_prefix(stamp)) {
                name = rest.trim_matches(edge).to_owned();
            }
        }
    }
    // A wide gap ends the name; what follows is another thing without label.
    let end = name
        .char_indices()
        .zip(name.chars().skip(1))
        .find(|((_, c), next)| *c == '\t' || is_blank(*c) && is_blank(*next))
        .map(|((at, _), _)| at);
    let name = end
        .map_or(name.as_str(), |at| &name[..at])
        .trim_matches(edge);
    let fits = name.chars().any(char::is_alphabetic) && name.chars().count() <= LONGEST;
    (fits && money_unit::parse_stated(name).is_none()).then(|| name.to_owned())
}

/// A line that is the name of an organisation and nothing else.
fn is_organisation(line: &str) -> bool {
    const ENDINGS: [&str; 4] = ["公司", "集团", "银行", "(盖章)"];
    let squeezed = squeeze(line);
    ENDINGS.iter().any(|ending| squeezed.ends_with(ending))
        && (4..=40).contains(&squeezed.chars().count())
        && !squeezed.contains([':', ',', '。', ';', '、'])
        && !context::is_title(line)
}

/// Whether the texts of a row say who reports and when. The first of them must be a label: a narrative may speak of
/// times too.
pub(in crate::forms) fn is_signature<'a>(texts: impl IntoIterator<Item = &'a str>) -> bool {
    let texts: Vec<&str> = texts.into_iter().collect();
    let first: Vec<char> = texts.first().copied().unwrap_or_default().chars().collect();
    let begin = first.iter().take_while(|c| is_blank(**c)).count();
    // The label of a cell of its own may be known only by the tab after it.
    let alone: Vec<char> = first.iter().copied().chain(['\t']).collect();
    let labelled = labels(&alone)
        .first()
        .is_some_and(|label| label.from == begin);
    labelled
        && values(&texts.join("\t"))
            .iter()
            .any(|(kind, _)| *kind != Kind::Other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> (Option<String>, Option<String>, usize) {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let signed = Signed::read(&lines, &[]);
        (
            signed.unit,
            signed.reported_on.map(|day| day.to_string()),
            signed.doubts.len(),
        )
    }

    #[test]
    fn units_and_dates_in_usual_wordings() {
        let unit = "温州市交通投资集团有限公司";
        for line in [
            "报送单位（盖章）：温州市交通投资集团有限公司    填报时间：2017年12月8日",
            "报送单位(盖章):温州市交通投资集团有限公司 填报时间:2017.12.8",
            "报 送 单 位（盖章）：温州市交通投资集团有限公司　　填报日期：2017-12-08",
            "填报单位：温州市交通投资集团有限公司（盖章）  报送时间：2017/12/8",
            "填报单位（公章）\t温州市交通投资集团有限公司\t填报时间\t2017-12-08",
            "主管单位：温州市国资委  填报单位：温州市交通投资集团有限公司  填报时间：2017年12月8日",
            "单位：温州市交通投资集团有限公司  填表人：张三  日期：2017年12月8日",
            "企业名称：__温州市交通投资集团有限公司__ 填报时间：2017年12月8日 单位：万元",
            "报送单位（盖章）温州市交通投资集团有限公司 填报时间：20171208",
        ] {
            assert_eq!(
                read(&[line]),
                (Some(unit.into()), Some("2017-12-08".into()), 0),
                "{line}"
            );
        }
        assert_eq!(
            read(&["报送单位（盖章）：温州市交通投资集团有限公司    填报时间：12月8日"]),
            (Some(unit.into()), None, 1)
        );
        assert_eq!(
            read(&["报送单位（盖章）：            填报时间：  月  日"]),
            (None, None, 1)
        );
        assert_eq!(read(&["单位：万元"]), (None, None, 0));
        assert_eq!(
            read(&["市属国有企业招商引资项目调整情况表"]),
            (None, None, 0)
        );
        assert_eq!(
            read(&["填报单位：甲公司", "报送单位：乙公司"]),
            (Some("乙公司".into()), None, 1)
        );
    }

    #[test]
    fn a_period_is_no_day_of_reporting() {
        assert_eq!(read(&["（2017年11月）"]), (None, None, 0));
        assert_eq!(
            read(&["2017年12月8日"]),
            (None, Some("2017-12-08".into()), 1)
        );
    }

    #[test]
    fn a_narrative_that_speaks_of_times_is_no_signature() {
        assert!(is_signature([
            "报送单位（盖章）：",
            "甲公司",
            "填报时间：",
            "2017年12月8日"
        ]));
        assert!(is_signature(["填表人：张三", "日期：2017年12月8日"]));
        assert!(is_signature(["填报单位", "甲公司"]));
        assert!(!is_signature([
            "产业园",
            "时间：2017年5月8日签约",
            "单位：甲公司"
        ]));
        assert!(!is_signature(["填表人：张三"]) && !is_signature([]));
    }

    #[test]
    fn letters_are_signed_without_labels() {
        let below = [
            "温州市交通投资集团有限公司".to_owned(),
            "2017年12月8日".to_owned(),
        ];
        let signed = Signed::read(&[], &below);
        assert_eq!(signed.unit.as_deref(), Some("温州市交通投资集团有限公司"));
        assert_eq!(
            signed.reported_on.map(|day| day.to_string()).as_deref(),
            Some("2017-12-08")
        );
        assert_eq!(signed.doubts.len(), 1);
    }
}
