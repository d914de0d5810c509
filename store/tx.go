package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"goodcatch/domain"
	"goodcatch/store/seal"
)

// A Tx is one transaction. Statements are queued and sent together: BEGIN travels with the first reads and COMMIT with the last
// writes, so that a whole turn costs three round trips.
type Tx struct {
	db    *DB
	conn  *pgxpool.Conn
	batch *pgx.Batch
	begun bool
	now   time.Time
	org   *domain.Organisation
	wake  bool
	brief bool // no conversation is wanted: see Reserve

	subjects map[string]seal.Subject            // opened or made in this transaction
	written  map[domain.RecordID]*domain.Record // as this transaction leaves them
	out      []letter                           // notices of the change at hand: see post
	anew     map[string]bool                    // subjects of records made here, and the keys queued about them: see first
	reserved domain.Facts                       // numbers drawn ahead: see Reserve
	caller   replyTo                            // the address at hand: see Caller and notifyAddress
}

// InTx runs f in a transaction: committed when f returns nil, undone otherwise.
func (db *DB) InTx(ctx context.Context, f func(*Tx) error) (err error) {
	conn, err := db.Pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer conn.Release()
	tx := &Tx{db: db, conn: conn, batch: &pgx.Batch{}, subjects: map[string]seal.Subject{}, written: map[domain.RecordID]*domain.Record{}}
	defer func() {
		if err != nil {
			tx.rollback()
			if conn.Conn().IsClosed() {
				err = errors.Join(err, errLost)
			}
		}
	}()
	if err := f(tx); err != nil {
		return err
	}
	tx.post()
	if !tx.begun && tx.batch.Len() == 0 {
		return nil
	}
	tx.queue("COMMIT")
	if err := tx.flush(ctx); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	tx.begun = false
	if tx.wake {
		db.Wake()
	}
	return nil
}

// rollback undoes the transaction with a little time of its own: the caller's may be over.
func (tx *Tx) rollback() {
	if !tx.begun || tx.conn.Conn().IsClosed() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if _, err := tx.conn.Exec(ctx, "ROLLBACK"); err != nil {
		_ = tx.conn.Conn().Close(ctx) // a connection in an unknown state is thrown away
	}
}

// queue puts a statement behind those already waiting. Its rows can be read with the returned query's callbacks, at the next flush.
func (tx *Tx) queue(sql string, args ...any) *pgx.QueuedQuery { return tx.batch.Queue(sql, args...) }

// flush sends what is queued and runs the callbacks.
func (tx *Tx) flush(ctx context.Context) error {
	tx.post()
	if tx.batch.Len() == 0 {
		return nil
	}
	b := tx.batch
	if !tx.begun {
		b = &pgx.Batch{}
		b.Queue("BEGIN")
		b.QueuedQueries = append(b.QueuedQueries, tx.batch.QueuedQueries...)
		tx.begun = true
	}
	tx.batch = &pgx.Batch{}
	return named(tx.conn.SendBatch(ctx, b).Close())
}

// one queues a query of at most one row. found tells, after the flush, whether there was one.
func (tx *Tx) one(found *bool, sql string, args []any, into ...any) {
	tx.queue(sql, args...).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			*found = true
			if err := rows.Scan(into...); err != nil {
				return err
			}
		}
		return rows.Err()
	})
}

// many queues a query and hands each row to scan.
func (tx *Tx) many(sql string, args []any, scan func(pgx.Rows) error) {
	tx.queue(sql, args...).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			if err := scan(rows); err != nil {
				return err
			}
		}
		return rows.Err()
	})
}

// lookClock queues the reading of the time and of the organisation's version. Call it after the locks.
func (tx *Tx) lookClock(version *int64) {
	var t time.Time
	tx.queue("SELECT clock_timestamp(), version FROM organisation").QueryRow(func(row pgx.Row) error {
		if err := row.Scan(&t, version); err != nil {
			return err
		}
		tx.now = t.UTC()
		if tx.db.Now != nil {
			tx.now = tx.db.Now().UTC()
		}
		return nil
	})
}

// settle makes the organisation's snapshot current after lookClock was flushed. One read by this very transaction stays: see refresh.
func (tx *Tx) settle(ctx context.Context, version int64) error {
	if tx.org != nil && tx.org.Version >= version {
		return nil
	}
	org, err := tx.db.organisation(ctx, version)
	if err != nil {
		return err
	}
	tx.org = org
	return nil
}

// Now returns business time and the organisation, reading them when this transaction has not done so yet.
func (tx *Tx) Now(ctx context.Context) (time.Time, *domain.Organisation, error) {
	if tx.org == nil {
		var version int64
		tx.lookClock(&version)
		if err := tx.flush(ctx); err != nil {
			return time.Time{}, nil, err
		}
		if err := tx.settle(ctx, version); err != nil {
			return time.Time{}, nil, err
		}
	}
	return tx.now, tx.org, nil
}

// named maps violations of named constraints to the domain's errors.
func named(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "23505" {
		return fmt.Errorf("%s: %w", pg.ConstraintName, domain.ErrConflict)
	}
	return err
}

// scanning returns a callback that scans one row.
func scanning(into ...any) func(pgx.Row) error {
	return func(row pgx.Row) error { return row.Scan(into...) }
}
