use super::*;
use chrono::NaiveDate;
use proptest::prelude::*;

fn day(text: &str) -> Option<NaiveDate> {
    Some(text.parse().unwrap())
}

fn names_of(hits: &[Hit<'_>]) -> Vec<String> {
    hits.iter().map(|hit| hit.record.name.clone()).collect()
}

fn one(name: &str, on: Option<NaiveDate>) -> (String, String, InUse) {
    match central().resolve(name, on) {
        Resolution::One(found) => (
            found.record.name.clone(),
            found.current.name.clone(),
            found.in_use,
        ),
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn the_source_is_read_whole() {
    let all = central().records();
    assert_eq!(all.len(), 214);
    assert_eq!(all.iter().filter(|one| one.listed).count(), 100);
    assert_eq!(
        all.iter().filter(|one| one.successor.is_some()).count(),
        113
    );
    for record in all {
        assert!(
            record.certainty.is_some() && !record.source.is_empty(),
            "{record:?}"
        );
        assert!(!record.short_names.is_empty(), "{}", record.name);
        assert!(
            !record.source.contains('"') || record.source.contains("97th"),
            "{record:?}"
        );
        if let Some(successor) = &record.successor {
            assert!(central().named(successor).is_some(), "{successor}");
        }
    }
}

#[test]
fn every_name_and_alias_of_the_source_finds_its_record() {
    for record in central().records() {
        let hits = central().search(&record.name, None);
        assert_eq!(hits[0].record.name, record.name);
        assert_eq!(hits[0].rank, Rank::Name);
        for alias in &record.short_names {
            let hits = central().search(&alias.to_lowercase(), None);
            let hit = hits.iter().find(|hit| hit.record.name == record.name);
            assert!(
                hit.is_some_and(|hit| hit.rank <= Rank::ShortName),
                "{alias} {}",
                record.name
            );
        }
    }
}

#[test]
fn initials_find_all_of_them_also_where_the_source_has_none() {
    let first = |letters: &str| central().search(letters, None)[0].record.name.clone();
    assert_eq!(first("ZGYYYXGS"), "中国盐业有限公司");
    assert_eq!(
        first("zy"),
        "中国盐业集团有限公司",
        "borne now before former"
    );
    assert_eq!(first("gjdl"), "国家电力投资集团有限公司");
    // 长 and 重 are read in two ways.
    for letters in ["zgcjsxjtyxgs", "ZGZJSXJTYXGS"] {
        assert_eq!(first(letters), "中国长江三峡集团有限公司");
    }
    // Every record is found by the initials of its full name, whatever the reading of a character.
    for record in central().records() {
        let letters: String = record
            .name
            .chars()
            .filter_map(|one| {
                pinyin::ToPinyin::to_pinyin(&one).and_then(|read| read.plain().chars().next())
            })
            .collect();
        let found = central().search(&letters, None);
        let hit = found
            .iter()
            .find(|hit| hit.record.name == record.name)
            .unwrap();
        assert_eq!(hit.rank, Rank::ShortName, "{letters} {}", record.name);
    }
}

#[test]
fn width_and_case_do_not_matter() {
    for written in [
        "华润（集团）有限公司",
        "华润(集团)有限公司",
        " 华润 (集团）有限公司",
        "华润集团",
        "ＨＲＪＴ",
    ] {
        let hits = central().search(written, None);
        assert_eq!(hits[0].record.name, "华润（集团）有限公司", "{written}");
        assert!(hits[0].rank <= Rank::ShortName, "{written}");
    }
    assert_eq!(one("sinopec", None).1, "中国石油化工集团有限公司");
}

#[test]
fn better_fits_come_first() {
    let hits = central().search("中核", None);
    assert_eq!(
        names_of(&hits)[..2],
        ["中国核工业集团有限公司", "中国核工业集团公司"]
    );
    assert!(hits.windows(2).all(|pair| pair[0].rank <= pair[1].rank));
    let within = central().search("核工业", None);
    assert!(within.iter().all(|hit| hit.rank == Rank::Within));
    assert_eq!(within.len(), 4);
    let scattered = central().search("中国石油集团", None);
    assert_eq!(scattered[0].record.name, "中国石油天然气集团有限公司");
    assert_eq!(scattered[0].rank, Rank::Scattered);
    assert!(central().search("温州银行", None).is_empty());
    assert_eq!(central().search("  ", None).len(), 214);
}

#[test]
fn a_shared_short_name_shows_every_candidate() {
    let hits = central().search("ctg", None);
    let exact: Vec<_> = hits
        .iter()
        .filter(|hit| hit.rank == Rank::ShortName)
        .map(|hit| hit.record.name.as_str())
        .collect();
    assert!(
        exact.contains(&"中国长江三峡集团有限公司") && exact.contains(&"中国旅游集团有限公司"),
        "{exact:?}"
    );
    match central().resolve("CTG", None) {
        Resolution::Several(found) => assert_eq!(found.len(), 2),
        other => panic!("{other:?}"),
    }
    // Before 2016-06 there was no 中国旅游集团.
    assert_eq!(one("CTG", day("2015-01-01")).0, "中国长江三峡集团公司");
    for (letters, least) in [("ZHJT", 3), ("ZGHY", 2)] {
        assert!(
            matches!(central().resolve(letters, None), Resolution::Several(found) if found.len() >= least),
            "{letters}"
        );
    }
}

#[test]
fn former_and_current_names_share_a_short_name() {
    assert_eq!(one("中石油", None).0, "中国石油天然气集团有限公司");
    assert_eq!(one("中石油", day("2016-01-01")).0, "中国石油天然气集团公司");
    // Around the change the later of the two stands for both.
    assert_eq!(
        one("中石油", day("2017-11-24")).0,
        "中国石油天然气集团有限公司"
    );
}

#[test]
fn chains_are_followed_to_the_day() {
    let chain = |name: &str| {
        central()
            .successors(name)
            .iter()
            .map(|one| one.name.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        chain("中国恒天集团公司"),
        ["中国恒天集团有限公司", "中国机械工业集团有限公司"]
    );
    assert_eq!(
        chain("中国中化集团公司"),
        ["中国中化集团有限公司", "中国中化控股有限责任公司"]
    );
    assert_eq!(
        chain("中国电力投资集团公司"),
        ["国家电力投资集团公司", "国家电力投资集团有限公司"]
    );
    assert!(chain("中粮集团有限公司").is_empty());
    assert_eq!(
        one("神华集团有限责任公司", day("2018-01-01")).1,
        "国家能源投资集团有限责任公司"
    );
    assert_eq!(
        one("神华集团有限责任公司", day("2017-11-24")).1,
        "神华集团有限责任公司"
    );
    assert_eq!(
        one("中国船舶工业集团公司", day("2018-12-01")).1,
        "中国船舶工业集团有限公司"
    );
    assert_eq!(one("中国船舶工业集团公司", None).1, "中国船舶集团有限公司");
    let former: Vec<_> = central()
        .former_names("中国中车集团公司")
        .iter()
        .map(|one| one.name.clone())
        .collect();
    assert_eq!(former, ["中国北方机车车辆工业集团公司", "中国南车集团公司"]);
}

#[test]
fn a_name_that_was_another_firms_is_not_taken_for_it() {
    for (on, taken) in [
        ("2017-11-24", false),
        ("2025-07-26", false),
        ("2025-07-27", true),
        ("2026-01-01", true),
    ] {
        match central().resolve("中国长安汽车集团有限公司", day(on)) {
            Resolution::One(found) => assert!(taken && found.in_use == InUse::Now, "{on}"),
            Resolution::NotYet(found) => assert!(!taken && found.in_use == InUse::NotYet, "{on}"),
            other => panic!("{on}: {other:?}"),
        }
    }
    assert!(matches!(
        central().resolve("长安汽车集团", day("2017-11-24")),
        Resolution::NotYet(_)
    ));
    let hits = central().search("长安汽车", day("2017-11-24"));
    assert_eq!(hits[0].in_use, InUse::NotYet, "shown, and said");
}

#[test]
fn validity_at_its_edges() {
    let on = |name: &str, on: &str| central().span_of(name).unwrap().on(on.parse().unwrap());
    // To the day: the last day of the old name is the first of the new one.
    assert_eq!(on("国家电网公司", "2017-11-30"), InUse::Now);
    assert_eq!(on("国家电网公司", "2017-12-01"), InUse::Former);
    assert_eq!(on("国家电网有限公司", "2017-11-29"), InUse::NotYet);
    assert_eq!(on("国家电网有限公司", "2017-11-30"), InUse::Now);
    // Known to the month: within it neither is sure.
    assert_eq!(on("中国电信集团公司", "2017-11-30"), InUse::Now);
    assert_eq!(on("中国电信集团公司", "2017-12-15"), InUse::Unsure);
    assert_eq!(on("中国电信集团有限公司", "2017-12-15"), InUse::Unsure);
    assert_eq!(on("中国电信集团公司", "2018-01-01"), InUse::Former);
    assert_eq!(on("中国电信集团有限公司", "2017-12-31"), InUse::Now);
    // Not established: both around then.
    for name in ["中国石油天然气集团公司", "中国石油天然气集团有限公司"] {
        assert_eq!(on(name, "2017-11-24"), InUse::Unsure);
        assert_eq!(on(name, "2018-06-29"), InUse::Unsure);
        assert!(central().resolve(name, day("2018-01-01")).one().is_some());
    }
    assert_eq!(on("中国石油天然气集团公司", "2017-10-31"), InUse::Now);
    assert_eq!(
        on("中国石油天然气集团有限公司", "2017-10-31"),
        InUse::NotYet
    );
    assert_eq!(on("中国石油天然气集团公司", "2018-07-01"), InUse::Former);
    // The successor was gone before the usual days of the change.
    assert_eq!(on("中国中材集团公司", "2016-08-23"), InUse::Former);
    assert_eq!(on("中国中材集团公司", "2015-01-01"), InUse::Unsure);
    // Two changes without a date.
    assert_eq!(on("中国盐业有限公司", "2020-01-01"), InUse::Unsure);
    assert_eq!(on("中国盐业有限公司", "2025-07-30"), InUse::Former);
    assert_eq!(on("中国盐业集团有限公司", "2025-07-30"), InUse::Now);
    assert_eq!(on("中粮集团有限公司", "2001-01-01"), InUse::Now);
}

#[test]
fn names_within_texts_and_firms_below() {
    let text = "拟由国家电网有限公司与中国电力建设集团有限公司联合投资，华润(集团)有限公司参股";
    let mut found: Vec<_> = central()
        .named_in(text)
        .iter()
        .map(|one| one.name.clone())
        .collect();
    found.sort();
    assert_eq!(
        found,
        [
            "中国电力建设集团有限公司",
            "华润（集团）有限公司",
            "国家电网有限公司"
        ]
    );
    let likely = |name: &str| {
        central()
            .likely(name, day("2020-01-01"))
            .iter()
            .map(|one| one.name.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        likely("中国石油天然气股份有限公司"),
        ["中国石油天然气集团有限公司"]
    );
    assert_eq!(
        likely("中国电子科技集团公司第五十二研究所"),
        ["中国电子科技集团有限公司"]
    );
    assert!(likely("温州市某某有限公司").is_empty());
    assert!(likely("中国某某有限公司").is_empty());
}

#[test]
fn the_authority_adds_and_corrects() {
    let fields = |name: &str, shorts: &[&str]| RecordFields {
        name: name.into(),
        short_names: shorts.iter().map(|one| (*one).to_owned()).collect(),
        source: "省国资委通报".into(),
        ..RecordFields::default()
    };
    let own = [
        (RecordId(1), fields("中粮集团(有限)公司甲", &["某甲"])),
        (
            RecordId(2),
            RecordFields {
                valid_to: PartialDate::read("2026-03"),
                successor: "中粮集团(有限)公司甲".into(),
                ..fields("中国矿产资源集团有限公司", &["矿资"])
            },
        ),
    ];
    let all = central().with(own);
    assert_eq!(all.records().len(), 215);
    assert_eq!(
        all.resolve("矿资", day("2026-04-01"))
            .one()
            .unwrap()
            .current
            .name,
        "中粮集团(有限)公司甲"
    );
    assert_eq!(
        all.resolve("中国矿产", day("2026-01-01"))
            .one()
            .unwrap()
            .current
            .name,
        "中国矿产资源集团有限公司"
    );
    assert!(
        central().search("矿资", None).is_empty(),
        "the built-in directory stays as it is"
    );
    let bad = |fields: RecordFields| fields.check(Scope::Central, central()).unwrap_err();
    assert!(bad(fields("中粮集团有限公司", &[])).first("name").is_some());
    let ring = RecordFields {
        successor: "中国恒天集团有限公司".into(),
        valid_to: PartialDate::read("2020"),
        ..fields("中国机械工业集团有限公司", &["x"])
    };
    assert!(bad(ring.clone()).first("successor").is_some());
    assert!(bad(ring).first("valid_to").is_some());
    assert!(
        bad(RecordFields {
            source: String::new(),
            ..fields("某", &["x"])
        })
        .first("source")
        .is_some()
    );
}

proptest! {
    #[test]
    fn whatever_is_asked_is_answered(query in "\\PC{0,12}", days in 0_i64..12000) {
        let on = day("2000-01-01").map(|first| first + chrono::TimeDelta::days(days));
        let hits = central().search(&query, on);
        prop_assert!(hits.windows(2).all(|pair| pair[0].rank <= pair[1].rank));
        let _ = central().resolve(&query, on);
        let _ = central().likely(&query, on);
    }

    #[test]
    fn the_current_name_of_a_day_is_borne_or_the_last(at in 0_usize..214, days in 0_i64..12000) {
        let on = day("2000-01-01").map(|first| first + chrono::TimeDelta::days(days));
        let name = &central().records()[at].name;
        if let Resolution::One(found) = central().resolve(name, on) {
            let span = central().span_of(&found.current.name).unwrap();
            prop_assert!(span.on(on.unwrap()) != InUse::Former || found.current.successor.is_none());
        }
    }
}
