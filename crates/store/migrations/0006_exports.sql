-- Files made of lists: asked for by a person, made by a job in portions, kept for a day.

CREATE TABLE export (
  key TEXT PRIMARY KEY,
  person_id BIGINT NOT NULL REFERENCES person (id),
  query TEXT NOT NULL,
  format TEXT NOT NULL,
  name TEXT NOT NULL,
  done BIGINT NOT NULL DEFAULT 0,
  total BIGINT NOT NULL,
  message TEXT NOT NULL DEFAULT '',
  bytes {bytes},
  created_at BIGINT NOT NULL
);
CREATE INDEX export_created ON export (created_at);
