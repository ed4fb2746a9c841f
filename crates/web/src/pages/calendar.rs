//! 工作日历: a year's months with what is exceptional about them, and which years are loaded.

use app::calendar::CalendarView;
use askama::Template;
use axum::{extract::State as Extract, response::Response};
use chrono::{Datelike, NaiveDate};
use domain::{
    dates,
    permission::Action,
    workday::{DayKind, ExceptionKind, YearCounts, print_day},
};

use crate::{
    State,
    access::Access,
    error::{Failure, PageFailure},
    layout::{CSV, Layout, download, show},
    pages::query::Params,
    route::Area,
    session::Me,
};

pub(crate) fn area(area: Area) -> Area {
    let see = Access::Needs(Action::ViewCalendar);
    area.get("/calendar", see, calendar)
        .get("/calendar.csv", see, table)
}

#[derive(Template)]
#[template(path = "calendar.html")]
pub(crate) struct CalendarPage {
    pub layout: Layout,
    pub view: CalendarView,
    pub today: NaiveDate,
    pub may_load: bool,
}

/// A month as weeks from Monday to Sunday.
pub(crate) struct Month {
    pub number: u32,
    pub weeks: Vec<[Option<Day>; 7]>,
}

/// A day as it is drawn.
#[derive(Clone)]
pub(crate) struct Day {
    pub number: u32,
    pub look: &'static str,
    pub mark: &'static str,
    pub festival: String,
    pub today: bool,
}

/// A festival with the days it moves.
pub(crate) struct Festival {
    pub name: String,
    pub off: String,
    pub make_up: String,
}

impl CalendarPage {
    pub fn counts(&self) -> Option<YearCounts> {
        self.view.calendar.counts(self.view.year)
    }

    pub fn years(&self) -> Vec<i32> {
        self.view.calendar.years().collect()
    }

    pub fn months(&self) -> Vec<Month> {
        (1..=12).map(|month| self.month(month)).collect()
    }

    fn month(&self, number: u32) -> Month {
        let mut weeks = Vec::new();
        let first = NaiveDate::from_ymd_opt(self.view.year, number, 1);
        let days = first.into_iter().flat_map(|first| {
            first
                .iter_days()
                .take_while(move |day| day.month() == number)
        });
        let mut week: [Option<Day>; 7] = Default::default();
        for day in days {
            let column = day.weekday().num_days_from_monday() as usize;
            week[column] = Some(self.day(day));
            if column == 6 {
                weeks.push(std::mem::take(&mut week));
            }
        }
        if week.iter().any(Option::is_some) {
            weeks.push(week);
        }
        Month { number, weeks }
    }

    fn day(&self, day: NaiveDate) -> Day {
        let exception = self.view.calendar.exception(day);
        let off = self.view.calendar.is_workday(day) == DayKind::DayOff;
        Day {
            number: day.day(),
            look: match exception.map(|exception| exception.kind) {
                Some(ExceptionKind::Holiday) => "holiday",
                Some(ExceptionKind::MakeUpWorkday) => "make-up",
                None if off => "weekend",
                None => "work",
            },
            mark: exception.map_or("", |exception| exception.kind.mark()),
            festival: exception.map_or_else(String::new, |exception| exception.festival.clone()),
            today: day == self.today,
        }
    }

    /// The year's festivals in order, each with its days.
    pub fn festivals(&self) -> Vec<Festival> {
        let mut festivals: Vec<Festival> = Vec::new();
        for exception in self.view.calendar.of_year(self.view.year) {
            let at = festivals
                .iter()
                .position(|festival| festival.name == exception.festival)
                .unwrap_or_else(|| {
                    festivals.push(Festival {
                        name: exception.festival.clone(),
                        off: String::new(),
                        make_up: String::new(),
                    });
                    festivals.len() - 1
                });
            let festival = &mut festivals[at];
            let days = match exception.kind {
                ExceptionKind::Holiday => &mut festival.off,
                ExceptionKind::MakeUpWorkday => &mut festival.make_up,
            };
            if !days.is_empty() {
                days.push('、');
            }
            days.push_str(&print_day(exception.day));
        }
        festivals
    }

    /// Where the year comes from.
    pub fn source(&self) -> String {
        let loaded = self
            .view
            .loaded
            .iter()
            .find(|loaded| loaded.year == self.view.year);
        match loaded {
            Some(loaded) => format!(
                "{}由{}载入（{}）",
                dates::print_minute(loaded.loaded_at),
                self.view
                    .people
                    .get(&loaded.loaded_by)
                    .map_or("", String::as_str),
                loaded.file_name
            ),
            None => "系统内置，依国务院办公厅当年的放假通知".to_owned(),
        }
    }
}

fn year(params: &Params) -> Result<Option<i32>, PageFailure> {
    params.only(&["year", "done"])?;
    Ok(params.completion()?.year)
}

async fn calendar(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    let view = state.app.calendar(&me.caller, year(&params)?).await?;
    let layout = Layout::new(&me, "/calendar", "工作日历", &[]).done(params.get("done"));
    show(&CalendarPage {
        layout,
        view,
        today: dates::day_in_shanghai(state.app.now()),
        may_load: me.caller.may(Action::LoadCalendar),
    })
}

async fn table(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    let year = year(&params)?.ok_or_else(|| Failure::invalid("year", "请填写年度，例如 2026"))?;
    let bytes = state.app.calendar_table(&me.caller, year).await?;
    Ok(download(&format!("{year}年工作日安排.csv"), CSV, bytes))
}
