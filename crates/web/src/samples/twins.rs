//! Samples of likely twins, merges, splits and first talks.

use app::{
    first_talk::{FirstTalkView, RecordedFirstTalk},
    projects::{
        FormerProject, MergeData, MergeLine, Merged, NamedEntry, SplitForm, SplitLine, StoredMerge,
        StoredPair, StoredSplit, TwinBench, TwinGroup, TwinNote, TwinPair, TwinSide, TwinsCompared,
    },
};
use domain::{
    EntryId, FileId, FirstTalkId, MergeId, Money, PersonId, ProjectId, RevisionId, UnitId,
    first_talk::{Decision, Evidence, FirstTalk, Share},
    library::Alike,
    merge::Choices,
    project::{Change, Field, Stage, Standing},
};

use super::{NASTY, layout, now, projects, refusals, rendered};
use crate::{
    layout::Refusals,
    pages::{
        first_talks::{FirstTalkFormPage, FirstTalkPage, FirstTalksPage, UnitRow},
        projects::{
            history::marked,
            split::SplitPage,
            twins::{FieldRow, MergePage, MergesPage, TwinPairPage, TwinsPage},
        },
    },
};

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

fn former(visible: bool) -> FormerProject {
    FormerProject {
        id: ProjectId(1),
        code: "WZ2017-03-0012".into(),
        name: NASTY.into(),
        unit: NASTY.into(),
        visible,
    }
}

fn line(undone: bool, visible: bool) -> MergeLine {
    MergeLine {
        merge: StoredMerge {
            id: MergeId(4),
            gone: ProjectId(1),
            gone_unit: UnitId(2),
            gone_name: NASTY.into(),
            into: ProjectId(2),
            effective_on: day("2017-11-20"),
            reason: NASTY.into(),
            data: MergeData {
                choices: Choices::new(),
                own: (RevisionId(1), RevisionId(2)),
                accepted: (RevisionId(1), RevisionId(2)),
                standing: Standing::Own,
                lists: Vec::new(),
            },
            version: 1,
            merged_at: now(),
            merged_by: PersonId(1),
            undone: undone.then(|| (day("2017-11-25"), NASTY.into(), now(), PersonId(1))),
        },
        gone: former(visible),
        into: former(visible),
        by: NASTY.into(),
        undone_by: NASTY.into(),
    }
}

pub(super) fn lines() -> Vec<MergeLine> {
    let mut other = line(false, false);
    other.merge.gone = ProjectId(7);
    vec![line(false, true), other]
}

pub(super) fn splits() -> Vec<SplitLine> {
    let split = |from, new| SplitLine {
        split: StoredSplit {
            from: ProjectId(from),
            new: ProjectId(new),
            effective_on: day("2017-11-20"),
            reason: NASTY.into(),
            at: now(),
            by: PersonId(1),
        },
        from: former(true),
        new: former(true),
        by: NASTY.into(),
    };
    vec![split(1, 9), split(8, 1)]
}

fn side() -> TwinSide {
    TwinSide {
        project: projects::project(),
        revision: projects::revision(2, projects::fields()),
        unit: NASTY.into(),
        stage: Stage::Signed,
    }
}

fn note(different: bool) -> TwinNote {
    TwinNote {
        different,
        reason: NASTY.into(),
        at: now(),
        by: NASTY.into(),
    }
}

const ALIKE: Alike = Alike {
    same_name: true,
    like_name: true,
    investor: true,
    place: false,
    amount: true,
};

fn bench(decided: bool, groups: usize) -> String {
    let pair = TwinPair {
        pair: StoredPair {
            a: ProjectId(1),
            b: ProjectId(2),
            alike: ALIKE,
            strength: ALIKE.strength(),
            open: !decided,
            changed: "投资额".into(),
        },
        note: Some(note(decided)),
        first_talk: decided.then_some(FirstTalkId(3)),
    };
    let group = TwinGroup {
        projects: vec![side(), side()],
        pairs: vec![pair],
    };
    rendered(TwinsPage {
        layout: layout(),
        bench: TwinBench {
            groups: vec![group; groups],
            open: 3,
            decided: 2,
            waiting: 7,
            more: groups > 0,
        },
        decided,
    })
}

fn pair(merged: bool, refused: bool) -> String {
    let mut sides = [side(), side()];
    if merged {
        sides[1].project.merged = Some((ProjectId(1), day("2017-11-20")));
    }
    let row = |field: Field, differs: bool, chosen: &str| FieldRow {
        word: field.word(),
        label: field.label(),
        marked: marked(&[Change {
            field,
            before: NASTY.into(),
            after: if differs {
                "第二个".into()
            } else {
                NASTY.into()
            },
        }])
        .remove(0),
        differs,
        list: field == Field::Signings,
        chosen: chosen.into(),
        why: if refused {
            "请核对".into()
        } else {
            String::new()
        },
    };
    rendered(TwinPairPage {
        layout: layout(),
        compared: TwinsCompared {
            sides,
            fields: Vec::new(),
            alike: (!refused).then_some(ALIKE),
            proposed: Choices::new(),
            notes: vec![note(true), note(false)],
            changed: if refused {
                "投资额".into()
            } else {
                String::new()
            },
            merged: merged.then_some(MergeId(4)),
        },
        rows: vec![
            row(Field::Name, true, "a"),
            row(Field::Signings, true, "both"),
            row(Field::Remarks, false, "a"),
        ],
        stays: "b".into(),
        effective_on: "2017-11-20".into(),
        reason: NASTY.into(),
        note: NASTY.into(),
        refusals: if refused {
            refusals()
        } else {
            Refusals::default()
        },
    })
}

fn merge(undone: bool) -> String {
    rendered(MergePage {
        layout: layout(),
        merged: Merged {
            line: line(undone, !undone),
            fields: vec![(Field::Investment, NASTY.into(), String::new(), NASTY.into())],
            kept: vec![Field::Investment],
            undoable: !undone,
        },
        effective_on: "2017-11-20".into(),
        reason: NASTY.into(),
        refusals: refusals(),
    })
}

fn split(entries: bool) -> String {
    rendered(SplitPage {
        layout: layout(),
        form: SplitForm {
            project: projects::project(),
            revision: projects::revision(2, projects::fields()),
            entries: if entries {
                vec![NamedEntry {
                    id: EntryId(7),
                    project: NASTY.into(),
                    amount: Money::from_wan(300),
                    received_on: day("2017-10-01"),
                    given_to: None,
                }]
            } else {
                Vec::new()
            },
            by_authority: entries,
        },
        name: NASTY.into(),
        basic_info: NASTY.into(),
        investment: "3000".into(),
        effective_on: "2017-11-20".into(),
        reason: NASTY.into(),
        ticked: vec!["entries.7".into(), "signings.0".into()],
        refusals: refusals(),
    })
}

pub(super) fn talk(withdrawn: bool) -> FirstTalkView {
    FirstTalkView {
        recorded: RecordedFirstTalk {
            decision: Decision {
                id: FirstTalkId(3),
                says: FirstTalk {
                    projects: vec![ProjectId(1), ProjectId(2)],
                    counted: ProjectId(1),
                    units: vec![
                        (UnitId(2), Share::from_hundredths(6000)),
                        (UnitId(3), Share::from_hundredths(4000)),
                    ],
                    first: UnitId(2),
                    talked_on: day("2017-03-08"),
                    evidence: NASTY.into(),
                    decided_by: NASTY.into(),
                    document_number: NASTY.into(),
                    effective_on: day("2017-06-01"),
                    files: vec![Evidence {
                        file: FileId(1),
                        name: NASTY.into(),
                    }],
                },
                withdrawn_on: withdrawn.then(|| day("2017-11-20")),
            },
            authority: UnitId(1),
            version: 1,
            recorded_at: now(),
            recorded_by: PersonId(1),
            withdrawn: withdrawn.then(|| (NASTY.into(), now(), PersonId(1))),
        },
        projects: vec![former(true), former(false)],
        units: vec![
            (NASTY.into(), Share::from_hundredths(6000)),
            ("乙".into(), None),
        ],
        first: NASTY.into(),
        counted: NASTY.into(),
        recorded_by: NASTY.into(),
        withdrawn_by: NASTY.into(),
        replaced_by: if withdrawn {
            vec![FirstTalkId(2), FirstTalkId(3)]
        } else {
            Vec::new()
        },
        replaces: vec![FirstTalkId(4)],
        state: if withdrawn { "已撤回" } else { "有效" },
        withdrawable: !withdrawn,
    }
}

fn one_talk(withdrawn: bool) -> String {
    rendered(FirstTalkPage {
        layout: layout(),
        view: talk(withdrawn),
        withdrawn_on: "2017-11-20".into(),
        reason: NASTY.into(),
        refusals: refusals(),
    })
}

fn talks(views: Vec<FirstTalkView>) -> String {
    rendered(FirstTalksPage {
        layout: layout(),
        views,
        decides: true,
    })
}

fn talk_form() -> String {
    rendered(FirstTalkFormPage {
        layout: layout(),
        units: vec![UnitRow {
            id: UnitId(2),
            name: NASTY.into(),
            shares: true,
            share: "60".into(),
        }],
        codes: NASTY.into(),
        counted: NASTY.into(),
        first: Some(UnitId(2)),
        talked_on: "2017-03-08".into(),
        evidence: NASTY.into(),
        decided_by: NASTY.into(),
        document_number: NASTY.into(),
        effective_on: "2017-06-01".into(),
        refusals: refusals(),
    })
}

pub(super) fn samples() -> Vec<(&'static str, String)> {
    let merges = |lines| {
        rendered(MergesPage {
            layout: layout(),
            lines,
        })
    };
    vec![
        ("twins", bench(false, 2)),
        ("twins, decided", bench(true, 1)),
        ("twins, none", bench(false, 0)),
        ("two side by side", pair(false, false)),
        ("two side by side, refused", pair(false, true)),
        ("two side by side, merged", pair(true, false)),
        ("merges", merges(lines())),
        ("merges, none", merges(Vec::new())),
        ("a merge", merge(false)),
        ("a merge, undone", merge(true)),
        ("a split", split(false)),
        ("a split with funds", split(true)),
        ("first talks", talks(vec![talk(false), talk(true)])),
        ("first talks, none", talks(Vec::new())),
        ("a first talk", one_talk(false)),
        ("a first talk, withdrawn", one_talk(true)),
        ("a first talk to be recorded", talk_form()),
    ]
}
