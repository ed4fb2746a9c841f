-- Entries of funds in place, which kinds count, monthly plans, published tables.

CREATE TABLE entry (
  id {id},
  unit_id BIGINT NOT NULL REFERENCES unit (id),
  received_on TEXT NOT NULL,
  amount_fen BIGINT NOT NULL,
  currency TEXT,
  foreign_hundredths BIGINT,
  rate BIGINT,
  rate_on TEXT,
  project TEXT NOT NULL,
  investor TEXT NOT NULL,
  proof TEXT NOT NULL,
  note TEXT NOT NULL,
  refund_of BIGINT REFERENCES entry (id),
  state TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  created_by BIGINT NOT NULL REFERENCES person (id),
  decided_at BIGINT,
  decided_by BIGINT REFERENCES person (id),
  reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX entry_unit ON entry (unit_id, received_on);
CREATE INDEX entry_accepted ON entry (received_on, unit_id) WHERE state = 'accepted';
CREATE INDEX entry_refund ON entry (refund_of);

CREATE TABLE entry_file (
  id {id},
  entry_id BIGINT NOT NULL REFERENCES entry (id),
  file_id BIGINT NOT NULL REFERENCES file (id),
  name TEXT NOT NULL
);
CREATE INDEX entry_file_entry ON entry_file (entry_id);

-- What was done with an entry, by whom; only added to.
CREATE TABLE entry_step (
  id {id},
  entry_id BIGINT NOT NULL REFERENCES entry (id),
  step TEXT NOT NULL,
  reason TEXT NOT NULL,
  person_id BIGINT NOT NULL REFERENCES person (id),
  at BIGINT NOT NULL
);
CREATE INDEX entry_step_entry ON entry_step (entry_id);

-- Only added to, so that a table as known then uses the rule known then.
CREATE TABLE counting_rule (
  id {id},
  authority_id BIGINT NOT NULL REFERENCES unit (id),
  year INTEGER NOT NULL,
  version BIGINT NOT NULL,
  kinds TEXT NOT NULL,
  complete BOOLEAN NOT NULL,
  recorded_at BIGINT NOT NULL,
  recorded_by BIGINT NOT NULL REFERENCES person (id),
  UNIQUE (authority_id, year, version)
);

-- Only added to; amounts are twelve cumulative 分 with commas between.
CREATE TABLE monthly_plan (
  id {id},
  unit_id BIGINT NOT NULL REFERENCES unit (id),
  year INTEGER NOT NULL,
  version BIGINT NOT NULL,
  amounts TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  recorded_by BIGINT NOT NULL REFERENCES person (id),
  UNIQUE (unit_id, year, version)
);

CREATE TABLE publication (
  id {id},
  authority_id BIGINT NOT NULL REFERENCES unit (id),
  year INTEGER NOT NULL,
  as_of TEXT NOT NULL,
  known_at BIGINT NOT NULL,
  title TEXT NOT NULL,
  state TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  replaces BIGINT REFERENCES publication (id),
  correction TEXT NOT NULL,
  made_by BIGINT NOT NULL REFERENCES person (id),
  made_at BIGINT NOT NULL,
  reviewed_by BIGINT REFERENCES person (id),
  reviewed_at BIGINT,
  signed_by BIGINT REFERENCES person (id),
  signed_at BIGINT,
  reason TEXT NOT NULL DEFAULT '',
  data TEXT NOT NULL,
  data_sm3 TEXT NOT NULL
);
CREATE INDEX publication_authority ON publication (authority_id, id);

CREATE TABLE publication_file (
  publication_id BIGINT NOT NULL REFERENCES publication (id),
  kind TEXT NOT NULL,
  file_id BIGINT NOT NULL REFERENCES file (id),
  PRIMARY KEY (publication_id, kind)
);
