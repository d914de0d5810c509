-- Campaigns: who is on leave, and tasks that wait until their person returns.

-- +goose Up

-- A time in which a person does not work. Days are the organisation's; both count.
CREATE TABLE leave (
	person_id bigint NOT NULL REFERENCES people,
	first_day date NOT NULL,
	last_day  date NOT NULL,
	deputy    bigint REFERENCES people,
	CONSTRAINT leave_one PRIMARY KEY (person_id, first_day),
	CONSTRAINT leave_days CHECK (first_day <= last_day)
);

ALTER TABLE tasks ADD COLUMN held_until timestamptz; -- the person is on leave: nothing is sent before
ALTER TABLE tasks ADD COLUMN nudged_at timestamptz;  -- when a manager last asked for a reminder

GRANT SELECT, INSERT, UPDATE, DELETE ON leave TO goodcatch_app;
