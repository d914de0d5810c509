-- Signatures with a PIN, texts read in parts or as a digest, and what an export has to prove: where people worked when they were asked.

-- +goose Up

-- The second component of a signature: a hash, keyed by the installation's keys besides. Who has no row has chosen none.
CREATE TABLE pins (
	person_id     bigint PRIMARY KEY REFERENCES people,
	hash          text NOT NULL,     -- argon2id; empty: not chosen yet
	tries         smallint NOT NULL, -- wrong ones since the last right one
	locked_until  timestamptz,
	waiting       text NOT NULL,     -- hash of one typed once, to be typed again
	waiting_since timestamptz,
	renew_until   timestamptz        -- the old one was given: a new one may be chosen
);

ALTER TABLE tasks
	ADD COLUMN answered_at timestamptz,             -- the right answer: a signature lacks only its second component
	ADD COLUMN reached     smallint NOT NULL DEFAULT 0, -- parts of the text that were opened, in their order
	ADD COLUMN read_as     text NOT NULL DEFAULT '',    -- page, form, digest
	ADD COLUMN unit        text NOT NULL DEFAULT '',    -- of the person when they were asked
	ADD COLUMN roles       text[] NOT NULL DEFAULT '{}';

ALTER TABLE attestations
	ADD COLUMN unit    text NOT NULL DEFAULT '', -- of the person when they signed
	ADD COLUMN roles   text[] NOT NULL DEFAULT '{}',
	ADD COLUMN reached smallint NOT NULL DEFAULT 0,
	ADD COLUMN parts   smallint NOT NULL DEFAULT 0,
	ADD COLUMN read_as text NOT NULL DEFAULT '',
	ADD CONSTRAINT attestations_level CHECK (meaning <> 'signed' OR level >= 3); -- 21 CFR 11.200: two components

ALTER TABLE addresses ADD COLUMN digest boolean NOT NULL DEFAULT false; -- a phone that asked for texts instead of a page

-- Whoever makes a task, and by whichever statement: it knows where its person worked then.
-- +goose StatementBegin
CREATE FUNCTION task_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	SELECT unit, roles INTO NEW.unit, NEW.roles FROM people WHERE id = NEW.person_id;
	RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER tasks_place BEFORE INSERT ON tasks FOR EACH ROW EXECUTE FUNCTION task_place();

GRANT SELECT, INSERT, UPDATE, DELETE ON pins TO goodcatch_app;
