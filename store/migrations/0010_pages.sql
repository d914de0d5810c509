-- Personal pages: what opens one is kept as a keyed fingerprint only, so that reading this table opens none.

-- +goose Up

CREATE TABLE pages (
	fingerprint bytea PRIMARY KEY,
	person_id   bigint NOT NULL REFERENCES people,
	expires_at  timestamptz NOT NULL -- real time: who holds the link need not wait for a moved clock
);
CREATE INDEX pages_expired ON pages (expires_at);

GRANT SELECT, INSERT, DELETE ON pages TO goodcatch_app;
