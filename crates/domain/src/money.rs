//! Money: whole 分 in an `i64`, read and printed in 万元.

use serde::{Deserialize, Serialize};

/// 分 in one 万元.
const FEN_PER_WAN: i64 = 1_000_000;
/// Decimals of 万元 that 分 can hold.
const WAN_DECIMALS: usize = 6;
/// The largest amount kept, in 分 (十万亿元): room enough for a province, and sums of 9,000 of them still fit.
const LIMIT_FEN: i64 = 1_000_000_000_000_000;

/// An exact amount of RMB in 分. Negative amounts are refunds.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Money(i64);

/// Why a text is not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not a plain decimal number.
    #[error("不是数字，请填写以万元为单位的数，例如 5000 或 1848.5")]
    NotANumber,
    /// More decimals than 分 can hold.
    #[error("小数太多，万元最多保留6位小数（精确到分）")]
    TooPrecise,
    /// Beyond ±10^15 分.
    #[error("数额过大，请核对单位是否为万元")]
    OutOfRange,
}

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// An amount of `fen` 分.
    pub const fn from_fen(fen: i64) -> Self {
        Self(fen)
    }

    /// A whole number of 万元.
    pub const fn from_wan(wan: i64) -> Self {
        Self(wan * FEN_PER_WAN)
    }

    /// The amount in 分.
    pub const fn fen(self) -> i64 {
        self.0
    }

    /// Reads a plain decimal in 万元: ASCII digits, one optional point, one optional leading minus.
    ///
    /// # Errors
    /// [`MoneyError`] when the text is not such a number, is finer than 分 or beyond ±10^15 分.
    pub fn parse_wan(text: &str) -> Result<Self, MoneyError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let point_without_fraction = digits.contains('.') && fraction.is_empty();
        if whole.is_empty() || !plain(whole) || !plain(fraction) || point_without_fraction {
            return Err(MoneyError::NotANumber);
        }
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > WAN_DECIMALS {
            return Err(MoneyError::TooPrecise);
        }
        let whole: i64 = match whole.trim_start_matches('0') {
            "" => 0,
            text => text.parse().map_err(|_| MoneyError::OutOfRange)?,
        };
        let fraction: i64 = format!("{fraction:0<WAN_DECIMALS$}").parse().unwrap_or(0);
        let fen = whole
            .checked_mul(FEN_PER_WAN)
            .and_then(|fen| fen.checked_add(fraction))
            .filter(|fen| *fen <= LIMIT_FEN)
            .ok_or(MoneyError::OutOfRange)?;
        Ok(Self(if negative { -fen } else { fen }))
    }

    /// The exact amount in 万元: `1848.5`, `-3`, without trailing zeros.
    pub fn wan_exact(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        let (whole, rest) = (
            fen / FEN_PER_WAN.unsigned_abs(),
            fen % FEN_PER_WAN.unsigned_abs(),
        );
        if rest == 0 {
            return format!("{sign}{whole}");
        }
        let fraction = format!("{rest:0WAN_DECIMALS$}");
        format!("{sign}{whole}.{}", fraction.trim_end_matches('0'))
    }

    /// Whole 万元 as the forms print 完成数: half up, away from zero for refunds.
    pub fn wan_rounded(self) -> String {
        let fen = self.0.unsigned_abs();
        let whole = (fen + FEN_PER_WAN.unsigned_abs() / 2) / FEN_PER_WAN.unsigned_abs();
        if self.0 < 0 && whole > 0 {
            format!("-{whole}")
        } else {
            whole.to_string()
        }
    }

    /// Whether printing whole 万元 loses nothing.
    pub const fn is_whole_wan(self) -> bool {
        self.0 % FEN_PER_WAN == 0
    }

    /// Whether nothing is there.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// What is missing to `target`, never negative.
    pub fn missing_to(self, target: Self) -> Self {
        Self(target.0.saturating_sub(self.0).max(0))
    }
}

impl std::ops::Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl std::ops::Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl std::iter::Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, std::ops::Add::add)
    }
}

/// What people call a currency (GB/T 12406 gives the codes); its code where they have no short word for it.
pub fn currency_label(code: &str) -> &str {
    match code {
        "USD" => "美元",
        "EUR" => "欧元",
        "HKD" => "港元",
        "TWD" => "新台币",
        "MOP" => "澳门元",
        "JPY" => "日元",
        "KRW" => "韩元",
        "SGD" => "新加坡元",
        "GBP" => "英镑",
        "CHF" => "瑞士法郎",
        "AUD" => "澳元",
        "CAD" => "加元",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_plain_wan() {
        assert_eq!(Money::parse_wan("5000"), Ok(Money::from_wan(5000)));
        assert_eq!(
            Money::parse_wan("1848.5"),
            Ok(Money::from_fen(1_848_500_000))
        );
        assert_eq!(Money::parse_wan("0.000001"), Ok(Money::from_fen(1)));
        assert_eq!(Money::parse_wan("-3.10"), Ok(Money::from_fen(-3_100_000)));
    }

    #[test]
    fn refuses_what_is_not_exact() {
        for text in [
            "", "-", ".5", "5.", "1,000", "１２", "1e3", "+1", "--1", "1.2.3", " 1",
        ] {
            assert_eq!(
                Money::parse_wan(text),
                Err(MoneyError::NotANumber),
                "{text:?}"
            );
        }
        assert_eq!(Money::parse_wan("0.0000001"), Err(MoneyError::TooPrecise));
        assert_eq!(Money::parse_wan("1000000001"), Err(MoneyError::OutOfRange));
        assert_eq!(
            Money::parse_wan("99999999999999999999"),
            Err(MoneyError::OutOfRange)
        );
    }

    #[test]
    fn prints_whole_wan_half_up() {
        assert_eq!(Money::from_fen(1_500_000).wan_rounded(), "2");
        assert_eq!(Money::from_fen(1_499_999).wan_rounded(), "1");
        assert_eq!(Money::from_fen(-1_500_000).wan_rounded(), "-2");
        assert_eq!(Money::from_fen(-1).wan_rounded(), "0");
    }

    proptest! {
        #[test]
        fn printing_and_reading_is_the_identity(fen in -LIMIT_FEN..=LIMIT_FEN) {
            let money = Money::from_fen(fen);
            prop_assert_eq!(Money::parse_wan(&money.wan_exact()), Ok(money));
        }
    }
}
