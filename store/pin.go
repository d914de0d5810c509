package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

const pinColumns = `p.person_id, p.hash, p.tries, p.locked_until, p.waiting, p.waiting_since, p.renew_until`

func scanPIN(row pgx.Row) (domain.PIN, error) {
	var p domain.PIN
	var locked, waiting, renew *time.Time
	err := row.Scan(&p.Person, &p.Hash, &p.Tries, &locked, &p.Waiting, &waiting, &renew)
	p.LockedUntil, p.WaitingSince, p.RenewUntil = moment(locked), moment(waiting), moment(renew)
	return p, err
}

// loadPIN queues the reading of the actor's PIN. Their turns are locked first: what is counted here is counted by one after the other.
func (tx *Tx) loadPIN(f *domain.Facts, n domain.Needs) {
	if !n.PIN || f.Actor.Person == 0 {
		return
	}
	tx.queue(`SELECT pg_advisory_xact_lock(7, $1::int)`, int32(f.Actor.Person)) // as Caller does
	tx.many(`SELECT `+pinColumns+` FROM pins p WHERE p.person_id = $1`, []any{int64(f.Actor.Person)}, func(rows pgx.Rows) error {
		p, err := scanPIN(rows)
		f.PIN = &p
		return err
	})
}

// savePIN queues a PIN as a decision left it.
func (tx *Tx) savePIN(p domain.PIN) {
	tx.queue(`
		INSERT INTO pins (person_id, hash, tries, locked_until, waiting, waiting_since, renew_until) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (person_id) DO UPDATE SET hash = EXCLUDED.hash, tries = EXCLUDED.tries, locked_until = EXCLUDED.locked_until,
		       waiting = EXCLUDED.waiting, waiting_since = EXCLUDED.waiting_since, renew_until = EXCLUDED.renew_until`,
		int64(p.Person), p.Hash, p.Tries, maybe(p.LockedUntil), p.Waiting, maybe(p.WaitingSince), maybe(p.RenewUntil))
}

// forgetPIN queues the end of a PIN, behind whatever turn of its person is under way.
func (tx *Tx) forgetPIN(person domain.PersonID) {
	tx.queue(`SELECT pg_advisory_xact_lock(7, $1::int)`, int32(person))
	tx.queue(`DELETE FROM pins WHERE person_id = $1`, int64(person))
}

// PIN returns a person's PIN as it stands, without a lock; zero when none was ever chosen.
func (db *DB) PIN(ctx context.Context, person domain.PersonID) (domain.PIN, error) {
	p, err := scanPIN(db.Pool.QueryRow(ctx, `SELECT `+pinColumns+` FROM pins p WHERE p.person_id = $1`, int64(person)))
	if err == pgx.ErrNoRows {
		return domain.PIN{Person: person}, nil
	}
	return p, err
}

// PINAsked reports whose PIN is awaited from an address; 0 when none is.
func (db *DB) PINAsked(ctx context.Context, ch domain.Channel, value string) (person domain.PersonID, err error) {
	err = db.Pool.QueryRow(ctx, `
		SELECT a.person_id FROM addresses a
		WHERE a.channel = $1 AND a.value = $2 AND a.person_id IS NOT NULL AND EXISTS (SELECT 1 FROM sessions s WHERE s.address_id = a.id AND s.flow = $3)`,
		ch, value, domain.PINFlow).Scan(&person)
	if err == pgx.ErrNoRows {
		return 0, nil
	}
	return person, err
}

// HashPIN hashes a PIN of a person, and MatchPIN compares one with a hash. Either takes tens of milliseconds: outside of transactions.
func (db *DB) HashPIN(person domain.PersonID, typed string) string {
	return db.Keys.HashPIN(holderOf(person), typed)
}

// MatchPIN reports whether a PIN is the one that was hashed.
func (db *DB) MatchPIN(hash string, person domain.PersonID, typed string) bool {
	return db.Keys.MatchPIN(hash, holderOf(person), typed)
}

func holderOf(person domain.PersonID) string { return fmt.Sprintf("p%d", person) }

// retypeLetters are mistaken neither for each other nor for digits, and make no words.
const retypeLetters = "BCDFGHJKMNPRTVWX"

// retype is what the reader of a task retypes to sign it in a form: six letters of the task and its person, known only by our keys.
func (db *DB) retype(t domain.Task) string {
	if t.Kind != domain.ReadDocument || db.Keys == nil {
		return ""
	}
	n := binary.BigEndian.Uint64(db.Keys.Fingerprint("retype", fmt.Sprintf("%s|p%d|%d", t.ID.Subject(), t.Person, t.Subject)))
	code := make([]byte, 0, 7)
	for i := range 6 {
		if i == 3 {
			code = append(code, ' ')
		}
		code = append(code, retypeLetters[n%uint64(len(retypeLetters))])
		n /= uint64(len(retypeLetters))
	}
	return string(code)
}
