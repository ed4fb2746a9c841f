//! 项目推介册: chosen projects with their packaging texts, as a PDF for investors.

use documents::write::{Brochure, BrochureProject, BrochureReadiness, brochure_pdf};
use domain::{
    dates,
    permission::Action,
    person::{Caller, Invalid},
    project::{Field, ReadinessItem, Stage},
};
use serde_json::json;
use store::projects::{Page, Start};

use super::{ListRow, ProjectQuery, list, track_of};
use crate::{App, Result, work::Fact};

/// Projects of one brochure at most.
const MOST: u64 = 100;

impl App {
    /// The brochure of what a list shows, in its order: the file's name and bytes. Telephones are in it for those who
    /// may see them, since investors are to call; the making is noted.
    ///
    /// # Errors
    /// [`crate::Error::Invalid`] for none or too many; [`crate::Error::Lacking`] without fonts.
    pub async fn brochure(
        &self,
        caller: &Caller,
        query: &ProjectQuery,
    ) -> Result<(String, Vec<u8>)> {
        let reach = self.reach(caller, Action::ViewProjects).await?;
        let units = list::enterprises(&reach);
        let mut filter = list::within(&self.filter_of(query), &units)?;
        // What is not going on is offered to nobody, unless it was asked for.
        if filter.stages.is_empty() && filter.ids.is_empty() {
            let running = |stage: &&Stage| !matches!(stage, Stage::Suspended | Stage::Terminated);
            filter.stages = Stage::ALL.iter().filter(running).copied().collect();
        }
        let at = (!query.when.is_now()).then(|| self.at(query.when));
        let page = Page {
            sort: query.sort,
            descending: query.descending,
            start: Start::First,
            limit: MOST + 1,
        };
        let found = store::projects::list(
            &self.store().read(),
            track_of(&reach)?,
            at,
            &filter,
            &page,
            None,
        )
        .await?;
        if found.is_empty() || found.len() as u64 > MOST {
            return Err(Invalid::of(
                "id",
                format!(
                    "推介册请选择1到{MOST}个项目，现在有{}",
                    if found.is_empty() {
                        "0个".to_owned()
                    } else {
                        format!("{MOST}个以上")
                    }
                ),
            )
            .into());
        }
        let reveal = caller.may(Action::RevealContacts);
        let codes: Vec<String> = found
            .iter()
            .map(|(project, ..)| project.code.clone())
            .collect();
        let projects = found.into_iter().map(|(project, revision, _)| {
            let phone = if reveal {
                revision.fields.contact_phone.clone()
            } else {
                String::new()
            };
            printed(&list::row(project, revision, &units), phone)
        });
        let brochure = Brochure {
            authority: reach.authority()?.name.clone(),
            date: Some(self.today()),
            projects: projects.collect(),
        };
        let bytes = self
            .printer()
            .pdf(move |fonts| brochure_pdf(&brochure, fonts))
            .await?;
        let detail = json!({"projects": codes, "telephones": reveal});
        self.note_access(caller, Fact::new("projects.brochure", "projects", detail))
            .await?;
        Ok((
            format!(
                "招商引资项目推介册（{}）.pdf",
                dates::print_long(self.today())
            ),
            bytes,
        ))
    }
}

fn printed(row: &ListRow, contact_phone: String) -> BrochureProject {
    let fields = &row.revision.fields;
    let readiness = ReadinessItem::ALL.iter().map(|item| {
        let one = fields.readiness.get(item);
        BrochureReadiness {
            item: item.label().to_owned(),
            ready: one.is_some_and(|one| one.ready),
            note: one.map(|one| one.note.clone()).unwrap_or_default(),
        }
    });
    BrochureProject {
        name: fields.name.clone(),
        code: row.project.code.clone(),
        industry: fields.industry.clone(),
        place: [fields.text(Field::District), fields.address.clone()].concat(),
        investment: fields.investment,
        cooperation: fields.cooperation.clone(),
        horizon: fields.text(Field::Horizon),
        basic_info: fields.basic_info.clone(),
        advantages: fields.packaging.advantages.clone(),
        surroundings: fields.packaging.surroundings.clone(),
        business_model: fields.packaging.business_model.clone(),
        readiness: readiness.collect(),
        contact_unit: row.unit.clone(),
        contact_name: if contact_phone.is_empty() {
            String::new()
        } else {
            fields.contact_name.clone()
        },
        contact_phone,
    }
}
