package store

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// SessionLife is how long a question waits for its answer.
const SessionLife = 72 * time.Hour

// A Session is one conversation of one address that waits for an answer. Its body is conversations.Session; the store does not look inside.
type Session struct {
	ID      int64
	Flow    string
	Body    json.RawMessage
	AskedAt time.Time
}

// sessionBody is the stored shape of a conversation between turns, shared with conversations.Session.
type sessionBody struct {
	Flow  string      `json:"flow"`
	Start domain.Args `json:"start,omitempty"`
	Asked string      `json:"asked,omitempty"`
}

// OpenSession opens a conversation with an address. question is what was put already; empty: nothing yet.
func (tx *Tx) OpenSession(address domain.AddressID, flow string, start domain.Args, question string) error {
	body, err := json.Marshal(sessionBody{Flow: flow, Start: start, Asked: question})
	if err != nil {
		return err
	}
	return tx.SaveSession(address, flow, start, body)
}

// SaveSession stores what a conversation holds, and makes it the last one asked.
func (tx *Tx) SaveSession(address domain.AddressID, flow string, start domain.Args, body json.RawMessage) error {
	sealed, err := tx.db.Keys.Seal(body, []byte("session"))
	if err != nil {
		return err
	}
	key, err := json.Marshal(start)
	if err != nil {
		return err
	}
	tx.queue(`
		INSERT INTO sessions (address_id, key, flow, sealed, asked_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT ON CONSTRAINT sessions_key DO UPDATE SET sealed = EXCLUDED.sealed, asked_at = EXCLUDED.asked_at, expires_at = EXCLUDED.expires_at`,
		address, tx.db.Keys.Fingerprint("session", flow+string(key)), flow, sealed, tx.now, tx.now.Add(SessionLife))
	return nil
}

// EndSession forgets a conversation of an address.
func (tx *Tx) EndSession(address domain.AddressID, id int64) {
	tx.queue(`DELETE FROM sessions WHERE address_id = $1 AND id = $2`, address, id)
}

// EndFlow forgets the conversation of an address about this start.
func (tx *Tx) EndFlow(address domain.AddressID, flow string, start domain.Args) error {
	key, err := json.Marshal(start)
	if err != nil {
		return err
	}
	tx.queue(`DELETE FROM sessions WHERE address_id = $1 AND key = $2`, address, tx.db.Keys.Fingerprint("session", flow+string(key)))
	return nil
}

// readSessions queues the reading of an address's live conversations, the last asked first.
func (tx *Tx) readSessions(channel domain.Channel, value string, now time.Time, into *[]Session) {
	tx.many(`
		SELECT s.id, s.flow, s.sealed, s.asked_at FROM sessions s JOIN addresses a ON a.id = s.address_id
		WHERE a.channel = $1 AND a.value = $2 AND s.expires_at > $3 ORDER BY s.asked_at DESC, s.id DESC LIMIT 20`, []any{channel, value, now},
		func(rows pgx.Rows) error {
			var s Session
			var sealed []byte
			if err := rows.Scan(&s.ID, &s.Flow, &sealed, &s.AskedAt); err != nil {
				return err
			}
			body, err := tx.db.Keys.Open(sealed, []byte("session"))
			if err != nil {
				return nil // sealed under keys that are gone: the conversation is over
			}
			s.Body = body
			*into = append(*into, s)
			return nil
		})
}

// Sessions returns an address's live conversations, the last asked first.
func (tx *Tx) Sessions(ctx context.Context, channel domain.Channel, value string) ([]Session, error) {
	var sessions []Session
	tx.readSessions(channel, value, tx.now, &sessions)
	return sessions, tx.flush(ctx)
}
