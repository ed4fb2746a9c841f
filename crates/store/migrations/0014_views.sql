-- How people look at the library: saved filters, chosen columns.

-- A saved filter: the parameters of the list's address as JSON. Shared with a role it meets that role in the owner's
-- unit and below; it shows nobody more than he may see.
CREATE TABLE saved_filter (
  id {id},
  unit_id BIGINT NOT NULL REFERENCES unit (id),
  person_id BIGINT NOT NULL REFERENCES person (id),
  name TEXT NOT NULL,
  pairs TEXT NOT NULL,
  role TEXT,
  version BIGINT NOT NULL DEFAULT 1,
  saved_at BIGINT NOT NULL
);
CREATE INDEX saved_filter_person ON saved_filter (person_id);
CREATE INDEX saved_filter_shared ON saved_filter (unit_id, role);

-- The columns a person chose for the list, in their order, parted by commas.
CREATE TABLE chosen_columns (
  person_id BIGINT PRIMARY KEY REFERENCES person (id),
  columns TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1
);
