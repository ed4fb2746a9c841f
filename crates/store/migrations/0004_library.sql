-- The project library: projects, their revisions, what holds when (both times), lists, drafts.

-- Running numbers: codes of projects, receipts. One row a beginning.
CREATE TABLE counter (
  name TEXT PRIMARY KEY,
  last BIGINT NOT NULL
);

-- Only added to; the newest version is in force.
CREATE TABLE library_rule (
  id {id},
  authority_id BIGINT NOT NULL REFERENCES unit (id),
  version BIGINT NOT NULL,
  data TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  recorded_by BIGINT NOT NULL REFERENCES person (id),
  UNIQUE (authority_id, version)
);

-- What stays the same of a project, and which revisions are its two heads.
CREATE TABLE project (
  id {id},
  authority_id BIGINT NOT NULL REFERENCES unit (id),
  unit_id BIGINT NOT NULL REFERENCES unit (id),
  code TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  head_id BIGINT NOT NULL DEFAULT 0,
  accepted_id BIGINT,
  pending BOOLEAN NOT NULL,
  standing TEXT NOT NULL,
  funds_fen BIGINT NOT NULL DEFAULT 0,
  copied_from BIGINT REFERENCES project (id),
  created_at BIGINT NOT NULL,
  created_by BIGINT NOT NULL REFERENCES person (id),
  UNIQUE (authority_id, code)
);
CREATE INDEX project_unit ON project (unit_id);

-- Every save; only added to. haystack: every field's key a line; keys: the same by field as JSON.
CREATE TABLE project_revision (
  id {id},
  project_id BIGINT NOT NULL REFERENCES project (id),
  number BIGINT NOT NULL,
  fields TEXT NOT NULL,
  haystack TEXT NOT NULL,
  keys TEXT NOT NULL,
  effective_on TEXT NOT NULL,
  reason TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  recorded_by BIGINT NOT NULL REFERENCES person (id),
  UNIQUE (project_id, number)
);

-- Which revision holds on which days (from_on, to_on), as known from known_from until known_to; upper bounds are
-- exclusive. track: own = the enterprise's, accepted = the authority's. The columns are what lists filter and sort by.
CREATE TABLE project_span (
  id {id},
  project_id BIGINT NOT NULL REFERENCES project (id),
  revision_id BIGINT NOT NULL REFERENCES project_revision (id),
  track TEXT NOT NULL,
  from_on TEXT NOT NULL,
  to_on TEXT NOT NULL,
  known_from BIGINT NOT NULL,
  known_to BIGINT NOT NULL,
  authority_id BIGINT NOT NULL,
  unit_id BIGINT NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  name_core TEXT NOT NULL,
  industry TEXT NOT NULL,
  district TEXT NOT NULL,
  horizon TEXT NOT NULL,
  stage TEXT NOT NULL,
  investment_fen BIGINT,
  foreign_capital BOOLEAN NOT NULL,
  central_soe BOOLEAN NOT NULL,
  provincial_soe BOOLEAN NOT NULL,
  private_capital BOOLEAN NOT NULL,
  wenshang BOOLEAN NOT NULL,
  readiness BIGINT NOT NULL,
  packaged BOOLEAN NOT NULL,
  lead_official TEXT NOT NULL,
  signed_from TEXT,
  signed_to TEXT,
  signing_level TEXT NOT NULL,
  planned_from TEXT,
  negotiating_from TEXT,
  filed_from TEXT,
  landed_from TEXT,
  started_from TEXT,
  completed_from TEXT,
  producing_from TEXT,
  suspended_from TEXT,
  terminated_from TEXT
);
CREATE UNIQUE INDEX project_span_now ON project_span (track, project_id)
  WHERE known_to = 9223372036854775807 AND to_on = '9999-12-31';
CREATE INDEX project_span_unit ON project_span (track, unit_id, stage)
  WHERE known_to = 9223372036854775807 AND to_on = '9999-12-31';
CREATE INDEX project_span_past ON project_span (track, unit_id, from_on, to_on, known_from, known_to);
CREATE INDEX project_span_project ON project_span (project_id, track, known_to);
CREATE INDEX project_span_core ON project_span (authority_id, name_core)
  WHERE known_to = 9223372036854775807 AND to_on = '9999-12-31';

{search_table};

-- Form texts saved while typing; nobody else's, no part of the library.
CREATE TABLE project_draft (
  key TEXT PRIMARY KEY,
  person_id BIGINT NOT NULL REFERENCES person (id),
  project_id BIGINT REFERENCES project (id),
  form TEXT NOT NULL,
  saved_at BIGINT NOT NULL
);
CREATE INDEX project_draft_person ON project_draft (person_id, project_id);

-- 选送, admission, return, removal; only added to.
CREATE TABLE project_step (
  id {id},
  project_id BIGINT NOT NULL REFERENCES project (id),
  step TEXT NOT NULL,
  reason TEXT NOT NULL,
  person_id BIGINT NOT NULL REFERENCES person (id),
  at BIGINT NOT NULL
);
CREATE INDEX project_step_project ON project_step (project_id);

-- Named lists: 省“5213”行动计划、重大项目谋划盯引清单、市级重点项目库 ….
CREATE TABLE project_list (
  id {id},
  authority_id BIGINT NOT NULL REFERENCES unit (id),
  name TEXT NOT NULL,
  document_number TEXT NOT NULL,
  year INTEGER NOT NULL,
  note TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  created_by BIGINT NOT NULL REFERENCES person (id)
);
CREATE INDEX project_list_authority ON project_list (authority_id, year);

-- A project in a list, its target and steps (JSON), each done or not.
CREATE TABLE project_list_item (
  id {id},
  list_id BIGINT NOT NULL REFERENCES project_list (id),
  project_id BIGINT NOT NULL REFERENCES project (id),
  target TEXT NOT NULL,
  steps TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  added_at BIGINT NOT NULL,
  added_by BIGINT NOT NULL REFERENCES person (id),
  removed_at BIGINT,
  UNIQUE (list_id, project_id)
);
CREATE INDEX project_list_item_project ON project_list_item (project_id);
