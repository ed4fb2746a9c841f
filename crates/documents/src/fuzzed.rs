//! What the fuzzers reach of the values behind a cell, with the laws that hold for every text. Not built otherwise.

use crate::value::{amount, contact, date, money_unit::MoneyUnit};

/// An amount is exact: printed and read again it is the same; what is typed is read as what is in a file.
pub fn amounts(text: &str) {
    for unit in ["元", "万元", "亿元"] {
        let unit = MoneyUnit::parse(unit).expect("a unit of the forms");
        if let Ok(read) = amount::read(text, &unit) {
            let printed = read.money.wan_exact();
            let again = amount::read(&printed, &MoneyUnit::wan());
            let again = again.expect("what is printed can be read");
            assert_eq!(again.money, read.money, "{text:?}");
            assert!(!again.rounded && !again.approximate, "{text:?}");
        }
        let _ = amount::read_stored(text, &unit);
    }
    // A number typed alone may begin with zeros, one in a file may not.
    let read = amount::read(text, &MoneyUnit::wan());
    if let (Ok(typed), Ok(read)) = (crate::typed::amount(text), read) {
        assert_eq!(read.money, typed.money, "{text:?}");
    }
}

/// A date exists, and its printing means the same date without a doubt.
pub fn dates(text: &str) {
    if let Ok(read) = date::read(text) {
        let printed = read.date.to_string();
        let again = date::read(&printed).expect("what is printed can be read");
        assert_eq!((again.date, again.doubt), (read.date, None), "{text:?}");
    }
    let _ = date::read_stored(text);
}

/// Nothing is invented: telephones and names stand in the text, each once.
pub fn contacts(text: &str) {
    let read = contact::read(text);
    let digits = |text: &str| -> Vec<char> { text.chars().filter(char::is_ascii_digit).collect() };
    let half: String = text.chars().map(crate::value::half_width).collect();
    let all = digits(&half);
    for phone in &read.phones {
        let phone = digits(phone);
        assert!(
            phone.is_empty() || all.windows(phone.len()).any(|part| part == phone),
            "{text:?}"
        );
    }
    for list in [&read.names, &read.phones] {
        let once: std::collections::BTreeSet<&String> = list.iter().collect();
        assert_eq!(once.len(), list.len(), "{text:?}");
        assert!(list.iter().all(|part| !part.trim().is_empty()), "{text:?}");
    }
    assert_eq!(contact::read(text), read, "{text:?}");
}
