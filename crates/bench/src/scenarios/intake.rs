//! A clerk's file of 10,000 rows into 附件2: read, compared with a library of thousands of projects, every check made,
//! the first page shown.

use std::time::Duration;

use hyper::{Method, StatusCode, header};

use super::Scenario;
use crate::{
    bench::Bench,
    client::{Client, form_token, with_file},
    failure::Result,
    files::adjustments,
    numbers::Times,
    report::Figure,
};

const REPORTER: &str = "reporter-wzyh";
const MANY: usize = 10_000;
/// Projects in the library it is compared with.
const LIBRARY: usize = 3_000;
/// The aim of the work order: preview and full checks.
const AIM: Duration = Duration::from_secs(2);
const UPLOAD: &str = "/returns/annex2/intake";

/// The preview of large files.
pub struct Intake;

#[async_trait::async_trait(?Send)]
impl Scenario for Intake {
    fn name(&self) -> &'static str {
        "intake"
    }

    async fn measure(&self, bench: &mut Bench) -> Result<()> {
        let server = bench.open().await?;
        let mut reporter = server.sign_in(REPORTER).await?;
        reporter.gzip = false;
        let unit = unit_of(&mut reporter).await?;
        fill(&mut reporter, &unit).await?;
        let files = [
            (
                "10,000 rows docx",
                "many.docx",
                adjustments::as_docx(&unit, MANY)?,
            ),
            (
                "10,000 rows xlsx",
                "many.xlsx",
                adjustments::as_xlsx(&unit, MANY)?,
            ),
            (
                "10,000 rows csv",
                "many.csv",
                adjustments::as_csv(&unit, MANY),
            ),
        ];
        for (what, name, bytes) in files {
            let (mut uploads, mut previews) = (Vec::new(), Vec::new());
            for _ in 0..bench.times(5, 2) {
                let (upload, preview) = once(&mut reporter, name, &bytes).await?;
                uploads.push(upload);
                previews.push(preview);
            }
            row(bench, what, &bytes, Times::of(uploads), Times::of(previews));
        }
        server.close().await
    }
}

/// The reporter's enterprise, as the page of uploads names it.
async fn unit_of(reporter: &mut Client) -> Result<String> {
    let page = reporter.get(UPLOAD).await?.expect(StatusCode::OK)?.text();
    let head = page.split("zs-subtitle\">").nth(1);
    let unit = head.and_then(|rest| rest.split('\u{3000}').next());
    Ok(unit.ok_or("the page names no enterprise")?.to_owned())
}

/// Fills the library through the same door: what it has then is changed, not new, in the files that are measured.
async fn fill(reporter: &mut Client, unit: &str) -> Result<()> {
    let file = adjustments::as_csv(unit, LIBRARY);
    let draft = upload(reporter, "library.csv", &file).await?.0;
    let page = wait(reporter, &draft).await?.0;
    let csrf = form_token(&page)?;
    let (version, basis) = (hidden(&page, "version")?, hidden(&page, "basis")?);
    let fields = [
        ("csrf", csrf.as_str()),
        ("version", &version),
        ("basis", &basis),
        ("checked", "1"),
        ("step", "confirm"),
    ];
    let answer = reporter.post(&draft, &fields).await?;
    answer.expect(StatusCode::SEE_OTHER)?;
    Ok(())
}

/// Uploads a file, looks at its preview and cancels; gives how long the upload and the preview took.
async fn once(reporter: &mut Client, name: &str, bytes: &[u8]) -> Result<(Duration, Duration)> {
    let (draft, upload) = upload(reporter, name, bytes).await?;
    let (page, preview) = wait(reporter, &draft).await?;
    if !page.contains(&format!("全部 {MANY}<")) {
        return Err(format!("{name}: not all rows are there").into());
    }
    let csrf = form_token(&page)?;
    let cancel = format!("{draft}/cancel");
    reporter
        .post(&cancel, &[("csrf", &csrf)])
        .await?
        .expect(StatusCode::SEE_OTHER)?;
    Ok((upload, preview))
}

async fn upload(reporter: &mut Client, name: &str, bytes: &[u8]) -> Result<(String, Duration)> {
    let page = reporter.get(UPLOAD).await?.expect(StatusCode::OK)?;
    let csrf = form_token(&page.text())?;
    let (kind, body) = with_file(&csrf, name, bytes);
    let answer = reporter.send(Method::POST, UPLOAD, &kind, body).await?;
    let answer = answer.expect(StatusCode::SEE_OTHER)?;
    let location = answer.headers.get(header::LOCATION);
    let location = location.and_then(|value| value.to_str().ok());
    Ok((location.ok_or("no draft")?.to_owned(), answer.time))
}

/// The preview once it is there, with the time until then.
async fn wait(reporter: &mut Client, draft: &str) -> Result<(String, Duration)> {
    let mut waited = Duration::ZERO;
    for _ in 0..100 {
        let answer = reporter.get(draft).await?.expect(StatusCode::OK)?;
        waited += answer.time;
        let page = answer.text();
        if !page.contains("data-refresh") {
            return Ok((page, waited));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        waited += Duration::from_millis(100);
    }
    Err("the file is not read".into())
}

fn hidden(page: &str, name: &str) -> Result<String> {
    page.split_once(&format!("name=\"{name}\" value=\""))
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(value, _)| value.to_owned())
        .ok_or_else(|| format!("the page has no {name}").into())
}

fn row(bench: &mut Bench, what: &str, bytes: &[u8], uploads: Times, previews: Times) {
    let worst = uploads.worst() + previews.worst();
    bench.report.add(
        "A clerk's file into 附件2, beside 3,000 projects",
        &[
            "file",
            "n",
            "sent KiB",
            "upload and reading ms",
            "preview and checks ms",
            "worst together ms",
            "aim ms",
            "met",
        ],
        vec![
            Figure::Text(what.to_owned()),
            Figure::Count(u64::try_from(uploads.count()).unwrap_or_default()),
            Figure::Count(u64::try_from(bytes.len() / 1024).unwrap_or_default()),
            Figure::time(uploads.median()),
            Figure::time(previews.median()),
            Figure::time(worst),
            Figure::time(AIM),
            Figure::Text(if worst <= AIM { "yes" } else { "no" }.to_owned()),
        ],
    );
}
