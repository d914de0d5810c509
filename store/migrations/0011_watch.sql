-- What the poller had to find is few at any time, and looked for every ten seconds.

-- +goose Up

CREATE INDEX inbox_polled ON inbox (received_at) WHERE found_by = 'poller';
