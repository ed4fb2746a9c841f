//! One project with all that belongs to it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    Instant, PersonId, ProjectId, UnitId,
    library::mask_contact,
    period::{Period, ReturnKind},
    permission::Action,
    person::{Caller, Invalid},
    project::{Change, Stage, StandingStep, changes},
    returns::ReturnState,
    unit::Unit,
};
use store::projects::{At, Project, Revision, Track};

use serde_json::json;

use super::{MergeLine, Seen, SplitLine, When};
use crate::{App, Error, Result, returns::Query, work::Fact};

/// A project as the caller sees it.
pub struct ProjectView {
    /// What stays the same.
    pub project: Project,
    /// The enterprise.
    pub unit: Unit,
    /// The state shown; the telephone is masked.
    pub revision: Revision,
    /// Whose state it is.
    pub track: Track,
    /// At which times it was asked; none for the present.
    pub at: Option<At>,
    /// How far it is.
    pub stage: Stage,
    /// Reportable changes that wait for the authority, from what it accepted; the authority is told only those handed
    /// in to it.
    pub pending: Vec<Change>,
    /// The return that its waiting changes go into, for those who fill returns in.
    pub reported_in: Option<Period>,
    /// Whether the caller may change it now.
    pub editable: bool,
    /// Whether the caller may see the telephone.
    pub revealable: bool,
    /// What the caller may do between the libraries now.
    pub steps: Vec<StandingStep>,
    /// What was done between the libraries: step, reason, who, when.
    pub history: Vec<(Option<StandingStep>, String, String, Instant)>,
    /// When the authority accepted the state it holds.
    pub accepted_at: Option<Instant>,
    /// Whether it is another enterprise's, read because one's own was taken into it.
    pub shared: bool,
    /// What was taken into it, what it was taken into, what it was split from and into.
    pub related: Vec<MergeLine>,
    /// The same of splits.
    pub splits: Vec<SplitLine>,
    /// Names of people.
    pub people: BTreeMap<PersonId, String>,
}

impl App {
    /// A project, now or at both times.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach, or not there yet at those times.
    pub async fn project(&self, caller: &Caller, id: ProjectId, when: When) -> Result<ProjectView> {
        let Seen {
            project,
            mut revision,
            track,
            reach,
        } = self
            .see_project(caller, Action::ViewProjects, id, when)
            .await?;
        let reader = self.store().read();
        let related = self.merge_lines(&reach, &reader, id).await?;
        let splits = self.split_lines(&reach, &reader, id).await?;
        let acceptances = store::projects::acceptances(&reader, id).await?;
        let accepted_at = acceptances
            .iter()
            .find(|(accepted, _)| Some(*accepted) == project.accepted)
            .map(|(_, at)| *at);
        let pending = self.pending_changes(&project, track).await?;
        let taken = store::projects::steps(&reader, id).await?;
        let mut people: Vec<PersonId> = taken.iter().map(|step| step.by).collect();
        people.extend([revision.recorded_by, project.created_by]);
        let people = self.names_of(people).await?;
        let history = taken.into_iter().map(|step| {
            let who = people.get(&step.by).cloned().unwrap_or_default();
            (
                StandingStep::from_word(&step.step),
                step.reason,
                who,
                step.at,
            )
        });
        let history = history.collect();
        mask_contact(&mut revision.fields);
        let now = when.is_now();
        let reported_in = match (now && project.pending, track) {
            (true, Track::Own) => {
                self.open_return(caller, project.unit, revision.effective_on)
                    .await?
            }
            _ => None,
        };
        Ok(ProjectView {
            related,
            splits,
            reported_in,
            unit: reach.tree.get(project.unit).ok_or(Error::NotFound)?.clone(),
            shared: !reach.covers(project.unit),
            stage: revision.fields.stage(!project.funds.is_zero()),
            editable: now
                && track == Track::Own
                && project.merged.is_none()
                && caller.may(Action::EditProjects),
            revealable: reach.covers(project.unit)
                && caller.may(Action::RevealContacts)
                && !revision.fields.contact_phone.is_empty(),
            steps: StandingStep::ALL
                .into_iter()
                .filter(|step| {
                    now && project.merged.is_none()
                        && step.fits(project.standing)
                        && caller.may(step.needs())
                })
                .filter(|step| step.needs() == Action::AdmitProjects || track == Track::Own)
                .collect(),
            at: (!now).then(|| self.at(when)),
            pending,
            history,
            accepted_at,
            people,
            project,
            revision,
            track,
        })
    }

    /// A project for its form, with the whole telephone, because who edits it needs it; the look is noted.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach.
    pub async fn project_form(
        &self,
        caller: &Caller,
        id: ProjectId,
    ) -> Result<(Project, Revision)> {
        let (project, revision) = self.project_to_edit(caller, id).await?;
        if !revision.fields.contact_phone.is_empty() {
            let detail = json!({"code": project.code, "where": "form"});
            let fact = Fact::new("project.contact_seen", format!("project:{id}"), detail);
            self.note_access(caller, fact).await?;
        }
        Ok((project, revision))
    }

    /// A project as the enterprise edits it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach.
    pub async fn project_to_edit(
        &self,
        caller: &Caller,
        id: ProjectId,
    ) -> Result<(Project, Revision)> {
        let seen = self
            .see_project(caller, Action::EditProjects, id, When::default())
            .await?;
        if seen.track != Track::Own {
            return Err(Error::NotFound);
        }
        if seen.project.merged.is_some() {
            return Err(Invalid::of("version", super::save::MERGED).into());
        }
        Ok((seen.project, seen.revision))
    }

    /// The first return not yet handed in whose cut-off is not before `effective` (§3).
    async fn open_return(
        &self,
        caller: &Caller,
        unit: UnitId,
        effective: NaiveDate,
    ) -> Result<Option<Period>> {
        if !caller.may(Action::PrepareReturns) {
            return Ok(None);
        }
        let query = Query {
            unit: Some(unit),
            ..Query::default()
        };
        let lines = self
            .returns(caller, ReturnKind::Annex2, query)
            .await?
            .lines
            .into_iter();
        let open = lines.filter(|line| {
            !matches!(
                line.state,
                Some(ReturnState::HandedIn | ReturnState::Accepted)
            )
        });
        let fitting = open.filter(|line| line.period.cut_off >= effective);
        Ok(fitting
            .min_by_key(|line| line.period.cut_off)
            .map(|line| line.period))
    }

    async fn pending_changes(&self, project: &Project, track: Track) -> Result<Vec<Change>> {
        let reader = self.store().read();
        let Some(accepted) = project.accepted else {
            return Ok(Vec::new());
        };
        let newest = match track {
            Track::Own => Some(project.head),
            Track::Accepted => store::projects::reported(&reader, project.id)
                .await?
                .filter(|reported| *reported > accepted),
        };
        let Some(newest) = newest else {
            return Ok(Vec::new());
        };
        let (before, after) = (
            store::projects::revision(&reader, accepted).await?,
            store::projects::revision(&reader, newest).await?,
        );
        let (Some(before), Some(after)) = (before, after) else {
            return Ok(Vec::new());
        };
        let (_, rules) = store::library_rules::newest(&reader, project.authority).await?;
        let all = changes(&before.fields, &after.fields);
        Ok(all
            .into_iter()
            .filter(|one| rules.reportable.contains(&one.field))
            .collect())
    }
}
