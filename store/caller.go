package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// drawCalls queues who rings whom, and the links of those who ring. Of a link only its fingerprint is kept: the link itself stands in the
// sealed message to its caller, and nowhere else.
func (tx *Tx) drawCalls(e domain.DrawnCalls) {
	tx.queue(`
		UPDATE rollcall_seats s SET caller_id = nullif(n.caller, 0) FROM unnest($2::bigint[], $3::bigint[]) AS n (person, caller)
		WHERE s.rollcall_id = $1 AND s.person_id = n.person`, e.Call, numbers(e.People), numbers(e.Callers))
	callers, prints := make([]int64, len(e.Links)), make([][]byte, len(e.Links))
	for i, l := range e.Links {
		callers[i], prints[i] = int64(l.Caller), tx.db.Keys.Fingerprint("caller", l.Token)
	}
	tx.queue(`INSERT INTO rollcall_callers (rollcall_id, person_id, fingerprint) SELECT $1, caller, print FROM unnest($2::bigint[], $3::bytea[]) AS n (caller, print)`, e.Call, callers, prints)
}

// A CallerPart is a roll-call with the places of those whom one person rings: a Muster of their part.
type CallerPart struct {
	Muster
	Caller *domain.Person
}

// CallerPartByToken reads what a caller's link opens. One that opens nothing, or whose caller has left, is domain.ErrNotFound; so is one
// that has had its time with the board, and then the roll-call is returned all the same.
func (db *DB) CallerPartByToken(ctx context.Context, token string) (c CallerPart, err error) {
	var call, caller int64
	err = db.Pool.QueryRow(ctx, `SELECT rollcall_id, person_id FROM rollcall_callers WHERE fingerprint = $1`, db.Keys.Fingerprint("caller", token)).Scan(&call, &caller)
	if errors.Is(err, pgx.ErrNoRows) {
		return c, domain.ErrNotFound
	}
	if err != nil {
		return c, fmt.Errorf("caller link: %w", err)
	}
	if c.Muster, err = db.musterOnly(ctx, `c.id = $1`, call); err != nil {
		return c, err
	}
	if c.Caller = c.Org.People[domain.PersonID(caller)]; c.Caller == nil || !c.Caller.Active {
		return CallerPart{}, domain.ErrNotFound
	}
	if c.BoardClosed(c.Now) {
		return c, domain.ErrNotFound
	}
	c.Seats, err = db.seats(ctx, `s.rollcall_id = $1 AND s.caller_id = $2`, call, caller)
	return c, err
}
