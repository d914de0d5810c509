-- How each ward stands, by its own last word: green, amber, red. What it needs is somebody's words, and sealed; the next word takes its place.

-- +goose Up

CREATE TABLE ward_status (
	unit      text PRIMARY KEY,
	colour    text NOT NULL CHECK (colour IN ('green', 'amber', 'red')),
	need      bytea,                  -- null: it said none
	person_id bigint NOT NULL,        -- who said so
	at        timestamptz NOT NULL,
	red_at    timestamptz             -- since when it is red
);

GRANT SELECT, INSERT, UPDATE ON ward_status TO goodcatch_app;
