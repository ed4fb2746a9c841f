//! How figures are printed in documents: whole 万元, two decimals of a percent, a real minus.

use domain::{Money, Pct};

use super::Figure;
use crate::write::table::NOTHING;

fn or_nothing(text: Option<String>) -> String {
    text.map_or_else(|| NOTHING.to_owned(), |text| text.replace('-', "\u{2212}"))
}

/// `−` for less, `+` for more.
fn signed(positive: bool, text: String) -> String {
    if positive { format!("+{text}") } else { text }
}

/// Whole 万元.
pub fn amount(amount: Option<Money>) -> String {
    or_nothing(amount.map(Money::wan_rounded))
}

/// More or less, in whole 万元.
pub fn change(amount: Option<Money>) -> String {
    or_nothing(amount.map(|amount| {
        let text = amount.wan_rounded();
        signed(amount > Money::ZERO && text != "0", text)
    }))
}

/// A percentage with its sign.
pub fn rate(rate: Option<Pct>) -> String {
    or_nothing(rate.map(|rate| format!("{rate}%")))
}

/// Percentage points ahead or behind.
pub fn points(points: Option<Pct>) -> String {
    or_nothing(points.map(|points| signed(points.hundredths() > 0, points.to_string())))
}

/// A figure of the headline, with what it is counted in.
pub fn figure(figure: Figure) -> String {
    let in_wan = |known: bool, text: String| if known { format!("{text}万元") } else { text };
    match figure {
        Figure::Amount(value) => in_wan(value.is_some(), amount(value)),
        Figure::Change(value) => in_wan(value.is_some(), change(value)),
        Figure::Rate(value) => rate(value),
        Figure::Count { count: None, .. } => NOTHING.to_owned(),
        Figure::Count {
            count: Some(count),
            of: Some(of),
        } => format!("{count}/{of}户"),
        Figure::Count {
            count: Some(count),
            of: None,
        } => format!("{count}户"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_printed_as_the_house_prints_them() {
        assert_eq!(amount(Some(Money::from_wan(-3))), "−3");
        assert_eq!(amount(None), "—");
        assert_eq!(change(Some(Money::from_wan(7))), "+7");
        assert_eq!(change(Some(Money::from_fen(1))), "0");
        assert_eq!(change(Some(Money::from_wan(-7))), "−7");
        assert_eq!(points(Some(Pct::from_hundredths(-1964))), "−19.64");
        assert_eq!(points(Some(Pct::from_hundredths(81976))), "+819.76");
        assert_eq!(points(Some(Pct::from_hundredths(0))), "0.00");
        assert_eq!(rate(Some(Pct::from_hundredths(12874))), "128.74%");
        let count = |count, of| figure(Figure::Count { count, of });
        assert_eq!(count(Some(11), Some(17)), "11/17户");
        assert_eq!(count(Some(7), None), "7户");
        assert_eq!(count(None, Some(0)), "—");
        assert_eq!(
            figure(Figure::Amount(Some(Money::from_wan(62784)))),
            "62784万元"
        );
        assert_eq!(figure(Figure::Change(None)), "—");
    }
}
