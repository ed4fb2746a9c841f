//! What the library's pages read, statement by statement, as `crates/store/src/projects` has them: for the bare handler.
//! The officer's pages: what the authority accepted, of all enterprises.

use serde_json::json;

use crate::{bare::Query, data::Ground};

const NOW: &str = "span.known_to = 9223372036854775807 AND span.to_on = '9999-12-31'";
const LINE: &str = "span.project_id, span.unit_id, span.code, span.name, span.stage, project.standing, project.pending, \
  span.investment_fen, span.industry, span.district, span.horizon, span.readiness, span.signed_from, span.signed_to, \
  span.lead_official";
const LINE_KINDS: &str = "nnttttbntttnttt";

/// The product names the index on SQLite.
fn spans(ground: &Ground, index: &str) -> String {
    match ground.library.sqlite {
        true => format!("project_span AS span INDEXED BY {index}"),
        false => "project_span AS span".to_owned(),
    }
}

fn units(ground: &Ground) -> String {
    let numbers: Vec<String> = ground
        .library
        .units
        .iter()
        .map(ToString::to_string)
        .collect();
    format!("IN ({})", numbers.join(", "))
}

/// The kept totals that say how many there are.
fn totals(units: &str, fits: &str) -> Query {
    Query::new(
        format!(
            "SELECT (SELECT CAST(COALESCE(SUM(projects), 0) AS BIGINT) FROM project_total WHERE track = 'accepted') AS a,
               (SELECT CAST(COALESCE(SUM(projects), 0) AS BIGINT) FROM project_total WHERE track = 'accepted' AND unit_id {units}) AS b,
               CAST(COALESCE(SUM(projects), 0) AS BIGINT) AS c, CAST(COALESCE(SUM(investment_fen), 0) AS BIGINT) AS d
             FROM project_total WHERE track = 'accepted' AND unit_id {units} AND {fits}"
        ),
        vec![],
        "nnnn",
    )
}

/// A page of fifty lines chosen by an inner query.
fn lines(inner: &str, order: &str, values: Vec<serde_json::Value>) -> Query {
    Query::new(
        format!(
            "SELECT {LINE} FROM (SELECT span.id {inner} ORDER BY {order} LIMIT 50) AS chosen
             CROSS JOIN project_span AS span CROSS JOIN project WHERE span.id = chosen.id AND project.id = span.project_id"
        ),
        values,
        LINE_KINDS,
    )
}

/// One enterprise, one stage, by investment.
pub fn list(ground: &Ground) -> Vec<Query> {
    let unit = format!("= {}", ground.library.unit);
    let from = spans(ground, "project_span_unit");
    vec![
        totals(&unit, "stage = 'signed'"),
        lines(
            &format!(
                "FROM {from} WHERE span.track = 'accepted' AND {NOW} AND span.unit_id {unit} AND span.stage = 'signed'"
            ),
            if ground.library.sqlite {
                "span.investment_fen DESC, span.code, span.project_id"
            } else {
                "span.investment_fen DESC NULLS LAST, span.code, span.project_id"
            },
            vec![],
        ),
    ]
}

/// Everything, by code.
pub fn whole(ground: &Ground) -> Vec<Query> {
    let from = spans(ground, "project_span_code");
    let units = units(ground);
    vec![
        totals(&units, "1 = 1"),
        lines(
            &format!(
                "FROM {from} WHERE span.track = 'accepted' AND {NOW} AND span.unit_id {units}"
            ),
            "span.code, span.project_id",
            vec![],
        ),
    ]
}

/// A text in everything, what was saved last first.
pub fn search(ground: &Ground, needle: &str) -> Vec<Query> {
    let units = units(ground);
    let chars: Vec<char> = needle.chars().collect();
    let width = chars.len().min(2);
    let mut tokens: Vec<String> = chars
        .windows(width)
        .map(|pair| {
            pair.iter()
                .map(|c| format!("{:05x}", u32::from(*c)))
                .collect()
        })
        .collect();
    tokens.sort();
    tokens.dedup();
    let (matches, order, joiner, has) = match ground.library.sqlite {
        true => (
            "search.project_search MATCH $1",
            "search.rowid DESC",
            " AND ",
            "instr(revision.haystack, $2)",
        ),
        false => (
            "search.tokens @@ CAST($1 AS tsquery)",
            "span.revision_id DESC",
            " & ",
            "position($2 IN revision.haystack)",
        ),
    };
    let mut values = vec![json!(tokens.join(joiner))];
    let (mut table, mut clause) = ("", String::new());
    if chars.len() > 2 {
        values.push(json!(needle));
        table = " CROSS JOIN project_revision AS revision";
        clause = format!(" AND {has} > 0 AND revision.id = span.revision_id");
    }
    let inner = format!(
        "FROM project_search AS search CROSS JOIN {}{table} WHERE span.track = 'accepted' AND {NOW} AND +span.unit_id {units}
           AND {matches} AND span.revision_id = search.rowid{clause}",
        spans(ground, "project_span_revision")
    );
    vec![
        totals(&units, "1 = 1"),
        Query::new(
            format!("SELECT COUNT(*) FROM (SELECT 1 AS one {inner} LIMIT 1001) AS counted"),
            values.clone(),
            "n",
        ),
        lines(&inner, order, values),
    ]
}

/// Enterprises by stage.
pub fn summary(_: &Ground) -> Vec<Query> {
    vec![Query::new(
        "SELECT unit_id, stage, projects, priced, investment_fen FROM project_total WHERE track = 'accepted' AND projects <> 0",
        vec![],
        "ntnnn",
    )]
}

/// One project with what was done with it.
pub fn project(ground: &Ground) -> Vec<Query> {
    let id = vec![json!(ground.library.project)];
    vec![
        Query::new(
            "SELECT id, authority_id, unit_id, code, version, head_id, accepted_id, pending, standing, funds_fen, copied_from, created_at, created_by
             FROM project WHERE id = $1",
            id.clone(),
            "nnntnnnbtnnnn",
        ),
        Query::new(
            "SELECT revision.id, revision.project_id, revision.number, revision.fields, revision.effective_on, revision.reason,
               revision.recorded_at, revision.recorded_by
             FROM project JOIN project_revision AS revision ON revision.id = project.accepted_id WHERE project.id = $1",
            id.clone(),
            "nnntttnn",
        ),
        Query::new(
            "SELECT revision_id, MIN(known_from) AS at FROM project_span WHERE project_id = $1 AND track = 'accepted'
             GROUP BY revision_id ORDER BY at DESC, revision_id DESC",
            id.clone(),
            "nn",
        ),
        Query::new(
            "SELECT step, reason, person_id, at FROM project_step WHERE project_id = $1 ORDER BY id",
            id,
            "ttnn",
        ),
    ]
}

/// A past day, as known now.
pub fn past(ground: &Ground) -> Vec<Query> {
    let units = units(ground);
    let (day, moment) = (json!("2016-06-30"), json!(4_000_000_000_000_000_i64));
    let inner = format!(
        "FROM {} WHERE span.track = 'accepted' AND span.from_on <= $1 AND span.to_on > $1 AND span.known_from <= $2
           AND span.known_to > $2 AND span.unit_id {units}",
        spans(ground, "project_span_days")
    );
    vec![
        totals(&units, "1 = 1"),
        Query::new(
            format!(
                "SELECT COUNT(*) FROM (SELECT 1 AS one FROM {} WHERE track = 'accepted' AND unit_id {units} AND from_on <= $1 LIMIT 2001) AS begun",
                spans(ground, "project_span_past")
            ),
            vec![day.clone()],
            "n",
        ),
        Query::new(
            format!("SELECT COUNT(*) FROM (SELECT 1 AS one {inner} LIMIT 1001) AS counted"),
            vec![day.clone(), moment.clone()],
            "n",
        ),
        lines(&inner, "span.code, span.project_id", vec![day, moment]),
    ]
}
