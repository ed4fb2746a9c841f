-- 首谈认定说明: units that share a project, and who counts it. Only added to; one that was wrong is withdrawn.

-- says: what was decided, as JSON (domain::first_talk::FirstTalk without its files).
CREATE TABLE first_talk (
  id {id},
  authority_id BIGINT NOT NULL REFERENCES unit (id),
  says TEXT NOT NULL,
  effective_on TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  recorded_at BIGINT NOT NULL,
  recorded_by BIGINT NOT NULL REFERENCES person (id),
  withdrawn_on TEXT,
  withdrawn_reason TEXT NOT NULL DEFAULT '',
  withdrawn_at BIGINT,
  withdrawn_by BIGINT REFERENCES person (id)
);
CREATE INDEX first_talk_authority ON first_talk (authority_id, id);

-- The records of the project that a decision names.
CREATE TABLE first_talk_project (
  first_talk_id BIGINT NOT NULL REFERENCES first_talk (id),
  project_id BIGINT NOT NULL REFERENCES project (id),
  PRIMARY KEY (first_talk_id, project_id)
);
CREATE INDEX first_talk_project_project ON first_talk_project (project_id);

-- What shows it.
CREATE TABLE first_talk_file (
  id {id},
  first_talk_id BIGINT NOT NULL REFERENCES first_talk (id),
  file_id BIGINT NOT NULL REFERENCES file (id),
  name TEXT NOT NULL,
  added_at BIGINT NOT NULL,
  added_by BIGINT NOT NULL REFERENCES person (id)
);
CREATE INDEX first_talk_file_talk ON first_talk_file (first_talk_id);
