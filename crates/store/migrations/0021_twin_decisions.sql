-- Decisions are asked by either of the two.
CREATE INDEX twin_decision_b ON twin_decision (b_id);
