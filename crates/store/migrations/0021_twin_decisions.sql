-- Decisions are asked by either of the two.
CREATE INDEX twin_decision_b ON twin_decision (b_id);

-- Held by whoever searches for twins: two at once would find the same pair, or neither.
INSERT INTO state_version (name, version) VALUES ('twins', 1);
