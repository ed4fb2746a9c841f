-- Units, people, sign-in, audit, targets, statements, imports, files, jobs.

CREATE TABLE unit (
  id {id},
  parent_id BIGINT REFERENCES unit (id),
  kind TEXT NOT NULL CHECK (kind IN ('authority', 'enterprise', 'subsidiary')),
  name TEXT NOT NULL,
  short_name TEXT NOT NULL,
  position BIGINT NOT NULL,
  valid_from TEXT,
  valid_to TEXT,
  version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX unit_parent ON unit (parent_id);

CREATE TABLE unit_former_name (
  unit_id BIGINT NOT NULL REFERENCES unit (id),
  name TEXT NOT NULL,
  PRIMARY KEY (unit_id, name)
);

CREATE TABLE person (
  id {id},
  unit_id BIGINT NOT NULL REFERENCES unit (id),
  login TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  password_hash TEXT,
  active BOOLEAN NOT NULL DEFAULT TRUE,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX person_unit ON person (unit_id);

CREATE TABLE person_role (
  person_id BIGINT NOT NULL REFERENCES person (id),
  role TEXT NOT NULL,
  PRIMARY KEY (person_id, role)
);

-- By login as typed, not by person: an unknown login locks like a known one and so tells nothing.
CREATE TABLE sign_in_failure (
  login TEXT PRIMARY KEY,
  failures BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  locked_until BIGINT
);

CREATE TABLE session (
  token_hash TEXT PRIMARY KEY,
  person_id BIGINT NOT NULL REFERENCES person (id),
  csrf TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL
);
CREATE INDEX session_person ON session (person_id);

CREATE TABLE api_token (
  id {id},
  person_id BIGINT NOT NULL REFERENCES person (id),
  token_hash TEXT NOT NULL UNIQUE,
  label TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT
);
CREATE INDEX api_token_person ON api_token (person_id);

-- A secret that lets one person set a password once.
CREATE TABLE activation (
  secret_hash TEXT PRIMARY KEY,
  person_id BIGINT NOT NULL REFERENCES person (id),
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX activation_person ON activation (person_id);

CREATE TABLE audit_event (
  chain TEXT NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor_id BIGINT,
  actor_name TEXT NOT NULL,
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  detail TEXT NOT NULL,
  address TEXT NOT NULL,
  seal TEXT NOT NULL,
  PRIMARY KEY (chain, seq)
);
CREATE INDEX audit_event_at ON audit_event (chain, at);

CREATE TABLE audit_head (
  chain TEXT PRIMARY KEY,
  seq BIGINT NOT NULL,
  seal TEXT NOT NULL
);

CREATE TABLE file (
  id {id},
  sm3 TEXT NOT NULL UNIQUE,
  size BIGINT NOT NULL,
  bytes {bytes} NOT NULL,
  created_at BIGINT NOT NULL
);

-- Locked and counted up by every change of one unit's target of one year.
CREATE TABLE annual_target_head (
  unit_id BIGINT NOT NULL REFERENCES unit (id),
  year INTEGER NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (unit_id, year)
);

CREATE TABLE annual_target (
  id {id},
  unit_id BIGINT NOT NULL REFERENCES unit (id),
  year INTEGER NOT NULL,
  effective_on TEXT NOT NULL,
  amount_fen BIGINT NOT NULL CHECK (amount_fen >= 0),
  reason TEXT NOT NULL,
  document_no TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  recorded_by BIGINT NOT NULL REFERENCES person (id)
);
CREATE INDEX annual_target_year ON annual_target (year, unit_id, effective_on, recorded_at);

CREATE TABLE statement_import (
  id {id},
  authority_id BIGINT NOT NULL REFERENCES unit (id),
  draft_key TEXT NOT NULL UNIQUE,
  form TEXT NOT NULL,
  file_id BIGINT NOT NULL REFERENCES file (id),
  file_name TEXT NOT NULL,
  title TEXT NOT NULL,
  year INTEGER NOT NULL,
  as_at TEXT NOT NULL,
  confirmed_at BIGINT NOT NULL,
  confirmed_by BIGINT NOT NULL REFERENCES person (id)
);
CREATE INDEX statement_import_authority ON statement_import (authority_id, confirmed_at);

CREATE TABLE statement (
  id {id},
  unit_id BIGINT NOT NULL REFERENCES unit (id),
  year INTEGER NOT NULL,
  as_at TEXT NOT NULL,
  amount_fen BIGINT NOT NULL,
  import_id BIGINT NOT NULL REFERENCES statement_import (id),
  source_row INTEGER NOT NULL,
  accepted_at BIGINT NOT NULL,
  accepted_by BIGINT NOT NULL REFERENCES person (id)
);
CREATE INDEX statement_year ON statement (year, unit_id, as_at, accepted_at);
CREATE INDEX statement_import_rows ON statement (import_id);

-- What was read from a file and awaits its owner's confirmation. Cancelling deletes the row.
CREATE TABLE import_draft (
  draft_key TEXT PRIMARY KEY,
  authority_id BIGINT NOT NULL REFERENCES unit (id),
  owner_id BIGINT NOT NULL REFERENCES person (id),
  file_name TEXT NOT NULL,
  bytes {bytes} NOT NULL,
  reading TEXT NOT NULL,
  answers TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL
);
CREATE INDEX import_draft_owner ON import_draft (owner_id, created_at);

CREATE TABLE job (
  id {id},
  name TEXT NOT NULL,
  payload TEXT NOT NULL,
  unique_key TEXT NOT NULL UNIQUE,
  due_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL DEFAULT 0,
  leased_until BIGINT,
  done_at BIGINT,
  given_up_at BIGINT,
  last_error TEXT
);
CREATE INDEX job_due ON job (due_at) WHERE done_at IS NULL AND given_up_at IS NULL;
