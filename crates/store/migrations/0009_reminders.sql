-- Reminders: who was told what, messages that leave the house, how people want to be told, calendar feeds.

CREATE TABLE person_contact (
  person_id BIGINT PRIMARY KEY REFERENCES person (id),
  email TEXT NOT NULL DEFAULT '',
  phone TEXT NOT NULL DEFAULT '',
  version BIGINT NOT NULL DEFAULT 1
);

-- Minutes of the day in Shanghai; none: no digest, no quiet hours.
CREATE TABLE reminder_preference (
  person_id BIGINT PRIMARY KEY REFERENCES person (id),
  version BIGINT NOT NULL DEFAULT 1,
  inbox BOOLEAN NOT NULL,
  email BOOLEAN NOT NULL,
  digest_at BIGINT,
  quiet_from BIGINT,
  quiet_to BIGINT
);

CREATE TABLE reminder_rule (
  id {id},
  authority_id BIGINT NOT NULL REFERENCES unit (id),
  version BIGINT NOT NULL,
  data TEXT NOT NULL,
  recorded_at BIGINT NOT NULL,
  recorded_by BIGINT NOT NULL REFERENCES person (id),
  UNIQUE (authority_id, version)
);

-- Password and secrets are sealed with a key that is not in the database.
CREATE TABLE mail_server (
  authority_id BIGINT PRIMARY KEY REFERENCES unit (id),
  version BIGINT NOT NULL DEFAULT 1,
  host TEXT NOT NULL,
  port BIGINT NOT NULL,
  tls TEXT NOT NULL,
  user_name TEXT NOT NULL,
  password TEXT NOT NULL,
  from_address TEXT NOT NULL,
  from_name TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  changed_by BIGINT NOT NULL REFERENCES person (id)
);

CREATE TABLE dingtalk_robot (
  authority_id BIGINT PRIMARY KEY REFERENCES unit (id),
  version BIGINT NOT NULL DEFAULT 1,
  url TEXT NOT NULL,
  secret TEXT NOT NULL,
  active BOOLEAN NOT NULL,
  changed_at BIGINT NOT NULL,
  changed_by BIGINT NOT NULL REFERENCES person (id)
);

CREATE TABLE calendar_feed (
  person_id BIGINT PRIMARY KEY REFERENCES person (id),
  token_sm3 TEXT NOT NULL UNIQUE,
  created_at BIGINT NOT NULL
);

-- The due day of a period as calendars were told, and how often it has moved.
CREATE TABLE due_event (
  period_id BIGINT PRIMARY KEY REFERENCES period (id),
  due_on TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);

-- recipient: person:N or robot:AUTHORITY. stage: days from the due day to the stage's beginning. The unique key is what
-- makes each reminder one, however many replicas make it.
CREATE TABLE reminder (
  id {id},
  recipient TEXT NOT NULL,
  person_id BIGINT REFERENCES person (id),
  authority_id BIGINT NOT NULL REFERENCES unit (id),
  obligation TEXT NOT NULL,
  due_on TEXT NOT NULL,
  stage BIGINT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  link TEXT NOT NULL,
  in_inbox BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  read_at BIGINT,
  UNIQUE (recipient, obligation, due_on, stage)
);
CREATE INDEX reminder_inbox ON reminder (person_id, read_at);

-- A message that leaves the house. message_id is fixed when the row is made: sent again after a crash it is the same message.
-- state: pending, sending (until leased_until), sent, failed (refused for good), given_up (too many tries), dropped.
-- batch: what further reminders may join while nobody has tried to send it; none where it stands alone.
CREATE TABLE outbox (
  id {id},
  authority_id BIGINT NOT NULL REFERENCES unit (id),
  channel TEXT NOT NULL,
  person_id BIGINT REFERENCES person (id),
  message_id TEXT NOT NULL UNIQUE,
  batch TEXT,
  address TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL DEFAULT 0,
  next_at BIGINT NOT NULL,
  leased_until BIGINT,
  lease TEXT NOT NULL DEFAULT '',
  attempted_at BIGINT,
  error TEXT NOT NULL DEFAULT '',
  reply TEXT NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL,
  sent_at BIGINT
);
CREATE INDEX outbox_due ON outbox (state, next_at);
CREATE INDEX outbox_authority ON outbox (authority_id, id);

-- Which reminders a message carries: each at most once a channel.
CREATE TABLE outbox_reminder (
  reminder_id BIGINT NOT NULL REFERENCES reminder (id),
  channel TEXT NOT NULL,
  outbox_id BIGINT NOT NULL REFERENCES outbox (id),
  PRIMARY KEY (reminder_id, channel)
);
CREATE INDEX outbox_reminder_outbox ON outbox_reminder (outbox_id);
