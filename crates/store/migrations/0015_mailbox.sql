-- Mail that comes in: an account per authority, each message once, its attachments, what became of them.

-- The password is sealed with a key that is not in the database. leased_until: one replica at a time looks into it.
-- taken_from: what arrived before this day was there before us and is left alone.
CREATE TABLE mailbox_account (
  authority_id BIGINT PRIMARY KEY REFERENCES unit (id),
  version BIGINT NOT NULL DEFAULT 1,
  host TEXT NOT NULL,
  port BIGINT NOT NULL,
  tls TEXT NOT NULL,
  user_name TEXT NOT NULL,
  password TEXT NOT NULL,
  folder TEXT NOT NULL,
  active BOOLEAN NOT NULL,
  changed_at BIGINT NOT NULL,
  changed_by BIGINT NOT NULL REFERENCES person (id),
  taken_from TEXT NOT NULL,
  leased_until BIGINT NOT NULL DEFAULT 0,
  lease TEXT NOT NULL DEFAULT '',
  looked_at BIGINT,
  error TEXT NOT NULL DEFAULT ''
);

-- The unique key is what makes each message one: a message fetched and not stored is fetched again, one stored is not
-- stored twice. box: SM3 of server, user and folder, because numbers of one mailbox mean nothing in another.
-- state: drafted, tray, settled, ignored, duplicate.
CREATE TABLE received_mail (
  id {id},
  authority_id BIGINT NOT NULL REFERENCES unit (id),
  box TEXT NOT NULL,
  uid_validity BIGINT NOT NULL,
  uid BIGINT NOT NULL,
  message_id TEXT NOT NULL,
  content_sm3 TEXT NOT NULL,
  from_address TEXT NOT NULL,
  subject TEXT NOT NULL,
  received_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  person_id BIGINT REFERENCES person (id),
  why TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '',
  handled_by BIGINT REFERENCES person (id),
  handled_at BIGINT,
  answered BOOLEAN NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  UNIQUE (authority_id, box, uid_validity, uid)
);
CREATE INDEX received_mail_state ON received_mail (authority_id, state, id);
CREATE INDEX received_mail_message ON received_mail (authority_id, message_id);
CREATE INDEX received_mail_sender ON received_mail (authority_id, from_address, received_at);

CREATE TABLE mail_attachment (
  id {id},
  mail_id BIGINT NOT NULL REFERENCES received_mail (id),
  position BIGINT NOT NULL,
  file_name TEXT NOT NULL,
  file_id BIGINT NOT NULL REFERENCES file (id),
  outcome TEXT NOT NULL,
  draft_key TEXT NOT NULL
);
CREATE INDEX mail_attachment_mail ON mail_attachment (mail_id);
CREATE INDEX mail_attachment_draft ON mail_attachment (draft_key);
