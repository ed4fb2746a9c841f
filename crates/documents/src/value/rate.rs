//! Rates of completion as clerks write them, in percent.

use super::chinese;
use super::decimal::Decimal;
use super::{is_blank, is_break, squeeze};

/// A rate as stated. Whether an unmarked number is a percentage or a bare ratio is decided over the whole column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct StatedRate {
    /// As written: percent where `marked`, else undecided.
    pub value: Decimal,
    /// Decimals as printed.
    pub decimals: u32,
    /// Carries a percent sign.
    pub marked: bool,
    pub approximate: bool,
}

/// Why there is no rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoRate {
    Blank,
    /// —, / and the like: what forms print where the target is 0.
    Open,
    NotANumber,
}

/// Reads the text of a cell.
pub(crate) fn read(text: &str) -> Result<StatedRate, NoRate> {
    let trimmed = text.trim_matches(is_blank);
    if trimmed.chars().any(is_break)
        && trimmed
            .split(is_break)
            .filter(|line| !line.trim().is_empty())
            .count()
            > 1
    {
        return Err(NoRate::NotANumber);
    }
    let squeezed = squeeze(text);
    match squeezed.to_lowercase().as_str() {
        "" => return Err(NoRate::Blank),
        "-" | "--" | "---" | "—" | "——" | "―" | "/" | "\\" | "*" | "无" | "n/a" | "na" | "待定"
        | "不适用" | "…" | "……" => return Err(NoRate::Open),
        _ => {}
    }
    let (core, approximate) = strip_about(&squeezed);
    let (core, marked) = strip_percent(core);
    let (core, negative) = core
        .strip_prefix('-')
        .map_or((core, false), |rest| (rest, true));
    let in_characters = chinese::parse(core)
        .filter(|_| marked)
        .map(|value| value.to_string());
    let plain = in_characters
        .or_else(|| ungroup(core))
        .ok_or(NoRate::NotANumber)?;
    let value = Decimal::parse(&plain).ok_or(NoRate::NotANumber)?;
    let decimals = plain
        .split_once('.')
        .map_or(0, |(_, fraction)| fraction.len());
    Ok(StatedRate {
        value: if negative { value.negate() } else { value },
        decimals: u32::try_from(decimals)
            .map_err(|_| NoRate::NotANumber)?
            .min(12),
        marked,
        approximate,
    })
}

/// Reads a stored number without percent format.
pub(crate) fn read_stored(text: &str) -> Result<StatedRate, NoRate> {
    let value = Decimal::parse_stored(text).ok_or(NoRate::NotANumber)?;
    Ok(StatedRate {
        value,
        decimals: value.decimals(),
        marked: false,
        approximate: false,
    })
}

fn strip_about(text: &str) -> (&str, bool) {
    let shorter = ["约", "近", "超过", "超"]
        .iter()
        .find_map(|word| text.strip_prefix(word));
    let rest = shorter.unwrap_or(text);
    let shorter_still = ["左右", "以上", "余", "多"]
        .iter()
        .find_map(|word| rest.strip_suffix(word));
    (
        shorter_still.unwrap_or(rest),
        shorter.is_some() || shorter_still.is_some(),
    )
}

fn strip_percent(text: &str) -> (&str, bool) {
    match text
        .strip_suffix('%')
        .or_else(|| text.strip_prefix("百分之"))
    {
        Some(rest) => (rest, true),
        None => (text, false),
    }
}

/// Removes thousands separators where they stand right.
fn ungroup(text: &str) -> Option<String> {
    if !text.contains(',') {
        return Some(text.to_owned());
    }
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    let groups: Vec<&str> = whole.split(',').collect();
    let (first, rest) = groups.split_first()?;
    let regular = (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3);
    regular.then(|| text.replace(',', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brief(text: &str) -> String {
        match read(text) {
            Ok(rate) => {
                let unit = if rate.marked { "%" } else { "" };
                format!(
                    "{}{unit}{}",
                    rate.value.fixed(rate.decimals).unwrap(),
                    if rate.approximate { "~" } else { "" }
                )
            }
            Err(reason) => format!("{reason:?}"),
        }
    }

    #[test]
    fn rates_as_clerks_write_them() {
        for (text, expected) in [
            ("903.09%", "903.09%"),
            ("９０３．０９％", "903.09%"),
            ("20 %", "20%"),
            ("1,128.74%", "1128.74%"),
            ("百分之20", "20%"),
            ("百分之五十", "50%"),
            ("63.69", "63.69"),
            ("9.0309", "9.0309"),
            ("约20%", "20%~"),
            ("-3.5%", "-3.5%"),
            ("—", "Open"),
            ("", "Blank"),
            ("20%30%", "NotANumber"),
            ("12,8%", "NotANumber"),
            ("3倍", "NotANumber"),
            ("20‰", "NotANumber"),
            ("20\n30", "NotANumber"),
        ] {
            assert_eq!(brief(text), expected, "{text}");
        }
    }
}
