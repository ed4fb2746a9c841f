//! The demo's reminders: addresses that lead nowhere, and inboxes that are not empty.

use app::{App, reminders::Contact, returns::Query};
use chrono::TimeDelta;
use domain::period::ReturnKind;

use super::seed::Clerks;
use crate::failure::Result;

/// Days before the due day of the first stage.
const AHEAD: TimeDelta = TimeDelta::days(7);

/// Says where clerks are reached, and reminds them of the first period as if its first stage had come.
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
    let returns = app
        .returns(officer, ReturnKind::Annex2, Query::default())
        .await?;
    let first = returns.periods.first().map(|period| period.due_on - AHEAD);
    app.remind_up_to(first).await?;
    Ok(())
}
