//! All attachments of a period as one zip: what was handed in, the scans, and a list of it.

use chrono::{NaiveDate, NaiveDateTime};
use documents::{csv_table, write::zip_files};
use domain::{
    FileId, Instant, dates,
    period::ReturnKind,
    permission::Action,
    person::{Caller, Invalid},
    returns::Content,
};
use serde_json::json;

use super::Query;
use crate::{App, Error, Result, completion::Printed, work::Fact};

/// Bytes that go into one zip at most.
const MOST: usize = 400 * 1024 * 1024;

impl App {
    /// What the enterprises within reach handed in for a period, as stored: a folder for each with the files of the newest
    /// edition and the stamped scans, and 目录.csv with receipts and SM3. Noted as an export.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such period, or for those who see telephones masked only;
    /// [`Error::Invalid`] when nothing was handed in, or it is too much for one file.
    pub async fn period_bundle(
        &self,
        caller: &Caller,
        kind: ReturnKind,
        cut_off: NaiveDate,
    ) -> Result<Printed> {
        self.permit(caller, Action::RevealContacts).await?;
        let query = Query {
            cut_off: Some(cut_off),
            ..Query::default()
        };
        let returns = self.returns(caller, kind, query).await?;
        let period = returns
            .periods
            .iter()
            .find(|period| period.cut_off == cut_off)
            .ok_or(Error::NotFound)?;
        let reader = self.store().read();
        let mut files: Vec<(String, NaiveDateTime, Vec<u8>)> = Vec::new();
        let local = |at: Instant| at.with_timezone(&dates::shanghai()).naive_local();
        let mut list: Vec<Vec<String>> = Vec::new();
        let mut total = 0;
        for (line, place) in returns.lines.iter().zip(1..) {
            let (Some(id), Some(number)) = (line.filing, line.edition) else {
                let said = if line.is_exempt() {
                    "免报"
                } else {
                    "未报送"
                };
                let blank = String::new;
                list.push(vec![
                    line.unit_name.clone(),
                    blank(),
                    said.to_owned(),
                    blank(),
                    blank(),
                ]);
                continue;
            };
            let folder = format!("{place:02}{}", crate::imports::safe_name(&line.unit_name));
            let mut wanted: Vec<(String, FileId)> = Vec::new();
            let editions = store::returns::editions(&reader, id).await?;
            if let Some(edition) = editions.iter().find(|one| one.edition == number) {
                for file in store::returns::files(&reader, edition.id).await? {
                    let name = format!("{}.{}", kind.title(), file.kind);
                    wanted.push((name, FileId(file.file_id)));
                }
            }
            // What the newest edition names, in its order.
            let attached = store::returns::attached(&reader, id, false).await?;
            let edition = editions.iter().find(|one| one.edition == number);
            let data = edition.map_or("", |one| one.data.as_str());
            if let Ok(Content::Report(report)) = serde_json::from_str::<Content>(data) {
                for (named, at) in report.files.iter().zip(1..) {
                    if let Some(one) = attached.iter().find(|one| one.attached.id == named.id) {
                        let name = crate::imports::safe_name(&named.name);
                        wanted.push((format!("附件材料{at}-{name}"), one.file));
                    }
                }
            }
            for (scan, at) in store::returns::scans(&reader, id).await?.iter().zip(1..) {
                let name = crate::imports::safe_name(&scan.name);
                wanted.push((format!("盖章扫描件{at}-{name}"), FileId(scan.file_id)));
            }
            for (name, file) in wanted {
                let stored = store::files::by_id(&reader, file).await?;
                let stored = stored.ok_or(Error::NotFound)?;
                total += stored.bytes.len();
                if total > MOST {
                    let why = "这一期的附件超过400兆，一次打不成一个包，请逐家下载";
                    return Err(Invalid::of("cut_off", why).into());
                }
                list.push(vec![
                    line.unit_name.clone(),
                    name.clone(),
                    line.receipt.clone(),
                    line.handed_in_at
                        .map(dates::print_minute)
                        .unwrap_or_default(),
                    stored.sm3.clone(),
                ]);
                let at = line.handed_in_at.unwrap_or_else(|| self.now());
                files.push((format!("{folder}/{name}"), local(at), stored.bytes));
            }
        }
        if files.is_empty() {
            let who = if returns.inside {
                "您的单位还没有报送"
            } else {
                "还没有企业报送"
            };
            let why = format!("{}{who}，没有可下载的附件", period.label());
            return Err(Invalid::of("cut_off", why).into());
        }
        let columns = ["单位", "文件", "回执号", "报送时间", "SM3"];
        let list = csv_table::write(&columns, list.iter().map(Vec::as_slice));
        let count = files.len();
        // The list says nothing newer than what is in it.
        let newest = files.iter().map(|(_, at, _)| *at).max().unwrap_or_default();
        files.insert(0, ("目录.csv".to_owned(), newest, list));
        let zip = tokio::task::spawn_blocking(move || zip_files(&files))
            .await
            .map_err(|error| Error::Internal(error.to_string()))?
            .map_err(|error| Error::Internal(error.to_string()))?;
        let detail = json!({"cut_off": cut_off, "files": count, "bytes": zip.len()});
        let object = format!("returns.{}.zip", kind.word());
        self.note_access(caller, Fact::new("returns.exported", object, detail))
            .await?;
        Ok(Printed {
            name: format!("{}（{}）附件.zip", kind.short(), period.label()),
            bytes: zip,
        })
    }
}
