package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// A storedReply is a reply as an outbox row keeps it.
type storedReply struct {
	Letter  string          `json:"letter,omitempty"`
	Key     string          `json:"key,omitempty"`
	Words   domain.Args     `json:"words,omitempty"`
	Style   string          `json:"style,omitempty"`
	Command string          `json:"command,omitempty"`
	Args    json.RawMessage `json:"args,omitempty"`
	Flow    string          `json:"flow,omitempty"`
	Start   domain.Args     `json:"start,omitempty"`
	Asked   string          `json:"asked,omitempty"`
}

func encodeReplies(replies []domain.Reply) ([]byte, error) {
	stored := make([]storedReply, 0, len(replies))
	for _, r := range replies {
		s := storedReply{Letter: r.Letter, Key: r.Key, Words: r.Args, Style: r.Style, Flow: r.Flow, Start: r.Start, Asked: r.Question}
		if r.Command != nil {
			var err error
			if s.Command, s.Args, err = domain.Encode(r.Command); err != nil {
				return nil, err
			}
		}
		stored = append(stored, s)
	}
	return json.Marshal(stored)
}

func decodeReplies(b []byte) ([]domain.Reply, error) {
	var stored []storedReply
	if err := json.Unmarshal(b, &stored); err != nil {
		return nil, err
	}
	replies := make([]domain.Reply, 0, len(stored))
	for _, s := range stored {
		r := domain.Reply{Letter: s.Letter, Key: s.Key, Args: s.Words, Style: s.Style, Flow: s.Flow, Start: s.Start, Question: s.Asked}
		if s.Command != "" {
			var err error
			if r.Command, err = domain.Decode(s.Command, s.Args); err != nil {
				return nil, err
			}
		}
		replies = append(replies, r)
	}
	return replies, nil
}

func outboxPlace(key string) string { return "outbox:" + key }

// notify queues the rows of a notice: one for each channel it goes to. A person nobody can reach gets none; the ladder knows that.
func (tx *Tx) notify(ctx context.Context, n domain.Notice) error {
	if n.Key == "" {
		return fmt.Errorf("notice %s has no text", n.ID)
	}
	sealed, replies, err := tx.contents(n)
	if err != nil {
		return err
	}
	row := outboxRow{notice: n, sealed: sealed, replies: replies}
	switch {
	case n.To.Person != 0:
		return tx.notifyPerson(row)
	case n.To.Address != 0:
		return tx.notifyAddress(ctx, row, n.To.Address)
	case n.To.Reporter != 0:
		return tx.notifyReporter(ctx, row)
	default:
		return nil // nobody to tell: a report from the web form
	}
}

// contents are what a notice says, sealed, and what it offers. One about a roll-call, a run or a disruption that says neither EXERCISE nor LIVE goes nowhere.
func (tx *Tx) contents(n domain.Notice) (sealed, replies []byte, err error) {
	if saysMode(n.Key) && n.Args[domain.ModeArg] == "" {
		return nil, nil, fmt.Errorf("%s says neither EXERCISE nor LIVE", n.Key)
	}
	if sealed, err = tx.db.sealJSON(n.Args, outboxPlace(n.Key)); err != nil {
		return nil, nil, err
	}
	replies, err = encodeReplies(n.Replies)
	return sealed, replies, err
}

// saysMode reports whether a text is one of those that begin with EXERCISE or LIVE.
func saysMode(key string) bool {
	return slices.ContainsFunc([]string{"rollcall.", "run.", "recovery."}, func(of string) bool { return strings.HasPrefix(key, of) })
}

// Notify queues a message that belongs to no command: the conversation's own words.
func (tx *Tx) Notify(ctx context.Context, n domain.Notice) error { return tx.notify(ctx, n) }

type outboxRow struct {
	notice  domain.Notice
	dedupe  string // empty: by notice and channel
	sealed  []byte
	replies []byte
}

func (tx *Tx) notifyPerson(row outboxRow) error {
	p := tx.org.People[row.notice.To.Person]
	if p == nil || !p.Active {
		return nil
	}
	channels := tx.org.FirstWays(p, row.notice.Urgency)
	if row.notice.Only != "" {
		channels = []domain.Channel{row.notice.Only}
	}
	for _, ch := range channels {
		a, ok := p.At(ch)
		if !ok {
			continue
		}
		tx.insertOutbox(row, ch, p.ID, a.ID)
		if err := tx.openAsk(row.notice, a.ID); err != nil {
			return err
		}
	}
	return nil
}

// notifyAddress answers the very phone or Slack user that wrote. One that does not exist gets nothing.
func (tx *Tx) notifyAddress(ctx context.Context, row outboxRow, id domain.AddressID) error {
	to := tx.caller
	if to.Address != id {
		var err error
		if to, err = tx.readAddress(ctx, id); errors.Is(err, domain.ErrNotFound) {
			return nil
		} else if err != nil {
			return err
		}
	}
	row.dedupe = row.notice.ID // whatever its channel
	tx.insertOutbox(row, to.Channel, to.Person, id)
	return tx.openAsk(row.notice, id)
}

// notifyReporter writes to a hidden reporter: the row names nobody; the sender opens the reply channel.
func (tx *Tx) notifyReporter(ctx context.Context, row outboxRow) error {
	to, ok, err := tx.replyChannel(ctx, row.notice.To.Reporter, tx.now)
	if err != nil || !ok {
		return err
	}
	tx.insertOutbox(row, to.Channel, 0, 0)
	return tx.openAsk(row.notice, to.Address)
}

// A letter is one outbox row before it is written.
type letter struct {
	outboxRow
	channel   domain.Channel
	person    domain.PersonID
	address   domain.AddressID
	notBefore time.Time
}

func (tx *Tx) insertOutbox(row outboxRow, ch domain.Channel, person domain.PersonID, address domain.AddressID) {
	if row.dedupe == "" {
		row.dedupe = row.notice.ID + "/" + string(ch)
	}
	tx.out = append(tx.out, letter{row, ch, person, address, tx.notBefore(row.notice, ch, address)})
}

const outboxRows = `INSERT INTO outbox (dedupe, subject, topic, person_id, address_id, channel, urgency, class, key, sealed, replies, valid_seconds, not_before, created_at)`

// intoOutbox writes what may stand there already, intoOutboxAnew what cannot: see first.
var (
	intoOutbox     = newRowsInsert(outboxRows, 14, `ON CONFLICT ON CONSTRAINT outbox_dedupe DO NOTHING`)
	intoOutboxAnew = newRowsInsert(outboxRows, 14, ``)
)

// post queues the rows gathered so far, in their order. flush does it too.
func (tx *Tx) post() {
	if len(tx.out) == 0 {
		return
	}
	into := intoOutboxAnew
	values := make([]any, 0, len(tx.out)*intoOutbox.columns)
	for _, l := range tx.out {
		n := l.notice
		if !tx.first(n.Subject, l.dedupe) {
			into = intoOutbox
		}
		values = append(values, l.dedupe, n.Subject, n.Topic, nullable(l.person), nullable(l.address), l.channel, int(n.Urgency), n.Class, n.Key, l.sealed, l.replies,
			int(n.Expires/time.Second), l.notBefore, tx.now)
	}
	tx.out = tx.out[:0]
	tx.insert(into, values)
	tx.wake = true
}

// notBefore puts a routine text off to the end of its receiver's quiet hours. Slack has its own do-not-disturb.
func (tx *Tx) notBefore(n domain.Notice, ch domain.Channel, address domain.AddressID) time.Time {
	if n.Urgency != domain.Routine || ch == domain.Slack {
		return tx.now
	}
	zone := tx.org.Zone
	if p := tx.org.Holder(address); p != nil {
		if p.Slack.ID == address {
			return tx.now
		}
		zone = tx.org.ZoneOf(p.ID)
	}
	return tx.org.Quiet.After(tx.now, zone)
}

// openAsk opens the conversation a notice starts.
func (tx *Tx) openAsk(n domain.Notice, address domain.AddressID) error {
	if n.Ask == nil || n.Ask.Question == "" || address == 0 {
		return nil // without a question of its own, the turn puts one and opens the conversation
	}
	return tx.OpenSession(address, n.Ask.Flow, n.Ask.Start, n.Ask.Question)
}

// A SentNotice is an outbox row that somebody replies to.
type SentNotice struct {
	ID      int64
	Subject string
	Topic   string
	State   string
	Replies []domain.Reply
}

// Reply returns the reply with this letter.
func (n SentNotice) Reply(letter string) (domain.Reply, bool) {
	for _, r := range n.Replies {
		if r.Letter == letter {
			return r, true
		}
	}
	return domain.Reply{}, false
}

func scanSent(row pgx.CollectableRow) (SentNotice, error) {
	var n SentNotice
	var replies []byte
	if err := row.Scan(&n.ID, &n.Subject, &n.Topic, &n.State, &replies); err != nil {
		return n, err
	}
	var err error
	n.Replies, err = decodeReplies(replies)
	return n, err
}

// SentTo finds one message that went to an address, by its id: a pressed button.
func (tx *Tx) SentTo(ctx context.Context, id int64, address domain.AddressID) (SentNotice, error) {
	if err := tx.flush(ctx); err != nil {
		return SentNotice{}, err
	}
	rows, err := tx.conn.Query(ctx, `
		SELECT id, subject, topic, state, replies FROM outbox
		WHERE id = $1 AND (address_id = $2 OR address_id IS NULL AND person_id IS NULL)`, id, address)
	if err != nil {
		return SentNotice{}, err
	}
	n, err := pgx.CollectExactlyOneRow(rows, scanSent)
	if err != nil && pgx.ErrNoRows.Error() == err.Error() {
		return n, domain.ErrNotFound
	}
	return n, err
}

// LastOffering finds the newest message about a subject that offers this person, or address, a reply of the letter.
func (tx *Tx) LastOffering(ctx context.Context, subject, letter string, address domain.AddressID, person domain.PersonID) (SentNotice, error) {
	if err := tx.flush(ctx); err != nil {
		return SentNotice{}, err
	}
	rows, err := tx.conn.Query(ctx, `
		SELECT id, subject, topic, state, replies FROM outbox
		WHERE subject = $1 AND (address_id = $2 OR person_id = $3) AND replies::jsonb @> jsonb_build_array(jsonb_build_object('letter', $4::text))
		ORDER BY id DESC LIMIT 1`, subject, address, int64(person), letter)
	if err != nil {
		return SentNotice{}, err
	}
	n, err := pgx.CollectRows(rows, scanSent)
	if err != nil {
		return SentNotice{}, err
	}
	if len(n) == 0 {
		return SentNotice{}, domain.ErrNotFound
	}
	return n[0], nil
}
