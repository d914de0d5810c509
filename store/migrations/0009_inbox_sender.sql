-- A message whose turn failed is kept sealed, with nothing that says from whom: burning a hidden reporter's way back could not find it.
-- The mark is a keyed fingerprint of the sender's address, and stays only as long as the sealed bytes do.

-- +goose Up

ALTER TABLE inbox ADD COLUMN sender bytea;
CREATE INDEX inbox_sender ON inbox (sender) WHERE sender IS NOT NULL;
