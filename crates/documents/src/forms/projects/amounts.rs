//! The words beside an amount that say what it is, not how much.

use crate::value::is_blank;

/// An amount without the words before it that say what it is, and without a bracket that says it is an estimate.
pub(super) fn bare_amount(raw: &str) -> (String, bool) {
    const LABELS: [&str; 12] = [
        "项目总投资额",
        "项目总投资",
        "计划总投资",
        "总投资额",
        "总投资",
        "投资总额",
        "计划投资",
        "投资额",
        "投资约",
        "投资",
        "总额",
        "共",
    ];
    const ESTIMATES: [&str; 8] = [
        "暂定",
        "估算",
        "预计",
        "暂估",
        "预估",
        "概算",
        "暂定数",
        "估",
    ];
    let mut text = raw.trim_matches(is_blank).to_owned();
    for label in LABELS {
        // 投资约5亿元: the word of estimate stays.
        let label = label.trim_end_matches('约');
        if let Some(rest) = text.strip_prefix(label) {
            let rest =
                rest.trim_start_matches(|c: char| is_blank(c) || matches!(c, ':' | '：' | '为'));
            text = rest.to_owned();
            break;
        }
    }
    let end = text
        .char_indices()
        .next_back()
        .filter(|(_, c)| matches!(c, ')' | '）'));
    if let Some((end, _)) = end
        && let Some(start) = text.rfind(['(', '（'])
    {
        let inside: String = text[start..end]
            .chars()
            .skip(1)
            .filter(|c| !is_blank(*c))
            .collect();
        if ESTIMATES.contains(&inside.as_str()) {
            text.truncate(start);
            return (text, true);
        }
    }
    (text, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_lose_their_labels() {
        for (text, bare, about) in [
            ("总投资5亿元", "5亿元", false),
            ("总投资：约5亿元", "约5亿元", false),
            ("投资约5亿元", "约5亿元", false),
            ("5000（暂估）", "5000", true),
            ("5000（含税）", "5000（含税）", false),
            ("5000", "5000", false),
            ("", "", false),
        ] {
            assert_eq!(bare_amount(text), (bare.to_owned(), about), "{text}");
        }
    }
}
