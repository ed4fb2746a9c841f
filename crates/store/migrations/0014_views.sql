-- How people look at the library: saved filters, chosen columns; and what was said of likely twins.

-- A saved filter: the parameters of the list's address as JSON. Shared with a role it meets that role in the owner's
-- unit and below; it shows nobody more than he may see.
CREATE TABLE saved_filter (
  id {id},
  unit_id BIGINT NOT NULL REFERENCES unit (id),
  person_id BIGINT NOT NULL REFERENCES person (id),
  name TEXT NOT NULL,
  pairs TEXT NOT NULL,
  role TEXT,
  version BIGINT NOT NULL DEFAULT 1,
  saved_at BIGINT NOT NULL
);
CREATE INDEX saved_filter_person ON saved_filter (person_id);
CREATE INDEX saved_filter_shared ON saved_filter (unit_id, role);

-- The columns a person chose for the list, in their order, parted by commas.
CREATE TABLE chosen_columns (
  person_id BIGINT PRIMARY KEY REFERENCES person (id),
  columns TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1
);

-- What was decided of two projects that may be one, the smaller number first; only added to, the newest holds.
-- decision: distinct 不是同一项目, first_talks 首谈认定说明, merged 合并, parted 分开.
CREATE TABLE twin_decision (
  id {id},
  authority_id BIGINT NOT NULL REFERENCES unit (id),
  one_id BIGINT NOT NULL REFERENCES project (id),
  other_id BIGINT NOT NULL REFERENCES project (id),
  decision TEXT NOT NULL,
  note TEXT NOT NULL,
  first_unit_id BIGINT REFERENCES unit (id),
  kept_id BIGINT REFERENCES project (id),
  file_id BIGINT REFERENCES file (id),
  file_name TEXT NOT NULL,
  decided_at BIGINT NOT NULL,
  decided_by BIGINT NOT NULL REFERENCES person (id)
);
CREATE INDEX twin_decision_pair ON twin_decision (authority_id, one_id, other_id);

-- A merged project is counted with the one it went into, from merged_at until parted_at; its own history stays.
CREATE TABLE project_merge (
  id {id},
  project_id BIGINT NOT NULL REFERENCES project (id),
  into_id BIGINT NOT NULL REFERENCES project (id),
  merged_at BIGINT NOT NULL,
  parted_at BIGINT
);
CREATE UNIQUE INDEX project_merge_now ON project_merge (project_id) WHERE parted_at IS NULL;
CREATE INDEX project_merge_into ON project_merge (into_id);
