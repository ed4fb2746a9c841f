//! The list of visits as a workbook.

use std::collections::BTreeMap;

use documents::write::{TableCell, TableColumn, TableHead, table_xlsx};
use domain::{
    cooperation::FollowUpState,
    dates,
    permission::Action,
    person::{Caller, Invalid},
};
use serde_json::json;
use store::cooperation::FollowUp;

use super::{VisitQuery, VisitRow};
use crate::{App, Error, Result, secrets, work::Fact};

/// More visits than these are not one list.
const MOST: u64 = 10_000;

impl App {
    /// What a list of visits shows, every page of it, as a workbook: name and bytes. The download is noted.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see them; [`Error::Invalid`] when there are none, or too many.
    pub async fn visits_file(
        &self,
        caller: &Caller,
        query: &VisitQuery,
    ) -> Result<(String, Vec<u8>)> {
        self.permit(caller, Action::ViewCooperation).await?;
        let rows = self.visits_for_export(caller, query, MOST + 1).await?;
        if rows.is_empty() {
            return Err(Invalid::of("q", "没有符合条件的记录，无可导出").into());
        }
        if rows.len() as u64 > MOST {
            let why = format!("一次最多导出{MOST}条，请按年度或单位分开导出");
            return Err(Invalid::of("q", why).into());
        }
        let mut projects: BTreeMap<_, String> = BTreeMap::new();
        for id in rows.iter().flat_map(|row| &row.visit.fields.projects) {
            if !projects.contains_key(id) {
                let named = self.projects_named_for_export(caller, *id).await?;
                projects.insert(*id, named);
            }
        }
        let now = self.now();
        let head = TableHead {
            title: "走访推介".to_owned(),
            note: format!("{}　{}导出", caller.in_words(), dates::print_minute(now)),
            columns: columns(),
        };
        let cells = rows.iter().map(|row| {
            let named = row
                .visit
                .fields
                .projects
                .iter()
                .map(|id| projects[id].as_str());
            let named: Vec<&str> = named.filter(|name| !name.is_empty()).collect();
            line(row, &named.join("\n"))
        });
        let bytes = table_xlsx(&head, cells).map_err(|error| Error::Internal(error.to_string()))?;
        let name = format!("走访推介（{}）.xlsx", dates::day_in_shanghai(now));
        let detail = json!({"rows": rows.len(), "sm3": secrets::sm3_hex(&bytes)});
        let fact = Fact::new("visits.exported", name.clone(), detail);
        self.note_access(caller, fact).await?;
        Ok((name, bytes))
    }

    async fn projects_named_for_export(
        &self,
        caller: &Caller,
        id: domain::ProjectId,
    ) -> Result<String> {
        let seen = self
            .see_project(
                caller,
                Action::ViewProjects,
                id,
                crate::projects::When::default(),
            )
            .await;
        match seen {
            Ok(seen) => Ok(format!(
                "{} {}",
                seen.project.code, seen.revision.fields.name
            )),
            Err(Error::NotFound) => Ok(String::new()),
            Err(other) => Err(other),
        }
    }
}

fn columns() -> Vec<TableColumn> {
    [
        ("单位", 8),
        ("开始日期", 6),
        ("结束日期", 6),
        ("类型", 7),
        ("对方单位", 18),
        ("对方单位名称说明", 16),
        ("带队人", 8),
        ("地点", 12),
        ("我方参加人员", 16),
        ("对方参加人员", 16),
        ("涉及项目", 18),
        ("达成的共识", 30),
        ("跟进事项", 30),
        ("未办", 4),
        ("逾期", 4),
    ]
    .into_iter()
    .map(|(title, width)| TableColumn::new(title, width))
    .collect()
}

fn line(row: &VisitRow, projects: &str) -> Vec<TableCell> {
    let fields = &row.visit.fields;
    let count = |count: usize| TableCell::Int(i64::try_from(count).unwrap_or(i64::MAX));
    let follow_ups: Vec<String> = row.follow_ups.iter().map(in_words).collect();
    vec![
        row.unit.as_str().into(),
        fields.from.into(),
        fields.to.into(),
        fields.kind.label().into(),
        fields.counterpart.as_str().into(),
        row.remark.as_str().into(),
        fields.host.as_str().into(),
        fields.place.as_str().into(),
        fields.ours.as_str().into(),
        fields.theirs.as_str().into(),
        projects.into(),
        fields.agreed.as_str().into(),
        follow_ups.join("\n").into(),
        count(row.open),
        count(row.overdue),
    ]
}

/// `报送方案（张三，2017-12-01前，未办）`.
fn in_words(one: &FollowUp) -> String {
    let fields = &one.fields;
    let state = match (one.state, one.settled_on) {
        (FollowUpState::Done, Some(on)) => format!("{on}已办：{}", one.settled_note),
        (FollowUpState::Cancelled, _) => format!("取消：{}", one.settled_note),
        (state, _) => state.label().to_owned(),
    };
    format!(
        "{}（{}，{}前，{state}）",
        fields.what, fields.owner, fields.due
    )
}
