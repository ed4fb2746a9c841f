-- The library at speed: totals kept with every change, indexes in the order lists are read in, and counters that say
-- whether what a replica remembers of units, settings, rules and ways of looking is still so.

-- Counted up in the transaction that changes what the name stands for.
CREATE TABLE state_version (
  name TEXT PRIMARY KEY,
  version BIGINT NOT NULL
);
INSERT INTO state_version (name, version) VALUES ('units', 1), ('settings', 1), ('library_rules', 1), ('views', 1);

-- Projects as they are now, counted: by enterprise and stage, and by industry as well.
CREATE TABLE project_total (
  track TEXT NOT NULL,
  unit_id BIGINT NOT NULL,
  stage TEXT NOT NULL,
  projects BIGINT NOT NULL,
  priced BIGINT NOT NULL,
  investment_fen BIGINT NOT NULL,
  PRIMARY KEY (track, unit_id, stage)
);
CREATE TABLE project_industry_total (
  track TEXT NOT NULL,
  unit_id BIGINT NOT NULL,
  stage TEXT NOT NULL,
  industry TEXT NOT NULL,
  projects BIGINT NOT NULL,
  priced BIGINT NOT NULL,
  investment_fen BIGINT NOT NULL,
  PRIMARY KEY (track, unit_id, stage, industry)
);
-- Held by whoever changes an enterprise's totals, so that two at once wait for each other in one order.
CREATE TABLE project_total_turn (
  unit_id BIGINT PRIMARY KEY,
  turn BIGINT NOT NULL
);
INSERT INTO project_total (track, unit_id, stage, projects, priced, investment_fen)
  SELECT track, unit_id, stage, COUNT(*), COUNT(investment_fen), CAST(COALESCE(SUM(investment_fen), 0) AS BIGINT)
  FROM project_span WHERE known_to = 9223372036854775807 AND to_on = '9999-12-31' GROUP BY track, unit_id, stage;
INSERT INTO project_industry_total (track, unit_id, stage, industry, projects, priced, investment_fen)
  SELECT track, unit_id, stage, industry, COUNT(*), COUNT(investment_fen), CAST(COALESCE(SUM(investment_fen), 0) AS BIGINT)
  FROM project_span WHERE known_to = 9223372036854775807 AND to_on = '9999-12-31' GROUP BY track, unit_id, stage, industry;

-- As they are now, in the orders of lists; the columns behind the order are those that lists filter by most.
DROP INDEX project_span_unit;
CREATE INDEX project_span_unit ON project_span (track, unit_id, stage, investment_fen {largest_first}, code, project_id)
  WHERE known_to = 9223372036854775807 AND to_on = '9999-12-31';
CREATE INDEX project_span_unit_investment ON project_span (track, unit_id, investment_fen {largest_first}, code, project_id, stage, industry)
  WHERE known_to = 9223372036854775807 AND to_on = '9999-12-31';
CREATE INDEX project_span_unit_code ON project_span (track, unit_id, code, project_id, stage, industry)
  WHERE known_to = 9223372036854775807 AND to_on = '9999-12-31';
CREATE INDEX project_span_investment ON project_span (track, investment_fen {largest_first}, code, project_id, unit_id, stage, industry)
  WHERE known_to = 9223372036854775807 AND to_on = '9999-12-31';
CREATE INDEX project_span_code ON project_span (track, code, project_id, unit_id, stage, industry)
  WHERE known_to = 9223372036854775807 AND to_on = '9999-12-31';
-- From a revision that a text was found in to where it holds.
CREATE INDEX project_span_revision ON project_span (revision_id, track, known_to, to_on, unit_id, stage);
-- Past days in the order of codes.
CREATE INDEX project_span_days ON project_span (track, code, project_id, from_on, to_on, known_from, known_to, unit_id, stage);
