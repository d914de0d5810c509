-- When each phone was sent routine texts, of the last week: what the burden of the next is measured by. The times alone, so that no query
-- has to look through a person's old messages; they are no record and are forgotten after the week.

-- +goose Up

CREATE TABLE burdens (
	address_id bigint PRIMARY KEY REFERENCES addresses ON DELETE CASCADE,
	texts      timestamptz[] NOT NULL -- business time, the oldest first
);
GRANT SELECT, INSERT, UPDATE, DELETE ON burdens TO goodcatch_app;
