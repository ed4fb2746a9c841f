//! Exact decimals, as forms print them and spreadsheets store them. No floating point.

use std::cmp::Ordering;

/// Digits kept: far more than any amount has, few enough that products with a unit stay within `i128`.
const MAX_DIGITS: usize = 26;
/// Significant digits that a spreadsheet means; further ones are noise of its binary numbers.
const STORED_DIGITS: usize = 15;

/// `mantissa / 10^scale`, exact.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decimal {
    mantissa: i128,
    scale: u32,
}

impl Decimal {
    pub const ZERO: Self = Self {
        mantissa: 0,
        scale: 0,
    };

    pub const fn from_int(value: i128) -> Self {
        Self {
            mantissa: value,
            scale: 0,
        }
    }

    /// Reads ASCII digits with at most one point: `1848.5`, `.5`. No sign, no grouping.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let point_only = text.contains('.') && fraction.is_empty();
        let digits: String = [whole, fraction].concat();
        if digits.is_empty() || point_only || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        Self::from_digits(false, &digits, i64::try_from(fraction.len()).ok()?)
    }

    /// Reads a number as spreadsheets store it, `-1.2874149999999999E-2`, to 15 significant digits.
    pub fn parse_stored(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, text) = text
            .strip_prefix('-')
            .map_or((false, text.strip_prefix('+').unwrap_or(text)), |rest| {
                (true, rest)
            });
        let (number, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let exponent: i64 = exponent.parse().ok().filter(|e| (-400..=400).contains(e))?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits: String = [whole, fraction].concat();
        if digits.is_empty() || digits.len() > 400 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let scale = i64::try_from(fraction.len()).ok()? - exponent;
        let (digits, scale) = significant(digits.trim_start_matches('0'), scale);
        Self::from_digits(negative, &digits, scale)
    }

    fn from_digits(negative: bool, digits: &str, scale: i64) -> Option<Self> {
        let digits = digits.trim_start_matches('0');
        let dropped = if scale > 0 {
            digits.len() - digits.trim_end_matches('0').len()
        } else {
            0
        };
        let dropped = dropped.min(usize::try_from(scale).unwrap_or(0));
        let digits = &digits[..digits.len() - dropped];
        let scale = scale - i64::try_from(dropped).ok()?;
        if digits.is_empty() {
            return Some(Self::ZERO);
        }
        let zeros = usize::try_from(-scale).unwrap_or(0);
        if digits.len() + zeros > MAX_DIGITS || scale > i64::try_from(MAX_DIGITS).ok()? {
            return None;
        }
        let mantissa: i128 = digits.parse().ok()?;
        let mantissa = mantissa * pow10(u32::try_from(zeros).ok()?)?;
        Some(Self {
            mantissa: if negative { -mantissa } else { mantissa },
            scale: u32::try_from(scale.max(0)).ok()?,
        })
    }

    pub const fn is_zero(self) -> bool {
        self.mantissa == 0
    }

    pub const fn negate(self) -> Self {
        Self {
            mantissa: -self.mantissa,
            scale: self.scale,
        }
    }

    /// The value times a whole number; none when it leaves the range.
    pub fn times(self, factor: i128) -> Option<Self> {
        Some(Self {
            mantissa: self.mantissa.checked_mul(factor)?,
            scale: self.scale,
        })
    }

    pub fn plus(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let lift = |value: Self| value.mantissa.checked_mul(pow10(scale - value.scale)?);
        Some(Self {
            mantissa: lift(self)?.checked_add(lift(other)?)?,
            scale,
        })
    }

    /// Rounded to so many decimals, half away from zero, as the whole number of units in the last place.
    pub fn rounded(self, decimals: u32) -> Option<i128> {
        if decimals >= self.scale {
            return self.mantissa.checked_mul(pow10(decimals - self.scale)?);
        }
        let divisor = pow10(self.scale - decimals)?;
        let half = if self.mantissa < 0 {
            -divisor / 2
        } else {
            divisor / 2
        };
        Some(self.mantissa.checked_add(half)? / divisor)
    }

    /// Whether rounding to so many decimals loses something.
    pub fn is_finer_than(self, decimals: u32) -> bool {
        self.rounded(decimals).is_none_or(|rounded| {
            Self {
                mantissa: rounded,
                scale: decimals,
            } != self
        })
    }

    /// Printed with exactly so many decimals.
    pub fn fixed(self, decimals: u32) -> Option<String> {
        let rounded = self.rounded(decimals)?;
        let sign = if rounded < 0 { "-" } else { "" };
        let width = usize::try_from(decimals).ok()? + 1;
        let digits = format!("{:0>width$}", rounded.unsigned_abs());
        let (whole, fraction) = digits.split_at(digits.len() - (width - 1));
        Some(if fraction.is_empty() {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{fraction}")
        })
    }

    /// Printed exactly, without trailing zeros.
    pub fn exact(self) -> String {
        let mut least = self;
        while least.scale > 0 && least.mantissa % 10 == 0 {
            least = Self {
                mantissa: least.mantissa / 10,
                scale: least.scale - 1,
            };
        }
        least.fixed(least.scale).unwrap_or_default()
    }

    /// Decimals needed to print it exactly.
    pub fn decimals(self) -> u32 {
        let mut scale = self.scale;
        let mut mantissa = self.mantissa;
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        scale
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        let negated = other.negate();
        self.plus(negated).is_some_and(Self::is_zero)
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.plus(other.negate())?.mantissa.cmp(&0))
    }
}

/// The first 15 significant digits, rounded half up, with the scale that then holds.
fn significant(digits: &str, scale: i64) -> (String, i64) {
    if digits.len() <= STORED_DIGITS {
        return (digits.to_owned(), scale);
    }
    let (kept, rest) = digits.split_at(STORED_DIGITS);
    let up = u64::from(rest.as_bytes()[0] >= b'5');
    let kept = kept.parse::<u64>().unwrap_or(0) + up;
    (
        kept.to_string(),
        scale - i64::try_from(rest.len()).unwrap_or(0),
    )
}

/// `10^exponent`; none beyond `i128`.
pub(crate) fn pow10(exponent: u32) -> Option<i128> {
    10i128.checked_pow(exponent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stored(text: &str) -> String {
        Decimal::parse_stored(text).map_or_else(|| "-".to_owned(), Decimal::exact)
    }

    #[test]
    fn stored_numbers_lose_their_binary_noise() {
        for (text, exact) in [
            ("0.30000000000000004", "0.3"),
            ("1848.5000000000002", "1848.5"),
            ("1.2874149999999999E-2", "0.01287415"),
            ("5E4", "50000"),
            ("-0.0", "0"),
            ("257483", "257483"),
            ("9.0309000000000008", "9.0309"),
            ("0.99999999999999999", "1"),
            ("1e400", "-"),
            ("1e-300", "-"),
            ("NaN", "-"),
            ("1e", "-"),
        ] {
            assert_eq!(stored(text), exact, "{text}");
        }
    }

    #[test]
    fn printed_numbers_are_plain() {
        assert_eq!(
            Decimal::parse("1848.50").map(Decimal::exact).as_deref(),
            Some("1848.5")
        );
        assert_eq!(
            Decimal::parse(".5").map(Decimal::exact).as_deref(),
            Some("0.5")
        );
        for text in ["", ".", "5.", "1.2.3", "-1", "1,000", "１"] {
            assert!(Decimal::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn rounding_is_half_away_from_zero() {
        let fixed = |text: &str, decimals| {
            Decimal::parse_stored(text)
                .and_then(|d| d.fixed(decimals))
                .unwrap()
        };
        assert_eq!(fixed("63.685", 2), "63.69");
        assert_eq!(fixed("-0.005", 2), "-0.01");
        assert_eq!(fixed("20", 2), "20.00");
        assert_eq!(fixed("0.05", 0), "0");
    }

    proptest! {
        #[test]
        fn printing_and_reading_agree(mantissa in -999_999_999_999_999i64..=999_999_999_999_999, scale in 0u32..12) {
            let value = Decimal { mantissa: mantissa.into(), scale };
            let text = value.exact();
            let back = Decimal::parse_stored(&text);
            prop_assert_eq!(back, Some(value), "{}", text);
        }

        #[test]
        fn any_text_is_survived(text in "[-+0-9.eE]{0,40}") {
            let _ = Decimal::parse(&text);
            let _ = Decimal::parse_stored(&text);
        }
    }
}
