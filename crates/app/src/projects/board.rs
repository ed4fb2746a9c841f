//! The board (看板): what a list shows, a column for each stage; a card is moved by recording the fact of its new stage.

use domain::{
    ProjectId,
    permission::Action,
    person::Caller,
    project::{BOARD, Move, Stage},
};
use store::projects::{Axis, Page, PartTotals, Start, Track};

use super::{
    ListRow, ProjectQuery, SaveProject,
    list::{enterprises, row, within},
    track_of,
};
use crate::{App, Error, Result};

/// Cards of a column at most; the list shows all.
pub const CARDS: u64 = 20;

/// One column of the board.
pub struct BoardColumn {
    /// Its stage.
    pub stage: Stage,
    /// All projects in it.
    pub totals: PartTotals,
    /// Its first cards, in the order asked for.
    pub cards: Vec<ListRow>,
}

impl BoardColumn {
    /// Projects beyond the cards shown.
    pub fn more(&self) -> i64 {
        self.totals.count - i64::try_from(self.cards.len()).unwrap_or(i64::MAX)
    }
}

/// What a list shows, by stages.
pub struct Board {
    /// What was asked.
    pub query: ProjectQuery,
    /// The columns, from 谋划 to 投产.
    pub columns: Vec<BoardColumn>,
    /// Projects that are 暂停 or 终止: on no column.
    pub halted: Vec<(Stage, i64)>,
    /// Whether the caller may move cards.
    pub movable: bool,
}

impl App {
    /// Projects within reach by stages, as [`App::projects`] gives them.
    ///
    /// # Errors
    /// As [`App::projects`].
    pub async fn board(&self, caller: &Caller, query: ProjectQuery) -> Result<Board> {
        let reach = self.reach(caller, Action::ViewProjects).await?;
        let track = track_of(&reach)?;
        let units = enterprises(&reach);
        let filter = within(&self.filter_of(&query), &units)?;
        let reader = self.store().read();
        let at = (!query.when.is_now()).then(|| self.at(query.when));
        let parts = store::projects::parts(&reader, track, at, &filter, Axis::Stage).await?;
        let of_stage = |stage: Stage| {
            let part = parts.iter().find(|(word, _)| word == stage.word());
            part.map_or(PartTotals::default(), |(_, totals)| *totals)
        };
        let page = Page {
            sort: query.sort,
            descending: query.descending,
            start: Start::First,
            limit: CARDS,
        };
        let mut columns = Vec::new();
        for stage in BOARD {
            let totals = of_stage(stage);
            let mut cards = Vec::new();
            if totals.count > 0 {
                let mut one = filter.clone();
                one.stages = [stage].into();
                let found = store::projects::list(&reader, track, at, &one, &page, None).await?;
                let card = |(project, revision, _)| row(project, revision, &units);
                cards = found.into_iter().map(card).collect();
            }
            columns.push(BoardColumn {
                stage,
                totals,
                cards,
            });
        }
        let halted = [Stage::Suspended, Stage::Terminated];
        Ok(Board {
            movable: query.when.is_now() && track == Track::Own && caller.may(Action::EditProjects),
            halted: halted
                .into_iter()
                .map(|stage| (stage, of_stage(stage).count))
                .filter(|(_, count)| *count > 0)
                .collect(),
            columns,
            query,
        })
    }

    /// Moves a project made from `version` to another stage: records the fact of that stage, or takes back those
    /// beyond it.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field of the move; [`Error::Conflict`] when somebody saved it since.
    pub async fn move_project(
        &self,
        caller: &Caller,
        id: ProjectId,
        version: i64,
        moved: &Move,
        reason: &str,
    ) -> Result<()> {
        let (project, _) = self.project_to_edit(caller, id).await?;
        let funded = !project.funds.is_zero();
        let save = SaveProject {
            reason: reason.to_owned(),
            ..SaveProject::default()
        };
        self.change_project(caller, id, version, &save, |before| {
            before.moved(funded, moved).map_err(Error::from)
        })
        .await
        .map(|_| ())
        .map_err(as_named_here)
    }
}

/// Refusals by the names of the move: its date is one field, whatever fact it is of.
fn as_named_here(error: Error) -> Error {
    let Error::Invalid(mut invalid) = error else {
        return error;
    };
    for (field, _) in &mut invalid.fields {
        let is_date = field.starts_with("milestones.")
            || field == "company.registered_on"
            || (field.starts_with("signings.") && field.ends_with(".on"));
        if is_date {
            "on".clone_into(field);
        } else if field.starts_with("signings.") && field.ends_with(".relation") {
            "relation".clone_into(field);
        } else if field == "company.name" {
            "company".clone_into(field);
        }
    }
    invalid.into()
}
