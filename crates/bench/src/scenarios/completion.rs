//! 完成情况: the page and its JSON.

use serde_json::json;

use super::page::Page;
use crate::{bare::Query, data::Ground};

/// The page.
pub fn page() -> Page {
    Page {
        name: "completion",
        path: |_| "/completion".to_owned(),
        reads,
    }
}

/// The same as JSON.
pub fn api() -> Page {
    Page {
        name: "completion-api",
        path: |_| "/api/v1/completion".to_owned(),
        reads,
    }
}

/// Whatever was recorded until now; a fixed moment, so that nothing is computed for the bare handler.
const NOW: i64 = 4_000_000_000_000_000;

const STATEMENT: &str =
    "id, unit_id, year, as_at, amount_fen, import_id, source_row, accepted_at, accepted_by";
const TARGET: &str =
    "id, unit_id, year, effective_on, amount_fen, reason, document_no, recorded_at, recorded_by";

/// What `App::completion` reads, statement by statement, as `crates/store/src` has them: `units::tree`,
/// `statements::newest_as_at`, `funds::counting`, `targets::in_force`, `statements::newest`, `funds::after_statements`.
pub(super) fn reads(ground: &Ground) -> Vec<Query> {
    let units: Vec<String> = ground.units.iter().map(ToString::to_string).collect();
    let (year, day) = (json!(ground.year), json!(ground.as_of));
    let known = vec![year.clone(), day.clone(), json!(NOW)];
    vec![
        Query::new(
            "SELECT id, parent_id, kind, name, short_name, position, valid_from, valid_to, version FROM unit",
            vec![],
            "nntttnttn",
        ),
        Query::new("SELECT unit_id, name FROM unit_former_name ORDER BY unit_id, name", vec![], "nt"),
        Query::new(
            format!("SELECT MAX(as_at) AS as_at FROM statement WHERE unit_id IN ({})", units.join(", ")),
            vec![],
            "t",
        ),
        Query::new(
            "SELECT version, kinds, complete FROM counting_rule WHERE authority_id = $1 AND year = $2 AND recorded_at <= $3
             ORDER BY version DESC LIMIT 1",
            vec![json!(ground.authority), year.clone(), json!(NOW)],
            "ntb",
        ),
        Query::new(
            format!(
                "SELECT {TARGET} FROM (
                   SELECT {TARGET}, ROW_NUMBER() OVER (PARTITION BY unit_id ORDER BY effective_on DESC, recorded_at DESC, id DESC) AS place
                   FROM annual_target WHERE year = $1 AND effective_on <= $2 AND recorded_at <= $3
                 ) AS ranked WHERE place = 1"
            ),
            known.clone(),
            "nnitnttnn",
        ),
        Query::new(
            format!(
                "SELECT {STATEMENT} FROM (
                   SELECT {STATEMENT}, ROW_NUMBER() OVER (PARTITION BY unit_id ORDER BY as_at DESC, accepted_at DESC, id DESC) AS place
                   FROM statement WHERE year = $1 AND as_at <= $2 AND accepted_at <= $3
                 ) AS ranked WHERE place = 1"
            ),
            known,
            "nnitnninn",
        ),
        Query::new(
            "SELECT entry.unit_id, CAST(SUM(entry.amount_fen) AS BIGINT) AS amount_fen, COUNT(*) AS count
             FROM entry LEFT JOIN (
               SELECT unit_id, MAX(as_at) AS as_at FROM statement WHERE year = $1 AND as_at <= $2 AND accepted_at <= $3 GROUP BY unit_id
             ) AS newest ON newest.unit_id = entry.unit_id
             WHERE entry.state = 'accepted' AND entry.decided_at <= $3 AND entry.received_on >= $4 AND entry.received_on <= $2
               AND (newest.as_at IS NULL OR entry.received_on > newest.as_at)
               AND entry.proof IN ('bank_slip', 'capital_verification', 'equipment_invoice', 'land_receipt', 'settlement', 'other')
             GROUP BY entry.unit_id",
            vec![year, day, json!(NOW), json!(format!("{}-01-01", ground.year))],
            "nnn",
        ),
    ]
}

/// What stands behind one unit's figure: `statements::of_unit`, the import, and who accepted it.
pub(super) fn behind(ground: &Ground) -> Vec<Query> {
    let unit = json!(ground.enterprise);
    vec![
        Query::new(
            format!(
                "SELECT {STATEMENT} FROM statement WHERE unit_id = $1 AND year = $2 AND accepted_at <= $3 ORDER BY as_at DESC, accepted_at DESC, id DESC"
            ),
            vec![unit.clone(), json!(ground.year), json!(NOW)],
            "nnitnninn",
        ),
        Query::new(
            "SELECT statement_import.id, file_name, person.name FROM statement
               JOIN statement_import ON statement_import.id = statement.import_id
               JOIN person ON person.id = statement.accepted_by WHERE statement.unit_id = $1",
            vec![unit],
            "ntt",
        ),
    ]
}

/// What stands behind every unit's rate: imports and people of newest statements and targets in force.
pub(super) fn behind_all(ground: &Ground) -> Vec<Query> {
    vec![
        Query::new(
            "SELECT statement.id, statement_import.id, file_name, person.name FROM statement
               JOIN statement_import ON statement_import.id = statement.import_id
               JOIN person ON person.id = statement.accepted_by WHERE statement.year = $1",
            vec![json!(ground.year)],
            "nntt",
        ),
        Query::new(
            "SELECT annual_target.id, person.name FROM annual_target JOIN person ON person.id = recorded_by WHERE year = $1",
            vec![json!(ground.year)],
            "nt",
        ),
    ]
}
