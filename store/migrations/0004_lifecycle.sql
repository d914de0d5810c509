-- The life of documents before they are in force and when they are reviewed: who decided what, one version on its way at a time, and
-- codes (K7R) for whatever is asked about beside records.

-- +goose Up

-- Who approved, returned, reviewed or retired a version, and which text of it: added to, never changed.
CREATE TABLE document_decisions (
	id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	version_id   bigint NOT NULL REFERENCES document_versions,
	what         text NOT NULL,
	person_id    bigint REFERENCES people, -- null: the clock, or the command line
	printed_name bytea,                    -- the name at that time, sealed under the person's key
	sha256       text NOT NULL,
	at           timestamptz NOT NULL,
	channel      text NOT NULL,
	level        smallint NOT NULL,        -- assurance
	reason       bytea                     -- sealed
);
CREATE INDEX document_decisions_version ON document_decisions (version_id);
CREATE TRIGGER document_decisions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON document_decisions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE UNIQUE INDEX document_versions_underway ON document_versions (code) WHERE state IN ('draft', 'in_review', 'approved');
ALTER TABLE document_versions DROP CONSTRAINT document_versions_handle; -- codes are unique among all that have one: see codes
ALTER TABLE document_versions ADD COLUMN review text NOT NULL DEFAULT '', ADD COLUMN cause text NOT NULL DEFAULT '';

-- What a code stands for, other than a record. All codes come from one sequence, so that none stands for two things.
CREATE TABLE codes (
	code     text PRIMARY KEY,
	subject  text NOT NULL,  -- v12
	ended_at timestamptz     -- nothing is asked any more; free for others a year later
);
CREATE INDEX codes_ended ON codes (ended_at) WHERE ended_at IS NOT NULL;

GRANT SELECT, INSERT ON document_decisions TO goodcatch_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON codes TO goodcatch_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO goodcatch_app;
