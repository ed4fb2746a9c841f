//! The officer's workbench of likely twins: pairs and groups of the whole library, side by side, decided.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    FirstTalkId, Instant, MergeId, ProjectId,
    library::{Alike, Likeness, mask_contact},
    merge::{self, Choices},
    permission::Action,
    person::{Caller, Invalid},
    project::{Field, Stage},
    twins::{Compared, groups},
};
use serde_json::json;
use store::projects::{
    Project, Revision,
    twin_pairs::{self, Pair},
    twin_search,
};

use super::{When, merge::changed_since};
use crate::{App, Error, Result, access::Reach, work::Fact};

/// Pairs of one look at most; the strongest.
const PAIRS_MOST: u32 = 300;
/// Projects compared within a look, or within one turn of the worker's: nobody who saves waits long behind them.
const AT_ONCE: u32 = 50;

/// A project of a pair, as the authority knows it.
#[derive(Debug, Clone)]
pub struct TwinSide {
    /// What stays the same of it.
    pub project: Project,
    /// What it says; the telephone is masked.
    pub revision: Revision,
    /// Its enterprise.
    pub unit: String,
    /// How far it is.
    pub stage: Stage,
}

/// What was decided of a pair.
#[derive(Debug, Clone)]
pub struct TwinNote {
    /// Whether they are not the same.
    pub different: bool,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Instant,
    /// Who.
    pub by: String,
}

/// A likely pair.
#[derive(Debug, Clone)]
pub struct TwinPair {
    /// What they have in common.
    pub pair: Pair,
    /// What was decided last.
    pub note: Option<TwinNote>,
    /// The decision in force today on who had the first talk of both.
    pub first_talk: Option<FirstTalkId>,
}

/// Projects that hang together by likely pairs.
#[derive(Debug, Clone)]
pub struct TwinGroup {
    /// The projects, by code.
    pub projects: Vec<TwinSide>,
    /// The pairs among them, the strongest first.
    pub pairs: Vec<TwinPair>,
}

/// The workbench.
#[derive(Debug, Clone)]
pub struct TwinBench {
    /// The strongest groups first.
    pub groups: Vec<TwinGroup>,
    /// Pairs that wait for a decision.
    pub open: i64,
    /// Pairs decided to be different.
    pub decided: i64,
    /// Projects that wait to be compared.
    pub waiting: i64,
    /// Whether there are more pairs than shown.
    pub more: bool,
}

/// Two projects side by side.
pub struct TwinsCompared {
    /// Both, in the order asked for.
    pub sides: [TwinSide; 2],
    /// Every field that one of them says something in: in words of the first and of the second, and whether they differ.
    pub fields: Vec<(Field, String, String, bool)>,
    /// What they have in common; none where they are no likely twins.
    pub alike: Option<Alike>,
    /// What is proposed when the second is taken into the first.
    pub proposed: Choices,
    /// What was decided of them, the newest first.
    pub notes: Vec<TwinNote>,
    /// What changed since the newest decision, where that makes them wait again.
    pub changed: String,
    /// The merge in force between them.
    pub merged: Option<MergeId>,
}

impl App {
    /// The likely twins of the library: those that wait, or those decided to be different.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not decide them.
    pub async fn twin_bench(&self, caller: &Caller, decided: bool) -> Result<TwinBench> {
        let reach = self.reach(caller, Action::MergeProjects).await?;
        let authority = reach.whole_authority()?.id;
        self.refresh_twins().await?;
        let reader = self.store().read();
        let pairs = twin_pairs::pairs(&reader, authority, !decided, PAIRS_MOST + 1).await?;
        let more = pairs.len() > PAIRS_MOST as usize;
        let pairs: Vec<Pair> = pairs.into_iter().take(PAIRS_MOST as usize).collect();
        let ids: BTreeSet<ProjectId> = pairs.iter().flat_map(|pair| [pair.a, pair.b]).collect();
        let sides = self.sides(&reach, &reader, &ids).await?;
        let named: Vec<(ProjectId, ProjectId)> =
            pairs.iter().map(|pair| (pair.a, pair.b)).collect();
        let (today, now) = (self.today(), self.now());
        let talks = store::first_talk::in_force(&reader, authority, today, now).await?;
        let talk = |pair: &Pair| {
            let both =
                |projects: &[ProjectId]| projects.contains(&pair.a) && projects.contains(&pair.b);
            talks
                .iter()
                .rfind(|one| both(&one.says.projects))
                .map(|one| one.id)
        };
        let mut found = Vec::new();
        for group in groups(&named) {
            let mut projects: Vec<TwinSide> = group
                .iter()
                .filter_map(|id| sides.get(id).cloned())
                .collect();
            projects.sort_by(|a, b| a.project.code.cmp(&b.project.code));
            let mut of_group = Vec::new();
            for pair in pairs.iter().filter(|pair| group.contains(&pair.a)) {
                of_group.push(TwinPair {
                    note: self
                        .notes(&reader, (pair.a, pair.b))
                        .await?
                        .into_iter()
                        .next(),
                    first_talk: talk(pair),
                    pair: pair.clone(),
                });
            }
            if projects.len() > 1 {
                found.push(TwinGroup {
                    projects,
                    pairs: of_group,
                });
            }
        }
        let (open, decided) = twin_pairs::counts(&reader, authority).await?;
        Ok(TwinBench {
            groups: found,
            open,
            decided,
            waiting: twin_pairs::waiting(&reader).await?,
            more,
        })
    }

    /// Compares projects that changed since the last look; gives how many. The workbench does so, and the worker.
    ///
    /// # Errors
    /// The database is unavailable.
    pub async fn refresh_twins(&self) -> Result<usize> {
        if twin_pairs::waiting(&self.store().read()).await? == 0 {
            return Ok(0);
        }
        let work = self.work().await?;
        let done = twin_search::refresh(&work.tx, AT_ONCE).await?;
        work.tx.commit().await?;
        Ok(done)
    }

    /// Two projects side by side, field by field.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not decide twins, or what the authority does not know.
    pub async fn compare_twins(
        &self,
        caller: &Caller,
        first: ProjectId,
        second: ProjectId,
    ) -> Result<TwinsCompared> {
        let reach = self.reach(caller, Action::MergeProjects).await?;
        reach.whole_authority()?;
        let reader = self.store().read();
        let ids = BTreeSet::from([first, second]);
        let mut sides = self.sides(&reach, &reader, &ids).await?;
        let (Some(first), Some(second)) = (sides.remove(&first), sides.remove(&second)) else {
            return Err(Error::NotFound);
        };
        let (mine, theirs) = (&first.revision.fields, &second.revision.fields);
        let fields = Field::ALL.iter().filter_map(|field| {
            let (a, b) = (mine.text(*field), theirs.text(*field));
            (!a.is_empty() || !b.is_empty()).then(|| {
                let differs = !merge::same(*field, mine, theirs);
                (*field, a, b, differs)
            })
        });
        let (alike, now) = compared(&first, &second);
        let pair = (first.project.id, second.project.id);
        let newest = twin_pairs::decision(&reader, pair).await?;
        let changed = newest
            .filter(|one| one.different)
            .map(|one| one.changed(&now).join("、"))
            .unwrap_or_default();
        let merged = store::projects::merge_of(&reader, first.project.id)
            .await?
            .into_iter()
            .find(|merge| {
                merge.undone.is_none() && ids.contains(&merge.gone) && ids.contains(&merge.into)
            });
        Ok(TwinsCompared {
            fields: fields.collect(),
            alike,
            proposed: merge::proposed(mine, theirs),
            notes: self.notes(&reader, pair).await?,
            changed,
            merged: merged.map(|merge| merge.id),
            sides: [first, second],
        })
    }

    /// Records that two projects are not the same, or takes that back. Versions are those that were looked at.
    ///
    /// # Errors
    /// [`Error::Invalid`] without a reason; [`Error::Conflict`] when one of them was changed since.
    pub async fn decide_twins(
        &self,
        caller: &Caller,
        first: (ProjectId, i64),
        second: (ProjectId, i64),
        different: bool,
        reason: &str,
    ) -> Result<()> {
        let reach = self.reach(caller, Action::MergeProjects).await?;
        let authority = reach.whole_authority()?.id;
        let reason = domain::names::tidy_text(reason);
        if !(1..=400).contains(&reason.chars().count()) {
            let why = "请写明理由（400字以内），例如“一、二期，分别立项”";
            return Err(Invalid::of("reason", why).into());
        }
        for (id, _) in [first, second] {
            self.see_project(caller, Action::MergeProjects, id, When::default())
                .await?;
        }
        let work = self.work().await?;
        let ids = BTreeSet::from([first.0, second.0]);
        let mut sides = self.sides(&reach, &work.tx, &ids).await?;
        for (id, version) in [first, second] {
            let project = &sides.get(&id).ok_or(Error::NotFound)?.project;
            if project.version != version || project.merged.is_some() {
                return Err(changed_since(project));
            }
        }
        let (Some(one), Some(other)) = (sides.remove(&first.0), sides.remove(&second.0)) else {
            return Err(Error::NotFound);
        };
        let (_, now) = compared(&one, &other);
        let (a, b) = (first.0.min(second.0), first.0.max(second.0));
        twin_pairs::decide(
            &work.tx,
            authority,
            (a, &now.0),
            (b, &now.1),
            different,
            &reason,
            caller.person.id,
            work.now,
        )
        .await?;
        let action = if different {
            "twins.dismissed"
        } else {
            "twins.reopened"
        };
        let detail = json!({"projects": [a, b], "codes": [one.project.code, other.project.code], "reason": reason});
        let fact = Fact::new(action, format!("project:{a}"), detail);
        self.finish_change(work, caller, fact).await
    }

    async fn notes(
        &self,
        db: &impl store::Db,
        pair: (ProjectId, ProjectId),
    ) -> Result<Vec<TwinNote>> {
        let decisions = twin_pairs::decisions(db, pair).await?;
        let people = self
            .names_of(decisions.iter().map(|one| one.by).collect())
            .await?;
        Ok(decisions
            .into_iter()
            .map(|one| TwinNote {
                different: one.different,
                by: people.get(&one.by).cloned().unwrap_or_default(),
                reason: one.reason,
                at: one.at,
            })
            .collect())
    }

    async fn sides(
        &self,
        reach: &Reach,
        db: &impl store::Db,
        ids: &BTreeSet<ProjectId>,
    ) -> Result<BTreeMap<ProjectId, TwinSide>> {
        let shown = twin_pairs::shown(db, ids).await?;
        let sides = shown
            .into_iter()
            .filter(|(_, (project, _))| reach.covers(project.unit));
        Ok(sides
            .map(|(id, (project, mut revision))| {
                mask_contact(&mut revision.fields);
                let unit = reach
                    .tree
                    .get(project.unit)
                    .map_or_else(String::new, |unit| unit.name.clone());
                let stage = revision.fields.stage(!project.funds.is_zero());
                let side = TwinSide {
                    project,
                    revision,
                    unit,
                    stage,
                };
                (id, side)
            })
            .collect())
    }
}

/// What two projects have in common, and what is compared of each in the order of their numbers.
fn compared(one: &TwinSide, other: &TwinSide) -> (Option<Alike>, (Compared, Compared)) {
    let (mine, theirs) = (
        Likeness::of(&one.revision.fields),
        Likeness::of(&other.revision.fields),
    );
    let alike = mine.alike(&theirs);
    let (mine, theirs) = (Compared::of(&mine), Compared::of(&theirs));
    let now = if one.project.id < other.project.id {
        (mine, theirs)
    } else {
        (theirs, mine)
    };
    (alike, now)
}
