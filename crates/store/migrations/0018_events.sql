-- Events and leaders' visits at which projects are signed; spellings of signings tied to them; the signings and dated facts
-- of every saved state, beside it, so that boards need not read whole projects.

CREATE TABLE event (
  id {id},
  authority_id BIGINT NOT NULL REFERENCES unit (id),
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  place TEXT NOT NULL,
  from_on TEXT NOT NULL,
  to_on TEXT,
  led_by TEXT NOT NULL,
  note TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  created_by BIGINT NOT NULL REFERENCES person (id),
  changed_at BIGINT NOT NULL,
  changed_by BIGINT NOT NULL REFERENCES person (id),
  UNIQUE (authority_id, name_key)
);

-- What an officer said a text means; year 0: signings of every year.
CREATE TABLE event_spelling (
  id {id},
  authority_id BIGINT NOT NULL REFERENCES unit (id),
  event_id BIGINT NOT NULL REFERENCES event (id),
  text TEXT NOT NULL,
  text_key TEXT NOT NULL,
  year INTEGER NOT NULL,
  tied_at BIGINT NOT NULL,
  tied_by BIGINT NOT NULL REFERENCES person (id),
  UNIQUE (authority_id, text_key, year)
);
CREATE INDEX event_spelling_event ON event_spelling (event_id);

-- One row a revision that has signings; written with it and never changed. Dates as they are known, to the day or month.
CREATE TABLE project_signed (
  revision_id BIGINT PRIMARY KEY REFERENCES project_revision (id),
  signings TEXT NOT NULL,
  filed TEXT,
  landed TEXT,
  started TEXT,
  producing TEXT,
  suspended TEXT,
  terminated TEXT,
  recorded_at BIGINT NOT NULL
);
INSERT INTO project_signed (revision_id, signings, filed, landed, started, producing, suspended, terminated, recorded_at)
  SELECT id, {json signings}, {json milestones.filed}, {json company.registered_on}, {json milestones.started},
    {json milestones.producing}, {json suspended.on}, {json terminated.on}, recorded_at
  FROM project_revision WHERE {json signings} IS NOT NULL AND {json signings} <> '[]';
