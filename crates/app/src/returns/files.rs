//! Files of returns: stored bytes of what was handed in, forms printed before, the collected table.

use std::collections::BTreeSet;

use domain::{
    ReturnId, dates,
    permission::Action,
    person::{Caller, Invalid},
    returns::{Content, ReturnState},
};
use serde_json::json;
use store::Db;

use super::{Found, Key, compute, form::Form, hand_in::freeze, kind};
use crate::{
    App, Error, Result,
    completion::{Format, Printed},
    work::Fact,
};

fn file_name(found: &Found, extension: &str) -> String {
    let period = &found.period;
    format!(
        "{}（{}）{}.{extension}",
        period.kind.title(),
        period.label(),
        found.unit.short_name
    )
}

/// All that a return has told and not taken back: what its newest edition says, after the rows that earlier ones had
/// accepted. None while nothing is handed in.
async fn told(db: &impl Db, id: ReturnId) -> Result<Option<Content>> {
    let mut editions = store::returns::editions(db, id).await?;
    editions.retain(|one| one.withdrawn_at.is_none());
    let Some(newest) = editions.pop() else {
        return Ok(None);
    };
    let mut content: Content = serde_json::from_str(&newest.data)?;
    for edition in editions.iter().rev() {
        let rows = store::returns::of_edition(db, edition.id).await?;
        let accepted: BTreeSet<_> = rows
            .iter()
            .filter(|row| row.accepted == Some(true))
            .map(|row| row.project)
            .collect();
        content = kind::after_accepted(serde_json::from_str(&edition.data)?, &accepted, content);
    }
    Ok(Some(content))
}

impl App {
    /// A file of a handed-in edition, byte for byte as stored, noted as a download.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach, or for those who see telephones masked only.
    pub async fn return_file(
        &self,
        caller: &Caller,
        id: ReturnId,
        number: i64,
        format: &str,
    ) -> Result<Printed> {
        self.permit(caller, Action::RevealContacts).await?;
        let found = self.load_return(caller, Action::ViewReturns, id).await?;
        let edition = self.visible_edition(&found, id, number).await?;
        let reader = self.store().read();
        let files = store::returns::files(&reader, edition.id).await?;
        let file = files
            .into_iter()
            .find(|file| file.kind == format)
            .ok_or(Error::NotFound)?;
        let stored = store::files::by_id(&reader, domain::FileId(file.file_id))
            .await?
            .ok_or(Error::NotFound)?;
        let detail = json!({"sm3": stored.sm3, "receipt": edition.receipt});
        self.note_access(
            caller,
            Fact::new("file.downloaded", format!("return:{id}"), detail),
        )
        .await?;
        Ok(Printed {
            name: file_name(&found, format),
            bytes: stored.bytes,
        })
    }

    /// The form as it would be handed in now, for stamping; its content code is kept. A handed-in return gives its stored
    /// file.
    ///
    /// # Errors
    /// [`Error::NotFound`] outside the enterprise, or while it is 未报; [`Error::Lacking`] for a PDF without fonts.
    pub async fn print_return(
        &self,
        caller: &Caller,
        id: ReturnId,
        format: Format,
    ) -> Result<Printed> {
        let found = self.load_return(caller, Action::ViewReturns, id).await?;
        let filing = found.begun()?;
        if matches!(filing.state, ReturnState::HandedIn | ReturnState::Accepted) {
            return self
                .return_file(caller, id, filing.edition, format.extension())
                .await;
        }
        if !found.inside() {
            return Err(Error::NotFound);
        }
        let (content, _) = compute::content(&self.store().read(), &found).await?;
        let code = freeze(&content)?.code;
        let form = Form::of(content, &found.period, &code, None);
        let bytes = self.return_bytes(&form, format).await?;
        let work = self.work().await?;
        store::returns::add_print(&work.tx, id, &code, caller.person.id, work.now).await?;
        let detail = json!({"code": code, "format": format.extension()});
        let fact = Fact::new("return.printed", format!("return:{id}"), detail);
        self.finish_change(work, caller, fact).await?;
        Ok(Printed {
            name: file_name(&found, format.extension()),
            bytes,
        })
    }

    /// What all enterprises of the authority handed in for a period, as one table (汇总), noted as an export. Telephones
    /// are masked for those who need not call.
    ///
    /// # Errors
    /// [`Error::NotFound`] outside the authority, or when there is no such period.
    pub async fn collected(
        &self,
        caller: &Caller,
        key_kind: domain::period::ReturnKind,
        cut_off: chrono::NaiveDate,
        format: Format,
    ) -> Result<Printed> {
        let reach = self.reach(caller, Action::ViewReturns).await?;
        let authority = reach.whole_authority()?.id;
        let periods = self.periods_of(authority, key_kind).await?;
        let period = periods
            .into_iter()
            .find(|period| period.cut_off == cut_off)
            .ok_or(Error::NotFound)?;
        let reader = self.store().read();
        let filings = store::returns::filings(&reader, authority, key_kind).await?;
        let full = caller.may(Action::RevealContacts);
        let (mut contents, mut missing) = (Vec::new(), Vec::new());
        for unit in reach.tree.enterprises_of(authority, cut_off) {
            let mut filings = filings.iter();
            let filing = filings.find(|one| one.period == period.id && one.unit == unit.id);
            let told = match filing {
                Some(filing) => told(&reader, filing.id).await?,
                None => None,
            };
            let Some(content) = told else {
                missing.push(unit.name.clone());
                continue;
            };
            contents.push(if full { content } else { content.masked() });
        }
        if contents.is_empty() {
            return Err(Invalid::of(
                "cut_off",
                format!("{}还没有企业报送，没有可汇总的内容", period.label()),
            )
            .into());
        }
        let (units, missed) = (contents.len(), missing.len());
        let form = Form::collected(contents, &period, missing);
        let bytes = self.return_bytes(&form, format).await?;
        let extension = format.extension();
        let detail = json!({"cut_off": cut_off, "units": units, "missing": missed, "rows": form.len(), "masked": !full});
        let object = format!("returns.{}.{extension}", key_kind.word());
        self.note_access(caller, Fact::new("returns.exported", object, detail))
            .await?;
        let on = dates::print_long(self.today());
        Ok(Printed {
            name: format!(
                "{}（{}）汇总{on}.{extension}",
                key_kind.title(),
                period.label()
            ),
            bytes,
        })
    }

    /// The empty form of a kind, as the notice prints it, with the unit's name; noted as an export.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who see no returns, and for kinds that are texts.
    pub async fn blank_form(
        &self,
        caller: &Caller,
        kind: domain::period::ReturnKind,
        format: Format,
    ) -> Result<Printed> {
        let reach = self.reach(caller, Action::ViewReturns).await?;
        let own = reach.unit(caller.person.unit)?;
        let unit = match own.kind {
            domain::unit::UnitKind::Enterprise => own.name.clone(),
            _ => String::new(),
        };
        let form = Form::blank(kind, unit).ok_or(Error::NotFound)?;
        let bytes = self.return_bytes(&form, format).await?;
        let extension = format.extension();
        let object = format!("returns.{}.blank.{extension}", kind.word());
        self.note_access(caller, Fact::new("returns.exported", object, json!({})))
            .await?;
        Ok(Printed {
            name: format!("{}（空表）.{extension}", kind.title()),
            bytes,
        })
    }

    /// The number of the return of a period and enterprise, once it is begun.
    ///
    /// # Errors
    /// As [`App::return_of`]; [`Error::NotFound`] while it is 未报.
    pub async fn return_number(&self, caller: &Caller, key: Key) -> Result<ReturnId> {
        let found = self.find_return(caller, Action::ViewReturns, key).await?;
        Ok(found.begun()?.id)
    }
}
