//! Handing in: everything is made and printed before the transaction; inside it the data is computed again, and refused
//! when it has changed meanwhile.

use domain::{
    dates,
    person::{Caller, Invalid},
    returns::{Content, ReturnState, ReturnStep, compare, content_code},
};
use serde_json::json;
use store::returns::NewEdition;

use super::{
    Found, Seen, compute,
    form::Form,
    kind,
    steps::{check_seen, check_version},
};
use crate::{App, Conflict, Error, Result, completion::Format, secrets, work::Fact};

/// The formats that are kept of every edition.
pub(super) const KEPT: [Format; 3] = [Format::Docx, Format::Xlsx, Format::Pdf];

/// A content as it is frozen.
pub(super) struct FrozenContent {
    /// Canonical JSON: fields in the order of their declaration, rows in printed order.
    pub data: String,
    /// Its SM3.
    pub sm3: String,
    /// The content code printed.
    pub code: String,
}

/// Freezes a content: the same content, the same bytes.
pub(super) fn freeze(content: &Content) -> Result<FrozenContent> {
    let data = serde_json::to_string(content)?;
    let hash = secrets::sm3(data.as_bytes());
    Ok(FrozenContent {
        sm3: secrets::hex(&hash),
        code: content_code(&hash),
        data,
    })
}

impl App {
    pub(super) async fn hand_in(
        &self,
        caller: &Caller,
        found: Found,
        seen: &Seen,
        reason: &str,
    ) -> Result<ReturnState> {
        let filing = found.begun()?;
        check_release(caller, filing, seen, reason)?;
        found.check_open(self.now())?;
        let (content, _) = compute::content(&self.store().read(), &found).await?;
        content.check()?;
        let frozen = freeze(&content)?;
        check_seen(&frozen.code, seen, filing)?;
        if found.period.scan_required {
            let scans = store::returns::scans(&self.store().read(), filing.id).await?;
            if scans.iter().all(|scan| scan.code != frozen.code) {
                return Err(Invalid::of(
                    "scan",
                    "这类报表须附盖章扫描件：请下载本页的表打印、盖章，扫描后在本页按内容码上传，再报送",
                )
                .into());
            }
        }
        let printed_on = self.today();
        let form = Form::of(
            content.clone(),
            &found.period,
            &frozen.code,
            Some(printed_on),
        );
        let mut files = Vec::new();
        for format in KEPT {
            files.push((format.extension(), self.return_bytes(&form, format).await?));
        }

        let work = self.work().await?;
        let (found, filing) = self.locked(&work, found).await?;
        check_release(caller, &filing, seen, reason)?;
        found.check_open(work.now)?;
        // The projects' later changes are the next return's; what the authority knows and was told must be as it was.
        let known_at = filing.submitted_at.unwrap_or(work.now);
        let (now_content, _) = compute::fresh(&work.tx, &found, known_at).await?;
        let moved = compare(&content, &now_content, &|_| None);
        if !moved.is_empty() {
            let values = moved.into_iter().map(|one| {
                let label = format!("{}　{}", one.row, one.column);
                (label, one.before, one.after)
            });
            return Err(Error::Conflict(Box::new(Conflict {
                what: "这份报表提交审核时的依据（请退回填报员，核对后重新提交审核）".to_owned(),
                values: values.collect(),
                version: filing.version,
            })));
        }
        if dates::day_in_shanghai(work.now) != printed_on {
            return Err(Invalid::of("version", "刚过零点，填报时间变了，请再报送一次").into());
        }
        let mut after = filing.clone();
        after.state = ReturnState::HandedIn;
        after.submitted_data = None;
        after.first_handed_in_at = filing.first_handed_in_at.or(Some(work.now));
        self.record_step(&work, caller, &filing, &after, ReturnStep::HandIn, reason)
            .await?;
        let series = format!(
            "{}-{}",
            found.period.kind.short(),
            found.period.cut_off.format("%Y%m")
        );
        let number = store::counters::next(&work.tx, &format!("receipt:{series}")).await?;
        let receipt = format!("{series}-{number:04}");
        let late = found
            .period
            .is_late(after.first_handed_in_at.unwrap_or(work.now));
        // Nothing left to tell after a part was accepted is not nothing to tell.
        let zero = content.is_zero() && compute::reviewed(&work.tx, &found).await?.is_empty();
        let edition = store::returns::add_edition(
            &work.tx,
            &NewEdition {
                filing: filing.id,
                edition: filing.edition,
                data: &frozen.data,
                data_sm3: &frozen.sm3,
                code: &frozen.code,
                receipt: &receipt,
                zero,
                late,
                at: work.now,
                by: caller.person.id,
            },
        )
        .await?;
        let mut hashes = serde_json::Map::new();
        for (kind, bytes) in files {
            let sm3 = secrets::sm3_hex(&bytes);
            let file = store::files::put(&work.tx, &sm3, &bytes, work.now).await?;
            store::returns::attach(&work.tx, edition, kind, file).await?;
            hashes.insert(kind.to_owned(), sm3.into());
        }
        kind::freeze_rows(&work.tx, edition, found.unit.id, &content).await?;
        store::returns::add_print(
            &work.tx,
            filing.id,
            &frozen.code,
            caller.person.id,
            work.now,
        )
        .await?;
        let detail = json!({
            "unit": found.unit.id, "cut_off": found.period.cut_off, "edition": filing.edition, "receipt": receipt,
            "data_sm3": frozen.sm3, "rows": content.rows().len(), "late": late, "sm3": hashes,
        });
        let fact = Fact::new("return.handed_in", format!("return:{}", filing.id), detail);
        self.finish_change(work, caller, fact).await?;
        Ok(after.state)
    }
}

fn check_release(
    caller: &Caller,
    filing: &store::returns::Filing,
    seen: &Seen,
    reason: &str,
) -> Result<()> {
    check_version(filing, seen.version)?;
    ReturnStep::HandIn.check(filing.state, reason)?;
    if filing.submitted_by == Some(caller.person.id) {
        return Err(Invalid::of(
            "step",
            "不能报送自己提交审核的报表，请由本企业其他负责人办理",
        )
        .into());
    }
    Ok(())
}
