//! Units of money as forms state them.

use super::squeeze;

/// A unit of RMB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MoneyUnit {
    /// `元`, `万元`, `亿元` …
    pub name: String,
    /// 分 in one of it.
    pub fen: i64,
}

/// A unit line or bracket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stated {
    Rmb(MoneyUnit),
    /// Another currency: amounts are not converted here.
    Foreign(String),
    /// 个, 家, 户: what is counted is no money.
    Count(String),
    /// `万元，亿元`: several units in one statement, so that nobody can tell which one holds.
    Several(String),
}

/// Words for other currencies.
pub(crate) const FOREIGN: [&str; 22] = [
    "美元",
    "美金",
    "港元",
    "港币",
    "欧元",
    "日元",
    "日圆",
    "英镑",
    "澳元",
    "加元",
    "韩元",
    "新加坡元",
    "新元",
    "台币",
    "澳门元",
    "外币",
    "usd",
    "hkd",
    "eur",
    "jpy",
    "gbp",
    "us$",
];
const FOREIGN_SIGNS: [char; 4] = ['$', '€', '£', '₩'];

impl Stated {
    /// `万元`, `万美元` …
    pub fn name(&self) -> &str {
        match self {
            Self::Rmb(MoneyUnit { name, .. })
            | Self::Foreign(name)
            | Self::Count(name)
            | Self::Several(name) => name,
        }
    }
}

impl MoneyUnit {
    /// The unit that the forms print.
    pub fn wan() -> Self {
        Self {
            name: "万元".to_owned(),
            fen: 1_000_000,
        }
    }

    /// Reads `元`, `千元`, `万元`, `万`, `亿元` …, also with 人民币 before or after.
    pub fn parse(text: &str) -> Option<Self> {
        let text = squeeze(text).to_lowercase();
        let mut core = text.as_str();
        for word in ["人民币", "rmb", "cny", "¥"] {
            core = core
                .strip_prefix(word)
                .or_else(|| core.strip_suffix(word))
                .unwrap_or(core);
        }
        let fen = match core {
            "元" | "圆" => 100,
            "百元" => 10_000,
            "千元" => 100_000,
            "万" | "万元" | "萬元" | "万圆" => 1_000_000,
            "十万元" => 10_000_000,
            "百万" | "百万元" => 100_000_000,
            "千万" | "千万元" => 1_000_000_000,
            "亿" | "亿元" | "億元" => 10_000_000_000,
            _ => return None,
        };
        let name = core
            .replace(['圆'], "元")
            .replace('萬', "万")
            .replace('億', "亿");
        let name = if name.ends_with('元') {
            name
        } else {
            format!("{name}元")
        };
        Some(Self { name, fen })
    }
}

/// Reads a text that is a unit of money and nothing else: `百万元`, `万美元`.
pub(crate) fn whole(text: &str) -> Option<Stated> {
    if let Some(unit) = MoneyUnit::parse(text) {
        return Some(Stated::Rmb(unit));
    }
    let currency = text.trim_start_matches(['十', '百', '千', '万', '亿']);
    FOREIGN
        .contains(&currency)
        .then(|| Stated::Foreign(text.to_owned()))
}

/// Whether a text names another currency.
pub(crate) fn is_foreign(squeezed: &str) -> bool {
    let lower = squeezed.to_lowercase();
    FOREIGN.iter().any(|word| lower.contains(word)) || lower.contains(FOREIGN_SIGNS)
}

/// Words after a number that count things. What is counted so is no money.
const COUNTS: [&str; 17] = [
    "个", "家", "户", "次", "人", "人次", "件", "项", "宗", "批", "名", "场", "座", "套", "条",
    "亩", "位",
];

/// Whether a text is a word that counts things: 个, 家, 户.
pub(crate) fn is_count(squeezed: &str) -> bool {
    COUNTS.contains(&squeezed)
}

/// Reads the content of a bracket or the rest of a unit line: `万元`, `人民币万元`, `万元、%`, `万美元`, `个`.
pub(crate) fn parse_stated(text: &str) -> Option<Stated> {
    let squeezed = squeeze(text);
    let words: Vec<&str> = squeezed
        .split([
            '、', ',', '/', ';', '。', '(', '或', '及', '和', '与', '\\', '|', '+',
        ])
        .filter(|word| !word.is_empty() && *word != "%")
        .collect();
    let found = agreed(words.iter().filter_map(|word| piece(word)));
    // 家和公司 is a name: a word that counts things means that only where nothing else stands beside it.
    found.filter(|found| {
        !matches!(found, Stated::Count(_)) || words.iter().all(|word| piece(word).is_some())
    })
}

/// One word of a statement.
fn piece(piece: &str) -> Option<Stated> {
    let piece = piece.trim_start_matches("单位").trim_start_matches(':');
    if let Some(unit) = MoneyUnit::parse(piece) {
        Some(Stated::Rmb(unit))
    } else if is_foreign(piece) && piece.chars().count() <= 8 {
        Some(Stated::Foreign(piece.to_owned()))
    } else {
        is_count(piece).then(|| Stated::Count(piece.to_owned()))
    }
}

/// The one unit that several words state. Counts beside money are of other columns; two units of money are a question.
fn agreed(pieces: impl Iterator<Item = Stated>) -> Option<Stated> {
    let mut money: Vec<Stated> = Vec::new();
    let mut count = None;
    for piece in pieces {
        if matches!(piece, Stated::Count(_)) {
            count.get_or_insert(piece);
        } else if !money.contains(&piece) {
            money.push(piece);
        }
    }
    match money.len() {
        0 => count,
        1 => money.pop(),
        _ => {
            let names: Vec<&str> = money.iter().map(Stated::name).collect();
            Some(Stated::Several(names.join("、")))
        }
    }
}

/// Finds `单位：万元` in a line of text, also among other things on that line.
pub(crate) fn find_in_line(line: &str) -> Option<Stated> {
    /// Bytes of a statement at most; a line full of 单位 must not be read over and over.
    const LONGEST: usize = 400;
    let half: String = line.chars().map(super::half_width).collect();
    let statements = half.match_indices('单').filter_map(|(at, word)| {
        let rest = half[at + word.len()..].trim_start_matches(super::is_blank);
        let rest = rest.strip_prefix('位')?.trim_start_matches(super::is_blank);
        let said = rest
            .strip_prefix([':', '为'])
            .or_else(|| rest.strip_prefix("均为"));
        let rest = said.unwrap_or(rest);
        let rest = &rest[..rest.floor_char_boundary(LONGEST)];
        let end = rest
            .find([')', ']', '】', '〕', '\n'])
            .unwrap_or(rest.len());
        // 单位名 is a heading, 单位：名 a unit.
        statement(&rest[..end]).filter(|found| said.is_some() || !matches!(found, Stated::Count(_)))
    });
    agreed(statements.chain(counted_in(&half)))
}

/// `（投资额以亿元计）`, `按万元为单位`.
fn counted_in(line: &str) -> Option<Stated> {
    let squeezed = squeeze(line);
    ["计", "为单位", "填报", "填写"].iter().find_map(|after| {
        squeezed.match_indices(after).find_map(|(end, _)| {
            let start = squeezed[..end].rfind(['以', '按'])?;
            let name = &squeezed[start..end];
            let name = &name[name.chars().next().map_or(0, char::len_utf8)..];
            (name.chars().count() <= 8).then(|| whole(name)).flatten()
        })
    })
}

/// `单位：万 元` is one word set apart; a wider gap ends the statement, unless it names a unit after it too.
fn statement(text: &str) -> Option<Stated> {
    parse_stated(text).or_else(|| {
        let mut words = text.split_whitespace();
        let first = parse_stated(words.next()?)?;
        agreed([first].into_iter().chain(words.filter_map(piece)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Option<String> {
        find_in_line(text).map(|stated| match stated {
            Stated::Rmb(unit) => unit.name,
            Stated::Foreign(name) => format!("!{name}"),
            Stated::Count(name) => format!("#{name}"),
            Stated::Several(names) => format!("?{names}"),
        })
    }

    #[test]
    fn unit_lines_are_found_in_company() {
        for (text, unit) in [
            ("单位：万元", "万元"),
            ("单位:亿元", "亿元"),
            ("（金额单位：人民币万元）", "万元"),
            ("填报单位：温州银行    单位：万元", "万元"),
            ("单 位：万 元", "万元"),
            ("单位：万元、%", "万元"),
            ("单位：元 2017年10月", "元"),
            ("注：表中金额单位均为万元。", "万元"),
            ("单位：万美元", "!万美元"),
            ("单位：家", "#家"),
            ("单位：个、万元", "万元"),
            ("单位：万元，亿元", "?万元、亿元"),
            ("单位：万元 亿元", "?万元、亿元"),
            ("单位：万元（亿元）", "?万元、亿元"),
            ("单位：万元或万美元", "?万元、万美元"),
            ("单位：人民币（万元）", "万元"),
        ] {
            assert_eq!(line(text).as_deref(), Some(unit), "{text}");
        }
        for text in [
            "单位",
            "报送单位（盖章）：",
            "填报单位：温州万元汇公司",
            "填报单位：家和公司",
            "2017年任务数",
        ] {
            assert_eq!(line(text), None, "{text}");
        }
    }

    #[test]
    fn units_have_their_size() {
        for (text, fen) in [
            ("元", 100),
            ("千元", 100_000),
            ("万", 1_000_000),
            ("亿元", 10_000_000_000),
            ("人民币 万元", 1_000_000),
        ] {
            assert_eq!(
                MoneyUnit::parse(text).map(|unit| unit.fen),
                Some(fen),
                "{text}"
            );
        }
        assert_eq!(MoneyUnit::parse("万人"), None);
    }
}
