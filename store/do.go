package store

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"goodcatch/domain"
)

// Do loads what the command needs, lets it decide, and queues the whole change into this transaction.
// Errors of the decision (domain.ErrForbidden, *domain.InvalidError, *domain.TakenError …) come back as they are.
func (tx *Tx) Do(ctx context.Context, actor domain.Actor, cmd domain.Command) (domain.Change, error) {
	needs := cmd.Needs()
	facts, err := tx.Facts(ctx, actor, needs)
	if err != nil {
		return domain.Change{}, fmt.Errorf("%s: %w", cmd.CommandName(), err)
	}
	change, err := cmd.Decide(facts)
	if err != nil {
		return domain.Change{}, err
	}
	if needs.Codes > 0 {
		tx.giveBack(facts.Codes, change)
	}
	if err := tx.apply(ctx, actor, change); err != nil {
		return domain.Change{}, fmt.Errorf("%s: %w", cmd.CommandName(), err)
	}
	return change, nil
}

// Do is InTx with one command.
func (db *DB) Do(ctx context.Context, actor domain.Actor, cmd domain.Command) (change domain.Change, err error) {
	err = db.InTx(ctx, func(tx *Tx) error {
		change, err = tx.Do(ctx, actor, cmd)
		return err
	})
	return change, err
}

// Facts loads and locks what is needed, reads the clock after the locks, and hands out new numbers. A record that does not exist is
// domain.ErrNotFound.
func (tx *Tx) Facts(ctx context.Context, actor domain.Actor, n domain.Needs) (domain.Facts, error) {
	if f, ok := tx.known(actor, n); ok {
		return f, nil
	}
	f := domain.Facts{Actor: actor}
	var record recordRow
	var found bool
	wantsRecord := n.Record != 0 || n.Ref != ""
	if wantsRecord {
		tx.lockRecord(&record, &found, n.Record, n.Ref)
	}
	var sealed []sealedPassage
	var key []byte
	if n.Passages && n.Record != 0 {
		tx.readPassages(n.Record, &sealed, &key)
	}
	tx.loadTold(&f, n)
	if n.Create > 0 {
		tx.newNumbers(&f, n.Create)
	}
	if err := tx.loadSystems(ctx, &f, n); err != nil {
		return f, err
	}
	var version int64
	tx.lookClock(&version)
	if err := tx.flush(ctx); err != nil {
		return f, err
	}
	if err := tx.settle(ctx, version); err != nil {
		return f, err
	}
	f.Now, f.Org = tx.now, tx.org
	if wantsRecord {
		if !found {
			return f, domain.ErrNotFound
		}
		r, err := record.record()
		if err != nil {
			return f, err
		}
		f.Record = r
	}
	var err error
	f.Passages, err = tx.db.openPassages(n.Record, key, sealed)
	f.Translate(n)
	return f, err
}

// Reserve says that n records will be filed whatever conversations wait: their numbers are drawn together with the next reads, and
// Receive reads no conversations. Filing a report then needs no round trip of its own.
func (tx *Tx) Reserve(n int) {
	tx.brief = true
	tx.newNumbers(&tx.reserved, n)
}

// known answers from memory what this transaction has read or written already: the clock, a record it holds locked and has changed, and
// reserved numbers. ok is false when anything else is wanted.
func (tx *Tx) known(actor domain.Actor, n domain.Needs) (f domain.Facts, ok bool) {
	rest := n
	rest.Record, rest.Create = 0, 0
	if tx.org == nil || !reflect.ValueOf(rest).IsZero() || n.Create > len(tx.reserved.IDs) {
		return f, false
	}
	f = domain.Facts{Actor: actor, Now: tx.now, Org: tx.org}
	if n.Record != 0 {
		r := tx.written[n.Record]
		if r == nil {
			return f, false
		}
		f.Record = r.Clone()
	}
	if n.Create > 0 {
		f.IDs, f.Refs, f.Codes = tx.reserved.IDs, tx.reserved.Refs, tx.reserved.Codes
		tx.reserved = domain.Facts{}
	}
	return f, true
}

// apply queues everything a change holds. Lock order: record, timers, outbox.
func (tx *Tx) apply(ctx context.Context, actor domain.Actor, c domain.Change) error {
	for _, r := range c.Records {
		if err := tx.saveRecord(r); err != nil {
			return err
		}
	}
	if err := tx.savePassages(ctx, c); err != nil {
		return err
	}
	if len(c.Entries)+len(c.Settle) > 0 {
		tx.post() // they look at messages: those of an earlier change come first
	}
	for _, e := range c.Entries {
		if err := tx.saveEntry(ctx, e); err != nil {
			return err
		}
	}
	tx.saveEvents(actor, c.Events)
	for _, k := range c.Clear {
		tx.queue(`DELETE FROM timers WHERE subject = $1 AND name = $2`, k.Subject, k.Name)
	}
	for _, t := range c.Timers {
		if err := tx.saveTimer(t); err != nil {
			return err
		}
	}
	for _, s := range c.Settle {
		if err := tx.settleTopic(s); err != nil {
			return err
		}
	}
	for _, n := range c.Notices {
		if err := tx.notify(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

var intoEvents = newRowsInsert(`INSERT INTO events (at, record_id, name, actor, data, hash)`, 6, ``)

// saveEvents queues lines of the audit.
func (tx *Tx) saveEvents(actor domain.Actor, events []domain.Event) {
	at, by := tx.now.Truncate(time.Microsecond), actor.Handle()
	values := make([]any, 0, len(events)*intoEvents.columns)
	for _, e := range events {
		data, err := json.Marshal(e.Data)
		if err != nil || e.Data == nil {
			data = []byte("{}")
		}
		values = append(values, at, nullable(e.Record), e.Name, by, data, eventHash(at, int64(e.Record), e.Name, by, e.Data))
	}
	tx.insert(intoEvents, values)
}

// saveEvent queues one line of the audit.
func (tx *Tx) saveEvent(actor domain.Actor, e domain.Event) {
	tx.saveEvents(actor, []domain.Event{e})
}

// Audit queues a line that belongs to no change: somebody read what is sealed.
func (tx *Tx) Audit(actor domain.Actor, e domain.Event) { tx.saveEvent(actor, e) }

// saveTimer queues a timer; one of the same key is replaced, or kept where the new one says so.
func (tx *Tx) saveTimer(t domain.Timer) error {
	name, args, err := domain.Encode(t.Command)
	if err != nil {
		return fmt.Errorf("timer %s: %w", t.Key.Name, err)
	}
	again := `ON CONFLICT ON CONSTRAINT timers_key DO UPDATE SET due_at = EXCLUDED.due_at, command = EXCLUDED.command, args = EXCLUDED.args, failures = 0, error = '', dead = false`
	switch {
	case tx.first(t.Key.Subject, "timer:"+t.Key.Name):
		again = ``
	case t.Keep:
		again = `ON CONFLICT ON CONSTRAINT timers_key DO NOTHING`
	}
	tx.queue(`INSERT INTO timers (subject, name, due_at, command, args) VALUES ($1, $2, $3, $4, $5) `+again, t.Key.Subject, t.Key.Name, t.At, name, args)
	return nil
}

func nullable[T int64 | domain.PersonID | domain.AddressID | domain.RecordID](v T) *int64 {
	if v == 0 {
		return nil
	}
	n := int64(v)
	return &n
}
