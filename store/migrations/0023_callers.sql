-- Who rings others in a roll-call gets a link to their own part of the list, and enters there what they heard.

-- +goose Up

-- A link is kept as its fingerprint only.
CREATE TABLE rollcall_callers (
	rollcall_id bigint NOT NULL REFERENCES rollcalls,
	person_id   bigint NOT NULL,
	fingerprint bytea NOT NULL CONSTRAINT rollcall_callers_fingerprint UNIQUE,
	PRIMARY KEY (rollcall_id, person_id)
);

ALTER TABLE rollcall_seats ADD by_id bigint;            -- who rang them and entered the answer; null: they gave it themselves
ALTER TABLE rollcall_seats ADD tried_at timestamptz;    -- when they were last rung in vain
ALTER TABLE rollcall_answers ADD by_id bigint;          -- the same; an answer of 0 is a call in vain

GRANT SELECT, INSERT ON rollcall_callers TO goodcatch_app;
