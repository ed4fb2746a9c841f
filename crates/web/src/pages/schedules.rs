//! 报送计划: how each return falls due, both dates, and setting it.

use app::{
    Conflict,
    returns::{ScheduleView, Version},
};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chrono::NaiveDate;
use domain::{
    dates,
    period::{Period, ReturnKind},
    permission::Action,
    person::Invalid,
    schedule::{Planned, Schedule},
    workday::{ShiftRule, print_day},
};

use crate::{
    State,
    access::Access,
    api::returns::kind_of,
    error::PageFailure,
    form::{Fields, Form},
    layout::{Layout, Refusals, show, show_with},
    pages::query::{Params, day},
    route::Area,
    session::Me,
};

pub(crate) fn area(area: Area) -> Area {
    let see = Access::Needs(Action::ViewReturns);
    let keep = Access::Needs(Action::KeepSchedules);
    area.get("/schedules", see, list)
        .get("/schedules/{kind}", see, one)
        .post("/schedules/{kind}", keep, save)
        .post("/schedules/{kind}/periods/{cut_off}", keep, move_period)
}

/// `每2个月一次，次月10日`.
pub(crate) fn in_words(schedule: &Schedule) -> String {
    if schedule.first.is_none() {
        return "通知未定，尚未设定日期".to_owned();
    }
    let every = match schedule.every {
        1 => "每月一次".to_owned(),
        12 => "每年一次".to_owned(),
        months => format!("每{months}个月一次"),
    };
    let after = match schedule.months_after {
        0 => "当月".to_owned(),
        1 => "次月".to_owned(),
        months => format!("其后第{months}个月"),
    };
    let grace = match schedule.grace_days {
        Some(0) => "截止即锁定".to_owned(),
        Some(days) => format!("迟报宽限{days}天后锁定"),
        None => "迟报不锁定".to_owned(),
    };
    format!(
        "{every}，截至日{after}{}日前；遇非工作日{}；{grace}；退回后{}天内重报{}",
        schedule.day,
        schedule.shift.label(),
        schedule.resubmit_days,
        if schedule.scan_required {
            "；须附盖章扫描件"
        } else {
            ""
        }
    )
}

#[derive(Template)]
#[template(path = "schedules.html")]
pub(crate) struct SchedulesPage {
    pub layout: Layout,
    pub views: Vec<ScheduleView>,
    pub may_keep: bool,
}

impl SchedulesPage {
    pub fn words(&self, view: &ScheduleView) -> String {
        in_words(&view.version.schedule)
    }

    /// The periods not past yet.
    pub fn open<'a>(&self, view: &'a ScheduleView) -> Vec<&'a Period> {
        let periods = view.periods.iter();
        periods
            .filter(|period| period.due_on >= view.today)
            .collect()
    }

    pub fn left(&self, period: &Period, view: &ScheduleView) -> String {
        period.due_in_words(view.today)
    }
}

async fn list(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["done"])?;
    show(&SchedulesPage {
        layout: Layout::new(&me, "/schedules", "报送计划", &[]).done(params.get("done")),
        views: state.app.schedules(&me.caller).await?,
        may_keep: me.caller.may(Action::KeepSchedules),
    })
}

/// What stands in the form.
#[derive(Debug, Clone, Default)]
pub(crate) struct Typed {
    pub active: bool,
    pub first_cut_off: String,
    pub first_due: String,
    pub every_months: String,
    pub due_months_after: String,
    pub due_day: String,
    pub shift: String,
    pub grace_days: String,
    pub resubmit_days: String,
    pub scan_required: bool,
    pub basis: String,
    pub reason: String,
}

impl Typed {
    pub fn of(schedule: &Schedule) -> Self {
        let first = |pick: fn(&(NaiveDate, NaiveDate)) -> NaiveDate| {
            schedule
                .first
                .as_ref()
                .map(|pair| pick(pair).to_string())
                .unwrap_or_default()
        };
        Self {
            active: schedule.active,
            first_cut_off: first(|pair| pair.0),
            first_due: first(|pair| pair.1),
            every_months: schedule.every.to_string(),
            due_months_after: schedule.months_after.to_string(),
            due_day: schedule.day.to_string(),
            shift: schedule.shift.word().to_owned(),
            grace_days: schedule
                .grace_days
                .map(|days| days.to_string())
                .unwrap_or_default(),
            resubmit_days: schedule.resubmit_days.to_string(),
            scan_required: schedule.scan_required,
            basis: schedule.basis.clone(),
            reason: String::new(),
        }
    }

    fn from(fields: &Fields) -> Self {
        let text = |name: &str| fields.text(name).to_owned();
        Self {
            active: fields.ticked("active"),
            first_cut_off: text("first_cut_off"),
            first_due: text("first_due"),
            every_months: text("every_months"),
            due_months_after: text("due_months_after"),
            due_day: text("due_day"),
            shift: text("shift"),
            grace_days: text("grace_days"),
            resubmit_days: text("resubmit_days"),
            scan_required: fields.ticked("scan_required"),
            basis: text("basis"),
            reason: text("reason"),
        }
    }

    fn read(&self, kind: ReturnKind) -> Result<Schedule, Invalid> {
        let mut invalid = Invalid::default();
        let mut number = |field: &str, text: &str, what: &str| {
            text.parse::<u32>().unwrap_or_else(|_| {
                invalid.add(field, format!("{what}请填整数"));
                0
            })
        };
        let every = number("every_months", &self.every_months, "间隔月数");
        let months_after = number("due_months_after", &self.due_months_after, "截止月份");
        let due_day = number("due_day", &self.due_day, "截止日");
        let resubmit_days = number("resubmit_days", &self.resubmit_days, "退回后重报天数");
        let grace_days = match self.grace_days.as_str() {
            "" => None,
            text => Some(number("grace_days", text, "迟报宽限天数")),
        };
        let mut date = |field: &str, text: &str| {
            let read = day(text);
            if !text.is_empty() && read.is_none() {
                invalid.add(field, "请写成 2017-12-10 这样的真实日期");
            }
            read
        };
        let cut_off = date("first_cut_off", &self.first_cut_off);
        let due = date("first_due", &self.first_due);
        if cut_off.is_some() != due.is_some() {
            let missing = if due.is_none() {
                "first_due"
            } else {
                "first_cut_off"
            };
            invalid.add(missing, "首期的数据截至日和截止日请一起填写");
        }
        let shift = ShiftRule::from_word(&self.shift).unwrap_or_else(|| {
            invalid.add("shift", "请选择顺延、提前或不变");
            ShiftRule::Stay
        });
        invalid.into_result()?;
        Ok(Schedule {
            kind,
            first: cut_off.zip(due),
            every,
            months_after,
            day: due_day,
            shift,
            grace_days,
            resubmit_days,
            scan_required: self.scan_required,
            active: self.active,
            basis: self.basis.clone(),
        })
    }
}

#[derive(Template)]
#[template(path = "schedule.html")]
pub(crate) struct SchedulePage {
    pub layout: Layout,
    pub view: ScheduleView,
    pub typed: Typed,
    /// What the typed schedule would make, where it was asked for.
    pub preview: Option<Vec<(ShiftRule, Vec<Planned>)>>,
    pub may_keep: bool,
    pub refusals: Refusals,
    pub conflict: Option<Box<Conflict>>,
}

impl SchedulePage {
    pub fn kind(&self) -> ReturnKind {
        self.view.version.schedule.kind
    }

    pub fn words(&self) -> String {
        in_words(&self.view.version.schedule)
    }

    pub fn words_of(&self, version: &Version) -> String {
        in_words(&version.schedule)
    }

    pub fn rules(&self) -> [ShiftRule; 3] {
        ShiftRule::ALL
    }

    pub fn is_rule(&self, rule: &ShiftRule) -> bool {
        self.typed.shift == rule.word()
    }

    pub fn coming(&self) -> &[(ShiftRule, Vec<Planned>)] {
        self.preview.as_ref().unwrap_or(&self.view.coming)
    }

    /// The days set of the coming periods, with the due day under each rule.
    pub fn rows(&self) -> Vec<(String, String, Vec<String>)> {
        let Some((_, first)) = self.coming().first() else {
            return Vec::new();
        };
        let rows = first.iter().enumerate().map(|(at, planned)| {
            let rules = self.coming().iter().filter_map(|(_, list)| list.get(at));
            let due = |one: &Planned| match one.advised_on {
                Some(_) => print_day(one.due_on),
                None => "待载入工作日".to_owned(),
            };
            let set = print_day(planned.set_on);
            (planned.cut_off.to_string(), set, rules.map(due).collect())
        });
        rows.collect()
    }

    pub fn open(&self) -> Vec<&Period> {
        let today = self.view.today;
        let periods = self.view.periods.iter();
        periods.filter(|period| period.due_on >= today).collect()
    }

    pub fn left(&self, period: &Period) -> String {
        period.due_in_words(self.view.today)
    }

    pub fn past(&self) -> Vec<&Period> {
        let today = self.view.today;
        let periods = self.view.periods.iter().rev();
        periods.filter(|period| period.due_on < today).collect()
    }

    pub fn who(&self, version: &Version) -> String {
        match version.recorded {
            None => "系统预置".to_owned(),
            Some((at, person)) => {
                let name = self.view.people.get(&person).cloned().unwrap_or_default();
                format!("{name}　{}", dates::print_minute(at))
            }
        }
    }
}

async fn page(
    state: &State,
    me: &app::sign_in::Current,
    kind: ReturnKind,
) -> Result<SchedulePage, PageFailure> {
    let view = state.app.schedule(&me.caller, kind).await?;
    Ok(SchedulePage {
        layout: Layout::new(
            me,
            "/schedules",
            kind.label(),
            &[("/schedules", "报送计划")],
        ),
        typed: Typed::of(&view.version.schedule),
        view,
        preview: None,
        may_keep: me.caller.may(Action::KeepSchedules),
        refusals: Refusals::default(),
        conflict: None,
    })
}

async fn one(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(kind): Path<String>,
    params: Params,
) -> Result<Response, PageFailure> {
    params.only(&["done"])?;
    let mut page = page(&state, &me, kind_of(&kind)?).await?;
    page.layout = page.layout.done(params.get("done"));
    show(&page)
}

fn again(mut page: SchedulePage, error: app::Error) -> Result<Response, PageFailure> {
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

/// 预览 shows what would become of it and saves nothing; 保存 saves.
async fn save(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(kind): Path<String>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let kind = kind_of(&kind)?;
    let typed = Typed::from(&fields);
    let schedule = typed.read(kind);
    let mut page = page(&state, &me, kind).await?;
    page.typed = typed;
    let schedule = match schedule {
        Ok(schedule) => schedule,
        Err(invalid) => return again(page, invalid.into()),
    };
    if fields.text("then") == "preview" {
        return match state.app.preview_schedule(&me.caller, &schedule).await {
            Ok(coming) => {
                page.preview = Some(coming);
                show(&page)
            }
            Err(error) => again(page, error),
        };
    }
    let reason = page.typed.reason.clone();
    let saved = state
        .app
        .save_schedule(&me.caller, fields.version(), schedule, &reason)
        .await;
    match saved {
        Ok(()) => {
            let back = format!("/schedules/{}?done=schedule", kind.word());
            Ok(Redirect::to(&back).into_response())
        }
        Err(error) => again(page, error),
    }
}

async fn move_period(
    Extract(state): Extract<State>,
    Me(me): Me,
    Path((kind, cut_off)): Path<(String, String)>,
    Form(fields): Form,
) -> Result<Response, PageFailure> {
    let kind = kind_of(&kind)?;
    let cut_off = day(&cut_off).ok_or(app::Error::NotFound)?;
    let wrong = || Invalid::of("due_on", "截止日请写成 2017-12-10 这样的真实日期");
    let read = || {
        let seen = day(fields.text("seen")).ok_or_else(wrong)?;
        let set_on = fields
            .filled("due_on")
            .map(|text| day(text).ok_or_else(wrong));
        Ok::<_, Invalid>((seen, set_on.transpose()?))
    };
    let moved = match read() {
        Ok((seen, set_on)) => {
            let reason = fields.text("move_reason");
            state
                .app
                .move_period(&me.caller, (kind, cut_off), seen, set_on, reason)
                .await
        }
        Err(invalid) => Err(invalid.into()),
    };
    match moved {
        Ok(()) => {
            let back = format!("/schedules/{}?done=period-moved", kind.word());
            Ok(Redirect::to(&back).into_response())
        }
        Err(error) => again(page(&state, &me, kind).await?, error),
    }
}
