package store

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"goodcatch/domain"
	"goodcatch/store/seal"
)

// subject returns the key of a subject: made and queued when fresh, else read. A subject without a key yet gets one.
func (tx *Tx) subject(ctx context.Context, name string, fresh bool) (seal.Subject, error) {
	if s, ok := tx.subjects[name]; ok {
		return s, nil
	}
	if !fresh {
		var wrapped []byte
		var found bool
		tx.one(&found, `SELECT wrapped FROM subject_keys WHERE subject = $1`, []any{name}, &wrapped)
		if err := tx.flush(ctx); err != nil {
			return seal.Subject{}, err
		}
		if found {
			s, err := tx.db.Keys.OpenSubject(name, wrapped)
			if err == nil {
				tx.subjects[name] = s
			}
			return s, err
		}
	}
	s, wrapped, err := tx.db.Keys.NewSubjectKey(name)
	if err != nil {
		return s, err
	}
	tx.queue(`INSERT INTO subject_keys (subject, wrapped) VALUES ($1, $2)`, name, wrapped)
	tx.subjects[name] = s
	return s, nil
}

// sealJSON seals a value under the keyset, bound to its place.
func (db *DB) sealJSON(v any, place string) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return db.Keys.Seal(plain, []byte(place))
}

func (db *DB) openJSON(sealed []byte, place string, into any) error {
	plain, err := db.Keys.Open(sealed, []byte(place))
	if err != nil {
		return fmt.Errorf("%s: %w", place, err)
	}
	return json.Unmarshal(plain, into)
}

// eventHash is the hash of one line of the audit: its fields in a fixed order, each with its length. Verify computes it again.
func eventHash(at time.Time, record int64, name, actor string, data map[string]string) []byte {
	b := make([]byte, 0, 256)
	field := func(s string) { b = append(append(strconv.AppendInt(b, int64(len(s)), 10), ':'), s...) }
	field(at.UTC().Format("2006-01-02T15:04:05.000000Z"))
	field(strconv.FormatInt(record, 10))
	field(name)
	field(actor)
	for _, k := range slices.Sorted(maps.Keys(data)) {
		field(k)
		field(data[k])
	}
	sum := sha256.Sum256(b)
	return sum[:]
}

// senderPrint is the keyed fingerprint by which what is kept of a sender's failed messages is found again.
func (db *DB) senderPrint(ch domain.Channel, value string) []byte {
	return db.Keys.Fingerprint("inbox-sender", string(ch)+":"+value)
}

// addressPrint is the keyed fingerprint by which a hidden reporter's channel is found again.
func (db *DB) addressPrint(ch domain.Channel, value string) []byte {
	return db.Keys.Fingerprint("reply-channel", string(ch)+":"+value)
}
