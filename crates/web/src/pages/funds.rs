//! 到位资金: the list, one entry with its proofs and steps, what counts.

use std::collections::BTreeSet;

use app::{
    Conflict,
    funds::{Entries, EntryDetail, Query},
};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    EntryId, Instant, Money, PersonId, UnitId, dates,
    entry::{Counting, Entry, EntryFields, EntryState, Foreign, Proof, Step},
    permission::Action,
    person::Invalid,
};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    form::{Fields, Form, Uploaded},
    layout::{Layout, Refusals, download, show, show_with},
    pages::query::{Params, day},
    route::Area,
    session::Me,
};

pub(crate) fn area(area: Area) -> Area {
    let (see, enter) = (
        Access::Needs(Action::ViewFunds),
        Access::Needs(Action::EnterFunds),
    );
    area.get("/funds", see, list)
        .get("/funds/new", enter, ask_new)
        .post("/funds/new", enter, add)
        .get("/funds/{id}", see, detail)
        .post("/funds/{id}", enter, save)
        .post("/funds/{id}/files", enter, attach)
        .post("/funds/{id}/files/{file}/remove", enter, detach)
        .get("/funds/{id}/files/{file}", see, proof)
        .post("/funds/{id}/step", see, step)
        .get("/funds/counting/{year}", see, counting)
        .post(
            "/funds/counting/{year}",
            Access::Needs(Action::SetCounting),
            set_counting,
        )
}

#[derive(Template)]
#[template(path = "funds.html")]
pub(crate) struct FundsPage {
    pub layout: Layout,
    pub entries: Entries,
    pub query: Query,
    pub may_enter: bool,
}

/// How a state looks.
pub(crate) const fn look(state: EntryState) -> &'static str {
    match state {
        EntryState::Draft => "none",
        EntryState::ForApproval | EntryState::ForAcceptance => "wait",
        EntryState::Accepted => "ok",
        EntryState::Refused => "stop",
    }
}

impl FundsPage {
    pub fn look(&self, state: &EntryState) -> &'static str {
        look(*state)
    }

    pub fn states(&self) -> [EntryState; 5] {
        EntryState::ALL
    }

    pub fn unit(&self, entry: &Entry) -> &str {
        self.entries
            .units
            .iter()
            .find(|(id, _)| *id == entry.unit)
            .map_or("", |(_, name)| name.as_str())
    }

    pub fn chosen_state(&self, state: &EntryState) -> bool {
        self.query.state == Some(*state)
    }

    pub fn chosen_unit(&self, unit: &UnitId) -> bool {
        self.query.unit == Some(*unit)
    }

    pub fn uncounted(&self, entry: &Entry) -> bool {
        !self.entries.counting.kinds.contains(&entry.fields.proof)
    }
}

async fn list(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["year", "state", "unit", "before", "done"])?;
    let query = Query {
        year: params.completion()?.year,
        state: params.get("state").and_then(EntryState::from_word),
        unit: params.number("unit")?.map(UnitId),
        before: params.number("before")?.map(EntryId),
    };
    let entries = state.app.entries(&me.caller, query.clone()).await?;
    let layout = Layout::new(&me, "/funds", "到位资金", &[]).done(params.get("done"));
    show(&FundsPage {
        layout,
        entries,
        query,
        may_enter: me.caller.may(Action::EnterFunds),
    })
}

/// What stands in the form.
#[derive(Default, Clone)]
pub(crate) struct EntryForm {
    pub received_on: String,
    pub amount_wan: String,
    pub currency: String,
    pub foreign: String,
    pub rate: String,
    pub rate_on: String,
    pub project: String,
    pub investor: String,
    pub proof: String,
    pub note: String,
    pub refund_of: String,
}

impl EntryForm {
    fn of(entry: &Entry) -> Self {
        let (fields, foreign) = (&entry.fields, entry.fields.foreign.as_ref());
        let text = |value: Option<String>| value.unwrap_or_default();
        Self {
            received_on: fields.received_on.to_string(),
            amount_wan: if foreign.is_some() {
                String::new()
            } else {
                fields.amount.wan_exact()
            },
            currency: text(foreign.map(|foreign| foreign.currency.clone())),
            foreign: text(foreign.map(|foreign| decimal(foreign.hundredths, 2))),
            rate: text(foreign.map(|foreign| decimal(foreign.rate, 5))),
            rate_on: text(foreign.map(|foreign| foreign.rate_on.to_string())),
            project: fields.project.clone(),
            investor: fields.investor.clone(),
            proof: fields.proof.word().to_owned(),
            note: fields.note.clone(),
            refund_of: text(fields.refund_of.map(|entry| entry.to_string())),
        }
    }

    fn posted(fields: &Fields) -> Self {
        let text = |name: &str| fields.text(name).to_owned();
        Self {
            received_on: text("received_on"),
            amount_wan: text("amount"),
            currency: text("currency").to_ascii_uppercase(),
            foreign: text("foreign"),
            rate: text("rate"),
            rate_on: text("rate_on"),
            project: text("project"),
            investor: text("investor"),
            proof: text("proof"),
            note: text("note"),
            refund_of: text("refund_of"),
        }
    }

    fn parse(&self) -> Result<EntryFields, Invalid> {
        let mut invalid = Invalid::default();
        let received_on = day(&self.received_on);
        if received_on.is_none() {
            invalid.add("received_on", "请填写到账日期，例如 2017-11-10");
        }
        let proof = Proof::from_word(&self.proof);
        if proof.is_none() {
            invalid.add("proof", "请选择凭证种类");
        }
        let foreign = if self.currency.is_empty() {
            None
        } else {
            self.parse_foreign(&mut invalid)
        };
        let amount = match &foreign {
            Some(foreign) => Some(foreign.in_rmb()),
            None if !self.currency.is_empty() => None,
            None => Money::parse_wan(&self.amount_wan)
                .map_err(|error| invalid.add("amount", error.to_string()))
                .ok(),
        };
        match (received_on, proof, amount) {
            (Some(received_on), Some(proof), Some(amount)) if invalid.fields.is_empty() => {
                Ok(EntryFields {
                    received_on,
                    amount,
                    foreign,
                    project: self.project.clone(),
                    investor: self.investor.clone(),
                    proof,
                    note: self.note.clone(),
                    refund_of: self.refund_of.parse().ok().map(EntryId),
                })
            }
            _ => Err(invalid),
        }
    }

    fn parse_foreign(&self, invalid: &mut Invalid) -> Option<Foreign> {
        let hundredths = fixed(&self.foreign, 2);
        if hundredths.is_none() {
            invalid.add(
                "foreign",
                "请填写外币金额（元，最多两位小数），例如 1000000",
            );
        }
        let rate = fixed(&self.rate, 5);
        if rate.is_none() {
            invalid.add("rate", "请填写100外币折合人民币的元数，例如 663.12");
        }
        let rate_on = day(&self.rate_on);
        if rate_on.is_none() {
            invalid.add("rate_on", "请填写汇率日期");
        }
        Some(Foreign {
            currency: self.currency.clone(),
            hundredths: hundredths?,
            rate: rate?,
            rate_on: rate_on?,
        })
    }
}

/// Largest whole part read: sums of such amounts still fit.
const WHOLE_MOST: i64 = 1_000_000_000_000;

/// A plain decimal as an integer of `places` decimals; none when it is not one, finer or far too large.
pub(crate) fn fixed(text: &str, places: usize) -> Option<i64> {
    let (negative, digits) = text
        .strip_prefix('-')
        .map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(fraction) || fraction.len() > places {
        return None;
    }
    let whole: i64 = whole.parse().ok().filter(|whole| *whole <= WHOLE_MOST)?;
    let scale = 10_i64.pow(u32::try_from(places).ok()?);
    let fraction: i64 = format!("{fraction:0<places$}").parse().unwrap_or(0);
    let value = whole * scale + fraction;
    Some(if negative { -value } else { value })
}

/// An integer of `places` decimals as plain text.
pub(crate) fn decimal(value: i64, places: usize) -> String {
    let scale = 10_u64.pow(u32::try_from(places).unwrap_or(0));
    let sign = if value < 0 { "-" } else { "" };
    let (whole, rest) = (value.unsigned_abs() / scale, value.unsigned_abs() % scale);
    let text = format!("{sign}{whole}.{rest:0places$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[derive(Template)]
#[template(path = "entry.html")]
pub(crate) struct EntryPage {
    pub layout: Layout,
    pub detail: Option<EntryDetail>,
    pub form: EntryForm,
    pub refusals: Refusals,
    pub conflict: Option<Box<Conflict>>,
}

impl EntryPage {
    pub fn proofs(&self) -> [Proof; 6] {
        Proof::ALL
    }

    pub fn look(&self, state: &EntryState) -> &'static str {
        look(*state)
    }

    pub fn editable(&self) -> bool {
        self.detail.as_ref().is_none_or(|detail| detail.editable)
    }

    pub fn minute(&self, at: &Instant) -> String {
        dates::print_minute(*at)
    }

    pub fn foreign(&self, foreign: &Foreign) -> String {
        let (amount, rate) = (decimal(foreign.hundredths, 2), decimal(foreign.rate, 5));
        format!(
            "{amount} {}，{}中间价 100 {} = {rate} 元",
            foreign.currency, foreign.rate_on, foreign.currency
        )
    }

    pub fn who(&self, detail: &EntryDetail, person: &PersonId) -> String {
        detail.people.get(person).cloned().unwrap_or_default()
    }
}

fn entry_page(
    me: &app::sign_in::Current,
    detail: Option<EntryDetail>,
    form: EntryForm,
) -> EntryPage {
    let title = detail.as_ref().map_or_else(
        || "登记到资".to_owned(),
        |detail| detail.entry.fields.project.clone(),
    );
    let layout = Layout::new(me, "/funds", &title, &[("/funds", "到位资金")]);
    EntryPage {
        layout,
        detail,
        form,
        refusals: Refusals::default(),
        conflict: None,
    }
}

async fn ask_new(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["refund_of"])?;
    let mut form = EntryForm {
        proof: Proof::BankSlip.word().to_owned(),
        ..EntryForm::default()
    };
    if let Some(original) = params.number("refund_of")? {
        let original = state.app.entry(&me.caller, EntryId(original)).await?.entry;
        form = EntryForm {
            amount_wan: "-".to_owned(),
            received_on: String::new(),
            note: String::new(),
            ..EntryForm::of(&original)
        };
        form.refund_of = original.id.to_string();
    }
    show(&entry_page(&me, None, form))
}

async fn add(
    Extract(state): Extract<State>,
    Me(me): Me,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let form = EntryForm::posted(&fields);
    let saved = match form.parse() {
        Ok(new) => state.app.save_entry(&me.caller, None, new).await,
        Err(invalid) => Err(invalid.into()),
    };
    match saved {
        Ok(id) => Ok(Redirect::to(&format!("/funds/{id}?done=entry")).into_response()),
        Err(error) => again(entry_page(&me, None, form), error),
    }
}

async fn detail(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    params: Params,
) -> Result<Response, PageFailure> {
    let detail = state.app.entry(&me.caller, EntryId(id)).await?;
    let form = EntryForm::of(&detail.entry);
    let mut page = entry_page(&me, Some(detail), form);
    page.layout = page.layout.done(params.get("done"));
    show(&page)
}

async fn save(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let (id, form) = (EntryId(id), EntryForm::posted(&fields));
    let saved = match form.parse() {
        Ok(changed) => {
            state
                .app
                .save_entry(&me.caller, Some((id, fields.version())), changed)
                .await
        }
        Err(invalid) => Err(invalid.into()),
    };
    match saved {
        Ok(id) => Ok(Redirect::to(&format!("/funds/{id}?done=entry")).into_response()),
        Err(error) => {
            let detail = state.app.entry(&me.caller, id).await?;
            again(entry_page(&me, Some(detail), form), error)
        }
    }
}

fn again(mut page: EntryPage, error: app::Error) -> Result<Response, PageFailure> {
    match error {
        app::Error::Invalid(invalid) => {
            page.refusals = invalid.into();
            show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        app::Error::Conflict(conflict) => {
            page.conflict = Some(conflict);
            show_with(StatusCode::CONFLICT, &page)
        }
        other => Err(other.into()),
    }
}

/// Shows an entry again with what was refused about it.
async fn entry_again(
    state: &State,
    me: &app::sign_in::Current,
    id: EntryId,
    error: app::Error,
) -> Result<Response, PageFailure> {
    let detail = state.app.entry(&me.caller, id).await?;
    let form = EntryForm::of(&detail.entry);
    again(entry_page(me, Some(detail), form), error)
}

async fn attach(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Uploaded(uploaded): Uploaded,
) -> Result<Response, PageFailure> {
    let id = EntryId(id);
    let version = state.app.entry(&me.caller, id).await?.entry.version;
    let attached = match uploaded {
        Ok(file) => {
            state
                .app
                .attach_proof(&me.caller, id, version, &file.file_name, &file.bytes)
                .await
        }
        Err(invalid) => Err(invalid.into()),
    };
    match attached {
        Ok(()) => Ok(Redirect::to(&format!("/funds/{id}?done=entry-file")).into_response()),
        Err(error) => entry_again(&state, &me, id, error).await,
    }
}

async fn detach(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((id, file)): Path<(i64, i64)>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let id = EntryId(id);
    match state
        .app
        .detach_proof(&me.caller, id, fields.version(), file)
        .await
    {
        Ok(()) => Ok(Redirect::to(&format!("/funds/{id}")).into_response()),
        Err(error) => entry_again(&state, &me, id, error).await,
    }
}

async fn proof(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((id, file)): Path<(i64, i64)>,
) -> Result<Response, PageFailure> {
    let file = state.app.proof(&me.caller, EntryId(id), file).await?;
    Ok(download(&file.name, "application/octet-stream", file.bytes))
}

async fn step(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(id): Path<i64>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let id = EntryId(id);
    let step = Step::from_word(fields.text("step")).ok_or(app::Error::NotFound)?;
    match state
        .app
        .step_entry(
            &me.caller,
            id,
            fields.version(),
            step,
            fields.text("reason"),
        )
        .await
    {
        Ok(_) => Ok(Redirect::to(&format!("/funds/{id}?done={}", step.word())).into_response()),
        Err(error) => entry_again(&state, &me, id, error).await,
    }
}

#[derive(Template)]
#[template(path = "counting.html")]
pub(crate) struct CountingPage {
    pub layout: Layout,
    pub year: i32,
    pub version: i64,
    pub counting: Counting,
    pub may_set: bool,
    pub conflict: Option<Box<Conflict>>,
}

impl CountingPage {
    pub fn proofs(&self) -> [Proof; 6] {
        Proof::ALL
    }

    pub fn counts(&self, proof: &Proof) -> bool {
        self.counting.kinds.contains(proof)
    }
}

fn counting_page(
    me: &app::sign_in::Current,
    year: i32,
    version: i64,
    counting: Counting,
) -> CountingPage {
    let title = format!("{year}年计入口径");
    let layout = Layout::new(me, "/funds", &title, &[("/funds", "到位资金")]);
    CountingPage {
        layout,
        year,
        version,
        counting,
        may_set: me.caller.may(Action::SetCounting),
        conflict: None,
    }
}

async fn counting(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(year): Path<i32>,
    params: Params,
) -> Result<Response, PageFailure> {
    if !dates::YEARS.contains(&year) {
        return Err(app::Error::NotFound.into());
    }
    let (version, counting) = state.app.counting(&me.caller, year).await?;
    let mut page = counting_page(&me, year, version, counting);
    page.layout = page.layout.done(params.get("done"));
    show(&page)
}

async fn set_counting(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(year): Path<i32>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let kinds: BTreeSet<Proof> = fields.all("kinds").filter_map(Proof::from_word).collect();
    let counting = Counting {
        kinds,
        complete: fields.ticked("complete"),
    };
    match state
        .app
        .set_counting(&me.caller, year, fields.version(), counting.clone())
        .await
    {
        Ok(()) => {
            Ok(Redirect::to(&format!("/funds/counting/{year}?done=counting")).into_response())
        }
        Err(app::Error::Conflict(conflict)) => {
            let mut page = counting_page(&me, year, conflict.version, counting);
            page.conflict = Some(conflict);
            show_with(StatusCode::CONFLICT, &page)
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_decimals() {
        assert_eq!(fixed("663.12", 5), Some(66_312_000));
        assert_eq!(fixed("-5", 2), Some(-500));
        for bad in [
            "",
            ".5",
            "1e3",
            "1,000",
            "1.234",
            "99999999999999999999",
            "--1",
        ] {
            assert_eq!(fixed(bad, 2), None, "{bad}");
        }
        assert_eq!(decimal(66_312_000, 5), "663.12");
        assert_eq!(decimal(-500, 2), "-5");
    }
}
