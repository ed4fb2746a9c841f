-- The authority's own part of the directories of enterprises; visits and promotions, and what is to follow them.

CREATE TABLE directory_record (
  id {id},
  authority_id BIGINT NOT NULL REFERENCES unit (id),
  scope TEXT NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  short_names TEXT NOT NULL,
  valid_from TEXT,
  valid_to TEXT,
  successor TEXT NOT NULL,
  source TEXT NOT NULL,
  note TEXT NOT NULL,
  void_reason TEXT NOT NULL DEFAULT '',
  version BIGINT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  created_by BIGINT NOT NULL REFERENCES person (id),
  changed_at BIGINT NOT NULL,
  changed_by BIGINT NOT NULL REFERENCES person (id)
);
CREATE UNIQUE INDEX directory_record_name ON directory_record (authority_id, scope, name_key) WHERE void_reason = '';

CREATE TABLE visit (
  id {id},
  unit_id BIGINT NOT NULL REFERENCES unit (id),
  kind TEXT NOT NULL,
  from_on TEXT NOT NULL,
  to_on TEXT NOT NULL,
  host TEXT NOT NULL,
  counterpart_kind TEXT NOT NULL,
  counterpart TEXT NOT NULL,
  counterpart_key TEXT NOT NULL,
  place TEXT NOT NULL,
  ours TEXT NOT NULL,
  theirs TEXT NOT NULL,
  agreed TEXT NOT NULL,
  void_reason TEXT NOT NULL DEFAULT '',
  version BIGINT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  created_by BIGINT NOT NULL REFERENCES person (id),
  changed_at BIGINT NOT NULL,
  changed_by BIGINT NOT NULL REFERENCES person (id)
);
CREATE INDEX visit_unit ON visit (unit_id, from_on);
CREATE INDEX visit_day ON visit (from_on, id);

CREATE TABLE visit_project (
  visit_id BIGINT NOT NULL REFERENCES visit (id),
  project_id BIGINT NOT NULL REFERENCES project (id),
  PRIMARY KEY (visit_id, project_id)
);
CREATE INDEX visit_project_project ON visit_project (project_id);

CREATE TABLE follow_up (
  id {id},
  visit_id BIGINT NOT NULL REFERENCES visit (id),
  what TEXT NOT NULL,
  owner TEXT NOT NULL,
  owner_person BIGINT REFERENCES person (id),
  due TEXT NOT NULL,
  state TEXT NOT NULL,
  settled_on TEXT,
  settled_note TEXT NOT NULL DEFAULT '',
  settled_at BIGINT,
  settled_by BIGINT REFERENCES person (id),
  version BIGINT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  created_by BIGINT NOT NULL REFERENCES person (id)
);
CREATE INDEX follow_up_visit ON follow_up (visit_id);
CREATE INDEX follow_up_due ON follow_up (due, id) WHERE state = 'open';
CREATE INDEX follow_up_owner ON follow_up (owner_person) WHERE state = 'open';
