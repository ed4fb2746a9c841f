//! A sample of every page type. One test renders them all; a new page without a sample does not count as looked at.

mod cohorts;
mod cooperation;
mod library;
mod mailbox;
mod projects;
mod reminders;
mod reporting;
mod returns;
mod twins;
mod views;

use std::collections::BTreeMap;

use app::{
    Conflict,
    audit::{Broken, Page, Verdict},
    completion::{Compared, Comparison, Explanation, Figure, Line, Source, View},
    funds::{Entries, EntryDetail, EntryFile},
    imports::{Answers, Cell, Change, Import, ImportDetail, Preview, PreviewRow, UnitAnswer},
    people::People,
    plans::PlanView,
    publishing::{FrozenRow, FrozenTable, Publication, Published, PublishedFile},
    sign_in::Current,
    tables::{PreviewCell, PreviewRow as TableRow, RowState, TableKind, TablePreview},
    targets::{TargetHistory, Targets},
};
use askama::Template;
use domain::{
    EntryId, FileId, HandOverId, ImportId, Instant, Money, PersonId, PublicationId, StatementId,
    SubstitutionId, TargetId, UnitId,
    audit::{Event, Sealed},
    completion::{CompletionTable, Standing},
    duty::{HandOver, Substitution, SubstitutionKind},
    entry::{Counting, Entry, EntryFields, EntryState, Foreign, Proof, Step},
    permission::Role,
    person::{Caller, Invalid, Person},
    plan::Plan,
    publication::{PublicationState, PublicationStep},
    setting::{Setting, SettingArea},
    statement::Statement,
    target::TargetRow,
    unit::{Unit, UnitKind},
};

use crate::{
    error::ErrorPage,
    layout::{Layout, Refusals},
    pages::{
        account::{AccountPage, PasswordPage},
        audit::AuditPage,
        calendar::CalendarPage,
        completion::{Address, completion_page},
        duties::DutiesPage,
        explain::explain_page,
        funds::{CountingPage, EntryForm, EntryPage, FundsPage},
        imports::{ImportDetailPage, ImportPage, PreviewPage, StatementsPage},
        people::{PeoplePage, PersonPage},
        plans::{PlanPage, PlansPage},
        publications::{PublicationsPage, publication_page},
        settings::SettingsPage,
        sign_in::{ActivatePage, SignInPage},
        tables::{TableImportPage, TablePreviewPage, UNITS, WORKDAYS},
        targets::{TargetForm, TargetPage, TargetsPage},
        units::{UnitForm, UnitPage, UnitsPage},
    },
};

/// Text that breaks a page which forgets to escape or to wrap.
const NASTY: &str = "<b>温州</b> & \"很长很长很长很长很长很长很长很长很长很长的名称\" 𠮷";

fn now() -> Instant {
    "2017-11-24T01:00:00Z".parse().unwrap()
}

fn me() -> Current {
    let person = Person {
        id: PersonId(1),
        unit: UnitId(1),
        login: "officer".into(),
        name: NASTY.into(),
        roles: [Role::Officer].into(),
        active: true,
        has_password: true,
        password_set_at: Some(now()),
        password_must_change: false,
        created_at: now(),
        version: 1,
    };
    Current {
        caller: Caller::new(person, ""),
        csrf: "t".into(),
        unit_name: "市国资委".into(),
        session: "s".into(),
        password_due: None,
        unread: 3,
        shown: app::settings::Shown {
            product: NASTY.into(),
            support: NASTY.into(),
        },
    }
}

fn layout() -> Layout {
    Layout::new(&me(), "/completion", "样张", &[("/completion", "完成情况")]).done(Some("target"))
}

fn refusals() -> Refusals {
    Refusals(vec![
        ("name".into(), "请填写名称".into()),
        ("target_wan".into(), "不是数字".into()),
    ])
}

fn conflict() -> Option<Box<Conflict>> {
    let values = vec![
        ("任务数".into(), "1".into(), "2".into()),
        ("理由".into(), String::new(), "x".into()),
    ];
    Some(Box::new(Conflict {
        what: "任务数".into(),
        values,
        version: 2,
    }))
}

fn view(done: Option<Money>) -> View {
    let standing = |id, target, done| Standing {
        unit: UnitId(id),
        name: NASTY.into(),
        short_name: "温州".into(),
        target,
        done,
    };
    let standings = vec![
        standing(1, Some(Money::from_wan(100)), done),
        standing(2, Some(Money::from_wan(100)), None),
        standing(3, Some(Money::ZERO), done),
        standing(4, None, done.map(|done| Money::ZERO - done)),
    ];
    View {
        table: CompletionTable::of(2017, "2017-10-15".parse().unwrap(), standings),
        known_at: now(),
        known_at_asked: true,
        authority: "市国资委".into(),
        whole: true,
        targets: BTreeMap::new(),
        statements: BTreeMap::new(),
        entries: BTreeMap::new(),
        counting: Counting::default(),
    }
}

fn explanation(figure: Figure) -> Explanation {
    let line = Line {
        unit: UnitId(1),
        name: NASTY.into(),
        target_wan: Some("100".into()),
        done_wan: None,
        rate_pct: None,
        part: "计入".into(),
    };
    let source = |import| Source {
        what: "累计报表".into(),
        unit: NASTY.into(),
        amount_wan: "1".into(),
        day: "截至2017-10-31".into(),
        import,
        entry: None,
        grounds: NASTY.into(),
        by: "经办".into(),
        at: now(),
        counts: false,
    };
    Explanation {
        figure,
        subject: NASTY.into(),
        value: "—".into(),
        trail: vec![("分子".into(), NASTY.into())],
        lines: vec![line],
        sources: vec![source(Some((ImportId(1), NASTY.into(), 3))), source(None)],
    }
}

fn unit() -> Unit {
    Unit {
        id: UnitId(2),
        parent: Some(UnitId(1)),
        kind: UnitKind::Enterprise,
        name: NASTY.into(),
        short_name: "温州".into(),
        former_names: vec![NASTY.into()],
        position: 1,
        valid_from: "2017-01-01".parse().ok(),
        valid_to: None,
        version: 1,
    }
}

fn target() -> TargetRow {
    TargetRow {
        id: TargetId(1),
        unit: UnitId(2),
        year: 2017,
        effective_on: "2017-01-01".parse().unwrap(),
        amount: Money::from_fen(1),
        reason: NASTY.into(),
        document_no: NASTY.into(),
        recorded_at: now(),
        recorded_by: PersonId(1),
    }
}

fn import() -> Import {
    Import {
        id: ImportId(1),
        authority: UnitId(1),
        draft_key: "k".into(),
        form: "annex1".into(),
        file: FileId(1),
        file_name: NASTY.into(),
        title: NASTY.into(),
        year: 2017,
        as_at: "2017-10-31".parse().unwrap(),
        confirmed_at: now(),
        confirmed_by: PersonId(1),
    }
}

fn preview_row(number: usize, unit: UnitAnswer) -> PreviewRow {
    let cell = |doubts: Vec<String>| Cell {
        raw: NASTY.into(),
        value: Some("1".into()),
        corrected: false,
        doubts,
        money: None,
    };
    PreviewRow {
        number,
        place: "第1个表第2行".into(),
        answer: app::imports::RowAnswer::default(),
        unit,
        written: cell(vec![NASTY.into()]),
        target: cell(Vec::new()),
        done: cell(vec![NASTY.into()]),
        rate: cell(vec![NASTY.into()]),
        row_doubts: vec![NASTY.into()],
        target_change: Change::Differs { stored: "9".into() },
        done_change: Change::New,
    }
}

fn preview() -> Preview {
    let known = UnitAnswer::Known {
        id: UnitId(2),
        name: NASTY.into(),
    };
    let asked = UnitAnswer::Asked {
        likely: vec![(UnitId(2), NASTY.into())],
    };
    Preview {
        key: "k".into(),
        version: 1,
        file_name: NASTY.into(),
        title: Some(NASTY.into()),
        unit_of_money: None,
        message: NASTY.into(),
        answers: Answers::default(),
        rows: vec![preview_row(1, known), preview_row(2, asked)],
        stated_total: None,
        total_doubts: vec![NASTY.into()],
        file_doubts: vec![NASTY.into()],
        units: vec![(UnitId(2), NASTY.into())],
        missing: vec![NASTY.into()],
        open: Invalid {
            fields: vec![
                ("unit_2".into(), NASTY.into()),
                ("year".into(), NASTY.into()),
            ],
        },
    }
}

fn person_page(person: Option<Person>, may_edit: bool) -> PersonPage {
    PersonPage {
        layout: layout(),
        login: "wang".into(),
        name: NASTY.into(),
        unit: "2".into(),
        version: 1,
        units: vec![(UnitId(2), NASTY.into())],
        locked: true,
        may_edit,
        may_secure: !may_edit,
        secret: Some("abcde-fghjk".into()),
        contact: app::reminders::Contact::default(),
        refusals: refusals(),
        conflict: conflict(),
        person,
    }
}

fn unit_form(root: bool) -> UnitForm {
    UnitForm {
        name: NASTY.into(),
        kind: "enterprise".into(),
        parent: "1".into(),
        root,
        ..UnitForm::default()
    }
}

fn entry(state: EntryState, foreign: bool) -> Entry {
    let rate_on = "2017-11-10".parse().unwrap();
    let usd = Foreign {
        currency: "USD".into(),
        hundredths: 100,
        rate: 66_312_000,
        rate_on,
    };
    let fields = EntryFields {
        received_on: rate_on,
        amount: Money::from_wan(-5),
        foreign: foreign.then_some(usd),
        project: NASTY.into(),
        investor: NASTY.into(),
        proof: Proof::Other,
        note: NASTY.into(),
        refund_of: Some(EntryId(1)),
    };
    Entry {
        id: EntryId(2),
        unit: UnitId(2),
        fields,
        state,
        version: 1,
        created_at: now(),
        created_by: PersonId(1),
        decided_at: None,
        decided_by: None,
        reason: NASTY.into(),
    }
}

fn entry_page(state: EntryState, editable: bool) -> EntryPage {
    let detail = EntryDetail {
        entry: entry(state, true),
        unit: unit(),
        files: vec![EntryFile {
            id: 1,
            file: FileId(1),
            name: NASTY.into(),
        }],
        steps: vec![
            (Some(Step::Submit), NASTY.into(), NASTY.into(), now()),
            (None, String::new(), String::new(), now()),
        ],
        possible: vec![Step::Release, Step::SendBack],
        editable,
        refundable: !editable,
        counts: false,
        people: BTreeMap::from([(PersonId(1), NASTY.to_owned())]),
    };
    let form = EntryForm {
        refund_of: "1".into(),
        ..EntryForm::default()
    };
    EntryPage {
        layout: layout(),
        detail: Some(detail),
        form,
        refusals: refusals(),
        conflict: conflict(),
    }
}

/// Pages of funds, plans and publications.
fn more_samples() -> Vec<(&'static str, String)> {
    let funds = |entries| FundsPage {
        layout: layout(),
        entries: Entries {
            year: 2017,
            entries,
            units: vec![(UnitId(2), NASTY.into()), (UnitId(3), NASTY.into())],
            counting: Counting {
                kinds: [].into(),
                complete: false,
            },
            next: Some(EntryId(1)),
        },
        query: app::funds::Query::default(),
        may_enter: true,
    };
    let counting = |may_set| CountingPage {
        layout: layout(),
        year: 2017,
        version: 0,
        counting: Counting::default(),
        may_set,
        conflict: conflict(),
    };
    let view = |plan: Option<Plan>, editable| PlanView {
        unit: unit(),
        year: 2017,
        recorded: plan.as_ref().map(|_| (NASTY.to_owned(), now())),
        plan,
        version: 1,
        target: Some(Money::from_wan(5)),
        editable,
    };
    let plan = || {
        Some(Plan {
            months: [Money::ZERO; 12],
        })
    };
    let plan_page = |view| PlanPage {
        layout: layout(),
        months: (1..=12).map(|month| (month, NASTY.to_owned())).collect(),
        version: 1,
        view,
        refusals: refusals(),
        conflict: conflict(),
    };
    let compared = |unit| Compared {
        name: NASTY.into(),
        unit,
        done: Some(Money::from_fen(1)),
        month_before: None,
        since: Some(Money::from_wan(-1)),
        year_before: None,
        against_year_before: Some(Money::from_wan(1)),
        plan: None,
        plan_lead: None,
        projected: Some(Money::from_fen(1)),
        projected_rate: None,
    };
    let comparison = Comparison {
        view: self::view(None),
        month_before: None,
        year_before: "2016-10-15".parse().unwrap(),
        rows: vec![compared(Some(UnitId(2)))],
        total: compared(None),
    };
    vec![
        (
            "comparison",
            rendered(crate::pages::compare::comparison_page(&me(), comparison)),
        ),
        (
            "funds",
            rendered(funds(vec![entry(EntryState::Accepted, false)])),
        ),
        ("funds, none", rendered(funds(Vec::new()))),
        (
            "entry, draft",
            rendered(entry_page(EntryState::Draft, true)),
        ),
        (
            "entry, released",
            rendered(entry_page(EntryState::ForAcceptance, false)),
        ),
        ("counting", rendered(counting(true))),
        ("counting, seen", rendered(counting(false))),
        (
            "plans",
            rendered(PlansPage {
                layout: layout(),
                year: 2017,
                plans: vec![view(plan(), true), view(None, false)],
            }),
        ),
        (
            "plans, none",
            rendered(PlansPage {
                layout: layout(),
                year: 2017,
                plans: Vec::new(),
            }),
        ),
        ("plan", rendered(plan_page(view(plan(), true)))),
        ("plan, seen", rendered(plan_page(view(plan(), false)))),
        ("plan, none", rendered(plan_page(view(None, false)))),
        (
            "publications",
            rendered(PublicationsPage {
                layout: layout(),
                publications: vec![publication()],
                may_prepare: true,
            }),
        ),
        (
            "publications, none",
            rendered(PublicationsPage {
                layout: layout(),
                publications: Vec::new(),
                may_prepare: true,
            }),
        ),
        (
            "publication",
            rendered(publication_page(&me(), published())),
        ),
    ]
}

fn publication() -> Publication {
    Publication {
        id: PublicationId(1),
        authority: UnitId(1),
        year: 2017,
        as_of: "2017-10-31".parse().unwrap(),
        known_at: now(),
        title: NASTY.into(),
        state: PublicationState::Published,
        version: 1,
        replaces: Some(PublicationId(2)),
        correction: NASTY.into(),
        made_by: PersonId(1),
        made_at: now(),
        reviewed_by: None,
        reviewed_at: None,
        signed_by: Some(PersonId(1)),
        signed_at: Some(now()),
        reason: NASTY.into(),
        data: String::new(),
        data_sm3: "0".repeat(64),
    }
}

fn published() -> Published {
    let row = || FrozenRow {
        unit: NASTY.into(),
        target_wan: None,
        done_wan: Some("1".into()),
        rate_pct: None,
        lead_pct: Some("-1.00".into()),
    };
    Published {
        publication: publication(),
        table: FrozenTable {
            elapsed_pct: "83.33".into(),
            rows: vec![row()],
            total: row(),
        },
        files: vec![PublishedFile {
            kind: "docx".into(),
            file_id: 1,
            sm3: "0".repeat(64),
            size: 1,
        }],
        people: [Some(NASTY.into()), None, Some(NASTY.into())],
        corrected_by: Some(PublicationId(3)),
        possible: vec![
            PublicationStep::Review,
            PublicationStep::Sign,
            PublicationStep::Return,
        ],
    }
}

fn rendered(page: impl Template) -> String {
    page.render().expect("a sample renders")
}

fn account_page(secret: Option<String>, refusals: Refusals) -> AccountPage {
    let session = |this| app::account::SessionLine {
        name: "0".into(),
        address: NASTY.into(),
        user_agent: NASTY.into(),
        since: now(),
        last_seen: now(),
        this,
    };
    AccountPage {
        layout: layout(),
        login: "officer".into(),
        account: app::account::Account {
            sessions: vec![session(true), session(false)],
            tokens: Vec::new(),
            token_days: 365,
            password_set_at: None,
            policy: domain::person::PasswordPolicy::default(),
        },
        secret,
        label: NASTY.into(),
        days: "90".into(),
        mine: reminders::mine(),
        conflict: conflict(),
        refusals,
    }
}

fn password_page(due: Option<String>) -> PasswordPage {
    PasswordPage {
        layout: layout(),
        due,
        rule: NASTY.into(),
        history: 5,
        refusals: refusals(),
    }
}

fn settings_page(may_edit: bool) -> SettingsPage {
    let line = |setting| app::settings::Line {
        setting,
        value: NASTY.into(),
        default: "1".into(),
    };
    let areas = SettingArea::ALL.map(|area| app::settings::AreaView {
        area,
        version: 1,
        lines: Setting::of(area).map(line).collect(),
        may_edit,
    });
    SettingsPage {
        layout: layout(),
        view: app::settings::SettingsView {
            areas: areas.into(),
            history: Vec::new(),
            people: BTreeMap::new(),
        },
        refusals: Refusals(vec![("support".into(), NASTY.into())]),
        conflict: conflict(),
    }
}

fn duties_page(form: &'static str) -> DutiesPage {
    let day = |text: &str| text.parse().unwrap();
    let person = Person {
        roles: [Role::Reporter].into(),
        ..me().caller.person
    };
    let substitution = Substitution {
        id: SubstitutionId(1),
        kind: SubstitutionKind::Delegation,
        person: person.id,
        substitute: PersonId(2),
        roles: [Role::Reporter].into(),
        from: day("2017-11-24"),
        to: Some(day("2017-11-30")),
        reason: NASTY.into(),
        ended_at: None,
    };
    let hand_over = HandOver {
        id: HandOverId(1),
        person: person.id,
        successor: PersonId(2),
        on: day("2017-12-01"),
        reason: NASTY.into(),
        done_at: None,
        cancelled_at: None,
        outcome: NASTY.into(),
    };
    DutiesPage {
        layout: layout(),
        duties: app::duties::Duties {
            colleagues: vec![person.clone()],
            person,
            substitutions: vec![substitution],
            hand_overs: vec![hand_over],
            names: BTreeMap::from([(PersonId(1), NASTY.to_owned())]),
            today: day("2017-11-24"),
        },
        form,
        typed: crate::form::Fields::default(),
        refusals: Refusals(vec![("substitute".into(), NASTY.into())]),
    }
}

/// Tables in, and the working-day calendar.
fn tables() -> Vec<(&'static str, String)> {
    let calendar = |year, may_load| CalendarPage {
        layout: layout(),
        view: app::calendar::CalendarView {
            year,
            calendar: domain::workday::Calendar::built_in(),
            loaded: Vec::new(),
            people: BTreeMap::new(),
        },
        today: "2017-11-24".parse().unwrap(),
        may_load,
    };
    let cell = |before: Option<&str>, why: Option<&str>| PreviewCell {
        text: NASTY.into(),
        before: before.map(ToOwned::to_owned),
        why: why.map(ToOwned::to_owned),
    };
    let row = |line, state, cells| TableRow { line, state, cells };
    let preview = |rows| TablePreviewPage {
        layout: layout(),
        place: &WORKDAYS,
        preview: TablePreview {
            key: "k".into(),
            file_name: NASTY.into(),
            columns: TableKind::Workdays.labels(),
            rows,
            notes: vec![NASTY.into()],
            fingerprint: "f".into(),
        },
        refusals: refusals(),
    };
    let fine = vec![
        row(Some(2), RowState::New, vec![cell(None, None)]),
        row(Some(3), RowState::Changed, vec![cell(Some(""), None)]),
        row(None, RowState::Removed, vec![cell(None, None)]),
        row(Some(4), RowState::Same, vec![cell(None, None)]),
    ];
    let wrong = vec![row(
        Some(2),
        RowState::Wrong,
        vec![cell(Some(NASTY), Some(NASTY))],
    )];
    vec![
        ("calendar", rendered(calendar(2017, true))),
        ("calendar, not loaded", rendered(calendar(2030, false))),
        (
            "table in",
            rendered(TableImportPage {
                layout: layout(),
                place: &UNITS,
                refusals: Refusals(vec![("file".into(), NASTY.into())]),
            }),
        ),
        ("table, fine", rendered(preview(fine))),
        ("table, wrong", rendered(preview(wrong))),
    ]
}

/// Every page type, some in more than one state.
fn samples() -> Vec<(&'static str, String)> {
    let me = me();
    let address = || Address::of(&view(None));
    let statement = Statement {
        id: StatementId(1),
        unit: UnitId(2),
        year: 2017,
        as_at: "2017-10-31".parse().unwrap(),
        amount: Money::from_fen(-1),
        import: ImportId(1),
        source_row: 1,
        accepted_at: now(),
        accepted_by: PersonId(1),
    };
    let detail = ImportDetail {
        import: import(),
        statements: vec![statement],
        units: BTreeMap::from([(UnitId(2), NASTY.to_owned())]),
        confirmed_by: NASTY.into(),
        sm3: "0".repeat(64),
        size: 1,
    };
    let history = |rows: Vec<TargetRow>| TargetHistory {
        unit: unit(),
        year: 2017,
        version: 1,
        rows,
        people: BTreeMap::new(),
    };
    let target_page = |rows, may_set| TargetPage {
        layout: layout(),
        history: history(rows),
        may_set,
        form: TargetForm::default(),
        refusals: refusals(),
        conflict: conflict(),
    };
    let people = || People {
        people: vec![me.caller.person.clone()],
        units: BTreeMap::new(),
        locked: ["officer".to_owned()].into(),
    };
    let statements = |imports| StatementsPage {
        layout: layout(),
        imports,
        people: BTreeMap::new(),
        may_import: true,
        next: Some(1),
    };
    let unit_page = |root| UnitPage {
        layout: layout(),
        action: "/units/new".into(),
        form: unit_form(root),
        parents: vec![(UnitId(1), NASTY.into())],
        refusals: refusals(),
        conflict: conflict(),
    };
    let event = Event {
        at: now(),
        actor: None,
        actor_name: NASTY.into(),
        action: "unheard.of".into(),
        object: NASTY.into(),
        detail: NASTY.into(),
        address: NASTY.into(),
    };
    let verdict = |broken| Verdict {
        chain: "change:1".into(),
        sound: 1,
        broken,
    };
    let audit = |events, verdicts| AuditPage {
        layout: layout(),
        access: false,
        page: Page {
            chain: "change:1".into(),
            events,
            next: Some(1),
        },
        verdicts,
    };
    let broken = Some(Broken {
        seq: 2,
        why: NASTY.into(),
    });
    let (line, targets) = (
        app::units::Line {
            depth: 1,
            unit: unit(),
        },
        |lines| Targets {
            year: 2017,
            lines,
            total: Money::ZERO,
        },
    );
    let mut samples = vec![
        (
            "completion",
            rendered(completion_page(
                &me,
                view(Some(Money::from_fen(1_500_000))),
                Some("import"),
            )),
        ),
        (
            "completion, nothing yet",
            rendered(completion_page(&me, view(None), None)),
        ),
        (
            "targets",
            rendered(TargetsPage {
                layout: layout(),
                targets: targets(vec![(unit(), Some(target())), (unit(), None)]),
                may_set: true,
            }),
        ),
        (
            "targets, none",
            rendered(TargetsPage {
                layout: layout(),
                targets: targets(Vec::new()),
                may_set: false,
            }),
        ),
        ("target", rendered(target_page(vec![target()], true))),
        ("target, none", rendered(target_page(Vec::new(), false))),
        ("statements", rendered(statements(vec![import()]))),
        ("statements, none", rendered(statements(Vec::new()))),
        (
            "import",
            rendered(ImportPage {
                layout: layout(),
                refusals: Refusals(vec![("file".into(), NASTY.into())]),
                most: "20 MB".into(),
            }),
        ),
        (
            "preview",
            rendered(PreviewPage {
                layout: layout(),
                preview: preview(),
                page: 1,
                refusals: refusals(),
                conflict: conflict(),
            }),
        ),
        (
            "import detail",
            rendered(ImportDetailPage {
                layout: layout(),
                detail,
            }),
        ),
        (
            "units",
            rendered(UnitsPage {
                layout: layout(),
                lines: vec![line],
                may_edit: true,
            }),
        ),
        ("unit", rendered(unit_page(false))),
        ("unit, root", rendered(unit_page(true))),
        (
            "people",
            rendered(PeoplePage {
                layout: layout(),
                people: people(),
                may_edit: true,
            }),
        ),
        ("person, new", rendered(person_page(None, true))),
        (
            "person, secured",
            rendered(person_page(Some(me.caller.person.clone()), false)),
        ),
        (
            "audit",
            rendered(audit(
                vec![Sealed {
                    seq: 2,
                    event,
                    seal: String::new(),
                }],
                Some(vec![verdict(broken), verdict(None)]),
            )),
        ),
        ("audit, nothing", rendered(audit(Vec::new(), None))),
        (
            "account",
            rendered(account_page(Some("zs_secret".into()), refusals())),
        ),
        (
            "account, bare",
            rendered(account_page(None, Refusals::default())),
        ),
        ("duties", rendered(duties_page(""))),
        ("duties, refused", rendered(duties_page("delegation"))),
        ("password", rendered(password_page(Some(NASTY.into())))),
        ("settings, edited", rendered(settings_page(true))),
        ("settings, seen", rendered(settings_page(false))),
        (
            "sign in",
            rendered(SignInPage {
                layout: Layout::plain("登录"),
                token: "t".into(),
                login: NASTY.into(),
                next: NASTY.into(),
                refusals: refusals(),
            }),
        ),
        (
            "activate",
            rendered(ActivatePage {
                layout: Layout::plain("设置口令"),
                token: "t".into(),
                secret: NASTY.into(),
                rule: NASTY.into(),
                refusals: refusals(),
            }),
        ),
        (
            "error",
            rendered(ErrorPage {
                title: "出错",
                detail: NASTY.into(),
                others: vec![NASTY.into()],
                reference: Some("1-1".into()),
                css: String::new(),
                sign_in: false,
            }),
        ),
    ];
    samples.extend(more_samples());
    samples.extend(returns::samples());
    samples.extend(reporting::samples());
    samples.extend(reminders::samples());
    samples.extend(mailbox::samples());
    samples.extend(cohorts::samples());
    samples.extend(tables());
    samples.extend(library::samples());
    samples.extend(views::samples());
    samples.extend(twins::samples());
    samples.extend(projects::samples());
    samples.extend(cooperation::samples());
    for figure in Figure::ALL {
        samples.push((
            figure.word(),
            rendered(explain_page(&me, explanation(figure), address())),
        ));
    }
    samples
}

#[test]
fn every_page_renders_escaped_closed_and_in_chinese() {
    for (name, page) in samples() {
        assert!(
            page.starts_with("<!doctype html>") && page.trim_end().ends_with("</html>"),
            "{name}"
        );
        assert!(
            page.contains("lang=\"zh-CN\"") && page.contains("<h1 class="),
            "{name}: language and heading"
        );
        assert!(!page.contains("<b>温州"), "{name}: unescaped text");
        for (open, close) in [
            ("<form", "</form>"),
            ("<table", "</table>"),
            ("<div", "</div>"),
            ("<ul", "</ul>"),
            ("<dl", "</dl>"),
            ("<tr", "</tr>"),
        ] {
            assert_eq!(
                page.matches(open).count(),
                page.matches(close).count(),
                "{name}: {open}"
            );
        }
        for form in page
            .split("<form")
            .skip(1)
            .filter(|form| form.contains("method=\"post\""))
        {
            assert!(
                form.split("</form>")
                    .next()
                    .unwrap()
                    .contains("name=\"csrf\""),
                "{name}: a form without its token"
            );
        }
    }
}

#[test]
fn every_template_has_a_sample() {
    // Counted where they are declared: a template added without a sample above makes the numbers differ.
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates");
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let frames = [
        "layout.html",
        "plain.html",
        "head.html",
        "macros.html",
        "cooperation.html",
    ];
    let pages = files
        .filter(|name| name.ends_with(".html") && !frames.contains(&name.as_str()))
        .count();
    assert_eq!(
        pages, 94,
        "add a sample for the new page, then correct this number"
    );
}
