//! Amounts as clerks write them, and what is no amount.

use super::*;
use proptest::prelude::*;

/// `5000`, with `~` approximate, `!` other unit, `^` rounded, `?` odd writing, `*` doubled; or the reason in capitals.
fn wan(text: &str) -> String {
    brief(read(text, &MoneyUnit::wan()))
}

fn brief(amount: Result<Amount, NoAmount>) -> String {
    match amount {
        Ok(amount) => {
            let mark = |on: bool, mark: &'static str| if on { mark } else { "" };
            [
                amount.money.wan_exact().as_str(),
                mark(amount.approximate, "~"),
                mark(amount.other_unit, "!"),
                mark(amount.rounded, "^"),
                mark(amount.odd_writing, "?"),
                mark(amount.doubled, "*"),
            ]
            .concat()
        }
        Err(reason) => format!("{reason:?}"),
    }
}

#[test]
fn amounts_as_clerks_write_them() {
    for (text, expected) in [
        ("10000", "10000"),
        ("１８４８．５", "1848.5"),
        (" 90,309 ", "90309"),
        ("1，234，567.89", "1234567.89"),
        ("10 000", "10000?"),
        ("5000万元（人民币）", "5000"),
        ("0.5个亿", "5000!*"),
        ("5仟万", "5000*"),
        ("CNY 5,000", "5000"),
        ("25,7483", "257483?"),
        ("5000万元", "5000"),
        ("5000万", "5000*"),
        ("1万", "1*"),
        ("一万", "1*"),
        ("1万元", "1"),
        ("1.2亿元", "12000!"),
        ("2亿3000万元", "23000!"),
        ("500元", "0.05!"),
        ("¥5,000", "5000"),
        ("人民币5000万元整", "5000"),
        ("三千万", "3000*"),
        ("叁仟万元整", "3000"),
        ("三千", "3000*"),
        ("九万零三百零九元", "9.0309!"),
        ("2亿3000万", "23000!*"),
        ("3千万", "3000*"),
        ("3千", "3000*"),
        ("约5000", "5000~"),
        ("5000左右", "5000~"),
        ("5000余万元", "5000~"),
        ("近3000多万", "3000~*"),
        ("5000万元以上", "5000~"),
        ("-262", "-262"),
        ("－262", "-262"),
        ("−262", "-262"),
        ("(262)", "-262"),
        ("（1,262.5）", "-1262.5"),
        ("0.0000005", "0.000001^"),
        ("1848.1234567", "1848.123457^"),
        ("1E4", "10000?"),
        ("0", "0"),
    ] {
        assert_eq!(wan(text), expected, "{text}");
    }
}

#[test]
fn what_is_no_amount_is_said() {
    for (text, reason) in [
        ("", "Blank"),
        ("\u{3000}\u{a0}", "Blank"),
        ("待定", "Open"),
        ("—", "Open"),
        ("－－", "Open"),
        ("/", "Open"),
        ("N/A", "Open"),
        ("1000-2000", "Range"),
        ("1000～2000万元", "Range"),
        ("1000万元至2000万元", "Range"),
        ("三千至五千万", "Range"),
        ("500万美元", "Foreign"),
        ("$500", "Foreign"),
        ("US$1,000", "Foreign"),
        ("1,00", "NotANumber"),
        ("1,0000,000", "NotANumber"),
        ("1 0 0 0", "NotANumber"),
        ("10000\n20000", "NotANumber"),
        ("1848²", "NotANumber"),
        ("1848①", "NotANumber"),
        ("5000（含外资262）", "NotANumber"),
        ("90%", "NotANumber"),
        ("#DIV/0!", "NotANumber"),
        ("5000以下", "NotANumber"),
        ("5000.", "NotANumber"),
        ("000", "NotANumber"),
        ("0500", "NotANumber"),
        ("3万亿", "NotANumber"),
        ("九万零三百零九", "Magnitude"),
        ("3000万2亿", "NotANumber"),
        ("1.2.3", "NotANumber"),
        ("2017年", "NotANumber"),
        ("99999999999999999999", "OutOfRange"),
    ] {
        assert_eq!(wan(text), reason, "{text}");
    }
}

#[test]
fn the_unit_of_the_column_counts_where_the_cell_names_none() {
    let unit = |name: &str| MoneyUnit::parse(name).unwrap();
    assert_eq!(brief(read("18485000", &unit("元"))), "1848.5");
    assert_eq!(brief(read("0.18485", &unit("亿元"))), "1848.5");
    assert_eq!(brief(read("1848.5万元", &unit("元"))), "1848.5!");
    assert_eq!(brief(read("九万零三百零九", &unit("元"))), "9.0309");
    assert_eq!(brief(read("1万", &unit("元"))), "1!");
    assert_eq!(
        brief(read_stored("1848.5000000000002", &unit("万元"))),
        "1848.5"
    );
    assert_eq!(brief(read_stored("-2.5E-3", &unit("亿元"))), "-25");
}

proptest! {
    #[test]
    fn plain_decimals_are_read_exactly(fen in -1_000_000_000_000_000i64..=1_000_000_000_000_000) {
        let money = Money::from_fen(fen);
        let amount = read(&money.wan_exact(), &MoneyUnit::wan()).unwrap();
        prop_assert_eq!(amount.money, money);
        prop_assert!(!amount.rounded && !amount.approximate && !amount.odd_writing);
    }

    #[test]
    fn grouping_changes_nothing(wan in 0u32..999_999_999) {
        let plain = wan.to_string();
        let mut grouped = String::new();
        for (at, c) in plain.chars().enumerate() {
            if at > 0 && (plain.len() - at).is_multiple_of(3) { grouped.push(','); }
            grouped.push(c);
        }
        prop_assert_eq!(read(&grouped, &MoneyUnit::wan()).unwrap().money, Money::from_wan(wan.into()));
    }

    #[test]
    fn any_text_is_survived(text in "[0-9０-９.,，()（）约余万亿元千百十三一%~-—至美\\s]{0,24}") {
        let _ = read(&text, &MoneyUnit::wan());
    }
}
