-- Passwords' age and history, substitutes and hand-overs, settings, loaded working days, tables being checked.

ALTER TABLE person ADD COLUMN password_set_at BIGINT;
ALTER TABLE person ADD COLUMN password_must_change BOOLEAN NOT NULL DEFAULT FALSE;
-- Of passwords set before this, only the account's age is known.
UPDATE person SET password_set_at = created_at WHERE password_hash IS NOT NULL;

CREATE TABLE password_history (
  id {id},
  person_id BIGINT NOT NULL REFERENCES person (id),
  password_hash TEXT NOT NULL,
  set_at BIGINT NOT NULL
);
CREATE INDEX password_history_person ON password_history (person_id, id);

-- A year of working days that an authority has loaded; it wins over the years built in.
CREATE TABLE workday_year (
  authority_id BIGINT NOT NULL REFERENCES unit (id),
  year INTEGER NOT NULL,
  file_name TEXT NOT NULL,
  loaded_at BIGINT NOT NULL,
  loaded_by BIGINT NOT NULL REFERENCES person (id),
  PRIMARY KEY (authority_id, year)
);

CREATE TABLE workday_exception (
  authority_id BIGINT NOT NULL REFERENCES unit (id),
  day TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('holiday', 'make_up_workday')),
  festival TEXT NOT NULL,
  PRIMARY KEY (authority_id, day)
);

-- An uploaded table that its owner is looking at. Cancelling deletes the row.
CREATE TABLE table_draft (
  draft_key TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  owner_id BIGINT NOT NULL REFERENCES person (id),
  file_name TEXT NOT NULL,
  rows_json TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX table_draft_age ON table_draft (created_at);

-- One person acts for another: a deputy until it is ended, a delegation from day to day.
CREATE TABLE substitution (
  id {id},
  kind TEXT NOT NULL CHECK (kind IN ('deputy', 'delegation')),
  person_id BIGINT NOT NULL REFERENCES person (id),
  substitute_id BIGINT NOT NULL REFERENCES person (id),
  roles TEXT NOT NULL,
  from_day TEXT NOT NULL,
  to_day TEXT,
  reason TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  made_by BIGINT NOT NULL REFERENCES person (id),
  ended_at BIGINT
);
CREATE INDEX substitution_substitute ON substitution (substitute_id);
CREATE INDEX substitution_person ON substitution (person_id);

-- One person's duties go to a successor on a day, and the account stops.
CREATE TABLE hand_over (
  id {id},
  person_id BIGINT NOT NULL REFERENCES person (id),
  successor_id BIGINT NOT NULL REFERENCES person (id),
  on_day TEXT NOT NULL,
  reason TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  made_by BIGINT NOT NULL REFERENCES person (id),
  done_at BIGINT,
  cancelled_at BIGINT,
  outcome TEXT NOT NULL DEFAULT ''
);
CREATE INDEX hand_over_person ON hand_over (person_id);

-- Locked and counted up by every change of one group of an authority's settings.
CREATE TABLE setting_head (
  authority_id BIGINT NOT NULL REFERENCES unit (id),
  area TEXT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (authority_id, area)
);

CREATE TABLE setting (
  authority_id BIGINT NOT NULL REFERENCES unit (id),
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (authority_id, name)
);

CREATE TABLE setting_change (
  id {id},
  authority_id BIGINT NOT NULL REFERENCES unit (id),
  name TEXT NOT NULL,
  old_value TEXT NOT NULL,
  new_value TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  changed_by BIGINT NOT NULL REFERENCES person (id)
);
CREATE INDEX setting_change_authority ON setting_change (authority_id, id);
