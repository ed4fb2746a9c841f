//! 项目库汇总: enterprises by stage, counts and investments, out of the totals kept with every change.

use domain::{UnitId, permission::Action, person::Caller, project::Stage};
use store::projects::{Track, totals::Sum};

use super::{list, track_of};
use crate::{App, Result};

/// One enterprise of the summary, or all of them together.
#[derive(Debug, Clone, Default)]
pub struct SummaryRow {
    /// The enterprise; none for all together.
    pub unit: Option<UnitId>,
    /// Its short name.
    pub name: String,
    /// By stage, in the order of [`Stage::ALL`].
    pub stages: Vec<Sum>,
    /// All stages together.
    pub total: Sum,
}

/// The library by enterprise and stage, as it is now.
pub struct LibrarySummary {
    /// Whether the authority's accepted states are counted, or the enterprise's own.
    pub track: Track,
    /// Enterprises within reach, in own order.
    pub rows: Vec<SummaryRow>,
    /// All of them together.
    pub total: SummaryRow,
}

impl App {
    /// What the caller may see of the library, by enterprise and stage.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for those who may not see projects.
    pub async fn library_summary(&self, caller: &Caller) -> Result<LibrarySummary> {
        let reach = self.reach_seen(caller, Action::ViewProjects).await?;
        let track = track_of(&reach)?;
        let kept = self.totals_at(reach.versions).await?;
        let sums = kept.of(track);
        let row = |(unit, name): (UnitId, String)| {
            let stages: Vec<Sum> = Stage::ALL
                .iter()
                .map(|stage| sums.get(&(unit, *stage)).copied().unwrap_or_default())
                .collect();
            SummaryRow {
                unit: Some(unit),
                name,
                total: together(&stages),
                stages,
            }
        };
        let rows: Vec<SummaryRow> = list::enterprises(&reach).into_iter().map(row).collect();
        let mut stages = vec![Sum::default(); Stage::ALL.len()];
        for row in &rows {
            for (all, one) in stages.iter_mut().zip(&row.stages) {
                *all += *one;
            }
        }
        let total = SummaryRow {
            unit: None,
            name: "合计".to_owned(),
            total: together(&stages),
            stages,
        };
        Ok(LibrarySummary { track, rows, total })
    }
}

fn together(stages: &[Sum]) -> Sum {
    let mut total = Sum::default();
    for one in stages {
        total += *one;
    }
    total
}
