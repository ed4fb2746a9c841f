//! The demo's events, the spellings tied to them, and funds in place of some projects. The names of the events are the
//! notice's; days, places and people are invented.

use app::{App, projects::ProjectQuery};
use domain::{
    Money,
    entry::{EntryFields, Proof, Step},
    event::{EventFields, EventKind, Spelling},
    person::Caller,
    project::Stage,
};

use super::seed::Clerks;
use crate::failure::Result;

/// Kind, name, place, first and last day, who led, which text of which year means it.
type Invented = (
    EventKind,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    (&'static str, Option<i32>),
);

const EVENTS: [Invented; 7] = [
    (
        EventKind::Activity,
        "2017上海现代服务业交流会",
        "上海",
        "2017-04-08",
        "2017-04-10",
        "市领导（演示）",
        ("上海现代服务业交流会", Some(2017)),
    ),
    (
        EventKind::Activity,
        "2017香港投资合作周",
        "香港",
        "2017-05",
        "",
        "市领导（演示）",
        ("香港投资合作周", Some(2017)),
    ),
    (
        EventKind::Activity,
        "2017浙洽会",
        "宁波",
        "2017-06-08",
        "2017-06-12",
        "市领导（演示）",
        ("浙洽会", Some(2017)),
    ),
    (
        EventKind::Activity,
        "2016香港投资合作周",
        "香港",
        "2016-09-12",
        "2016-09-16",
        "",
        ("香港投资合作周", Some(2016)),
    ),
    (
        EventKind::Activity,
        "2016浙洽会",
        "宁波",
        "2016-06-08",
        "2016-06-12",
        "",
        ("浙洽会", Some(2016)),
    ),
    (
        EventKind::Activity,
        "2016上海现代服务业交流会",
        "上海",
        "2016-04-12",
        "2016-04-14",
        "",
        ("上海现代服务业交流会", Some(2016)),
    ),
    (
        EventKind::Visit,
        "市领导走访在外温商",
        "上海、深圳等地",
        "2016-02",
        "2016-11",
        "市领导（演示）",
        ("市领导走访温商", None),
    ),
];

/// A page of nothing: what proves the invented entries.
const PAPER: &[u8] = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n";

/// The officer registers the events and says which texts of signings mean them.
pub async fn seed(app: &App, clerks: &Clerks) -> Result<()> {
    let Some(officer) = &clerks.officer else {
        return Ok(());
    };
    for (kind, name, place, from, to, led_by, (text, year)) in EVENTS {
        let Ok(first) = from.parse() else { continue };
        let fields = EventFields {
            kind,
            name: name.to_owned(),
            place: place.to_owned(),
            from: first,
            to: to.parse().ok(),
            led_by: led_by.to_owned(),
            note: String::new(),
        };
        let event = app.save_event(officer, None, fields).await?;
        let spelling = Spelling {
            text: text.to_owned(),
            year,
            event,
        };
        app.tie_spelling(officer, spelling).await?;
    }
    for (short, reporter) in &clerks.reporters {
        if let Some(approver) = clerks.approvers.get(short) {
            pay(app, reporter, approver, officer).await?;
        }
    }
    Ok(())
}

/// Projects of an enterprise that are under way have part of their contract in place, up to October: what was received
/// by then is in the notice's own figures.
async fn pay(app: &App, reporter: &Caller, approver: &Caller, officer: &Caller) -> Result<()> {
    let list = app.projects(reporter, ProjectQuery::default()).await?;
    // The furthest one only: every proof is looked at by a process of its own, and the demo has to start soon.
    let parts = [
        (Stage::Producing, 90),
        (Stage::Completed, 70),
        (Stage::Started, 35),
    ];
    let furthest = parts.into_iter().find_map(|(stage, part)| {
        let row = list.rows.iter().find(|row| row.stage == stage)?;
        Some((row, part))
    });
    if let Some((row, part)) = furthest {
        let fields = &row.revision.fields;
        let first = fields.first_formal_signing();
        let contracted = first.and_then(domain::project::Signing::in_rmb);
        let investor = fields.investors.first().map(|one| one.name.clone());
        let (Some(contracted), Ok(received_on)) = (contracted, "2017-09-28".parse()) else {
            return Ok(());
        };
        let entry = EntryFields {
            received_on,
            amount: Money::from_fen(contracted.fen() / 100 * part),
            foreign: None,
            project: fields.name.clone(),
            investor: investor.unwrap_or_else(|| "投资方（演示）".to_owned()),
            proof: Proof::BankSlip,
            note: "演示".to_owned(),
            refund_of: None,
        };
        let id = app.save_entry(reporter, None, entry).await?;
        app.attach_proof(reporter, id, 1, "银行进账单（演示）.pdf", PAPER)
            .await?;
        app.step_entry(reporter, id, 2, Step::Submit, "").await?;
        app.step_entry(approver, id, 3, Step::Release, "").await?;
        app.step_entry(officer, id, 4, Step::Accept, "").await?;
    }
    Ok(())
}
