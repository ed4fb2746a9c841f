//! Projects that may be the same as another: candidates, to be judged by `domain::library::twin`.

use domain::{Money, ProjectId, UnitId, library::Likeness};
use sea_orm::FromQueryResult;

use crate::{
    Db, Result,
    sql::{all, values},
};

/// At most so many are looked at.
const MOST: i64 = 300;

/// A project that may be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its number.
    pub id: ProjectId,
    /// Whose.
    pub unit: UnitId,
    /// Its code.
    pub code: String,
    /// What is compared.
    pub likeness: Likeness,
}

#[derive(FromQueryResult)]
struct Row {
    project_id: i64,
    unit_id: i64,
    code: String,
    fields: String,
}

/// Projects of the authority's enterprises that share the heart of the name, the place with a like amount, or a pair
/// of characters of the name's heart ("tokens"), as they stand with their enterprises.
///
/// # Errors
/// The database is unavailable.
pub async fn candidates(
    db: &impl Db,
    authority: UnitId,
    except: Option<ProjectId>,
    core: &str,
    district: &str,
    investment: Option<Money>,
) -> Result<Vec<Candidate>> {
    let amount = investment.map_or(-1, Money::fen);
    let (least, most) = (amount - amount / 10, amount + amount / 10);
    let heart: String = core.chars().take(4).collect();
    let rows: Vec<Row> = all(
        db,
        "SELECT span.project_id, span.unit_id, span.code, revision.fields
         FROM project_span AS span JOIN project_revision AS revision ON revision.id = span.revision_id
         WHERE span.authority_id = $1 AND span.track = 'own' AND span.known_to = 9223372036854775807 AND span.to_on = '9999-12-31'
           AND span.project_id <> $2 AND span.stage <> 'terminated'
           AND (span.name_core = $3 OR span.name_core LIKE $4
             OR (span.district = $5 AND $5 <> '' AND span.investment_fen BETWEEN $6 AND $7))
         ORDER BY CASE WHEN span.name_core = $3 THEN 0 ELSE 1 END, span.project_id LIMIT $8",
        values![
            authority.0,
            except.map_or(0, |id| id.0),
            core,
            format!("%{}%", crate::projects::plain_like(&heart)),
            district,
            least,
            most,
            MOST,
        ],
    )
    .await?;
    rows.into_iter()
        .map(|row| {
            let fields = super::rows::fields(&row.fields)?;
            Ok(Candidate {
                id: ProjectId(row.project_id),
                unit: UnitId(row.unit_id),
                code: row.code,
                likeness: Likeness::of(&fields),
            })
        })
        .collect()
}

#[derive(FromQueryResult)]
struct NamedRow {
    project_id: i64,
    code: String,
    name: String,
    investment_fen: Option<i64>,
}

/// Every project of an authority's enterprises but `except`, as it stands with its enterprise and has not left: what is
/// needed for finding a row of a file among them, in one query.
///
/// # Errors
/// The database is unavailable.
pub async fn named_elsewhere(
    db: &impl Db,
    authority: UnitId,
    except: UnitId,
) -> Result<Vec<domain::matching::Known>> {
    let rows: Vec<NamedRow> = all(
        db,
        "SELECT project_id, code, name, investment_fen FROM project_span
         WHERE authority_id = $1 AND unit_id <> $2 AND track = 'own' AND known_to = 9223372036854775807
           AND to_on = '9999-12-31' AND stage <> 'terminated'",
        values![authority.0, except.0],
    )
    .await?;
    let known = rows.into_iter().map(|row| domain::matching::Known {
        id: ProjectId(row.project_id),
        code: row.code,
        name: row.name,
        investment: row.investment_fen.map(Money::from_fen),
        left: false,
    });
    Ok(known.collect())
}
