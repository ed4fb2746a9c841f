//! Amounts typed into a form whose unit is 万元: read as generously as in files, and said in words.

use domain::Money;

use crate::value::{
    amount::{self, NoAmount},
    money_unit::MoneyUnit,
};

/// A typed amount as it was understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Typed {
    /// The amount.
    pub money: Money,
    /// Whether it was typed as a plain number of 万元, so that nothing needs to be said.
    pub plain: bool,
}

impl Typed {
    /// `读作 12000 万元`.
    pub fn in_words(self) -> String {
        format!("读作 {} 万元", self.money.wan_exact())
    }
}

/// Reads an amount typed where 万元 is the unit: `12000.5`, `１２，０００`, `1.2亿`, `三千万`.
///
/// # Errors
/// A sentence that says what to type instead: for ranges, foreign money, open or approximate amounts, words.
pub fn amount(text: &str) -> Result<Typed, String> {
    if let Ok(money) = Money::parse_wan(text.trim()) {
        return Ok(Typed { money, plain: true });
    }
    let say = |why: &str| Err(why.to_owned());
    match amount::read(text, &MoneyUnit::wan()) {
        Ok(read) if read.approximate => say("请填确定的数；约数请填数字，并在备注里说明"),
        Ok(read) if read.rounded => say("小数太多，万元最多保留6位小数（精确到分）"),
        Ok(read) if read.odd_writing => say("数字分段不像千分位，请只填数字，例如 12000"),
        Ok(read) => Ok(Typed {
            money: read.money,
            plain: false,
        }),
        Err(NoAmount::Blank) => say("请填写金额"),
        Err(NoAmount::Open) => say("还没有确定时请留空"),
        Err(NoAmount::Range) => say("这是一个范围，请填一个确定的数，或留空并在备注里说明"),
        Err(NoAmount::Foreign) => say("这是外币，请折合成人民币万元再填，外币金额写在备注里"),
        Err(NoAmount::Magnitude | NoAmount::NotANumber) => {
            say("看不懂这个数，请填以万元为单位的数字，例如 12000 或 1.2亿")
        }
        Err(NoAmount::OutOfRange) => say("数额过大，请核对单位是否为万元"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_read_back() {
        for (text, wan, plain) in [
            ("12000", "12000", true),
            ("12000.5", "12000.5", true),
            ("１２，０００", "12000", false),
            ("1.2亿", "12000", false),
            ("1.2亿元", "12000", false),
            ("12,000", "12000", false),
            ("5000万元", "5000", false),
        ] {
            let read = amount(text).unwrap();
            assert_eq!(
                (read.money.wan_exact().as_str(), read.plain),
                (wan, plain),
                "{text}"
            );
        }
        assert_eq!(amount("1.2亿").unwrap().in_words(), "读作 12000 万元");
    }

    #[test]
    fn what_cannot_be_one_amount_is_asked_for() {
        for text in [
            "约5000",
            "3-5亿",
            "500万美元",
            "待定",
            "很多",
            "",
            "1,2",
            "99999999999999",
        ] {
            assert!(amount(text).is_err(), "{text}");
        }
    }
}
