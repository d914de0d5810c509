package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"time"

	"goodcatch/domain"
)

// How link codes live. Source: 40 bits and five tries make a guess as good as hopeless; ten wrong a day stop whoever tries many.
const (
	tokenLife     = 15 * time.Minute
	challengeLife = 10 * time.Minute
	triesPerCode  = 5
	triesPerDay   = 10
)

// LinkToken draws the token that a person, known by Slack, texts from the phone they want to link: eight Crockford characters, used
// once. Only its fingerprint is kept.
func (tx *Tx) LinkToken(person domain.PersonID) string {
	raw := make([]byte, 8)
	_, _ = rand.Read(raw) // never fails: see crypto/rand
	token := make([]byte, 8)
	for i, b := range raw {
		token[i] = crockford[b%32]
	}
	tx.saveLink(string(token), person, 0, tokenLife)
	return string(token)
}

// Challenge draws the six digits that are texted to a phone and must come back from it.
func (tx *Tx) Challenge(person domain.PersonID, address domain.AddressID) (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", fmt.Errorf("challenge: %w", err)
	}
	code := fmt.Sprintf("%06d", n)
	tx.queue(`DELETE FROM link_codes WHERE address_id = $1`, address)
	tx.saveLink(fmt.Sprintf("%d:%s", address, code), person, address, challengeLife)
	return code, nil
}

func (tx *Tx) saveLink(code string, person domain.PersonID, address domain.AddressID, life time.Duration) {
	tx.queue(`INSERT INTO link_codes (fingerprint, person_id, address_id, expires_at) VALUES ($1, $2, $3, $4)`,
		tx.db.Keys.Fingerprint("link", code), int64(person), nullable(address), tx.now.Add(life))
}

// A LinkResult is what a code did.
type LinkResult int

// The results.
const (
	LinkWrong  LinkResult = iota // no such code, or expired
	LinkedNow                    // the phone belongs to the person from now on
	LinkClosed                   // too many wrong codes today
)

// Link takes a code that a phone sent. On success the phone is the person's, verified, and their former phone no longer.
func (tx *Tx) Link(ctx context.Context, address domain.AddressID, code string) (LinkResult, domain.PersonID, error) {
	var wrong int
	tx.queue(`SELECT coalesce((SELECT wrong FROM link_tries WHERE address_id = $1 AND day = $2::date), 0)`, address, tx.now).QueryRow(scanning(&wrong))
	if err := tx.flush(ctx); err != nil {
		return LinkWrong, 0, err
	}
	if wrong >= triesPerDay {
		return LinkClosed, 0, nil
	}
	var person domain.PersonID
	var found bool
	tx.one(&found, `DELETE FROM link_codes WHERE fingerprint IN ($1, $2) AND expires_at > $3 AND (address_id IS NULL OR address_id = $4) RETURNING person_id`,
		[]any{tx.db.Keys.Fingerprint("link", code), tx.db.Keys.Fingerprint("link", fmt.Sprintf("%d:%s", address, code)), tx.now, address}, &person)
	if err := tx.flush(ctx); err != nil {
		return LinkWrong, 0, err
	}
	if !found {
		tx.queue(`INSERT INTO link_tries (address_id, day, wrong) VALUES ($1, $2::date, 1) ON CONFLICT (address_id, day) DO UPDATE SET wrong = link_tries.wrong + 1`, address, tx.now)
		if (wrong+1)%triesPerCode == 0 {
			tx.queue(`DELETE FROM link_codes WHERE address_id = $1`, address)
		}
		return LinkWrong, 0, nil
	}
	tx.queue(`UPDATE addresses SET person_id = NULL, verified_at = NULL WHERE person_id = $1 AND channel = (SELECT channel FROM addresses WHERE id = $2) AND id <> $2`, int64(person), address)
	tx.queue(`UPDATE addresses SET person_id = $2, verified_at = $3, dead_at = NULL WHERE id = $1`, address, int64(person), tx.now)
	tx.caller = replyTo{} // it is somebody else's now
	tx.queue(`UPDATE outbox SET rendered = NULL WHERE topic = 'link' AND address_id = $1`, address)
	tx.saveEvent(domain.Actor{Person: person, Address: address, Level: domain.A1}, domain.Event{Name: "phone_linked", Data: map[string]string{"address": fmt.Sprint(address)}})
	tx.touchOrganisation()
	return LinkedNow, person, nil
}

// Challenged reports whether a code is awaited from this phone.
func (tx *Tx) Challenged(ctx context.Context, address domain.AddressID) (bool, error) {
	var found bool
	tx.one(&found, `SELECT 1 FROM link_codes WHERE address_id = $1 AND expires_at > $2`, []any{address, tx.now}, new(int))
	return found, tx.flush(ctx)
}
