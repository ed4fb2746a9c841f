-- Files of clerks that become a return's draft: kept with what was read until confirmed or cancelled, then linked to the
-- return they went into.

CREATE TABLE intake_draft (
  draft_key TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  cut_off TEXT NOT NULL,
  unit_id BIGINT NOT NULL REFERENCES unit (id),
  owner_id BIGINT NOT NULL REFERENCES person (id),
  file_name TEXT NOT NULL,
  bytes {bytes} NOT NULL,
  -- Empty while it is being read.
  reading TEXT NOT NULL,
  -- Why nothing was read; empty when something was.
  message TEXT NOT NULL DEFAULT '',
  answers TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL
);
CREATE INDEX intake_draft_created ON intake_draft (created_at);

CREATE TABLE intake (
  id {id},
  draft_key TEXT NOT NULL UNIQUE,
  return_id BIGINT NOT NULL REFERENCES filing (id),
  file_id BIGINT NOT NULL REFERENCES file (id),
  file_name TEXT NOT NULL,
  row_count BIGINT NOT NULL,
  confirmed_at BIGINT NOT NULL,
  confirmed_by BIGINT NOT NULL REFERENCES person (id)
);
CREATE INDEX intake_return ON intake (return_id);
