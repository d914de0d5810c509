-- One index of the outbox less: what makes a message exist once also finds the messages about a subject.

-- +goose Up

ALTER TABLE outbox DROP CONSTRAINT outbox_dedupe;
DROP INDEX outbox_subject;
ALTER TABLE outbox ADD CONSTRAINT outbox_dedupe UNIQUE (subject, topic, dedupe);
