-- A file of a mail may hold several forms: a draft each. Answers belong to the conversation they answer.

CREATE TABLE mail_draft (
  draft_key TEXT PRIMARY KEY,
  attachment_id BIGINT NOT NULL REFERENCES mail_attachment (id)
);
CREATE INDEX mail_draft_attachment ON mail_draft (attachment_id);
INSERT INTO mail_draft (draft_key, attachment_id) SELECT draft_key, id FROM mail_attachment WHERE draft_key <> '';
-- Whose drafts wait is asked at every look at what is to be done.
CREATE INDEX intake_draft_owner ON intake_draft (owner_id, created_at);
DROP INDEX mail_attachment_draft;
ALTER TABLE mail_attachment DROP COLUMN draft_key;

-- thread: Message-IDs without angle brackets, blanks between, the last one being what is answered (RFC 5322, 3.6.4).
-- body: what is written, its beginning, so that an officer need not look for it in the mailbox.
ALTER TABLE received_mail ADD COLUMN thread TEXT NOT NULL DEFAULT '';
ALTER TABLE received_mail ADD COLUMN body TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN thread TEXT NOT NULL DEFAULT '';
