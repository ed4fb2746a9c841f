//! Rows of projects and revisions.

use std::collections::BTreeMap;

use domain::{
    Money, PersonId, ProjectId, RevisionId, UnitId,
    project::{Field, ProjectFields, Standing},
};
use sea_orm::FromQueryResult;

use crate::{
    Error, Result,
    sql::{day, instant},
};

use super::{Project, Revision};

pub(super) const HEAD: &str = "id, authority_id, unit_id, code, version, head_id, accepted_id, pending, standing, funds_fen, \
                               copied_from, created_at, created_by, merged_into, merged_on";

#[derive(FromQueryResult)]
pub(super) struct HeadRow {
    pub(super) id: i64,
    pub(super) authority_id: i64,
    pub(super) unit_id: i64,
    pub(super) code: String,
    pub(super) version: i64,
    pub(super) head_id: i64,
    pub(super) accepted_id: Option<i64>,
    pub(super) pending: bool,
    pub(super) standing: String,
    pub(super) funds_fen: i64,
    pub(super) copied_from: Option<i64>,
    pub(super) created_at: i64,
    pub(super) created_by: i64,
    pub(super) merged_into: Option<i64>,
    pub(super) merged_on: Option<String>,
}

impl HeadRow {
    pub(super) fn project(self) -> Result<Project> {
        let standing = Standing::from_word(&self.standing);
        let merged = match (self.merged_into, &self.merged_on) {
            (Some(into), Some(on)) => Some((ProjectId(into), day(on)?)),
            _ => None,
        };
        Ok(Project {
            id: ProjectId(self.id),
            authority: UnitId(self.authority_id),
            unit: UnitId(self.unit_id),
            code: self.code,
            version: self.version,
            head: RevisionId(self.head_id),
            accepted: self.accepted_id.map(RevisionId),
            pending: self.pending,
            standing: standing
                .ok_or_else(|| Error::Database(format!("standing {:?}", self.standing)))?,
            funds: Money::from_fen(self.funds_fen),
            copied_from: self.copied_from.map(ProjectId),
            created_at: instant(self.created_at)?,
            created_by: PersonId(self.created_by),
            merged,
        })
    }
}

pub(super) const REVISION: &str = "revision.id, revision.project_id, revision.number, revision.fields, revision.effective_on, \
                                   revision.reason, revision.recorded_at, revision.recorded_by";

#[derive(FromQueryResult)]
pub(super) struct RevisionRow {
    pub(super) id: i64,
    pub(super) project_id: i64,
    pub(super) number: i64,
    pub(super) fields: String,
    pub(super) effective_on: String,
    pub(super) reason: String,
    pub(super) recorded_at: i64,
    pub(super) recorded_by: i64,
}

impl RevisionRow {
    pub(super) fn revision(self) -> Result<Revision> {
        Ok(Revision {
            id: RevisionId(self.id),
            project: ProjectId(self.project_id),
            number: self.number,
            fields: fields(&self.fields)?,
            effective_on: day(&self.effective_on)?,
            reason: self.reason,
            recorded_at: instant(self.recorded_at)?,
            recorded_by: PersonId(self.recorded_by),
        })
    }
}

/// Fields from their stored JSON.
pub(super) fn fields(text: &str) -> Result<ProjectFields> {
    serde_json::from_str(text).map_err(|error| Error::Database(format!("project fields: {error}")))
}

pub(super) fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Database(format!("json: {error}")))
}

/// Each field's key, for finding a text in one field.
pub(super) fn keys(fields: &ProjectFields) -> BTreeMap<&'static str, String> {
    Field::ALL
        .iter()
        .map(|field| (field.word(), domain::names::key(&fields.text(*field))))
        .filter(|(_, key)| !key.is_empty())
        .collect()
}
