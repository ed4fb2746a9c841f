//! The project library: entering, changing, looking at a project on any day as known at any time.
//!
//! The enterprise works on its own head; the authority sees what it accepted last, and of a project it never accepted
//! what was handed in to it.

mod board;
mod brochure;
mod contacts;
mod drafts;
mod export;
mod files;
mod filters;
mod funds;
mod grid;
mod history;
mod list;
mod list_changes;
mod lists;
mod merge;
mod query;
mod rules;
mod save;
mod sentence;
mod split;
mod standing;
mod structure;
mod summary;
mod twin_bench;
mod twins;
mod view;

use chrono::NaiveDate;
use domain::{
    Instant, ProjectId, UnitId,
    permission::Action,
    person::{Caller, Invalid},
    project::{Lists, ProjectFields},
};
use store::projects::{Project, Revision, Track};

use crate::{App, Error, Result, access::Reach};

pub use board::{Board, BoardColumn, CARDS};
pub use documents::typed::{Typed as TypedAmount, amount as read_amount};
pub use drafts::{Draft, DraftNote};
pub(crate) use export::JOB as EXPORT_JOB;
pub use export::{ExportFormat, ExportState};
pub use files::ProjectFile;
pub use filters::{Around, SavedFilter};
pub use grid::{GRID, GRID_MOST, GridDone, GridRow, GridSave, cell, cells};
pub use history::{Compared, HistoryEntry, LibraryDifference};
pub(crate) use list::enterprises;
pub use list::{Column, ListLine, ListRow, ProjectList};
pub use lists::{ListItem, ListSummary, ListView, Membership};
pub use merge::{FormerProject, MergeDone, MergeLine, Merged, SaveMerge, UndoMerge};
pub use query::{DATES, FLAGS, MONTHS_MOST, PAGE, PAGE_MOST, ProjectQuery, SORTS, TEXTS};
pub(crate) use save::Entry;
pub use save::{Copied, SaveProject};
pub use split::{SaveSplit, SplitForm, SplitLine};
pub use standing::BulkDone;
pub use store::project_lists::{StoredItem, StoredList};
pub use store::projects::{
    At, Project as StoredProject, Revision as StoredRevision, Track as ProjectTrack,
};
pub use store::projects::{
    COUNTED_MOST, Line, PartTotals as ProjectPartTotals, Start, Totals as ProjectTotals,
    totals::Sum as ProjectSum,
};
pub use store::projects::{
    Merge as StoredMerge, MergeData, NamedEntry, SplitOff as StoredSplit,
    twin_pairs::Pair as StoredPair,
};
pub use structure::{Slice, Structure};
pub use summary::{LibrarySummary, SummaryRow};
pub use twin_bench::{TwinBench, TwinGroup, TwinNote, TwinPair, TwinSide, TwinsCompared};
pub use twins::Twin;
pub use view::ProjectView;

/// Both times of a question; the present where left open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct When {
    /// The day.
    pub as_of: Option<NaiveDate>,
    /// The moment.
    pub known_at: Option<Instant>,
}

impl When {
    /// Whether the present is asked about.
    pub const fn is_now(self) -> bool {
        self.as_of.is_none() && self.known_at.is_none()
    }
}

/// A project as one caller sees it.
pub(crate) struct Seen {
    pub project: Project,
    pub revision: Revision,
    pub track: Track,
    pub reach: Reach,
}

impl App {
    /// The times of a question. A day alone is asked as known now; a moment alone, as of its day.
    pub(crate) fn at(&self, when: When) -> At {
        let known_at = when.known_at.unwrap_or_else(|| self.now());
        At {
            as_of: when
                .as_of
                .unwrap_or_else(|| domain::dates::day_in_shanghai(known_at)),
            known_at,
        }
    }

    /// What a query asks for on the day it asks about.
    pub(crate) fn filter_of(&self, query: &ProjectQuery) -> store::projects::Filter {
        query.filter_on(self.at(query.when).as_of)
    }

    /// A project within reach for `action`, in the state the caller sees.
    pub(crate) async fn see_project(
        &self,
        caller: &Caller,
        action: Action,
        id: ProjectId,
        when: When,
    ) -> Result<Seen> {
        let reach = self.reach(caller, action).await?;
        let reader = self.store().read();
        let project = store::projects::by_id(&reader, id)
            .await?
            .ok_or(Error::NotFound)?;
        let own = reach.covers(project.unit);
        // Whose project was taken into this one may read it, as the authority knows it.
        let shared = !own
            && action == Action::ViewProjects
            && store::projects::shared_with(&reader, id)
                .await?
                .into_iter()
                .any(|unit| reach.covers(unit));
        if !own && !shared {
            return Err(Error::NotFound);
        }
        let track = if shared {
            Track::Accepted
        } else {
            track_of(&reach)?
        };
        let revision = if when.is_now() {
            let shown = match track {
                Track::Own => Some(project.head),
                Track::Accepted => match project.accepted {
                    Some(accepted) => Some(accepted),
                    None => store::projects::reported(&reader, id).await?,
                },
            };
            match shown {
                Some(shown) => store::projects::revision(&reader, shown).await?,
                None => None,
            }
        } else {
            store::projects::state(&reader, track, id, self.at(when)).await?
        };
        Ok(Seen {
            revision: revision.ok_or(Error::NotFound)?,
            project,
            track,
            reach,
        })
    }

    /// What a project's fields may be chosen from, in order: industries and districts.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see projects.
    pub async fn project_lists(
        &self,
        caller: &Caller,
    ) -> Result<(Vec<String>, &'static [domain::district::District])> {
        let reach = self.reach(caller, Action::ViewProjects).await?;
        let reader = self.store().read();
        let (_, rules) = store::library_rules::newest(&reader, reach.authority()?.id).await?;
        Ok((rules.industries, domain::district::all()))
    }
}

/// The authority sees what it accepted, enterprises their own.
pub(crate) fn track_of(reach: &Reach) -> Result<Track> {
    Ok(if reach.covers_authority()? {
        Track::Accepted
    } else {
        Track::Own
    })
}

/// The lists of `rules` as the check takes them.
pub(crate) fn lists(rules: &domain::library::LibraryRules) -> Lists {
    let districts = domain::district::all()
        .iter()
        .map(|one| one.code.to_owned());
    Lists {
        industries: rules.industries.iter().cloned().collect(),
        districts: districts.collect(),
    }
}

/// The enterprise a caller enters projects for.
pub(crate) fn own_enterprise(reach: &Reach, caller: &Caller) -> Result<UnitId> {
    let own = reach.tree.enterprise_of(caller.person.unit);
    own.map(|unit| unit.id)
        .filter(|unit| reach.covers(*unit))
        .ok_or(Error::NotFound)
}

/// A jump of ten times or more is likely a slip of the unit: asked once.
pub(crate) fn tenfold(before: &ProjectFields, after: &ProjectFields) -> Option<Invalid> {
    let (old, new) = (before.investment?.fen(), after.investment?.fen());
    let jump = old > 0 && new > 0 && (new / 10 >= old || old / 10 >= new);
    jump.then(|| {
        let wan = |fen| domain::Money::from_fen(fen).wan_exact();
        Invalid::of(
            "investment",
            format!(
                "投资额由{}万元变为{}万元，相差十倍以上，请核对单位；确认无误请勾选“数额无误”再保存",
                wan(old),
                wan(new)
            ),
        )
    })
}
