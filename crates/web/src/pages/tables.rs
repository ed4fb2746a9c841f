//! Tables in: upload, look at what would change row by row, confirm. The same three pages for every kind of table.

use app::tables::{RowState, TableKind, TablePreview};
use askama::Template;
use axum::{
    extract::{Path, State as Extract},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::permission::Action;

use crate::{
    State,
    access::Access,
    error::PageFailure,
    form::{Form, Uploaded},
    layout::{CSV, Layout, Refusals, download, show, show_with},
    route::Area,
    session::Me,
};

/// What the pages of one kind say and where they are.
pub(crate) struct Place {
    pub kind: TableKind,
    /// Address of the area; its pages lie at `/import` below it.
    pub area: &'static str,
    pub area_title: &'static str,
    pub title: &'static str,
    /// Where the table to begin from is.
    pub source: &'static str,
    pub hint: &'static str,
    pub done: &'static str,
}

pub(crate) const UNITS: Place = Place {
    kind: TableKind::Units,
    area: "/units",
    area_title: "单位",
    title: "导入单位",
    source: "/units.csv",
    hint: "先下载现有单位，在 Excel 或 WPS 里修改或添加行，再上传。新增的单位把编号留空；文件里没有的单位保持不变。",
    done: "units-imported",
};
const PEOPLE: Place = Place {
    kind: TableKind::People,
    area: "/people",
    area_title: "人员",
    title: "导入人员",
    source: "/people.csv",
    hint: "先下载现有人员，在 Excel 或 WPS 里修改或添加行，再上传。按登录名对应；角色和状态只供查看，由安全管理员办理。",
    done: "people-imported",
};
pub(crate) const WORKDAYS: Place = Place {
    kind: TableKind::Workdays,
    area: "/calendar",
    area_title: "工作日历",
    title: "载入年度工作日安排",
    source: "",
    hint: "按国务院办公厅的放假通知列出全年与平常不同的日子，一行一天：date（日期）、kind（周一至周五放假填 holiday，周六周日上班填 make_up_workday）、festival（节日）。可以先从工作日历下载往年的作样子。一个年度整年替换。",
    done: "workdays",
};

macro_rules! routes {
    ($area:expr, $place:ident, $at:literal) => {
        $area
            .get(concat!($at, "/import"), needs(&$place), |state, me| {
                ask(&$place, state, me)
            })
            .post(
                concat!($at, "/import"),
                needs(&$place),
                |state, me, upload| take(&$place, state, me, upload),
            )
            .get(
                concat!($at, "/import/{key}"),
                needs(&$place),
                |state, me, key| preview(&$place, state, me, key),
            )
            .post(
                concat!($at, "/import/{key}"),
                needs(&$place),
                |state, me, key, form| confirm(&$place, state, me, key, form),
            )
            .post(
                concat!($at, "/import/{key}/cancel"),
                needs(&$place),
                |state, me, key, form| cancel(&$place, state, me, key, form),
            )
    };
}

pub(crate) fn area(area: Area) -> Area {
    let area = routes!(area, UNITS, "/units");
    let area = routes!(area, PEOPLE, "/people");
    routes!(area, WORKDAYS, "/calendar")
        .get("/units.csv", Access::Needs(Action::ViewUnits), units)
        .get("/people.csv", Access::Needs(Action::ViewPeople), people)
}

const fn needs(place: &Place) -> Access {
    Access::Needs(place.kind.action())
}

#[derive(Template)]
#[template(path = "table_import.html")]
pub(crate) struct TableImportPage {
    pub layout: Layout,
    pub place: &'static Place,
    pub refusals: Refusals,
}

#[derive(Template)]
#[template(path = "table_preview.html")]
pub(crate) struct TablePreviewPage {
    pub layout: Layout,
    pub place: &'static Place,
    pub preview: TablePreview,
    pub refusals: Refusals,
}

/// Places of refusals that are listed above the table; the table itself shows them all.
const LISTED: usize = 10;

impl TablePreviewPage {
    pub fn look(&self, state: RowState) -> &'static str {
        match state {
            RowState::New => "info",
            RowState::Changed | RowState::Removed => "wait",
            RowState::Same => "none",
            RowState::Wrong => "stop",
        }
    }

    pub fn counts(&self) -> Vec<(&'static str, usize)> {
        let states = [
            RowState::New,
            RowState::Changed,
            RowState::Removed,
            RowState::Same,
            RowState::Wrong,
        ];
        let counts = states.map(|state| (state.label(), self.preview.count(state)));
        counts.into_iter().filter(|(_, count)| *count > 0).collect()
    }

    pub fn listed(&self) -> Vec<String> {
        let mut all = self.preview.refusals();
        let more = all.len().saturating_sub(LISTED);
        all.truncate(LISTED);
        if more > 0 {
            all.push(format!("另有{more}处，见下表"));
        }
        all
    }

    pub fn may_confirm(&self) -> bool {
        self.preview.may_confirm().is_ok()
    }

    pub fn why_not(&self) -> String {
        let why = self.preview.may_confirm().err();
        why.and_then(|invalid| invalid.first("table").map(ToOwned::to_owned))
            .unwrap_or_default()
    }
}

type Shown = Result<Response, PageFailure>;

fn import_page(
    place: &'static Place,
    me: &app::sign_in::Current,
    refusals: Refusals,
) -> TableImportPage {
    let crumbs = [(place.area, place.area_title)];
    TableImportPage {
        layout: Layout::new(me, place.area, place.title, &crumbs),
        place,
        refusals,
    }
}

async fn ask(place: &'static Place, Extract(_): Extract<State>, Me(me): Me) -> Shown {
    show(&import_page(place, &me, Refusals::default()))
}

async fn take(
    place: &'static Place,
    Extract(state): Extract<State>,
    Me(me): Me,
    Uploaded(uploaded): Uploaded,
) -> Shown {
    let started = match uploaded {
        Ok(file) => {
            let (name, bytes) = (&file.file_name, &file.bytes);
            state
                .app
                .start_table(&me.caller, place.kind, name, bytes)
                .await
        }
        Err(invalid) => Err(invalid.into()),
    };
    match started {
        Ok(key) => Ok(Redirect::to(&format!("{}/import/{key}", place.area)).into_response()),
        Err(app::Error::Invalid(invalid)) => show_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            &import_page(place, &me, invalid.into()),
        ),
        Err(error) => Err(error.into()),
    }
}

async fn preview_page(
    place: &'static Place,
    state: &State,
    me: &app::sign_in::Current,
    key: &str,
) -> Result<TablePreviewPage, PageFailure> {
    let crumbs = [(place.area, place.area_title)];
    Ok(TablePreviewPage {
        layout: Layout::new(me, place.area, place.title, &crumbs),
        place,
        preview: state.app.preview_table(&me.caller, place.kind, key).await?,
        refusals: Refusals::default(),
    })
}

async fn preview(
    place: &'static Place,
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(key): Path<String>,
) -> Shown {
    show(&preview_page(place, &state, &me, &key).await?)
}

async fn confirm(
    place: &'static Place,
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(key): Path<String>,
    Form(fields): Form,
) -> Shown {
    let confirmed = state
        .app
        .confirm_table(&me.caller, place.kind, &key, fields.text("fingerprint"))
        .await;
    match confirmed {
        Ok(()) => Ok(Redirect::to(&format!("{}?done={}", place.area, place.done)).into_response()),
        Err(app::Error::Invalid(invalid)) => {
            let mut page = preview_page(place, &state, &me, &key).await?;
            page.refusals = invalid.into();
            show_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => Err(error.into()),
    }
}

async fn cancel(
    place: &'static Place,
    Extract(state): Extract<State>,
    Me(me): Me,
    Path(key): Path<String>,
    Form(_): Form,
) -> Shown {
    state.app.cancel_table(&me.caller, place.kind, &key).await?;
    Ok(Redirect::to(&format!("{}?done=import-cancelled", place.area)).into_response())
}

async fn units(Extract(state): Extract<State>, Me(me): Me) -> Shown {
    let bytes = state.app.units_table(&me.caller).await?;
    Ok(download("单位.csv", CSV, bytes))
}

async fn people(Extract(state): Extract<State>, Me(me): Me) -> Shown {
    let bytes = state.app.people_table(&me.caller).await?;
    Ok(download("人员.csv", CSV, bytes))
}
