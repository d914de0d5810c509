package store

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/store/seal"
)

// A Head is the newest link of the audit chain. Noted elsewhere, it proves later that nothing up to it was changed or cut off.
type Head struct {
	Link int64  `json:"link"` // 0: nothing is sealed yet
	Hash string `json:"hash"` // hex
}

// A Verification is what Verify found.
type Verification struct {
	Head        Head
	Sealed      int64         // events in the chain
	Unsealed    int64         // events that no link holds yet
	UnsealedFor time.Duration // how long the oldest of them has waited
	Mismatch    *Mismatch     // the first; nil: everything matches
}

// A Mismatch says where the audit was changed.
type Mismatch struct {
	Event int64 // 0: not told apart within the link
	Link  int64 // 0: not sealed yet
	What  string
}

func (m *Mismatch) String() string {
	where := fmt.Sprintf("event %d", m.Event)
	switch {
	case m.Event == 0:
		where = fmt.Sprintf("link %d", m.Link)
	case m.Link != 0:
		where = fmt.Sprintf("event %d (link %d)", m.Event, m.Link)
	}
	return where + ": " + m.What
}

// ChainHead returns the newest link of the audit chain.
func (db *DB) ChainHead(ctx context.Context) (Head, error) {
	var h Head
	err := db.Pool.QueryRow(ctx, `SELECT seq, encode(head, 'hex') FROM chain ORDER BY seq DESC LIMIT 1`).Scan(&h.Link, &h.Hash)
	if errors.Is(err, pgx.ErrNoRows) {
		return h, nil
	}
	if err != nil {
		return h, fmt.Errorf("chain head: %w", err)
	}
	return h, nil
}

// verifyLinks is how many links are read at a time.
const verifyLinks = 200

// Verify computes every hash of the audit again: of each event, of each batch, of each link; it stops at the first that differs. A head
// that was noted earlier must still be in the chain; the zero Head asks for nothing. progress, which may be nil, is told from time to time
// how many events were looked at. It needs no keys, changes nothing, and looks at one snapshot of the database.
func (db *DB) Verify(ctx context.Context, noted Head, progress func(events int64)) (Verification, error) {
	v := verifier{noted: noted, progress: progress}
	now, err := db.BusinessTime(ctx)
	if err != nil {
		return v.found, err
	}
	err = pgx.BeginTxFunc(ctx, db.Pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `SET LOCAL statement_timeout = 0`); err != nil { // it may read millions
			return err
		}
		if err := v.chain(ctx, tx); err != nil || v.found.Mismatch != nil {
			return err
		}
		return v.tail(ctx, tx, now)
	})
	if err != nil {
		return v.found, fmt.Errorf("verify: %w", err)
	}
	return v.found, nil
}

type verifier struct {
	noted    Head
	progress func(int64)
	found    Verification
	prev     [32]byte
	looked   int64
}

// A link is one row of the chain, with the leaves of its events.
type link struct {
	seq, first, last, events int64
	root, prev, head         []byte
	at                       time.Time
	leaves                   [][32]byte
}

func (v *verifier) differs(event, link int64, what string) {
	if v.found.Mismatch == nil {
		v.found.Mismatch = &Mismatch{Event: event, Link: link, What: what}
	}
}

// chain goes through all links in order.
func (v *verifier) chain(ctx context.Context, tx pgx.Tx) error {
	for v.found.Mismatch == nil {
		links, err := readLinks(ctx, tx, v.found.Head.Link)
		if err != nil {
			return err
		}
		if len(links) == 0 {
			break
		}
		if err := v.events(ctx, tx, links); err != nil {
			return err
		}
		for _, l := range links {
			if v.found.Mismatch != nil {
				return nil
			}
			if err := v.link(ctx, tx, l); err != nil {
				return err
			}
		}
	}
	if v.found.Mismatch == nil && v.noted.Link > v.found.Head.Link {
		v.differs(0, v.noted.Link, fmt.Sprintf("the noted link is gone: the chain ends with link %d", v.found.Head.Link))
	}
	return nil
}

// readLinks reads the next links after a number.
func readLinks(ctx context.Context, tx pgx.Tx, after int64) ([]*link, error) {
	rows, err := tx.Query(ctx, `SELECT seq, first, last, events, root, prev, head, at FROM chain WHERE seq > $1 ORDER BY seq LIMIT $2`, after, verifyLinks)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (*link, error) {
		var l link
		return &l, row.Scan(&l.seq, &l.first, &l.last, &l.events, &l.root, &l.prev, &l.head, &l.at)
	})
}

// eventColumns are those of events in the order of auditRow.
const eventColumns = `e.id, e.at, coalesce(e.record_id, 0), e.name, e.actor, e.data, e.hash`

type auditRow struct {
	id     int64
	at     time.Time
	record int64
	name   string
	actor  string
	data   map[string]string
	hash   []byte
}

func (r *auditRow) into() []any {
	return []any{&r.id, &r.at, &r.record, &r.name, &r.actor, &r.data, &r.hash}
}

// matches computes the hash of an event again.
func (r *auditRow) matches() bool {
	return bytes.Equal(eventHash(r.at, r.record, r.name, r.actor, r.data), r.hash)
}

// events reads the events of the links and computes their hashes again.
func (v *verifier) events(ctx context.Context, tx pgx.Tx, links []*link) error {
	bySeq := map[int64]*link{}
	for _, l := range links {
		bySeq[l.seq] = l
	}
	rows, err := tx.Query(ctx, `
		SELECT c.seq, `+eventColumns+` FROM chained c JOIN events e ON e.id = c.event_id
		WHERE c.seq BETWEEN $1 AND $2 ORDER BY c.seq, c.event_id`, links[0].seq, links[len(links)-1].seq)
	if err != nil {
		return err
	}
	var seq int64
	var r auditRow
	_, err = pgx.ForEachRow(rows, append([]any{&seq}, r.into()...), func() error {
		v.look()
		if l := bySeq[seq]; l != nil {
			l.leaves = append(l.leaves, seal.Leaf(r.hash))
		}
		if !r.matches() {
			v.differs(r.id, seq, "its fields are not those that were hashed when it was written")
		}
		r.data = nil // the next row must not keep this one's entries
		return nil
	})
	return err
}

// look counts an event.
func (v *verifier) look() {
	if v.looked++; v.progress != nil && v.looked%100_000 == 0 {
		v.progress(v.looked)
	}
}

// link holds one link to its events, to the one before, and to what was noted of it.
func (v *verifier) link(ctx context.Context, tx pgx.Tx, l *link) error {
	root := seal.Root(l.leaves)
	head := seal.Link(v.prev, root, l.first, l.last, l.at)
	switch {
	case l.seq != v.found.Head.Link+1:
		v.differs(0, v.found.Head.Link+1, "it is missing from the chain")
	case int64(len(l.leaves)) != l.events:
		missing, err := missingEvent(ctx, tx, l)
		v.differs(missing, l.seq, fmt.Sprintf("%d events were sealed in this link and %d are there", l.events, len(l.leaves)))
		return err
	case !bytes.Equal(l.prev, v.prev[:]):
		v.differs(0, l.seq, "it does not follow from the link before")
	case !bytes.Equal(l.root, root[:]):
		v.differs(0, l.seq, fmt.Sprintf("an event from %d to %d was changed together with its hash", l.first, l.last))
	case !bytes.Equal(l.head, head[:]):
		v.differs(0, l.seq, "its own fields were changed")
	case l.seq == v.noted.Link && hex.EncodeToString(head[:]) != v.noted.Hash:
		v.differs(0, l.seq, "it is not the link that was noted: the chain was written anew")
	}
	v.prev, v.found.Sealed = head, v.found.Sealed+l.events
	v.found.Head = Head{Link: l.seq, Hash: hex.EncodeToString(head[:])}
	return nil
}

// missingEvent finds the first event of a link that is no more; 0 when it cannot be told. Numbers that a rolled back transaction drew are
// gaps too, so it is a guess where there are several.
func missingEvent(ctx context.Context, tx pgx.Tx, l *link) (id int64, err error) {
	err = tx.QueryRow(ctx, `
		SELECT coalesce(min(g), 0) FROM generate_series($1::bigint, $2::bigint) AS g
		WHERE NOT EXISTS (SELECT 1 FROM events WHERE id = g) OR NOT EXISTS (SELECT 1 FROM chained WHERE event_id = g)`, l.first, l.last).Scan(&id)
	return id, err
}

// tail looks at the events that no link holds yet.
func (v *verifier) tail(ctx context.Context, tx pgx.Tx, now time.Time) error {
	rows, err := tx.Query(ctx, `SELECT `+eventColumns+` FROM events e WHERE NOT EXISTS (SELECT 1 FROM chained c WHERE c.event_id = e.id) ORDER BY e.id`)
	if err != nil {
		return err
	}
	var r auditRow
	_, err = pgx.ForEachRow(rows, r.into(), func() error {
		v.look()
		v.found.Unsealed++
		v.found.UnsealedFor = max(v.found.UnsealedFor, now.Sub(r.at))
		if !r.matches() {
			v.differs(r.id, 0, "its fields are not those that were hashed when it was written")
		}
		r.data = nil
		return nil
	})
	return err
}
