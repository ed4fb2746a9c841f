use proptest::prelude::*;

use super::*;
use crate::project::{Company, Halt, Investor, Signing, SigningKind, SigningLevel};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn on(text: &str) -> PartialDate {
    text.parse().unwrap()
}

fn investor(name: &str, ownership: Option<Ownership>) -> Investor {
    Investor {
        name: name.into(),
        origin: None,
        ownership,
        place: None,
        wenshang: false,
    }
}

fn project() -> ProjectFields {
    ProjectFields {
        name: "港区物流园".into(),
        investors: vec![
            investor("某央企", Some(Ownership::Central)),
            investor("某民企", Some(Ownership::Private)),
            investor("另一央企", Some(Ownership::Central)),
        ],
        milestones: [(Milestone::Negotiating, on("2017-03"))].into(),
        contact_name: "联系人".into(),
        contact_phone: "13800000000".into(),
        ..ProjectFields::default()
    }
}

fn signing(date: &str, kind: SigningKind) -> Signing {
    Signing {
        on: on(date),
        kind,
        level: SigningLevel::City,
        event: String::new(),
        amount: None,
        currency: None,
        rate: None,
        relation: None,
    }
}

fn company(date: &str) -> Option<Company> {
    Some(Company {
        name: "项目公司".into(),
        registered_on: Some(on(date)),
    })
}

fn halt(date: &str) -> Option<Halt> {
    Some(Halt {
        on: on(date),
        reason: "理由".into(),
    })
}

fn class(fields: &ProjectFields) -> Option<CooperationClass> {
    class_of(fields, day("2017-11-30"))
}

#[test]
fn each_class_begins_where_its_fact_does() {
    use CooperationClass as C;
    let mut fields = project();
    assert_eq!(class(&fields), Some(C::Negotiating));
    for kind in SigningKind::ALL {
        fields.signings = vec![signing("2017-11-30", *kind)];
        assert_eq!(class(&fields), Some(C::Signed), "{kind:?}: any signing");
    }
    fields.signings = vec![signing("2017-12-01", SigningKind::Formal)];
    assert_eq!(
        class(&fields),
        Some(C::Negotiating),
        "the day after the cut-off"
    );
    fields.signings = vec![signing("2017-11", SigningKind::Formal)];
    assert_eq!(class(&fields), Some(C::Signed), "in that month");
    fields.company = company("2017-12-01");
    assert_eq!(class(&fields), Some(C::Signed));
    fields.company = company("2017-11-30");
    assert_eq!(class(&fields), Some(C::Landed));
    fields.signings.clear();
    assert_eq!(
        class(&fields),
        Some(C::Landed),
        "landed without a signing known"
    );
}

#[test]
fn planned_and_ended_ones_and_those_without_a_central_soe_are_not_listed() {
    let mut fields = project();
    fields.milestones = [(Milestone::Planned, on("2017-01"))].into();
    assert_eq!(class(&fields), None);
    fields
        .milestones
        .insert(Milestone::Negotiating, on("2017-12-01"));
    assert_eq!(class(&fields), None, "negotiated from after the cut-off on");
    fields.milestones.insert(Milestone::Filed, on("2017-11-30"));
    assert_eq!(class(&fields), Some(CooperationClass::Negotiating));

    let mut ended = project();
    ended.terminated = halt("2017-11-30");
    assert_eq!(class(&ended), None);
    ended.terminated = halt("2017-12-01");
    assert!(class(&ended).is_some(), "ended after the cut-off");

    let mut others = project();
    others
        .investors
        .retain(|one| one.ownership != Some(Ownership::Central));
    assert_eq!(class(&others), None);
    others.investors[0].ownership = None;
    assert_eq!(class(&others), None, "whose it is must be said");
}

fn made(
    number: i64,
    fields: &ProjectFields,
    last: Option<&ProgressTexts>,
    typed: Option<&ProgressTexts>,
) -> Annex3Row {
    let sources = Sources {
        project: ProjectId(number),
        code: "WZ1",
        revision: RevisionId(1),
        fields,
        last,
        typed,
    };
    row(sources, day("2017-11-30")).unwrap()
}

fn texts(progress: &str, problems: &str) -> ProgressTexts {
    ProgressTexts {
        progress: progress.into(),
        problems: problems.into(),
        ..ProgressTexts::default()
    }
}

#[test]
fn a_row_is_filled_from_the_last_period_until_it_is_typed() {
    let fields = project();
    let last = ProgressTexts {
        still_true: true,
        contact: "另一人 0577-88880000".into(),
        ..texts("已签框架协议", "")
    };
    let filled = made(1, &fields, Some(&last), None);
    assert_eq!(
        (filled.progress.as_str(), filled.repeated, filled.still_true),
        ("已签框架协议", true, false)
    );
    assert_eq!(filled.printed_contact(), "另一人 0577-88880000");
    let emptied = made(1, &fields, Some(&last), Some(&ProgressTexts::default()));
    assert_eq!((emptied.progress.as_str(), emptied.repeated), ("", false));
    assert_eq!(
        (emptied.printed_contact(), emptied.own_contact.as_str()),
        ("联系人 13800000000", "")
    );
    let confirmed = made(1, &fields, Some(&last), Some(&last));
    assert!(confirmed.repeated && confirmed.still_true);
    let other = ProgressTexts {
        still_true: true,
        ..texts("已报批", "")
    };
    let other = made(1, &fields, Some(&last), Some(&other));
    assert!(
        !other.repeated && !other.still_true,
        "nothing repeated, nothing to confirm"
    );
    assert_eq!(made(1, &fields, None, None).partners, "某央企、另一央企");
}

#[test]
fn what_is_repeated_is_named_and_empty_texts_repeat_nothing() {
    let last = texts("已签框架协议", "");
    assert_eq!(texts("已签框架协议", "").repeated(&last), ["当前进展情况"]);
    assert!(texts("已签框架协议。", "").repeated(&last).is_empty());
    assert!(texts("", "").repeated(&texts("", "")).is_empty());
}

#[test]
fn a_paused_project_stays_and_says_so() {
    let mut fields = project();
    fields.suspended = halt("2017-11");
    let paused = |typed: &str| made(1, &fields, None, Some(&texts(typed, ""))).printed_progress();
    assert_eq!(paused(""), "暂停");
    assert_eq!(paused("等待用地指标"), "暂停：等待用地指标");
    assert_eq!(paused("暂停：等待用地指标"), "暂停：等待用地指标");
    fields.suspended = halt("2017-12");
    assert!(
        !made(1, &fields, None, None).suspended,
        "paused after the cut-off"
    );
}

#[test]
fn progress_is_asked_for_by_class_and_number() {
    let (talks, mut landed) = (project(), project());
    landed.company = company("2017-05");
    let rows = vec![
        made(1, &landed, None, Some(&texts("已开工", ""))),
        made(2, &talks, None, Some(&texts("已互访", ""))),
        made(3, &landed, None, None),
    ];
    let form = form("甲", day("2017-11-30"), rows, "没有");
    assert_eq!(form.numbers(), [1, 1, 2]);
    assert_eq!(
        form.rows
            .iter()
            .map(|row| row.project.0)
            .collect::<Vec<_>>(),
        [2, 1, 3]
    );
    assert_eq!(form.zero_reason, "");
    let lacking = form.check().unwrap_err().fields;
    assert_eq!(lacking.len(), 1);
    assert_eq!(lacking[0].0, "rows.2.progress");
    assert!(
        lacking[0].1.starts_with("已落地项目第2行“港区物流园”"),
        "{}",
        lacking[0].1
    );
    assert_eq!(form.clone().masked().rows[0].contact, "联系人 138****0000");
    let nothing = super::form("甲", day("2017-11-30"), Vec::new(), "");
    assert_eq!(nothing.check().unwrap_err().fields[0].0, "zero_reason");
}

#[test]
fn typing_does_not_change_what_the_system_says() {
    let fields = project();
    let last = texts("旧", "");
    let one = form(
        "甲",
        day("2017-11-30"),
        vec![made(1, &fields, Some(&last), None)],
        "",
    );
    let typed = ProgressTexts {
        contact: "他人".into(),
        ..texts("新", "有")
    };
    let other = form(
        "甲",
        day("2017-11-30"),
        vec![made(1, &fields, Some(&last), Some(&typed))],
        "",
    );
    assert_eq!(one.untyped(), other.untyped());
}

#[test]
fn what_is_typed_has_its_limits() {
    let typed = |row: ProgressTexts| Annex3Input {
        rows: [(ProjectId(7), row)].into(),
        zero_reason: String::new(),
    };
    assert!(typed(texts(&"字".repeat(1000), "")).check().is_ok());
    let long = typed(texts("", &"字".repeat(1001))).check().unwrap_err();
    assert_eq!(long.fields[0].0, "rows.7.problems");
    let kept = typed(texts(" \n", "")).tidied();
    assert_eq!(
        kept.rows[&ProjectId(7)],
        ProgressTexts::default(),
        "emptied rows stay"
    );
}

proptest! {
    #[test]
    fn numbers_begin_again_in_each_class_and_count_on(classes in proptest::collection::vec(0usize..3, 0..40)) {
        let fields = project();
        let rows: Vec<Annex3Row> = classes.iter().zip(1..).map(|(class, number)| Annex3Row {
            class: CooperationClass::ALL[*class],
            ..made(number, &fields, None, None)
        }).collect();
        let form = form("甲", day("2017-11-30"), rows, "");
        let numbers = form.numbers();
        for class in CooperationClass::ALL {
            let own: Vec<usize> = form.rows.iter().zip(&numbers).filter(|(row, _)| row.class == class).map(|(_, number)| *number).collect();
            prop_assert_eq!(&own, &(1..=own.len()).collect::<Vec<_>>());
            let ids: Vec<i64> = form.rows.iter().filter(|row| row.class == class).map(|row| row.project.0).collect();
            prop_assert!(ids.windows(2).all(|two| two[0] < two[1]), "in a class as given");
        }
        prop_assert!(form.rows.windows(2).all(|two| two[0].class <= two[1].class));
    }

    #[test]
    fn the_later_the_day_the_further_the_class(early in 1u32..28, late in 1u32..28, signed in 1u32..28, landed in 1u32..28) {
        let mut fields = project();
        fields.signings = vec![signing(&format!("2017-11-{signed:02}"), SigningKind::Intention)];
        fields.company = company(&format!("2017-11-{landed:02}"));
        let at = |number: u32| class_of(&fields, NaiveDate::from_ymd_opt(2017, 11, number).unwrap());
        prop_assert!(at(early.min(late)) <= at(early.max(late)));
    }
}
