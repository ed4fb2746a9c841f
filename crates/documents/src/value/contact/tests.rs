//! Contacts as clerks write them.

use super::*;
use proptest::prelude::*;

/// `names | telephones`, with `?` for each doubt.
fn brief(text: &str) -> String {
    let contact = read(text);
    format!(
        "{} | {}{}",
        contact.names.join("、"),
        contact.phones.join("、"),
        "?".repeat(contact.doubts.len())
    )
}

#[test]
fn contacts_as_clerks_write_them() {
    for (text, expected) in [
        ("张三13800138000", "张三 | 13800138000"),
        ("张三 138 0013 8000", "张三 | 13800138000"),
        ("张三　１３８００１３８０００", "张三 | 13800138000"),
        ("张三（13800138000）", "张三 | 13800138000"),
        ("张三：138-0013-8000", "张三 | 13800138000"),
        ("13800138000 张三", "张三 | 13800138000"),
        ("张 三 13800138000", "张三 | 13800138000"),
        ("张三\n13800138000", "张三 | 13800138000"),
        ("张三+8613800138000", "张三 | 13800138000"),
        ("张三 +86 138 0013 8000", "张三 | 13800138000"),
        ("张三0577-88881234", "张三 | 0577-88881234"),
        ("张三 0577—8888 1234", "张三 | 0577-88881234"),
        ("张三（0577）88881234", "张三 | 0577-88881234"),
        ("张三 057788881234", "张三 | 0577-88881234"),
        ("张三 010-66668888", "张三 | 010-66668888"),
        ("张三 021 6666 8888", "张三 | 021-66668888"),
        ("张三 0577-88881234转801", "张三 | 0577-88881234转801"),
        ("张三 0577-88881234 转 801", "张三 | 0577-88881234转801"),
        ("张三 0577-88881234-801", "张三 | 0577-88881234-801"),
        ("张三 0577-88881234（分机801）", "张三 | 0577-88881234转801"),
        ("张三 88881234", "张三 | 88881234"),
        ("张三 400-123-4567", "张三 | 4001234567"),
        (
            "张三 13800138000、李四 13900139000",
            "张三、李四 | 13800138000、13900139000",
        ),
        (
            "张三13800138000李四13900139000",
            "张三、李四 | 13800138000、13900139000",
        ),
        (
            "张三13800138000；李四0577-88881234",
            "张三、李四 | 13800138000、0577-88881234",
        ),
        (
            "张三、李四 13800138000/13900139000",
            "张三、李四 | 13800138000、13900139000",
        ),
        (
            "张三 李四\n13800138000 13900139000",
            "张三、李四 | 13800138000、13900139000",
        ),
        (
            "张三 0577-88881234 13800138000",
            "张三 | 0577-88881234、13800138000",
        ),
        ("联系人：张三 联系电话：13800138000", "张三 | 13800138000"),
        ("联系人：张三，手机13800138000", "张三 | 13800138000"),
        (
            "张三（副总经理）13800138000",
            "张三（副总经理） | 13800138000",
        ),
        ("张三 处长 13800138000", "张三 处长 | 13800138000"),
        ("Li Ming 13800138000", "Li Ming | 13800138000"),
        ("买买提·艾山 13800138000", "买买提·艾山 | 13800138000"),
        ("𠮷祥 13800138000", "𠮷祥 | 13800138000"),
        ("综合部 张三 0577-88881234", "张三 | 0577-88881234"),
        ("张三 13800138000（微信同号）", "张三 | 13800138000"),
        (
            "张三 办：0577-88881234 手：13800138000",
            "张三 | 0577-88881234、13800138000",
        ),
        (
            "张三：88881234（办）13800138000（手机）",
            "张三 | 88881234、13800138000",
        ),
        ("王 13800138000", "王 | 13800138000?"),
        ("张三", "张三 | "),
        ("13800138000", " | 13800138000"),
        ("", " | "),
        ("—", " | ?"),
        ("待定", " | ?"),
        (
            "张三 13800138000 zhang123@example.com",
            "张三 | 13800138000",
        ),
        (
            "张三 13800138000 传真：0577-88881235",
            "张三 | 13800138000?",
        ),
        // A digit too many or too few is kept as written, and doubted.
        ("张三 138001380001", "张三 | 138001380001?"),
        ("张三 1380013800", "张三 | 1380013800?"),
        ("张三 短号661234", "张三 | 661234?"),
        ("3号楼张三13800138000", "3号楼张三 | 13800138000?"),
    ] {
        assert_eq!(brief(text), expected, "{text}");
    }
}

#[test]
fn two_cells_speak_of_the_same_people() {
    let both = read("张三、李四").join(read("13800138000\n0577-88881234"));
    assert_eq!(both.name().as_deref(), Some("张三、李四"));
    assert_eq!(both.phone().as_deref(), Some("13800138000、0577-88881234"));
    assert_eq!(read("").name(), None);
}

proptest! {
    #[test]
    fn a_name_and_its_number_come_apart(
        name in prop::sample::select(vec!["张三", "欧阳小明", "买买提·艾山", "𠮷祥"]),
        head in 13u64..=19, tail in 0u64..1_000_000_000, how in 0usize..7,
    ) {
        let mobile = format!("{head}{tail:09}");
        let (a, rest) = mobile.split_at(3);
        let (b, c) = rest.split_at(4);
        let text = match how {
            0 => format!("{name}{mobile}"),
            1 => format!("{name} {a} {b} {c}"),
            2 => format!("{name}（{mobile}）"),
            3 => format!("{name}：{a}-{b}-{c}"),
            4 => format!("{mobile}\n{name}"),
            5 => format!("联系人：{name}　电话：{mobile}"),
            _ => format!("{name}/+86 {mobile}"),
        };
        let contact = read(&text);
        prop_assert_eq!(contact.names, [name], "{}", text);
        prop_assert_eq!(contact.phones, [mobile], "{}", text);
        prop_assert!(contact.doubts.is_empty());
    }

    #[test]
    fn landlines_keep_area_and_extension(
        area in prop::sample::select(vec!["010", "021", "0577", "0571"]),
        number in 2_000_000u64..=89_999_999, extension in prop::option::of(1u64..9999), how in 0usize..4,
    ) {
        let (mark, number) = (["-", "—", " ", ""][how], number.to_string());
        let tail = extension.map(|extension| format!("转{extension}")).unwrap_or_default();
        let contact = read(&format!("张三 {area}{mark}{number}{tail}"));
        prop_assert_eq!(contact.phones, [format!("{area}-{number}{tail}")]);
        prop_assert_eq!(contact.names, ["张三"]);
    }

    #[test]
    fn no_digit_gets_lost(text in "[张三李四0-9 、/（）转:-]{0,40}") {
        let contact = read(&text);
        // Whatever is long enough to be called is a telephone or stays in the name.
        let long: usize = text.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() >= 5).map(str::len).sum();
        let digits = |texts: &[String]| texts.concat().chars().filter(char::is_ascii_digit).count();
        prop_assert!(digits(&contact.phones) + digits(&contact.names) + 13 * contact.doubts.len() + 4 * contact.phones.len() >= long.min(5), "{:?}", contact);
    }

    #[test]
    fn any_text_is_survived(text in "\\PC{0,60}") {
        let _ = read(&text);
    }
}
