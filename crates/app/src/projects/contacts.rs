//! Telephones: masked everywhere, unmasked for those whose work needs it, each look noted.

use domain::{ProjectId, permission::Action, person::Caller};
use serde_json::json;

use super::When;
use crate::{App, Result, work::Fact};

impl App {
    /// The contact's name and whole telephone. The look is in the access chain before the answer leaves.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] when out of reach, or for those who need not call.
    pub async fn reveal_contact(&self, caller: &Caller, id: ProjectId) -> Result<(String, String)> {
        let seen = self
            .see_project(caller, Action::RevealContacts, id, When::default())
            .await?;
        let fact = Fact::new(
            "project.contact_seen",
            format!("project:{id}"),
            json!({"code": seen.project.code}),
        );
        self.note_access(caller, fact).await?;
        let fields = seen.revision.fields;
        Ok((fields.contact_name, fields.contact_phone))
    }
}
