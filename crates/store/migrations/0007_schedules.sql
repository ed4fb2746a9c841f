-- Schedules as data: an authority's versions of how a return kind falls due; periods with both dates, grace and lock;
-- 准许补报 and 免报; the officer's remarks.

-- Every version stays; the newest is in force. rule: the schedule as JSON.
CREATE TABLE schedule (
  id {id},
  authority_id BIGINT NOT NULL REFERENCES unit (id),
  kind TEXT NOT NULL,
  version BIGINT NOT NULL,
  rule TEXT NOT NULL,
  reason TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  recorded_by BIGINT NOT NULL REFERENCES person (id),
  UNIQUE (authority_id, kind, version)
);

-- set_on: as the schedule sets it; due_on: as it counts. advised_on: none while the year's working days are not loaded.
-- moved_reason: an officer gave it a day of its own.
ALTER TABLE period ADD COLUMN set_on TEXT NOT NULL DEFAULT '';
ALTER TABLE period ADD COLUMN advised_on TEXT;
ALTER TABLE period ADD COLUMN shift TEXT NOT NULL DEFAULT 'stay';
ALTER TABLE period ADD COLUMN lock_after TEXT;
ALTER TABLE period ADD COLUMN scan_required BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE period ADD COLUMN moved_reason TEXT NOT NULL DEFAULT '';
UPDATE period SET set_on = due_on;

-- The day by which a returned one is to be handed in again.
ALTER TABLE filing ADD COLUMN resubmit_by TEXT;

-- What is different for one enterprise in one period: permit (准许补报, until a day or without end) or exempt (免报).
CREATE TABLE return_exception (
  id {id},
  period_id BIGINT NOT NULL REFERENCES period (id),
  unit_id BIGINT NOT NULL REFERENCES unit (id),
  kind TEXT NOT NULL,
  reason TEXT NOT NULL,
  until_on TEXT,
  made_at BIGINT NOT NULL,
  made_by BIGINT NOT NULL REFERENCES person (id),
  ended_at BIGINT,
  ended_by BIGINT REFERENCES person (id)
);
CREATE UNIQUE INDEX return_exception_now ON return_exception (period_id, unit_id, kind) WHERE ended_at IS NULL;

-- What an officer notes of an enterprise's reporting: who was called, what was promised.
CREATE TABLE unit_remark (
  id {id},
  authority_id BIGINT NOT NULL REFERENCES unit (id),
  unit_id BIGINT NOT NULL REFERENCES unit (id),
  period_id BIGINT REFERENCES period (id),
  text TEXT NOT NULL,
  promised_on TEXT,
  made_at BIGINT NOT NULL,
  made_by BIGINT NOT NULL REFERENCES person (id)
);
CREATE INDEX unit_remark_unit ON unit_remark (unit_id, id);
