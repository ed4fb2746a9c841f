//! `/api/v1/returns`: returns (报送), their editions, steps, decisions and files. `/api/v1/adjustments` beside them.

use std::collections::BTreeMap;

use app::{
    returns::{
        AdjustmentLine, AdjustmentQuery, AdjustmentState, EditionView, Key, Line, Query,
        ReturnView, Seen, Verdict,
    },
    sign_in::Current,
};
use axum::{
    Json,
    extract::{Multipart, Path, State as Extract},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use domain::{
    AdjustmentId, Money, ProjectId, ReturnId, UnitId,
    annex2::{Annex2Row, TypedRow},
    annex3::{Annex3Row, ProgressTexts},
    period::ReturnKind,
    permission::Action,
    person::Invalid,
    report::Report,
    returns::{Content, ReturnState, ReturnStep, RowDecision},
    typed::Input,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    State,
    access::Access,
    api::{ApiMe, json::ApiJson},
    error::{ApiFailure, Failure, Problem},
    form::read_parts,
    layout::download,
    pages::{
        exports::{self, format_of},
        query::{Params, day},
    },
    route::ApiArea,
};

pub(crate) fn area(area: ApiArea) -> ApiArea {
    let see = Access::Needs(Action::ViewReturns);
    area.add(see, routes!(list))
        .add(see, routes!(periods))
        .add(see, routes!(one))
        .add(see, routes!(addressed))
        .add(Access::Needs(Action::PrepareReturns), routes!(save))
        .add(see, routes!(step))
        .add(Access::Needs(Action::AcceptReturns), routes!(decide))
        .add(see, routes!(form))
        .add(see, routes!(scan_add))
        .add(see, routes!(scan_get))
        .add(Access::Needs(Action::PrepareReturns), routes!(file_add))
        .add(Access::Needs(Action::PrepareReturns), routes!(file_remove))
        .add(see, routes!(file_get))
        .add(see, routes!(editions))
        .add(see, routes!(edition))
        .add(see, routes!(edition_file))
        .add(see, routes!(compare))
        .add(see, routes!(collected))
        .add(see, routes!(adjustments))
}

pub(crate) fn described() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(periods))
        .routes(routes!(one))
        .routes(routes!(addressed))
        .routes(routes!(save))
        .routes(routes!(step))
        .routes(routes!(decide))
        .routes(routes!(form))
        .routes(routes!(scan_add))
        .routes(routes!(scan_get))
        .routes(routes!(file_add))
        .routes(routes!(file_remove))
        .routes(routes!(file_get))
        .routes(routes!(editions))
        .routes(routes!(edition))
        .routes(routes!(edition_file))
        .routes(routes!(compare))
        .routes(routes!(collected))
        .routes(routes!(adjustments))
}

/// A return kind of an address; what is none is an address of nothing.
pub(crate) fn kind_of(word: &str) -> Result<ReturnKind, app::Error> {
    ReturnKind::from_word(word).ok_or(app::Error::NotFound)
}

/// A return of an address.
pub(crate) fn key_of(kind: &str, cut_off: &str, unit: i64) -> Result<Key, app::Error> {
    Ok(Key {
        kind: kind_of(kind)?,
        cut_off: day(cut_off).ok_or(app::Error::NotFound)?,
        unit: UnitId(unit),
    })
}

/// The word of a state as its viewer sees it.
fn state_word(state: Option<ReturnState>, inside: bool) -> &'static str {
    match state {
        Some(state) => state.word(),
        None if inside => "not_begun",
        None => "not_handed_in",
    }
}

fn moment(at: domain::Instant) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}

/// The entity tag: the version of what was typed, and the content code, which changes with the projects as well.
fn etag(seen: &Seen) -> String {
    format!("\"{}-{}\"", seen.version, seen.code)
}

fn if_match(headers: &HeaderMap) -> Result<Seen, Failure> {
    let text = headers
        .get(header::IF_MATCH)
        .and_then(|value| value.to_str().ok())
        .ok_or_else(Failure::precondition_required)?;
    let text = text.trim().trim_start_matches("W/").trim_matches('"');
    let (version, code) = text.split_once('-').unwrap_or((text, ""));
    // A tag that is none of ours fits no version, and the answer shows the current one.
    Ok(Seen {
        version: version.parse().unwrap_or(-1),
        code: code.to_owned(),
    })
}

/// A refusal; one for being stale names the whole tag now there, as reading it again would.
async fn refused<T>(
    state: &State,
    me: &Current,
    id: ReturnId,
    result: app::Result<T>,
) -> Result<T, ApiFailure> {
    let error = match result {
        Ok(done) => return Ok(done),
        Err(error) => error,
    };
    let stale = matches!(error, app::Error::Conflict(_));
    let mut failure = Failure::from(error);
    if stale {
        let view = state.app.return_by_id(&me.caller, id).await?;
        failure.current_etag = Some(etag(&view.seen()).into());
    }
    Err(failure.into())
}

/// An enterprise's obligation for a period.
#[derive(Serialize, ToSchema)]
pub(crate) struct LineBody {
    /// Number of the return once it is begun and handed in, for the enterprise once it is begun.
    id: Option<i64>,
    #[schema(example = "annex2")]
    kind: &'static str,
    #[schema(example = "2017-11-30")]
    cut_off: String,
    #[schema(example = "2017-12-15")]
    due_on: String,
    #[schema(example = 3)]
    unit: i64,
    unit_name: String,
    /// not_begun (for the authority not_handed_in), draft, for_approval, handed_in, accepted, returned.
    #[schema(example = "handed_in")]
    state: &'static str,
    edition: Option<i64>,
    receipt: Option<String>,
    handed_in_at: Option<String>,
    zero: bool,
    late: bool,
    /// 还有3天, 今天截止, 已逾期2天; empty once handed in, or where nothing is owed.
    due_words: String,
    /// open (in time), grace (迟报宽限), locked (锁定): of a first hand-in now.
    #[schema(example = "open")]
    timing: &'static str,
    /// Why it may be handed in although locked (准许补报).
    permit: Option<String>,
    /// Why nothing is owed (免报).
    exempt: Option<String>,
    /// The day by which it is to be handed in again, while it is returned.
    resubmit_by: Option<String>,
}

pub(crate) fn line_body(line: Line, inside: bool) -> LineBody {
    LineBody {
        id: line.filing.map(|id| id.0),
        kind: line.period.kind.word(),
        cut_off: line.period.cut_off.to_string(),
        due_on: line.period.due_on.to_string(),
        unit: line.unit.0,
        unit_name: line.unit_name,
        state: state_word(line.state, inside),
        edition: line.edition,
        receipt: Some(line.receipt).filter(|receipt| !receipt.is_empty()),
        handed_in_at: line.handed_in_at.map(moment),
        zero: line.zero,
        late: line.late,
        timing: line.standing.timing.word(),
        resubmit_by: line.resubmit_by.map(|day| day.to_string()),
        permit: line.standing.permit,
        exempt: line.standing.exempt,
        due_words: line.due_words,
    }
}

fn asked_kind(params: &Params) -> Result<ReturnKind, Failure> {
    match params.get("kind") {
        None => Ok(ReturnKind::Annex2),
        Some(word) => ReturnKind::from_word(word)
            .ok_or_else(|| Failure::invalid("kind", "没有这种报表，请对照接口说明")),
    }
}

fn asked_day(params: &Params, name: &str) -> Result<Option<NaiveDate>, Failure> {
    let wrong = || Failure::invalid(name, "日期请写成 2017-11-30 这样的真实日期");
    params
        .get(name)
        .map(|text| day(text).ok_or_else(wrong))
        .transpose()
}

/// 报送一览：每家企业每一期
#[utoipa::path(get, path = "/api/v1/returns", tag = "报送",
    params(("kind" = Option<String>, Query, example = "annex2"), ("year" = Option<i32>, Query), ("cut_off" = Option<String>, Query),
           ("unit" = Option<i64>, Query), ("state" = Option<String>, Query)),
    responses((status = 200, body = Vec<LineBody>)))]
async fn list(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    params: Params,
) -> Result<Json<Vec<LineBody>>, ApiFailure> {
    params.only(&["kind", "year", "cut_off", "unit", "state"])?;
    let wrong = || Failure::invalid("state", "没有这种状态，请对照接口说明");
    let asked = match params.get("state") {
        None => None,
        Some("not_begun" | "not_handed_in") => Some(None),
        Some(word) => Some(Some(ReturnState::from_word(word).ok_or_else(wrong)?)),
    };
    let query = Query {
        year: params.completion()?.year,
        cut_off: asked_day(&params, "cut_off")?,
        unit: params.number("unit")?.map(UnitId),
        state: asked,
    };
    let returns = state
        .app
        .returns(&me.caller, asked_kind(&params)?, query)
        .await?;
    let inside = returns.inside;
    Ok(Json(
        returns
            .lines
            .into_iter()
            .map(|line| line_body(line, inside))
            .collect(),
    ))
}

/// A period.
#[derive(Serialize, ToSchema)]
pub(crate) struct PeriodBody {
    #[schema(example = "annex2")]
    kind: &'static str,
    #[schema(example = "2017-11-30")]
    cut_off: String,
    /// The day set.
    #[schema(example = "2017-12-15")]
    set_on: String,
    /// The last working day at or before it; null while its year's working days are not loaded.
    #[schema(example = "2017-12-15")]
    advised_on: Option<String>,
    /// The day that counts, until 23:59:59 in Shanghai.
    #[schema(example = "2017-12-15")]
    due_on: String,
    /// Both in words.
    #[schema(example = "12月10日（周日），建议12月8日（周五）前；顺延至12月11日（周一）")]
    due_sentence: String,
    /// The last day on which it is taken in late; null: it never locks.
    lock_after: Option<String>,
    scan_required: bool,
    #[schema(example = "截至2017年11月")]
    label: String,
    /// Whether every project is gone through (全面梳理).
    review: bool,
}

/// 报送期
#[utoipa::path(get, path = "/api/v1/returns/periods", tag = "报送", params(("kind" = Option<String>, Query, example = "annex2")),
    responses((status = 200, body = Vec<PeriodBody>)))]
async fn periods(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    params: Params,
) -> Result<Json<Vec<PeriodBody>>, ApiFailure> {
    params.only(&["kind"])?;
    let returns = state
        .app
        .returns(&me.caller, asked_kind(&params)?, Query::default())
        .await?;
    Ok(Json(returns.periods.into_iter().map(period_body).collect()))
}

pub(crate) fn period_body(period: domain::period::Period) -> PeriodBody {
    PeriodBody {
        kind: period.kind.word(),
        cut_off: period.cut_off.to_string(),
        set_on: period.set_on.to_string(),
        advised_on: period.advised_on.map(|day| day.to_string()),
        due_on: period.due_on.to_string(),
        due_sentence: period.due_sentence(),
        lock_after: period.lock_after.map(|day| day.to_string()),
        scan_required: period.scan_required,
        label: period.label(),
        review: period.review,
    }
}

/// A return.
#[derive(Serialize, ToSchema)]
struct ReturnBody {
    /// Its number; none while it is not begun.
    id: Option<i64>,
    #[schema(example = "annex2")]
    kind: &'static str,
    #[schema(example = "2017-11-30")]
    cut_off: String,
    due_on: String,
    label: String,
    review: bool,
    unit: i64,
    unit_name: String,
    /// not_begun (for the authority not_handed_in), draft, for_approval, handed_in, accepted, returned.
    state: &'static str,
    /// The edition being worked on, or handed in last.
    edition: Option<i64>,
    late: bool,
    due_words: String,
    /// Content code, as printed on the form; empty where no content is shown.
    #[schema(example = "7KQM-2XHD-9RTA")]
    code: String,
    /// Cut-off of the earlier period that changes belong to first, where it is not handed in.
    owed: Option<String>,
    /// What it says; none for the authority while it is not handed in.
    content: Option<ContentBody>,
    /// What the caller may do now: submit, send_back, hand_in, withdraw, decide.
    possible: Vec<&'static str>,
    editable: bool,
    editions: Vec<EditionBody>,
    scans: Vec<ScanBody>,
    steps: Vec<StepTakenBody>,
}

/// What a return says: tables have rows, reports (月报, 年度总结, 次年计划) sections.
#[derive(Serialize, ToSchema)]
struct ContentBody {
    #[schema(example = "annex2")]
    kind: &'static str,
    /// Why there is no row (零报告); empty where there is one.
    zero_reason: String,
    rows: Vec<ReturnRowBody>,
    sections: Vec<SectionBody>,
    /// What the system knew at the cut-off; empty where it was left out.
    figures: Vec<ReportFigureBody>,
    files: Vec<AttachedFileBody>,
}

/// A row of its kind.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum ReturnRowBody {
    Annex2(Box<RowBody>),
    Annex3(Box<CooperationRowBody>),
}

/// A row of 附件3.
#[derive(Serialize, ToSchema)]
struct CooperationRowBody {
    /// Begins again in each class.
    number: usize,
    /// Number of the project.
    project: i64,
    /// Its code.
    #[schema(example = "WZ2017-01-0001")]
    code: String,
    /// The project's revision at the cut-off.
    revision: i64,
    /// negotiating (在谈项目), signed (已签约未落地项目), landed (已落地项目).
    #[schema(example = "signed")]
    class: &'static str,
    name: String,
    /// 合作央企名称, several with 、 between them.
    partners: String,
    /// 暂停: printed before the progress.
    suspended: bool,
    progress: String,
    problems: String,
    next_steps: String,
    /// As printed.
    contact: String,
    /// Whether a text says the same as last period's.
    repeated: bool,
    /// Whether that was said to be true still.
    still_true: bool,
    /// What the officer remarked. For a draft what was remarked on the newest decided edition.
    remark: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct SectionBody {
    #[schema(example = "work")]
    word: String,
    #[schema(example = "工作进展")]
    title: String,
    text: String,
}

#[derive(Serialize, ToSchema)]
struct ReportFigureBody {
    #[schema(example = "完成率")]
    label: String,
    #[schema(example = "36.96%")]
    value: String,
}

#[derive(Serialize, ToSchema)]
struct AttachedFileBody {
    id: i64,
    name: String,
    sm3: String,
    size: i64,
}

/// A row of 附件2.
#[derive(Serialize, ToSchema)]
struct RowBody {
    number: usize,
    /// Number of the project.
    project: i64,
    /// Its code.
    #[schema(example = "WZ2017-01-0001")]
    code: String,
    /// Revision the authority knew before; none for a new project.
    from_revision: Option<i64>,
    to_revision: i64,
    name: String,
    basic_info: String,
    investment_wan: Option<String>,
    /// added, changed, suspended, left, kept.
    #[schema(example = "changed")]
    kind: &'static str,
    /// 调整内容 as printed.
    #[schema(example = "变更：投资额由12000万元调整为15000万元")]
    adjustment: String,
    reason: String,
    contact: String,
    remark: String,
    /// accepted, returned; none while undecided. For a draft what was decided on the newest decided edition.
    outcome: Option<&'static str>,
    outcome_reason: Option<String>,
}

/// A handed-in edition.
#[derive(Serialize, ToSchema)]
struct EditionBody {
    edition: i64,
    #[schema(example = "附件2-201711-0001")]
    receipt: String,
    code: String,
    /// SM3 of the canonical data.
    data_sm3: String,
    zero: bool,
    late: bool,
    handed_in_at: String,
    withdrawn_at: Option<String>,
    decided_at: Option<String>,
    /// accepted, returned.
    outcome: Option<&'static str>,
    outcome_reason: String,
    files: Vec<EditionFileBody>,
}

#[derive(Serialize, ToSchema)]
struct EditionFileBody {
    #[schema(example = "docx")]
    kind: String,
    sm3: String,
    size: i64,
}

#[derive(Serialize, ToSchema)]
struct ScanBody {
    id: i64,
    code: String,
    name: String,
    added_at: String,
    /// Whether the data is another now than when the paper was printed.
    changed_after_printing: bool,
}

#[derive(Serialize, ToSchema)]
struct StepTakenBody {
    edition: i64,
    step: Option<&'static str>,
    reason: String,
    who: String,
    at: String,
}

type Outcomes = BTreeMap<i64, app::returns::RowOutcome>;

fn content_body(content: &Content, decided: &Outcomes) -> ContentBody {
    let (rows, report) = match content {
        Content::Annex2(form) => {
            let rows = form.rows.iter().zip(1..);
            let rows = rows.map(|(row, number)| adjusted_body(number, row, decided));
            (rows.collect(), None)
        }
        Content::Annex3(form) => {
            let rows = form.rows.iter().zip(form.numbers());
            let rows = rows.map(|(row, number)| cooperation_body(number, row, decided));
            (rows.collect(), None)
        }
        Content::Report(report) => (Vec::new(), Some(report)),
    };
    ContentBody {
        kind: content.kind().word(),
        zero_reason: content.zero_reason().to_owned(),
        rows,
        sections: report.map(sections_body).unwrap_or_default(),
        figures: report.map(figures_body).unwrap_or_default(),
        files: report.map(files_body).unwrap_or_default(),
    }
}

fn sections_body(report: &Report) -> Vec<SectionBody> {
    let sections = report.sections.iter().map(|section| SectionBody {
        word: section.word.clone(),
        title: section.title.clone(),
        text: section.text.clone(),
    });
    sections.collect()
}

fn figures_body(report: &Report) -> Vec<ReportFigureBody> {
    let figures = report.figures.iter().map(|figure| ReportFigureBody {
        label: figure.label.clone(),
        value: figure.value.clone(),
    });
    figures.collect()
}

fn files_body(report: &Report) -> Vec<AttachedFileBody> {
    let files = report.files.iter().map(|file| AttachedFileBody {
        id: file.id,
        name: file.name.clone(),
        sm3: file.sm3.clone(),
        size: file.size,
    });
    files.collect()
}

fn adjusted_body(number: usize, row: &Annex2Row, decided: &Outcomes) -> ReturnRowBody {
    let verdict = decided.get(&row.project.0);
    let accepted = verdict.and_then(|one| one.accepted);
    ReturnRowBody::Annex2(Box::new(RowBody {
        number,
        project: row.project.0,
        code: row.code.clone(),
        from_revision: row.from.map(|id| id.0),
        to_revision: row.to.0,
        name: row.name.clone(),
        basic_info: row.basic_info.clone(),
        investment_wan: row.investment.map(Money::wan_exact),
        kind: row.kind.word(),
        adjustment: row.adjustment(),
        reason: row.reason.clone(),
        contact: row.contact.clone(),
        remark: row.remark.clone(),
        outcome: accepted.map(|yes| if yes { "accepted" } else { "returned" }),
        outcome_reason: verdict
            .filter(|one| one.accepted == Some(false))
            .map(|one| one.words.clone()),
    }))
}

fn cooperation_body(number: usize, row: &Annex3Row, decided: &Outcomes) -> ReturnRowBody {
    ReturnRowBody::Annex3(Box::new(CooperationRowBody {
        number,
        project: row.project.0,
        code: row.code.clone(),
        revision: row.revision.0,
        class: row.class.word(),
        name: row.name.clone(),
        partners: row.partners.clone(),
        suspended: row.suspended,
        progress: row.progress.clone(),
        problems: row.problems.clone(),
        next_steps: row.next_steps.clone(),
        contact: row.printed_contact().to_owned(),
        repeated: row.repeated,
        still_true: row.still_true,
        remark: decided.get(&row.project.0).map(|one| one.words.clone()),
    }))
}

fn edition_body(view: EditionView) -> EditionBody {
    let EditionView { edition, files } = view;
    EditionBody {
        edition: edition.edition,
        receipt: edition.receipt,
        code: edition.code,
        data_sm3: edition.data_sm3,
        zero: edition.zero,
        late: edition.late,
        handed_in_at: moment(edition.handed_in_at),
        withdrawn_at: edition.withdrawn_at.map(moment),
        decided_at: edition.decided_at.map(moment),
        outcome: edition.outcome.map(ReturnState::word),
        outcome_reason: edition.outcome_reason,
        files: files
            .into_iter()
            .map(|file| EditionFileBody {
                kind: file.kind,
                sm3: file.sm3,
                size: file.size,
            })
            .collect(),
    }
}

fn answer(status: StatusCode, view: ReturnView) -> Response {
    let tag = etag(&view.seen());
    let body = ReturnBody {
        id: view.filing.as_ref().map(|filing| filing.id.0),
        kind: view.period.kind.word(),
        cut_off: view.period.cut_off.to_string(),
        due_on: view.period.due_on.to_string(),
        label: view.period.label(),
        review: view.period.review,
        unit: view.unit.id.0,
        unit_name: view.unit.name,
        state: state_word(view.state, view.inside),
        edition: view
            .filing
            .as_ref()
            .filter(|_| view.inside || view.state.is_some())
            .map(|filing| filing.edition),
        late: view.late,
        due_words: view.due_words,
        owed: view.owed.map(|period| period.cut_off.to_string()),
        content: view
            .content
            .as_ref()
            .map(|content| content_body(content, &view.decided)),
        code: view.code,
        possible: view.possible.into_iter().map(ReturnStep::word).collect(),
        editable: view.editable,
        editions: view.editions.into_iter().map(edition_body).collect(),
        scans: view
            .scans
            .into_iter()
            .map(|scan| ScanBody {
                id: scan.id,
                code: scan.code,
                name: scan.name,
                added_at: moment(scan.at),
                changed_after_printing: scan.changed,
            })
            .collect(),
        steps: view
            .steps
            .into_iter()
            .map(|step| StepTakenBody {
                edition: step.edition,
                step: step.step.map(ReturnStep::word),
                reason: step.reason,
                who: step.who,
                at: moment(step.at),
            })
            .collect(),
    };
    (status, [(header::ETAG, tag)], Json(body)).into_response()
}

/// 一份报表，按编号
#[utoipa::path(get, path = "/api/v1/returns/{id}", tag = "报送", params(("id" = i64, Path)),
    responses((status = 200, body = ReturnBody, headers(("ETag" = String)))))]
async fn one(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
) -> Result<Response, ApiFailure> {
    Ok(answer(
        StatusCode::OK,
        state.app.return_by_id(&me.caller, ReturnId(id)).await?,
    ))
}

/// 一份报表，按期和单位；没有开始填报的也能读到自动生成的内容
#[utoipa::path(get, path = "/api/v1/returns/{kind}/{cut_off}/{unit}", tag = "报送",
    params(("kind" = String, Path, example = "annex2"), ("cut_off" = String, Path, example = "2017-11-30"), ("unit" = i64, Path)),
    responses((status = 200, body = ReturnBody, headers(("ETag" = String)))))]
async fn addressed(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path((kind, cut_off, unit)): Path<(String, String, i64)>,
) -> Result<Response, ApiFailure> {
    let key = key_of(&kind, &cut_off, unit)?;
    Ok(answer(
        StatusCode::OK,
        state.app.return_of(&me.caller, key).await?,
    ))
}

/// What is typed into a return. It replaces what was typed before. 附件2 and 附件3 have rows, reports sections.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct InputBody {
    /// A project of 附件3 that is not named has what the last period said of it.
    #[serde(default)]
    rows: Vec<InputRowBody>,
    /// Why there is nothing to report, where there is no row (零报告). At most 500 characters.
    #[serde(default)]
    #[schema(example = "")]
    zero_reason: String,
    /// The sections of a report by their words, each at most 5000 characters.
    #[serde(default)]
    #[schema(example = json!({}))]
    sections: BTreeMap<String, String>,
    /// Whether the figures the system knows go with a report; true when left out.
    #[serde(default)]
    #[schema(example = json!(null))]
    with_figures: Option<bool>,
}

/// What is typed into a row: reason and remark of 附件2, the others of 附件3.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct InputRowBody {
    /// Number of the project.
    #[schema(example = 1)]
    project: i64,
    /// 调整理由, at most 500 characters.
    #[serde(default)]
    #[schema(example = "因规划调整，用地面积增加")]
    reason: Option<String>,
    /// 备注, at most 500 characters.
    #[serde(default)]
    remark: Option<String>,
    /// 当前进展情况, at most 1000 characters.
    #[serde(default)]
    #[schema(example = json!(null))]
    progress: Option<String>,
    /// 存在问题, at most 1000 characters.
    #[serde(default)]
    #[schema(example = json!(null))]
    problems: Option<String>,
    /// 下一步工作计划和重点, at most 1000 characters.
    #[serde(default)]
    #[schema(example = json!(null))]
    next_steps: Option<String>,
    /// 联系人及联系方式 where it is not the project's, at most 200 characters.
    #[serde(default)]
    #[schema(example = json!(null))]
    contact: Option<String>,
    /// Whether what says the same as last period is true still (仍是最新情况).
    #[serde(default)]
    #[schema(example = json!(null))]
    still_true: Option<bool>,
}

impl InputRowBody {
    /// Names a field that the kind does not have.
    fn check(&self, kind: ReturnKind, at: usize) -> Result<(), Invalid> {
        let own = [("reason", &self.reason), ("remark", &self.remark)];
        let others = [
            ("progress", &self.progress),
            ("problems", &self.problems),
            ("next_steps", &self.next_steps),
            ("contact", &self.contact),
        ];
        let foreign = match kind {
            ReturnKind::Annex2 => others.iter().find(|(_, text)| text.is_some()),
            _ => own.iter().find(|(_, text)| text.is_some()),
        };
        let foreign = foreign.map(|(word, _)| *word);
        let ticked = self.still_true.filter(|_| kind == ReturnKind::Annex2);
        match foreign.or(ticked.map(|_| "still_true")) {
            Some(word) => Err(Invalid::of(
                &format!("rows.{at}.{word}"),
                format!("{}没有“{word}”这一项，请去掉", kind.short()),
            )),
            None => Ok(()),
        }
    }
}

/// Rows by their projects, each named once.
fn by_project<T>(
    kind: ReturnKind,
    rows: Vec<InputRowBody>,
    typed: fn(InputRowBody) -> T,
) -> Result<BTreeMap<ProjectId, T>, Invalid> {
    let mut named = BTreeMap::new();
    for (at, row) in rows.into_iter().enumerate() {
        row.check(kind, at)?;
        if named.insert(ProjectId(row.project), typed(row)).is_some() {
            return Err(Invalid::of(
                &format!("rows.{at}.project"),
                "同一个项目写了两行，请只写一行",
            ));
        }
    }
    Ok(named)
}

fn input(kind: ReturnKind, body: InputBody) -> Result<Input, Invalid> {
    let alien = |field: &str| {
        Invalid::of(
            field,
            format!("{}没有“{field}”这一项，请去掉", kind.short()),
        )
    };
    let reporting = !body.sections.is_empty() || body.with_figures.is_some();
    if reporting && !kind.is_report() {
        return Err(alien("sections"));
    }
    let mut input = Input::empty(kind);
    match &mut input {
        Input::Annex2(typed) => {
            typed.rows = by_project(kind, body.rows, |row| TypedRow {
                reason: row.reason.unwrap_or_default(),
                remark: row.remark.unwrap_or_default(),
            })?;
            typed.zero_reason = body.zero_reason;
        }
        Input::Annex3(typed) => {
            typed.rows = by_project(kind, body.rows, |row| ProgressTexts {
                progress: row.progress.unwrap_or_default(),
                problems: row.problems.unwrap_or_default(),
                next_steps: row.next_steps.unwrap_or_default(),
                contact: row.contact.unwrap_or_default(),
                still_true: row.still_true.unwrap_or_default(),
            })?;
            typed.zero_reason = body.zero_reason;
        }
        Input::Report(typed) => {
            if !body.rows.is_empty() {
                return Err(alien("rows"));
            }
            if !body.zero_reason.is_empty() {
                return Err(alien("zero_reason"));
            }
            typed.sections = body.sections;
            typed.without_figures = body.with_figures == Some(false);
        }
    }
    Ok(input)
}

/// 保存填写的内容；第一次保存即建立草稿
#[utoipa::path(put, path = "/api/v1/returns/{kind}/{cut_off}/{unit}", tag = "报送", request_body = InputBody,
    params(("kind" = String, Path, example = "annex2"), ("cut_off" = String, Path, example = "2017-11-30"), ("unit" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = ReturnBody, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn save(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path((kind, cut_off, unit)): Path<(String, String, i64)>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<InputBody>,
) -> Result<Response, ApiFailure> {
    let key = key_of(&kind, &cut_off, unit)?;
    let seen = if_match(&headers)?;
    let input = input(key.kind, body)?;
    let saved = state
        .app
        .save_return(&me.caller, key, seen.version, input)
        .await;
    let id = match saved {
        Err(error @ app::Error::Conflict(_)) => {
            // One not begun has no number yet.
            let mut failure = Failure::from(error);
            let view = state.app.return_of(&me.caller, key).await?;
            failure.current_etag = Some(etag(&view.seen()).into());
            return Err(failure.into());
        }
        other => other?,
    };
    Ok(answer(
        StatusCode::OK,
        state.app.return_by_id(&me.caller, id).await?,
    ))
}

/// A step to take.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReturnStepBody {
    /// submit, send_back, hand_in, withdraw.
    #[schema(example = "submit")]
    step: String,
    /// Needed for send_back and withdraw.
    #[serde(default)]
    #[schema(example = "")]
    reason: String,
}

/// 办理：提交审核、退回修改、报送、撤回
#[utoipa::path(post, path = "/api/v1/returns/{id}/steps", tag = "报送", request_body = ReturnStepBody, params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = ReturnBody, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn step(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    ApiJson(asked): ApiJson<ReturnStepBody>,
) -> Result<Response, ApiFailure> {
    let (id, seen) = (ReturnId(id), if_match(&headers)?);
    let step = ReturnStep::from_word(&asked.step)
        .ok_or_else(|| Failure::invalid("step", "没有这种办理，请对照接口说明"))?;
    let taken = state
        .app
        .step_return(&me.caller, id, &seen, step, &asked.reason)
        .await;
    refused(&state, &me, id, taken).await?;
    Ok(answer(
        StatusCode::OK,
        state.app.return_by_id(&me.caller, id).await?,
    ))
}

/// The officer's decisions: `accept` for the whole return, or `rows` for each.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DecisionsBody {
    /// Accept or return the whole return alike; so are zero returns decided.
    #[serde(default)]
    accept: Option<bool>,
    /// Why the whole return is returned.
    #[serde(default)]
    #[schema(example = "")]
    reason: String,
    /// Every row of the return, each by its project: for 附件2 only.
    #[serde(default)]
    rows: Vec<RowDecisionBody>,
    /// Remarks on rows of 附件3, beside `accept`.
    #[serde(default)]
    #[schema(example = json!([]))]
    remarks: Vec<RowRemarkBody>,
}

/// The officer's remark on a row.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RowRemarkBody {
    #[schema(example = 1)]
    project: i64,
    /// At most 500 characters.
    #[schema(example = "请补充签约进度")]
    remark: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RowDecisionBody {
    #[schema(example = 1)]
    project: i64,
    #[schema(example = false)]
    accept: bool,
    /// Needed where it is returned.
    #[serde(default)]
    #[schema(example = "投资额与备案不符，请核对")]
    reason: String,
}

fn verdict(body: DecisionsBody) -> Result<Verdict, Invalid> {
    match (body.accept, body.rows.is_empty()) {
        (Some(accept), true) => {
            let whole = RowDecision {
                accept,
                reason: body.reason,
            };
            if body.remarks.is_empty() {
                return Ok(Verdict::Whole(whole));
            }
            let remarks = body.remarks.into_iter();
            let remarks = remarks.map(|one| (ProjectId(one.project), one.remark));
            Ok(Verdict::Remarked(whole, remarks.collect()))
        }
        (None, false) if !body.remarks.is_empty() => Err(Invalid::of(
            "remarks",
            "逐行办理时意见写在各行的理由里，请去掉 remarks",
        )),
        (None, false) => {
            let mut rows = BTreeMap::new();
            for (at, row) in body.rows.into_iter().enumerate() {
                let decision = RowDecision {
                    accept: row.accept,
                    reason: row.reason,
                };
                if rows.insert(ProjectId(row.project), decision).is_some() {
                    return Err(Invalid::of(
                        &format!("rows.{at}.project"),
                        "同一个项目写了两行，请只写一行",
                    ));
                }
            }
            Ok(Verdict::Rows(rows))
        }
        _ => Err(Invalid::of(
            "rows",
            "整份受理或退回填 accept，逐行办理填 rows，只填其一",
        )),
    }
}

/// 受理、退回：整份或逐行，一次办结
#[utoipa::path(post, path = "/api/v1/returns/{id}/decisions", tag = "报送", request_body = DecisionsBody, params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = ReturnBody, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn decide(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    ApiJson(asked): ApiJson<DecisionsBody>,
) -> Result<Response, ApiFailure> {
    let (id, seen) = (ReturnId(id), if_match(&headers)?);
    let verdict = verdict(asked)?;
    let decided = state
        .app
        .decide_return(&me.caller, id, seen.version, verdict)
        .await;
    refused(&state, &me, id, decided).await?;
    Ok(answer(
        StatusCode::OK,
        state.app.return_by_id(&me.caller, id).await?,
    ))
}

/// 打印表样：草稿按现在的内容，已报送的为存档文件（docx、xlsx、pdf）
#[utoipa::path(get, path = "/api/v1/returns/{id}/form/{kind}", tag = "报送", params(("id" = i64, Path), ("kind" = String, Path, example = "docx")),
    responses((status = 200, description = "表样，印有内容码", content_type = "application/octet-stream")))]
async fn form(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path((id, kind)): Path<(i64, String)>,
) -> Result<Response, ApiFailure> {
    let format = format_of(&kind)
        .filter(|format| format.extension() != "csv")
        .ok_or(app::Error::NotFound)?;
    let printed = state
        .app
        .print_return(&me.caller, ReturnId(id), format)
        .await?;
    Ok(exports::answer(printed, format))
}

/// A stamped scan with its content code.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form for OpenAPI only")]
struct ScanFormBody {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// The content code printed on the paper.
    #[schema(example = "7KQM-2XHD-9RTA")]
    code: String,
}

/// 上传盖章扫描件（凭表上的内容码）
#[utoipa::path(post, path = "/api/v1/returns/{id}/scans", tag = "报送", params(("id" = i64, Path)),
    request_body(content = ScanFormBody, content_type = "multipart/form-data"),
    responses((status = 201, body = ReturnBody, headers(("ETag" = String)))))]
async fn scan_add(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    parts: Multipart,
) -> Result<Response, ApiFailure> {
    let parts = read_parts(parts, state.options.upload_most).await?;
    let (file, code) = (parts.file?, parts.fields.text("code").to_owned());
    let id = ReturnId(id);
    state
        .app
        .attach_scan(&me.caller, id, &code, &file.file_name, &file.bytes)
        .await?;
    Ok(answer(
        StatusCode::CREATED,
        state.app.return_by_id(&me.caller, id).await?,
    ))
}

/// 盖章扫描件原件
#[utoipa::path(get, path = "/api/v1/returns/{id}/scans/{file}", tag = "报送", params(("id" = i64, Path), ("file" = i64, Path)),
    responses((status = 200, description = "扫描件，字节与上传时相同", content_type = "application/octet-stream")))]
async fn scan_get(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path((id, file)): Path<(i64, i64)>,
) -> Result<Response, ApiFailure> {
    let scan = state.app.scan(&me.caller, ReturnId(id), file).await?;
    Ok(download(&scan.name, "application/octet-stream", scan.bytes))
}

/// A file to go with a report.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form for OpenAPI only")]
struct ReturnFileFormBody {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// 附上文件（月报、年度总结、次年计划）
#[utoipa::path(post, path = "/api/v1/returns/{id}/files", tag = "报送", params(("id" = i64, Path), ("If-Match" = String, Header)),
    request_body(content = ReturnFileFormBody, content_type = "multipart/form-data"),
    responses((status = 201, body = ReturnBody, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn file_add(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    headers: HeaderMap,
    parts: Multipart,
) -> Result<Response, ApiFailure> {
    let (id, seen) = (ReturnId(id), if_match(&headers)?);
    let file = read_parts(parts, state.options.upload_most).await?.file?;
    let attached = state
        .app
        .attach_to_return(&me.caller, id, &seen, &file.file_name, &file.bytes)
        .await;
    refused(&state, &me, id, attached).await?;
    Ok(answer(
        StatusCode::CREATED,
        state.app.return_by_id(&me.caller, id).await?,
    ))
}

/// 移去附上的文件；已报送的版里仍然保留
#[utoipa::path(delete, path = "/api/v1/returns/{id}/files/{file}", tag = "报送", params(("id" = i64, Path), ("file" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = ReturnBody, headers(("ETag" = String))), (status = 409, body = Problem, content_type = "application/problem+json"),
              (status = 428, body = Problem, content_type = "application/problem+json")))]
async fn file_remove(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path((id, file)): Path<(i64, i64)>,
    headers: HeaderMap,
) -> Result<Response, ApiFailure> {
    let (id, seen) = (ReturnId(id), if_match(&headers)?);
    let removed = state
        .app
        .detach_from_return(&me.caller, id, &seen, file)
        .await;
    refused(&state, &me, id, removed).await?;
    Ok(answer(
        StatusCode::OK,
        state.app.return_by_id(&me.caller, id).await?,
    ))
}

/// 附上的文件，字节与上传时相同
#[utoipa::path(get, path = "/api/v1/returns/{id}/files/{file}", tag = "报送", params(("id" = i64, Path), ("file" = i64, Path)),
    responses((status = 200, description = "文件", content_type = "application/octet-stream")))]
async fn file_get(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path((id, file)): Path<(i64, i64)>,
) -> Result<Response, ApiFailure> {
    let file = state
        .app
        .attached_file(&me.caller, ReturnId(id), file)
        .await?;
    Ok(download(&file.name, "application/octet-stream", file.bytes))
}

/// 已报送的各版
#[utoipa::path(get, path = "/api/v1/returns/{id}/editions", tag = "报送", params(("id" = i64, Path)), responses((status = 200, body = Vec<EditionBody>)))]
async fn editions(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
) -> Result<Json<Vec<EditionBody>>, ApiFailure> {
    let view = state.app.return_by_id(&me.caller, ReturnId(id)).await?;
    Ok(Json(view.editions.into_iter().map(edition_body).collect()))
}

/// 某一版的内容，报送时固定
#[utoipa::path(get, path = "/api/v1/returns/{id}/editions/{edition}", tag = "报送", params(("id" = i64, Path), ("edition" = i64, Path)),
    responses((status = 200, body = ContentBody)))]
async fn edition(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path((id, edition)): Path<(i64, i64)>,
) -> Result<Json<ContentBody>, ApiFailure> {
    let (_, content) = state
        .app
        .edition_content(&me.caller, ReturnId(id), edition)
        .await?;
    Ok(Json(content_body(&content, &BTreeMap::new())))
}

/// 某一版的存档文件，字节与报送时相同
#[utoipa::path(get, path = "/api/v1/returns/{id}/editions/{edition}/files/{kind}", tag = "报送",
    params(("id" = i64, Path), ("edition" = i64, Path), ("kind" = String, Path, example = "docx")),
    responses((status = 200, description = "文件", content_type = "application/octet-stream")))]
async fn edition_file(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path((id, edition, kind)): Path<(i64, i64, String)>,
) -> Result<Response, ApiFailure> {
    let file = state
        .app
        .return_file(&me.caller, ReturnId(id), edition, &kind)
        .await?;
    Ok(download(&file.name, "application/octet-stream", file.bytes))
}

/// A cell in which two editions differ.
#[derive(Serialize, ToSchema)]
struct DifferenceBody {
    /// The project's name; 零报告 for the reason of a zero return.
    row: String,
    /// Head of the column; 整行 for a row that only one has.
    column: &'static str,
    /// For a row that an edition need not have any more: 第1版已受理.
    before: String,
    after: String,
}

/// 两版逐格对照
#[utoipa::path(get, path = "/api/v1/returns/{id}/compare", tag = "报送", params(("id" = i64, Path), ("from" = i64, Query), ("to" = i64, Query)),
    responses((status = 200, body = Vec<DifferenceBody>)))]
async fn compare(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path(id): Path<i64>,
    params: Params,
) -> Result<Json<Vec<DifferenceBody>>, ApiFailure> {
    params.only(&["from", "to"])?;
    let wanted = |name: &str| -> Result<i64, Failure> {
        params
            .number(name)?
            .ok_or_else(|| Failure::invalid(name, format!("请用参数“{name}”写明对照第几版")))
    };
    let (from, to) = (wanted("from")?, wanted("to")?);
    let found = state
        .app
        .compare_editions(&me.caller, ReturnId(id), from, to)
        .await?;
    let body = |one: domain::returns::Difference| DifferenceBody {
        row: one.row,
        column: one.column,
        before: one.before,
        after: one.after,
    };
    Ok(Json(found.into_iter().map(body).collect()))
}

/// 汇总表：一期内各企业报送的内容在一个文件里（docx、xlsx、pdf、csv）
#[utoipa::path(get, path = "/api/v1/returns/{kind}/{cut_off}/collected/{file}", tag = "报送",
    params(("kind" = String, Path, example = "annex2"), ("cut_off" = String, Path, example = "2017-11-30"), ("file" = String, Path, example = "xlsx")),
    responses((status = 200, description = "文件", content_type = "application/octet-stream")))]
async fn collected(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    Path((kind, cut_off, file)): Path<(String, String, String)>,
) -> Result<Response, ApiFailure> {
    let key = key_of(&kind, &cut_off, 0)?;
    let format = format_of(&file).ok_or(app::Error::NotFound)?;
    let printed = state
        .app
        .collected(&me.caller, key.kind, key.cut_off, format)
        .await?;
    Ok(exports::answer(printed, format))
}

/// An adjustment.
#[derive(Serialize, ToSchema)]
struct AdjustmentBody {
    /// Its number; none while pending.
    id: Option<i64>,
    /// pending, reported, accepted, returned.
    #[schema(example = "reported")]
    state: &'static str,
    unit: i64,
    project: i64,
    name: String,
    /// added, changed, suspended, left, kept.
    #[schema(example = "changed")]
    kind: &'static str,
    content: String,
    reason: String,
    from_revision: Option<i64>,
    to_revision: i64,
    /// In which return it was handed in; none while pending.
    #[serde(rename = "return")]
    filing: Option<i64>,
    /// The return's cut-off; none while pending.
    cut_off: Option<String>,
    /// From which day a pending one holds.
    effective_on: Option<String>,
    /// Why it was returned.
    outcome_reason: String,
}

fn adjustment_body(line: AdjustmentLine) -> AdjustmentBody {
    let pending = line.state == AdjustmentState::Pending;
    AdjustmentBody {
        id: line.id.map(|id| id.0),
        state: line.state.word(),
        unit: line.unit.0,
        project: line.project.0,
        name: line.name,
        kind: line.kind.word(),
        content: line.content,
        reason: line.reason,
        from_revision: line.from.map(|id| id.0),
        to_revision: line.to.0,
        filing: line.filing.map(|id| id.0),
        cut_off: (!pending).then(|| line.day.to_string()),
        effective_on: pending.then(|| line.day.to_string()),
        outcome_reason: line.outcome_reason,
    }
}

/// 项目调整：待报送的按现在的项目算出，其余为报送时固定的，新的在前，每次最多1000条，用 before 接着取
#[utoipa::path(get, path = "/api/v1/adjustments", tag = "报送",
    params(("state" = Option<String>, Query, example = "pending"), ("unit" = Option<i64>, Query), ("project" = Option<i64>, Query),
           ("from" = Option<String>, Query), ("to" = Option<String>, Query), ("before" = Option<i64>, Query)),
    responses((status = 200, body = Vec<AdjustmentBody>)))]
async fn adjustments(
    Extract(state): Extract<State>,
    ApiMe(me): ApiMe,
    params: Params,
) -> Result<Json<Vec<AdjustmentBody>>, ApiFailure> {
    params.only(&["state", "unit", "project", "from", "to", "before"])?;
    let wrong = || Failure::invalid("state", "没有这种状态，请对照接口说明");
    let asked = params
        .get("state")
        .map(|word| AdjustmentState::from_word(word).ok_or_else(wrong))
        .transpose()?;
    let query = AdjustmentQuery {
        state: asked,
        unit: params.number("unit")?.map(UnitId),
        project: params.number("project")?.map(ProjectId),
        from: asked_day(&params, "from")?,
        to: asked_day(&params, "to")?,
        before: params.number("before")?.map(AdjustmentId),
    };
    let lines = state.app.adjustments(&me.caller, query).await?;
    Ok(Json(lines.into_iter().map(adjustment_body).collect()))
}
