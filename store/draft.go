package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// FirstOf notes a key of the inbox for ever and reports whether it was new.
func (tx *Tx) FirstOf(ctx context.Context, provider, externalID string) (first bool, err error) {
	tx.one(&first, `
		INSERT INTO inbox (provider, external_id, received_at, handled, found_by) VALUES ($1, $2, $3, true, 'form')
		ON CONFLICT (provider, external_id) DO NOTHING RETURNING true`,
		[]any{provider, externalID, time.Now().UTC()}, new(bool))
	return first, tx.flush(ctx)
}

// DraftBecame queues that a form became this record. It stands with the form's own key in the inbox, which names nobody.
func (tx *Tx) DraftBecame(provider, draft string, id domain.RecordID) {
	tx.queue(`UPDATE inbox SET found_by = 'form:' || $3 WHERE provider = $1 AND external_id = $2`, provider, draft, id.Subject())
}

// DraftRecord returns the record that a form became, or 0.
func (tx *Tx) DraftRecord(ctx context.Context, provider, draft string) (domain.RecordID, error) {
	var found bool
	var by string
	tx.one(&found, `SELECT found_by FROM inbox WHERE provider = $1 AND external_id = $2`, []any{provider, draft}, &by)
	if err := tx.flush(ctx); err != nil {
		return 0, err
	}
	subject, ok := strings.CutPrefix(by, "form:")
	if !ok {
		return 0, nil
	}
	var id domain.RecordID
	if _, err := fmt.Sscanf(subject, "r%d", &id); err != nil {
		return 0, fmt.Errorf("draft %s: %w", draft, err)
	}
	return id, nil
}

// An Offer is a request to own a record that nobody has answered by taking it.
type Offer struct {
	Record *domain.Record
	Sent   SentNotice // the newest card: what it offers
}

// Offered lists the requests to own a record that went to an address and still stand, the most serious first.
func (tx *Tx) Offered(ctx context.Context, address domain.AddressID) ([]Offer, error) {
	if err := tx.flush(ctx); err != nil {
		return nil, err
	}
	rows, err := tx.conn.Query(ctx, `
		SELECT DISTINCT ON (subject) id, subject, topic, state, replies FROM outbox
		WHERE address_id = $1 AND topic = 'escalation' AND op = 'send' AND state <> 'withdrawn'
		  AND subject IN (SELECT 'r' || id FROM records WHERE owner IS NULL AND closed_at IS NULL)
		ORDER BY subject, id DESC LIMIT 50`, address)
	if err != nil {
		return nil, err
	}
	sent, err := pgx.CollectRows(rows, scanSent)
	if err != nil {
		return nil, err
	}
	bySubject := make(map[string]SentNotice, len(sent))
	subjects := make([]string, 0, len(sent))
	for _, n := range sent {
		bySubject[n.Subject] = n
		subjects = append(subjects, n.Subject)
	}
	var records []*domain.Record
	tx.many(`SELECT `+recordColumns+` FROM records WHERE owner IS NULL AND closed_at IS NULL AND 'r' || id = ANY($1) ORDER BY rank DESC, created_at, id`, []any{subjects}, into(&records))
	if err := tx.flush(ctx); err != nil {
		return nil, err
	}
	offers := make([]Offer, 0, len(records))
	for _, r := range records {
		offers = append(offers, Offer{Record: r, Sent: bySubject[r.ID.Subject()]})
	}
	return offers, nil
}
