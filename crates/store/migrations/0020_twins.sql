-- Likely twins of the library; one project taken into another, and apart again; one project split into two.

-- The record that a project was taken into, and from which day on; both empty while it lives.
ALTER TABLE project ADD COLUMN merged_into BIGINT REFERENCES project (id);
ALTER TABLE project ADD COLUMN merged_on TEXT;
CREATE INDEX project_merged ON project (merged_into) WHERE merged_into IS NOT NULL;

-- Every merge, undone ones too. gone_name: the name it had, which entries of funds go on naming. data: what was chosen and
-- done, as JSON (store::projects::MergeData).
CREATE TABLE project_merge (
  id {id},
  authority_id BIGINT NOT NULL REFERENCES unit (id),
  gone_id BIGINT NOT NULL REFERENCES project (id),
  into_id BIGINT NOT NULL REFERENCES project (id),
  gone_unit BIGINT NOT NULL REFERENCES unit (id),
  gone_name TEXT NOT NULL,
  gone_core TEXT NOT NULL,
  effective_on TEXT NOT NULL,
  reason TEXT NOT NULL,
  data TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  merged_at BIGINT NOT NULL,
  merged_by BIGINT NOT NULL REFERENCES person (id),
  undone_on TEXT,
  undone_reason TEXT NOT NULL DEFAULT '',
  undone_at BIGINT,
  undone_by BIGINT REFERENCES person (id)
);
CREATE UNIQUE INDEX project_merge_gone ON project_merge (gone_id) WHERE undone_at IS NULL;
CREATE INDEX project_merge_into ON project_merge (into_id);
CREATE INDEX project_merge_authority ON project_merge (authority_id, id);
CREATE INDEX project_merge_core ON project_merge (gone_unit, gone_core) WHERE undone_at IS NULL;

-- A record that came out of another.
CREATE TABLE project_split (
  id {id},
  from_id BIGINT NOT NULL REFERENCES project (id),
  new_id BIGINT NOT NULL UNIQUE REFERENCES project (id),
  effective_on TEXT NOT NULL,
  reason TEXT NOT NULL,
  split_at BIGINT NOT NULL,
  split_by BIGINT NOT NULL REFERENCES person (id)
);
CREATE INDEX project_split_from ON project_split (from_id);

-- An entry of funds that belongs to another project than the one it names, since that was split.
CREATE TABLE entry_project (
  entry_id BIGINT PRIMARY KEY REFERENCES entry (id),
  project_id BIGINT NOT NULL REFERENCES project (id)
);
CREATE INDEX entry_project_project ON entry_project (project_id);

-- Projects whose twins are to be looked for anew: what the authority knows of them has changed.
CREATE TABLE twin_due (
  project_id BIGINT PRIMARY KEY REFERENCES project (id)
);
INSERT INTO twin_due (project_id) SELECT id FROM project WHERE accepted_id IS NOT NULL;

-- What is compared of a project the authority knows (JSON), and the keys it is found under.
CREATE TABLE twin_subject (
  project_id BIGINT PRIMARY KEY REFERENCES project (id),
  authority_id BIGINT NOT NULL REFERENCES unit (id),
  likeness TEXT NOT NULL
);
CREATE TABLE twin_key (
  authority_id BIGINT NOT NULL,
  key TEXT NOT NULL,
  project_id BIGINT NOT NULL REFERENCES project (id),
  PRIMARY KEY (authority_id, key, project_id)
);
CREATE INDEX twin_key_project ON twin_key (project_id);

-- Likely twins, the smaller number first. open: not decided, or something compared has changed since (changed says what).
CREATE TABLE twin_pair (
  a_id BIGINT NOT NULL REFERENCES project (id),
  b_id BIGINT NOT NULL REFERENCES project (id),
  authority_id BIGINT NOT NULL,
  alike TEXT NOT NULL,
  strength BIGINT NOT NULL,
  open BOOLEAN NOT NULL,
  changed TEXT NOT NULL,
  PRIMARY KEY (a_id, b_id)
);
CREATE INDEX twin_pair_b ON twin_pair (b_id);
CREATE INDEX twin_pair_open ON twin_pair (authority_id, open, strength, a_id, b_id);

-- “不是同一项目”: only added to, the newest of a pair counts; one taken back says so. compared: of both, as JSON.
CREATE TABLE twin_decision (
  id {id},
  a_id BIGINT NOT NULL REFERENCES project (id),
  b_id BIGINT NOT NULL REFERENCES project (id),
  authority_id BIGINT NOT NULL,
  different BOOLEAN NOT NULL,
  reason TEXT NOT NULL,
  compared TEXT NOT NULL,
  decided_at BIGINT NOT NULL,
  decided_by BIGINT NOT NULL REFERENCES person (id)
);
CREATE INDEX twin_decision_pair ON twin_decision (a_id, b_id, id);
