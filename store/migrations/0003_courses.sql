-- Courses, their items, who tries them and what they answer. Who has to take one stands in tasks.

-- +goose Up

CREATE TABLE courses (
	id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	code         text NOT NULL CONSTRAINT courses_code UNIQUE,
	title        text NOT NULL,
	educator     bigint NOT NULL REFERENCES people,
	pass_mark    smallint NOT NULL, -- per cent
	due_seconds  bigint NOT NULL,
	audience     jsonb NOT NULL,
	source       text NOT NULL,     -- digest of the content as it was last published
	published_at timestamptz NOT NULL,
	titles       jsonb              -- by language, beside the original's own
);

-- One row per question. Changed words of a published file are a new row; a correction by the educator is a new revision of the same.
CREATE TABLE items (
	id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	course_id    bigint NOT NULL REFERENCES courses,
	key          text NOT NULL,
	position     integer NOT NULL,
	text         text NOT NULL,
	options      text[] NOT NULL,
	right_option smallint NOT NULL, -- index into options
	explanation  text NOT NULL,
	revision     integer NOT NULL,
	withdrawn    boolean NOT NULL DEFAULT false,
	words        jsonb              -- text, options and explanation by language, beside the original's own
);
CREATE INDEX items_course ON items (course_id);
CREATE UNIQUE INDEX items_key ON items (course_id, key) WHERE NOT withdrawn;

-- What an item said when somebody answered it: added to, never changed.
CREATE TABLE item_revisions (
	item_id      bigint NOT NULL REFERENCES items,
	revision     integer NOT NULL,
	text         text NOT NULL,
	options      text[] NOT NULL,
	right_option smallint NOT NULL,
	explanation  text NOT NULL,
	at           timestamptz NOT NULL,
	PRIMARY KEY (item_id, revision)
);

CREATE TABLE attempts (
	id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	course_id  bigint NOT NULL REFERENCES courses,
	person_id  bigint NOT NULL REFERENCES people,
	number     integer NOT NULL,
	started_at timestamptz NOT NULL,
	done_at    timestamptz,
	score      smallint NOT NULL DEFAULT 0, -- per cent; follows from the answers
	passed     boolean NOT NULL DEFAULT false,
	CONSTRAINT attempts_number UNIQUE (course_id, person_id, number)
);

CREATE TABLE item_answers (
	attempt_id bigint NOT NULL REFERENCES attempts,
	item_id    bigint NOT NULL REFERENCES items,
	revision   integer NOT NULL,
	choice     smallint NOT NULL, -- index into options
	at         timestamptz NOT NULL,
	PRIMARY KEY (attempt_id, item_id)
);

GRANT SELECT, INSERT, UPDATE ON courses, items, attempts TO goodcatch_app;
GRANT SELECT, INSERT ON item_revisions, item_answers TO goodcatch_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO goodcatch_app;
