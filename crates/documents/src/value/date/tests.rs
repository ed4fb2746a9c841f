//! Dates as clerks write them, and what is no date.

use super::*;
use proptest::prelude::*;

/// The date with `~` about, `+` words beside it, `#` a day number; or the reason.
fn brief(read: Result<Read, NoDate>) -> String {
    match read {
        Ok(Read { date, doubt }) => {
            let mark = match doubt {
                None => "",
                Some(Doubtful::About) => "~",
                Some(Doubtful::Words) => "+",
                Some(Doubtful::Serial) => "#",
            };
            format!("{date}{mark}")
        }
        Err(reason) => format!("{reason:?}"),
    }
}

#[test]
fn dates_as_clerks_write_them() {
    for (text, expected) in [
        ("2017.5.8", "2017-05-08"),
        ("2017.05.08", "2017-05-08"),
        ("2017-5-8", "2017-05-08"),
        ("2017/5/8", "2017-05-08"),
        ("2017年5月8日", "2017-05-08"),
        ("2017年5月8号", "2017-05-08"),
        (" 2017 年 5 月 8 日 ", "2017-05-08"),
        ("２０１７．５．８", "2017-05-08"),
        ("2017．5．8．", "2017-05-08"),
        ("2017—5—8", "2017-05-08"),
        ("20170508", "2017-05-08"),
        ("2017-05-08 00:00:00", "2017-05-08"),
        ("2017-05-08T00:00:00", "2017-05-08"),
        ("2017/5/8 9:30", "2017-05-08"),
        ("二〇一七年五月八日", "2017-05-08"),
        ("二○一七年十二月二十八日", "2017-12-28"),
        ("2016-02-29", "2016-02-29"),
        ("2017-5", "2017-05"),
        ("2017.10", "2017-10"),
        ("2017/12", "2017-12"),
        ("2017年5月", "2017-05"),
        ("201705", "2017-05"),
        ("2017年5月底", "2017-05~"),
        ("2017年5月上旬", "2017-05~"),
        ("2017年5月8日左右", "2017-05~"),
        ("约2017年5月", "2017-05~"),
        ("2017年5月份", "2017-05"),
        ("2017年5月8日签订框架协议", "2017-05-08+"),
        ("（2017年5月8日）", "2017-05-08"),
        ("42863", "2017-05-08#"),
        ("", "Blank"),
        ("　", "Blank"),
        ("____", "Blank"),
        ("待定", "Open"),
        ("—", "Open"),
        ("  年  月  日", "Open"),
        ("5月8日", "NoYear"),
        ("12月8日", "NoYear"),
        ("5.8", "NoYear"),
        ("17年5月8日", "NoYear"),
        ("十二月八日", "NoYear"),
        ("2017年", "NoMonth"),
        ("2017-02-29", "NotExisting"),
        ("2017年13月1日", "NotExisting"),
        ("2017.6.31", "NotExisting"),
        ("20170230", "NotExisting"),
        ("5/8/2017", "Unclear"),
        ("17.5.8", "Unclear"),
        ("2017.5.8、2017.6.9", "Unclear"),
        ("2017年5月-6月", "Unclear"),
        ("2017年5月前", "Unclear"),
        ("预计2018年3月", "Unclear"),
        ("1887年5月8日", "Unclear"),
        ("2017 5 8", "Unclear"),
        ("签约", "NotADate"),
        ("3", "NotADate"),
    ] {
        assert_eq!(brief(read(text)), expected, "{text}");
    }
}

#[test]
fn stored_numbers() {
    for (text, expected) in [
        ("42863", "2017-05-08#"),
        ("20170508", "2017-05-08"),
        ("201705", "2017-05"),
        ("2017.5", "2017-05"),
        ("2017.12", "2017-12"),
        // October lost its nought.
        ("2017.1", "Unclear"),
        ("5.8", "NotADate"),
        ("12", "NotADate"),
        ("1e99", "NotADate"),
    ] {
        assert_eq!(brief(read_stored(text, false)), expected, "{text}");
    }
}

#[test]
fn dates_survive_json() {
    for text in ["2017-05-08", "2017-05"] {
        let json = format!("\"{text}\"");
        let date: PartialDate = serde_json::from_str(&json).unwrap();
        assert_eq!(serde_json::to_string(&date).unwrap(), json);
    }
    for text in ["\"2017\"", "\"2017-02-29\"", "\"x\"", "\"2017-5-8-1\""] {
        assert!(serde_json::from_str::<PartialDate>(text).is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn every_day_is_read_in_every_writing(year in 1990i32..2100, ordinal in 1u32..=365, how in 0usize..8) {
        let day = NaiveDate::from_yo_opt(year, ordinal).unwrap();
        let (y, m, d) = (day.year(), day.month(), day.day());
        let text = match how {
            0 => format!("{y}.{m}.{d}"),
            1 => format!("{y}-{m:02}-{d:02}"),
            2 => format!("{y}/{m}/{d}"),
            3 => format!("{y}年{m}月{d}日"),
            4 => format!("{y} 年 {m} 月 {d} 日"),
            5 => format!("{y}{m:02}{d:02}"),
            6 => format!("{y}．{m}．{d}"),
            _ => format!("\u{a0}{y}年{m:02}月{d:02}号\u{3000}"),
        };
        prop_assert_eq!(read(&text), Ok(Read { date: PartialDate::Day(day), doubt: None }), "{}", text);
    }

    #[test]
    fn every_month_keeps_its_precision(year in 1990i32..2100, month in 1u32..=12, how in 0usize..4) {
        let text = match how {
            0 => format!("{year}.{month:02}"),
            1 => format!("{year}-{month}"),
            2 => format!("{year}年{month}月"),
            _ => format!("{year}/{month:02}"),
        };
        prop_assert_eq!(read(&text), Ok(Read { date: PartialDate::Month { year, month }, doubt: None }), "{}", text);
    }

    #[test]
    fn without_a_year_there_is_no_date(month in 1u32..=12, day in 1u32..=31) {
        let (words, strokes) = (format!("{month}月{day}日"), format!("{month}.{day}"));
        prop_assert_eq!(read(&words), Err(NoDate::NoYear));
        prop_assert_eq!(read(&strokes), Err(NoDate::NoYear));
    }

    #[test]
    fn any_text_is_survived(text in "\\PC{0,40}") {
        let _ = read(&text);
        let _ = read_stored(&text, false);
    }

    #[test]
    fn near_dates_are_survived(text in "[0-9年月日号./ 二〇一十:T-]{0,24}") {
        let _ = read(&text);
        let _ = read_stored(&text, false);
    }
}
