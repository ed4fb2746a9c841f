-- Returns: periods, an enterprise's return for a period, its handed-in editions with their frozen adjustments.

CREATE TABLE period (
  id {id},
  authority_id BIGINT NOT NULL REFERENCES unit (id),
  kind TEXT NOT NULL,
  cut_off TEXT NOT NULL,
  due_on TEXT NOT NULL,
  review BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  UNIQUE (authority_id, kind, cut_off)
);

-- A return ("filing" here: RETURN is a word of SQL). None is 未报. edition: the one being worked on, or handed in last; input: what was typed for its rows, as JSON.
-- submitted_data: the canonical data as submitted, while it waits for release.
CREATE TABLE filing (
  id {id},
  period_id BIGINT NOT NULL REFERENCES period (id),
  unit_id BIGINT NOT NULL REFERENCES unit (id),
  state TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  edition BIGINT NOT NULL DEFAULT 1,
  input TEXT NOT NULL,
  submitted_by BIGINT REFERENCES person (id),
  submitted_at BIGINT,
  submitted_data TEXT,
  first_handed_in_at BIGINT,
  created_at BIGINT NOT NULL,
  created_by BIGINT NOT NULL REFERENCES person (id),
  UNIQUE (period_id, unit_id)
);
CREATE INDEX filing_unit ON filing (unit_id);

-- What was handed in: canonical data and its SM3, the code printed on it, the receipt. Bytes are in edition_file.
CREATE TABLE return_edition (
  id {id},
  return_id BIGINT NOT NULL REFERENCES filing (id),
  edition BIGINT NOT NULL,
  data TEXT NOT NULL,
  data_sm3 TEXT NOT NULL,
  code TEXT NOT NULL,
  receipt TEXT NOT NULL UNIQUE,
  zero BOOLEAN NOT NULL,
  late BOOLEAN NOT NULL,
  handed_in_at BIGINT NOT NULL,
  handed_in_by BIGINT NOT NULL REFERENCES person (id),
  withdrawn_at BIGINT,
  decided_at BIGINT,
  decided_by BIGINT REFERENCES person (id),
  outcome TEXT,
  outcome_reason TEXT NOT NULL DEFAULT '',
  UNIQUE (return_id, edition)
);

CREATE TABLE return_edition_file (
  edition_id BIGINT NOT NULL REFERENCES return_edition (id),
  kind TEXT NOT NULL,
  file_id BIGINT NOT NULL REFERENCES file (id),
  PRIMARY KEY (edition_id, kind)
);

-- A row of 附件2, frozen at hand-in. outcome: accepted, returned, or none while undecided.
CREATE TABLE adjustment (
  id {id},
  edition_id BIGINT NOT NULL REFERENCES return_edition (id),
  unit_id BIGINT NOT NULL REFERENCES unit (id),
  project_id BIGINT NOT NULL REFERENCES project (id),
  position BIGINT NOT NULL,
  kind TEXT NOT NULL,
  content TEXT NOT NULL,
  reason TEXT NOT NULL,
  remark TEXT NOT NULL,
  from_revision BIGINT REFERENCES project_revision (id),
  to_revision BIGINT NOT NULL REFERENCES project_revision (id),
  outcome TEXT,
  outcome_reason TEXT NOT NULL DEFAULT '',
  UNIQUE (edition_id, project_id)
);
CREATE INDEX adjustment_project ON adjustment (project_id, id);
CREATE INDEX adjustment_unit ON adjustment (unit_id, id);

CREATE TABLE return_step (
  id {id},
  return_id BIGINT NOT NULL REFERENCES filing (id),
  edition BIGINT NOT NULL,
  step TEXT NOT NULL,
  reason TEXT NOT NULL,
  person_id BIGINT NOT NULL REFERENCES person (id),
  at BIGINT NOT NULL
);
CREATE INDEX return_step_return ON return_step (return_id);

-- Every content code under which a form was printed, and the stamped scans that came back by it.
CREATE TABLE return_print (
  return_id BIGINT NOT NULL REFERENCES filing (id),
  code TEXT NOT NULL,
  printed_at BIGINT NOT NULL,
  printed_by BIGINT NOT NULL REFERENCES person (id),
  PRIMARY KEY (return_id, code)
);
CREATE TABLE return_scan (
  id {id},
  return_id BIGINT NOT NULL REFERENCES filing (id),
  code TEXT NOT NULL,
  file_id BIGINT NOT NULL REFERENCES file (id),
  name TEXT NOT NULL,
  added_at BIGINT NOT NULL,
  added_by BIGINT NOT NULL REFERENCES person (id)
);
CREATE INDEX return_scan_return ON return_scan (return_id);
