//! Likely twins, told before saving and never blocking.

use domain::{
    ProjectId, UnitId,
    library::{Likeness, name_core},
    permission::Action,
    person::Caller,
    project::ProjectFields,
};

use super::own_enterprise;
use crate::{App, Result};

/// A project that may be the same.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Twin {
    /// It, where the caller may see it: (number, code, name, enterprise). Of another enterprise's project a reporter is
    /// told only that there may be one (mission page, “Who sees what”).
    pub project: Option<(ProjectId, String, String, UnitId)>,
    /// Why, in words; empty where the project may not be seen.
    pub why: Vec<&'static str>,
}

/// Told of at most.
const TOLD_MOST: usize = 5;

impl App {
    /// Projects that may be the same as one about to be saved. At most one twin of other enterprises is told of to
    /// those who may not see it: that there is one, not how many.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for those who may not see projects.
    pub async fn likely_twins(
        &self,
        caller: &Caller,
        fields: &ProjectFields,
        except: Option<ProjectId>,
    ) -> Result<Vec<Twin>> {
        let reach = self.reach(caller, Action::ViewProjects).await?;
        let likeness = Likeness::of(fields);
        let core = name_core(&fields.name);
        if core.is_empty() {
            return Ok(Vec::new());
        }
        let reader = self.store().read();
        let authority = reach.authority()?.id;
        let own = own_enterprise(&reach, caller).ok();
        let candidates = store::projects::candidates(
            &reader,
            authority,
            except,
            &core,
            &fields.district,
            fields.investment,
        )
        .await?;
        let (mut seen, mut hidden) = (Vec::new(), false);
        for candidate in candidates {
            let why = likeness.twin(&candidate.likeness);
            if why.is_empty() {
                continue;
            }
            if own.is_none_or(|own| own == candidate.unit) && reach.covers(candidate.unit) {
                let project = (
                    candidate.id,
                    candidate.code,
                    candidate.likeness.name,
                    candidate.unit,
                );
                seen.push(Twin {
                    project: Some(project),
                    why,
                });
            } else {
                hidden = true;
            }
        }
        seen.truncate(TOLD_MOST);
        if hidden {
            seen.push(Twin {
                project: None,
                why: Vec::new(),
            });
        }
        Ok(seen)
    }
}
