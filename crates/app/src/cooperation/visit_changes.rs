//! Recording visits: one's own unit's, with the projects talked about and what is to follow.

use chrono::NaiveDate;
use domain::{
    ProjectId, UnitId, VisitId,
    cooperation::{CounterpartKind, FollowUpFields, VisitFields},
    dates,
    directory::{Resolution, Scope},
    names,
    permission::Action,
    person::{Caller, Invalid},
};
use serde_json::json;
use store::cooperation::Visit;

use super::{check_reason, recording_unit, records_for, visits::Directories};
use crate::{App, Conflict, Error, Result, access::Reach, projects::When, work::Fact};

/// Follow-ups entered together with a visit at most.
const FOLLOW_UPS_MOST: usize = 20;

/// What is to be saved of a visit.
#[derive(Debug, Clone)]
pub struct SaveVisit {
    /// Its fields.
    pub fields: VisitFields,
    /// Further projects, by code or by their whole name.
    pub codes: Vec<String>,
    /// What is to follow; only for a new visit.
    pub follow_ups: Vec<FollowUpFields>,
}

impl App {
    /// Records a visit of the caller's own unit, or changes one made from its version.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field, follow-ups as `follow_ups.0.due`; [`Error::Conflict`] when somebody changed it since;
    /// [`Error::NotFound`] for another unit's.
    pub async fn save_visit(
        &self,
        caller: &Caller,
        changed: Option<(VisitId, i64)>,
        save: SaveVisit,
    ) -> Result<VisitId> {
        let (before, reach) = match changed {
            None => (None, self.reach(caller, Action::RecordVisits).await?),
            Some((id, _)) => {
                let (before, reach) = self.visit_to_change(caller, id).await?;
                (Some(before), reach)
            }
        };
        let unit = match &before {
            Some(before) => before.unit,
            None => recording_unit(&reach, caller)?,
        };
        let (fields, follow_ups) = self
            .checked(caller, &reach, unit, before.as_ref(), save)
            .await?;
        let work = self.work().await?;
        let (by, now) = (caller.person.id, work.now);
        let id = match changed {
            None => {
                let id = store::cooperation::add(&work.tx, unit, &fields, by, now).await?;
                for one in &follow_ups {
                    store::cooperation::add_follow_up(&work.tx, id, one, by, now).await?;
                }
                id
            }
            Some((id, version)) => {
                match store::cooperation::change(&work.tx, id, version, &fields, by, now).await {
                    Err(store::Error::Stale) => {
                        drop(work);
                        return Err(self.visit_conflict(id, &fields).await?);
                    }
                    other => other.map(|()| id)?,
                }
            }
        };
        let action = match before {
            Some(_) => "visit.changed",
            None => "visit.added",
        };
        let detail = json!({"unit": unit, "before": before.map(|one| one.fields), "after": fields, "follow_ups": follow_ups});
        let fact = Fact::new(action, format!("visit:{id}"), detail);
        self.finish_change(work, caller, fact).await?;
        Ok(id)
    }

    /// Makes a visit void, made from `version`: it is shown no more in lists, nor what was to follow it.
    ///
    /// # Errors
    /// [`Error::Invalid`] without a reason; [`Error::Conflict`] and [`Error::NotFound`] as above.
    pub async fn void_visit(
        &self,
        caller: &Caller,
        id: VisitId,
        version: i64,
        reason: &str,
    ) -> Result<()> {
        let (before, _) = self.visit_to_change(caller, id).await?;
        let reason = check_reason(reason)?;
        let work = self.work().await?;
        let (by, now) = (caller.person.id, work.now);
        match store::cooperation::make_void(&work.tx, id, version, &reason, by, now).await {
            Err(store::Error::Stale) => {
                drop(work);
                return Err(self.visit_conflict(id, &before.fields).await?);
            }
            other => other?,
        }
        let detail = json!({"was": before.fields, "reason": reason});
        let fact = Fact::new("visit.voided", format!("visit:{id}"), detail);
        self.finish_change(work, caller, fact).await
    }

    /// A visit the caller records for. Those of other units can be seen, so the answer says why they stay as they are.
    pub(super) async fn visit_to_change(
        &self,
        caller: &Caller,
        id: VisitId,
    ) -> Result<(Visit, Reach)> {
        let (visit, reach) = self
            .visit_in_reach(caller, Action::RecordVisits, id)
            .await?;
        if !records_for(&reach, caller, visit.unit) {
            return Err(Error::NotFound);
        }
        if !visit.void_reason.is_empty() {
            return Err(Invalid::of("state", "这条记录已作废，不能再改").into());
        }
        Ok((visit, reach))
    }

    /// The fields as they will be stored, and the follow-ups; every refusal at once.
    async fn checked(
        &self,
        caller: &Caller,
        reach: &Reach,
        unit: UnitId,
        before: Option<&Visit>,
        save: SaveVisit,
    ) -> Result<(VisitFields, Vec<FollowUpFields>)> {
        let mut invalid = Invalid::default();
        let mut fields = save.fields;
        let by_code = self
            .projects_of(caller, reach, unit, &save.codes, &mut invalid)
            .await?;
        fields.projects.extend(by_code);
        let known = before.map_or(&[][..], |before| &before.fields.projects);
        for id in known {
            // Nobody takes away what he does not see.
            if !self.may_name(caller, reach, unit, *id).await? {
                fields.projects.push(*id);
            }
        }
        let fields = fields.tidied();
        if let Err(refused) = fields.check(self.today()) {
            invalid.fields.extend(refused.fields);
        }
        for id in fields.projects.iter().filter(|id| !known.contains(id)) {
            if !self.may_name(caller, reach, unit, *id).await? {
                let why = "涉及的项目里有本单位项目库没有的，请核对";
                invalid.add("projects", why);
                break;
            }
        }
        let same = before.is_some_and(|before| {
            let was = &before.fields;
            (was.counterpart_kind, &was.counterpart, was.from)
                == (fields.counterpart_kind, &fields.counterpart, fields.from)
        });
        if !same && !fields.counterpart.is_empty() {
            let directories = self.directories(reach).await?;
            let kind = fields.counterpart_kind;
            if let Err(why) = look_up(&directories, kind, &fields.counterpart, fields.from) {
                invalid.add("counterpart", why);
            }
        }
        let mut follow_ups = Vec::new();
        for (at, one) in save.follow_ups.into_iter().enumerate() {
            match self.checked_follow_up(reach, unit, fields.from, one).await {
                Ok(one) => follow_ups.push(one),
                Err(Error::Invalid(refused)) => {
                    for (field, why) in refused.fields {
                        invalid.add(&format!("follow_ups.{at}.{field}"), why);
                    }
                }
                Err(other) => return Err(other),
            }
        }
        if follow_ups.len() > FOLLOW_UPS_MOST {
            let why = format!("一次最多登记{FOLLOW_UPS_MOST}件跟进事项，其余请保存后再加");
            invalid.add("follow_ups", why);
        }
        invalid.into_result()?;
        Ok((fields, follow_ups))
    }

    /// The projects of codes or whole names.
    async fn projects_of(
        &self,
        caller: &Caller,
        reach: &Reach,
        unit: UnitId,
        codes: &[String],
        invalid: &mut Invalid,
    ) -> Result<Vec<ProjectId>> {
        let reader = self.store().read();
        let authority = reach.authority()?.id;
        let mut projects = Vec::new();
        for code in codes.iter().filter(|code| !code.trim().is_empty()) {
            let code = names::tidy(code);
            let mut found = None;
            if let Some(project) = store::projects::by_code(&reader, authority, &code).await? {
                found = Some(project.id);
            } else if let Some(enterprise) = reach.tree.enterprise_of(unit) {
                let named = store::projects::named(&reader, enterprise.id, &code).await?;
                found = named.first().map(|(project, _)| project.id);
            }
            match found {
                Some(id) if self.may_name(caller, reach, unit, id).await? => projects.push(id),
                _ => invalid.add(
                    "projects",
                    format!("本单位项目库里没有“{code}”，请填写项目编号"),
                ),
            }
        }
        Ok(projects)
    }

    /// Whether a unit's visit may name a project: an enterprise its own, the authority those it sees.
    async fn may_name(
        &self,
        caller: &Caller,
        reach: &Reach,
        unit: UnitId,
        id: ProjectId,
    ) -> Result<bool> {
        let seen = self
            .see_project(caller, Action::ViewProjects, id, When::default())
            .await;
        let enterprise = reach.tree.enterprise_of(unit);
        match seen {
            Ok(seen) => {
                Ok(enterprise.is_none_or(|one| reach.tree.within(one.id, seen.project.unit)))
            }
            Err(Error::NotFound) => Ok(false),
            Err(other) => Err(other),
        }
    }

    async fn visit_conflict(&self, id: VisitId, yours: &VisitFields) -> Result<Error> {
        let now = store::cooperation::by_id(&self.store().read(), id)
            .await?
            .ok_or(Error::NotFound)?;
        if !now.void_reason.is_empty() {
            return Ok(Invalid::of("state", "这条记录刚刚已作废，没有保存任何内容").into());
        }
        let words = |fields: &VisitFields| {
            [
                fields.kind.label().to_owned(),
                fields.days(),
                fields.host.clone(),
                fields.counterpart_kind.label().to_owned(),
                fields.counterpart.clone(),
                fields.place.clone(),
                fields.ours.clone(),
                fields.theirs.clone(),
                format!("{}个", fields.projects.len()),
                fields.agreed.clone(),
            ]
        };
        let labels = [
            "类型",
            "日期",
            "带队人",
            "对方类别",
            "对方单位",
            "地点",
            "我方参加人员",
            "对方参加人员",
            "涉及项目",
            "达成的共识",
        ];
        let both = words(yours).into_iter().zip(words(&now.fields));
        let values = labels
            .into_iter()
            .zip(both)
            .map(|(label, (yours, theirs))| (label.to_owned(), yours, theirs));
        Ok(Error::Conflict(Box::new(Conflict {
            what: format!("{}的这次活动", dates::print_long(now.fields.from)),
            values: values.collect(),
            version: now.version,
        })))
    }
}

/// Whether the other side is in its directory on the day: one enterprise, and one that bore the name then.
fn look_up(
    directories: &Directories,
    kind: CounterpartKind,
    name: &str,
    on: NaiveDate,
) -> std::result::Result<(), String> {
    let Some(scope) = kind.scope() else {
        return Ok(());
    };
    let directory = directories.of(scope);
    let remark = || directory.remark(name, on).unwrap_or_default();
    match directory.resolve(name, Some(on)) {
        Resolution::One(_) => Ok(()),
        Resolution::NotYet(_) | Resolution::Several(_) => Err(remark()),
        Resolution::Unknown => Err(match scope {
            Scope::Central => format!(
                "央企{}；如果是央企的下属企业，对方类别请选“其他单位”",
                remark()
            ),
            Scope::Provincial => {
                "省属国企名录里没有这个名称；请招商引资处先录入，或对方类别选“其他单位”".to_owned()
            }
        }),
    }
}
