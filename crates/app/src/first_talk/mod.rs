//! 首谈认定说明: who counts a project that units share. The officer decides; the units that share it read the decision.

mod print;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::{
    FileId, FirstTalkId, ProjectId, UnitId, dates,
    first_talk::{Decision, FirstTalk, Share, speaks},
    permission::Action,
    person::{Caller, Invalid},
    unit::{Unit, UnitKind},
};
use serde_json::json;
use store::first_talk::{NewDecision, Recorded};

use crate::{
    App, Conflict, Error, Result,
    access::Reach,
    imports::safe_name,
    projects::{FormerProject, When},
    secrets,
    work::Fact,
};

pub use print::PrintedAs;
pub use store::first_talk::Recorded as RecordedFirstTalk;

/// Files of one decision at most.
const FILES_MOST: usize = 10;

/// A decision as one caller sees it.
#[derive(Debug, Clone)]
pub struct FirstTalkView {
    /// What is recorded.
    pub recorded: Recorded,
    /// The projects named, in order; another enterprise's are only said to be there.
    pub projects: Vec<FormerProject>,
    /// The units that share it, with their shares, the first talk's first where none is agreed.
    pub units: Vec<(String, Option<Share>)>,
    /// The unit with the first talk.
    pub first: String,
    /// The record that counts.
    pub counted: String,
    /// Who recorded it.
    pub recorded_by: String,
    /// Who withdrew it.
    pub withdrawn_by: String,
    /// Whether it counts today, in words.
    pub state: &'static str,
    /// Newer decisions that speak in its place, of some of its projects or of all.
    pub replaced_by: Vec<FirstTalkId>,
    /// Older ones still in force in whose place it speaks.
    pub replaces: Vec<FirstTalkId>,
    /// Whether the caller may withdraw it.
    pub withdrawable: bool,
}

impl App {
    /// Records a decision; the files that show it follow ([`Self::attach_first_talk`]).
    ///
    /// # Errors
    /// [`Error::Invalid`] by field.
    pub async fn record_first_talk(&self, caller: &Caller, says: FirstTalk) -> Result<FirstTalkId> {
        let reach = self.reach(caller, Action::MergeProjects).await?;
        let authority = reach.whole_authority()?.id;
        let mut says = says.tidied();
        says.files.clear();
        let mut invalid = Invalid::default();
        let mut owners: BTreeMap<ProjectId, UnitId> = BTreeMap::new();
        for id in &says.projects {
            match self
                .see_project(caller, Action::MergeProjects, *id, When::default())
                .await
            {
                Ok(seen) if seen.project.merged.is_some() => {
                    let why = format!(
                        "{}已并入另一个项目，请填并入后的项目编号",
                        seen.project.code
                    );
                    invalid.add("projects", why);
                }
                Ok(seen) => {
                    owners.insert(*id, seen.project.unit);
                }
                Err(Error::NotFound) => {
                    invalid.add("projects", format!("没有编号为{id}的项目，请核对"))
                }
                Err(other) => return Err(other),
            }
        }
        let enterprises: BTreeSet<UnitId> = enterprises(&reach).map(|unit| unit.id).collect();
        if says
            .units
            .iter()
            .any(|(unit, _)| !enterprises.contains(unit))
        {
            invalid.add("units", "共同参与的单位须是本系统的企业，请重新选择");
        }
        if let Err(refused) = says.check(&owners, self.today()) {
            invalid.fields.extend(refused.fields);
        }
        invalid.into_result()?;
        let work = self.work().await?;
        let (by, now) = (caller.person.id, work.now);
        let new = NewDecision {
            authority,
            says: &says,
            by,
            at: now,
        };
        let id = store::first_talk::add(&work.tx, &new).await?;
        let detail = json!({"says": says});
        let fact = Fact::new("first_talk.recorded", format!("first_talk:{id}"), detail);
        self.finish_change(work, caller, fact).await?;
        Ok(id)
    }

    /// Adds a file that shows the first talk, to a decision not withdrawn.
    ///
    /// # Errors
    /// [`Error::Invalid`] for files that are not what they say, or too many; [`Error::TooLarge`].
    pub async fn attach_first_talk(
        &self,
        caller: &Caller,
        id: FirstTalkId,
        file_name: &str,
        bytes: &[u8],
    ) -> Result<()> {
        let reach = self.reach(caller, Action::MergeProjects).await?;
        let authority = reach.whole_authority()?.id;
        if bytes.len() > self.settings().upload_most {
            return Err(Error::TooLarge);
        }
        let name = safe_name(file_name);
        self.check_upload(&name, bytes).await?;
        let work = self.work().await?;
        let recorded = store::first_talk::by_id(&work.tx, id)
            .await?
            .filter(|one| one.authority == authority)
            .ok_or(Error::NotFound)?;
        if recorded.withdrawn.is_some() {
            return Err(Invalid::of("file", "这份说明已撤回，不能再添加材料").into());
        }
        if recorded.decision.says.files.len() >= FILES_MOST {
            return Err(Invalid::of("file", format!("依据材料最多{FILES_MOST}个")).into());
        }
        let sm3 = secrets::sm3_hex(bytes);
        let file = store::files::put(&work.tx, &sm3, bytes, work.now).await?;
        if recorded
            .decision
            .says
            .files
            .iter()
            .any(|one| one.file == file)
        {
            return Err(Invalid::of("file", "这个文件已经在依据材料里了").into());
        }
        store::first_talk::add_file(&work.tx, id, file, &name, caller.person.id, work.now).await?;
        let detail = json!({"name": name, "sm3": sm3});
        let fact = Fact::new("first_talk.file_added", format!("first_talk:{id}"), detail);
        self.finish_change(work, caller, fact).await
    }

    /// Withdraws a decision made from `version`: from that day on it counts no more.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field; [`Error::Conflict`] when it was withdrawn meanwhile.
    pub async fn withdraw_first_talk(
        &self,
        caller: &Caller,
        id: FirstTalkId,
        version: i64,
        on: Option<NaiveDate>,
        reason: &str,
    ) -> Result<()> {
        let reach = self.reach(caller, Action::MergeProjects).await?;
        let authority = reach.whole_authority()?.id;
        let recorded = store::first_talk::by_id(&self.store().read(), id)
            .await?
            .filter(|one| one.authority == authority)
            .ok_or(Error::NotFound)?;
        let work = self.work().await?;
        let today = dates::day_in_shanghai(work.now);
        let from = recorded.decision.says.effective_on;
        // One that has not begun yet never does, whatever day is named.
        let on = if from > today {
            from
        } else {
            on.unwrap_or(today)
        };
        domain::merge::check_event(on, from, today.max(from), reason)?;
        let done = store::first_talk::withdraw(
            &work.tx,
            id,
            version,
            on,
            reason.trim(),
            caller.person.id,
            work.now,
        )
        .await;
        match done {
            Err(store::Error::Stale) => {
                return Err(Error::Conflict(Box::new(Conflict {
                    what: "这份首谈认定说明".to_owned(),
                    values: Vec::new(),
                    version: recorded.version,
                })));
            }
            other => other?,
        }
        let detail = json!({"on": on, "reason": reason.trim()});
        let fact = Fact::new("first_talk.withdrawn", format!("first_talk:{id}"), detail);
        self.finish_change(work, caller, fact).await
    }

    /// The decisions one may see, the newest first: the authority all, an enterprise those it shares in; of one project
    /// where it is named.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see projects.
    pub async fn first_talks(
        &self,
        caller: &Caller,
        project: Option<ProjectId>,
    ) -> Result<Vec<FirstTalkView>> {
        let reach = self.reach(caller, Action::ViewProjects).await?;
        let (reader, authority) = (self.store().read(), reach.authority()?.id);
        let in_force =
            store::first_talk::in_force(&reader, authority, self.today(), self.now()).await?;
        let mut views = Vec::new();
        for recorded in store::first_talk::list(&reader, authority, project).await? {
            if sees(&reach, &recorded)? {
                let view = self.first_talk_of(caller, &reach, recorded, &in_force);
                views.push(view.await?);
            }
        }
        Ok(views)
    }

    /// One decision.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach.
    pub async fn first_talk(&self, caller: &Caller, id: FirstTalkId) -> Result<FirstTalkView> {
        let reach = self.reach(caller, Action::ViewProjects).await?;
        let (reader, authority) = (self.store().read(), reach.authority()?.id);
        let recorded = store::first_talk::by_id(&reader, id)
            .await?
            .ok_or(Error::NotFound)?;
        if recorded.authority != authority || !sees(&reach, &recorded)? {
            return Err(Error::NotFound);
        }
        let in_force =
            store::first_talk::in_force(&reader, authority, self.today(), self.now()).await?;
        self.first_talk_of(caller, &reach, recorded, &in_force)
            .await
    }

    /// A file of a decision: its name and bytes; the download is noted.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach or not there.
    pub async fn first_talk_file(
        &self,
        caller: &Caller,
        id: FirstTalkId,
        file: FileId,
    ) -> Result<(String, Vec<u8>)> {
        let view = self.first_talk(caller, id).await?;
        let found = view
            .recorded
            .decision
            .says
            .files
            .into_iter()
            .find(|one| one.file == file)
            .ok_or(Error::NotFound)?;
        let stored = store::files::by_id(&self.store().read(), file)
            .await?
            .ok_or(Error::NotFound)?;
        let detail = json!({"name": found.name, "sm3": stored.sm3});
        let fact = Fact::new("first_talk.file_taken", format!("first_talk:{id}"), detail);
        self.note_access(caller, fact).await?;
        Ok((found.name, stored.bytes))
    }

    /// What a decision can choose from: the enterprises, in their order.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not decide.
    pub async fn first_talk_units(&self, caller: &Caller) -> Result<Vec<Unit>> {
        let reach = self.reach(caller, Action::MergeProjects).await?;
        reach.whole_authority()?;
        Ok(enterprises(&reach).cloned().collect())
    }

    /// The projects of codes, in their order; a code of what was taken into another means that one.
    ///
    /// # Errors
    /// [`Error::Invalid`] on `projects` naming the codes that are none.
    pub async fn projects_by_code(
        &self,
        caller: &Caller,
        codes: &[String],
    ) -> Result<Vec<ProjectId>> {
        let reach = self.reach(caller, Action::ViewProjects).await?;
        let authority = reach.authority()?.id;
        let reader = self.store().read();
        let (mut found, mut unknown) = (Vec::new(), Vec::new());
        for code in codes {
            let code = domain::names::tidy(code);
            let mut project = store::projects::by_code(&reader, authority, &code)
                .await?
                .filter(|project| reach.covers(project.unit))
                .map(|project| project.id);
            if project.is_some()
                && let Some((_, into)) = self.code_now(caller, &code).await?
            {
                project = Some(into.id);
            }
            match project {
                Some(project) => found.push(project),
                None => unknown.push(code),
            }
        }
        if unknown.is_empty() {
            return Ok(found);
        }
        let why = format!("项目库里没有编号“{}”，请核对", unknown.join("、"));
        Err(Invalid::of("projects", why).into())
    }

    /// The enterprises of the projects of codes; codes that are none are passed over.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see projects.
    pub async fn owners_by_code(
        &self,
        caller: &Caller,
        codes: &[String],
    ) -> Result<BTreeSet<UnitId>> {
        let reach = self.reach(caller, Action::ViewProjects).await?;
        let (reader, authority) = (self.store().read(), reach.authority()?.id);
        let mut owners = BTreeSet::new();
        for code in codes.iter().take(domain::first_talk::PROJECTS_MOST) {
            let code = domain::names::tidy(code);
            let project = store::projects::by_code(&reader, authority, &code).await?;
            let mut owner = project.map(|project| project.unit);
            if owner.is_some()
                && let Some((_, into)) = self.code_now(caller, &code).await?
            {
                owner = store::projects::by_id(&reader, into.id)
                    .await?
                    .map(|project| project.unit);
            }
            owners.extend(owner.filter(|unit| reach.covers(*unit)));
        }
        Ok(owners)
    }

    async fn first_talk_of(
        &self,
        caller: &Caller,
        reach: &Reach,
        recorded: Recorded,
        in_force: &[Decision],
    ) -> Result<FirstTalkView> {
        let reader = self.store().read();
        let says = &recorded.decision.says;
        let name = |unit: UnitId| {
            reach
                .tree
                .get(unit)
                .map_or_else(String::new, |unit| unit.name.clone())
        };
        let mut projects = Vec::new();
        for id in &says.projects {
            projects.push(self.former(reach, &reader, *id).await?);
        }
        let counted = projects.iter().find(|one| one.id == says.counted);
        let counted = counted.map_or_else(String::new, |one| {
            if one.visible {
                format!("{}　{}", one.code, one.name)
            } else {
                "另一家企业登记的项目".to_owned()
            }
        });
        let mut people = vec![recorded.recorded_by];
        people.extend(recorded.withdrawn.as_ref().map(|(.., by)| *by));
        let people = self.names_of(people).await?;
        let person = |id| people.get(&id).cloned().unwrap_or_default();
        let today = self.today();
        // As it is understood today: what was merged since stands for what it was taken into.
        let own = recorded.decision.id;
        let now = in_force.iter().find(|one| one.id == own);
        let now = now.unwrap_or(&recorded.decision);
        let (replaced_by, replaces) = places(now, today, in_force);
        let spoken = |project: &ProjectId| speaks(*project, today, in_force).map(|one| one.id);
        let all_replaced = !now
            .says
            .projects
            .iter()
            .any(|project| spoken(project) == Some(own));
        let state = if recorded.withdrawn.is_some() && !recorded.decision.holds_on(today) {
            "已撤回"
        } else if recorded.decision.holds_on(today) && all_replaced && !replaced_by.is_empty() {
            "已由新的认定代替"
        } else if recorded.decision.holds_on(today) && !replaced_by.is_empty() {
            "部分项目已由新的认定代替"
        } else if recorded.decision.holds_on(today) {
            "有效"
        } else {
            "尚未生效"
        };
        Ok(FirstTalkView {
            units: says
                .units
                .iter()
                .map(|(unit, share)| (name(*unit), *share))
                .collect(),
            first: name(says.first),
            recorded_by: person(recorded.recorded_by),
            withdrawn_by: recorded
                .withdrawn
                .as_ref()
                .map(|(.., by)| person(*by))
                .unwrap_or_default(),
            withdrawable: recorded.withdrawn.is_none() && caller.may(Action::MergeProjects),
            state,
            replaced_by,
            replaces,
            counted,
            projects,
            recorded,
        })
    }
}

/// Which decisions in force speak in place of this one, and in place of which it speaks.
fn places(
    of: &Decision,
    today: NaiveDate,
    in_force: &[Decision],
) -> (Vec<FirstTalkId>, Vec<FirstTalkId>) {
    let mut replaced_by = BTreeSet::new();
    let mut replaces = BTreeSet::new();
    for project in &of.says.projects {
        match speaks(*project, today, in_force) {
            Some(one) if one.id == of.id => {
                let others = in_force
                    .iter()
                    .filter(|other| other.id != of.id && other.says.projects.contains(project));
                replaces.extend(others.map(|other| other.id));
            }
            Some(one) if of.holds_on(today) => {
                replaced_by.insert(one.id);
            }
            _ => {}
        }
    }
    (
        replaced_by.into_iter().collect(),
        replaces.into_iter().collect(),
    )
}

fn enterprises(reach: &Reach) -> impl Iterator<Item = &Unit> {
    let root = reach.authority().map(|unit| unit.id).ok();
    reach
        .tree
        .all()
        .iter()
        .filter(move |unit| unit.kind == UnitKind::Enterprise)
        .filter(move |unit| root.is_some_and(|root| reach.tree.within(root, unit.id)))
}

/// The authority sees every decision, an enterprise those it shares in.
fn sees(reach: &Reach, recorded: &Recorded) -> Result<bool> {
    let shares = |(unit, _): &(UnitId, Option<Share>)| reach.covers(*unit);
    Ok(reach.covers_authority()? || recorded.decision.says.units.iter().any(shares))
}
