//! The demo's reminders: addresses that lead nowhere, and inboxes that are not empty.

use app::{App, reminders::Contact};

use super::seed::Clerks;
use crate::failure::Result;

/// Says where clerks are reached, and reminds them of what is to come.
pub async fn seed(app: &App, clerks: &Clerks) -> Result<()> {
    let Some(officer) = &clerks.officer else {
        return Ok(());
    };
    let all = clerks.reporters.values().chain(clerks.approvers.values());
    for caller in all.chain([officer]) {
        let contact = Contact {
            // example.com receives no mail (RFC 2606), and the demo has no mail server.
            email: format!("{}@example.com", caller.person.login),
            ..Contact::default()
        };
        app.save_contact(caller, caller.person.id, contact).await?;
    }
    app.remind_ahead(true).await?;
    Ok(())
}
