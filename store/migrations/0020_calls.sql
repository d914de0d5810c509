-- Texts and calls that have not come to their end, for asking the provider about them.

-- +goose Up

CREATE INDEX outbox_unreported ON outbox (sent_at) WHERE state = 'sent' AND channel IN ('sms', 'voice') AND op = 'send' AND provider_rank < 4 AND provider_id IS NOT NULL;
