-- Further kinds of returns: rows of 附件3 frozen at hand-in, and files that go with reports.

-- A row of 附件3, frozen at hand-in. own_contact: typed for this return, not the project's. remark: the officer's.
CREATE TABLE cooperation (
  id {id},
  edition_id BIGINT NOT NULL REFERENCES return_edition (id),
  unit_id BIGINT NOT NULL REFERENCES unit (id),
  project_id BIGINT NOT NULL REFERENCES project (id),
  position BIGINT NOT NULL,
  class TEXT NOT NULL,
  partners TEXT NOT NULL,
  suspended BOOLEAN NOT NULL,
  progress TEXT NOT NULL,
  problems TEXT NOT NULL,
  next_steps TEXT NOT NULL,
  own_contact TEXT NOT NULL,
  revision_id BIGINT NOT NULL REFERENCES project_revision (id),
  remark TEXT NOT NULL DEFAULT '',
  UNIQUE (edition_id, project_id)
);
CREATE INDEX cooperation_project ON cooperation (project_id, id);
CREATE INDEX cooperation_unit ON cooperation (unit_id, id);

-- A file that goes with a return. Taken off it keeps its row: editions name it.
CREATE TABLE return_file (
  id {id},
  return_id BIGINT NOT NULL REFERENCES filing (id),
  file_id BIGINT NOT NULL REFERENCES file (id),
  name TEXT NOT NULL,
  added_at BIGINT NOT NULL,
  added_by BIGINT NOT NULL REFERENCES person (id),
  removed_at BIGINT,
  removed_by BIGINT REFERENCES person (id)
);
CREATE INDEX return_file_return ON return_file (return_id);
