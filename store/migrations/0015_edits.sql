-- Edits that wait, by the message they replace: thousands answer a roll-call within minutes, and each answer looks for its own.

-- +goose Up

CREATE INDEX outbox_edits ON outbox (target) WHERE op = 'edit' AND state = 'pending';
