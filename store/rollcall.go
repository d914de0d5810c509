package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

const rollCallColumns = `c.id, c.mode, c.code, c.state, c.title, c.audience, c.objectives, c.target, coalesce(c.lead, 0), c.token, c.wave,
	c.planned_at, c.started_at, c.asked_at, c.listed_at, c.ended_at, c.debrief_at`

func scanRollCall(row pgx.Row) (*domain.RollCall, error) {
	var mode string
	var read domain.RollCall
	var audience []byte
	var started, asked, listed, ended, debrief *time.Time
	err := row.Scan(&read.ID, &mode, &read.Code, &read.State, &read.Title, &audience, &read.Objectives, &read.Target, &read.Lead, &read.Token, &read.Wave,
		&read.PlannedAt, &started, &asked, &listed, &ended, &debrief)
	if err != nil {
		return nil, err
	}
	m, ok := domain.ModeNamed(mode)
	if !ok {
		return nil, fmt.Errorf("roll-call %d: mode %q", read.ID, mode)
	}
	r := domain.NewRollCall(m)
	r.ID, r.Code, r.State, r.Title, r.Objectives, r.Target, r.Lead, r.Token, r.Wave = read.ID, read.Code, read.State, read.Title, read.Objectives, read.Target, read.Lead, read.Token, read.Wave
	r.PlannedAt = read.PlannedAt.UTC()
	for _, at := range []struct {
		from *time.Time
		to   *time.Time
	}{{started, &r.StartedAt}, {asked, &r.AskedAt}, {listed, &r.ListedAt}, {ended, &r.EndedAt}, {debrief, &r.DebriefAt}} {
		if at.from != nil {
			*at.to = at.from.UTC()
		}
	}
	return r, json.Unmarshal(audience, &r.Audience)
}

const seatColumns = `s.person_id, s.asked, s.away, s.volunteer, s.answer, s.channel, s.first_at, s.answered_at, coalesce(s.caller_id, 0), s.debrief, coalesce(s.by_id, 0), s.tried_at`

func scanSeat(row pgx.Row) (domain.Seat, error) {
	var s domain.Seat
	var first, at, tried *time.Time
	err := row.Scan(&s.Person, &s.Asked, &s.Away, &s.Volunteer, &s.Answer, &s.Channel, &first, &at, &s.Caller, &s.Debrief, &s.By, &tried)
	if first != nil {
		s.FirstAt = first.UTC()
	}
	if at != nil {
		s.At = at.UTC()
	}
	if tried != nil {
		s.TriedAt = tried.UTC()
	}
	return s, err
}

// lockRollCall queues the lock under which a roll-call itself changes. Answers share theirs: thousands come at a time. Lock order:
// roll-call, seat, timers, outbox.
func (tx *Tx) lockRollCall(q domain.RollCallQuery) {
	switch {
	case q.ID != 0 && q.Lock:
		tx.queue(`SELECT 1 FROM rollcalls WHERE id = $1 FOR NO KEY UPDATE`, q.ID)
	case q.ID != 0 && (q.Mine || q.Of != 0):
		tx.queue(`SELECT 1 FROM rollcalls WHERE id = $1 FOR SHARE`, q.ID)
	}
}

// loadRollCall queues the reading of a roll-call, and of as many places as are asked for.
func (tx *Tx) loadRollCall(f *domain.Facts, q domain.RollCallQuery) {
	if q.None() {
		return
	}
	tx.lockRollCall(q)
	if q.ID != 0 {
		tx.many(`SELECT `+rollCallColumns+` FROM rollcalls c WHERE c.id = $1`, []any{q.ID}, func(rows pgx.Rows) (err error) {
			f.RollCall, err = scanRollCall(rows)
			return err
		})
	}
	seat := func(rows pgx.Rows) error {
		s, err := scanSeat(rows)
		f.Seats = append(f.Seats, s)
		if q.Links {
			f.Tokens = append(f.Tokens, newToken())
		}
		return err
	}
	one := func(p domain.PersonID) {
		tx.many(`SELECT `+seatColumns+` FROM rollcall_seats s WHERE s.rollcall_id = $1 AND s.person_id = $2 FOR UPDATE`, []any{q.ID, int64(p)}, seat)
	}
	switch {
	case q.Seats:
		tx.many(`SELECT `+seatColumns+` FROM rollcall_seats s WHERE s.rollcall_id = $1 ORDER BY s.person_id`, []any{q.ID}, seat)
	case q.Mine:
		one(f.Actor.Person)
	case q.Of != 0:
		one(q.Of)
	}
	if q.New {
		tx.loadRunningCalls(f, q.ID)
	}
	if q.New && q.ID == 0 {
		tx.queue(`SELECT nextval(pg_get_serial_sequence('rollcalls', 'id'))`).QueryRow(scanning(&f.NextID))
	}
	if q.Boards {
		tx.loadCardsOf(f, rollCallSubject(q.ID), domain.BoardTopic)
	}
}

// loadRunningCalls queues the reading of the roll-calls under way, but one.
func (tx *Tx) loadRunningCalls(f *domain.Facts, but int64) {
	tx.many(`SELECT `+rollCallColumns+` FROM rollcalls c WHERE c.state = 'running' AND c.id <> $1 ORDER BY c.id`, []any{but}, func(rows pgx.Rows) error {
		r, err := scanRollCall(rows)
		f.Running = append(f.Running, r)
		return err
	})
}

func rollCallSubject(id int64) string { return (&domain.RollCall{ID: id}).Subject() }

// saveRollCallEntry queues an entry of roll-calls; ok is false when it is none.
func (tx *Tx) saveRollCallEntry(ctx context.Context, e domain.Entry) (ok bool, err error) {
	switch e := e.(type) {
	case domain.SavedRollCall:
		return true, tx.saveRollCall(&e.RollCall)
	case domain.TakenSeats:
		tx.takeSeats(e)
	case domain.CallWave:
		return true, tx.sendWave(ctx, e)
	case domain.CallAnswer:
		tx.saveCallAnswer(e)
	case domain.DrawnCalls:
		tx.drawCalls(e)
	case domain.EndedAsking:
		return true, tx.endAsking(e)
	case domain.DebriefAnswer:
		tx.queue(`UPDATE rollcall_seats SET debrief = $3 WHERE rollcall_id = $1 AND person_id = $2`, e.Call, int64(e.Person), e.Answer)
	case domain.CallNote:
		return true, tx.saveCallNote(e)
	default:
		return false, nil
	}
	return true, nil
}

// saveRollCall queues a roll-call, new or as a decision left it. What it is, its code and its token are written once.
func (tx *Tx) saveRollCall(r *domain.RollCall) error {
	audience, err := json.Marshal(r.Audience)
	if err != nil {
		return err
	}
	if r.State == domain.CallPlanned {
		tx.queue(`
			INSERT INTO rollcalls (id, mode, code, state, title, audience, objectives, target, lead, token, wave, planned_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11)`,
			r.ID, r.Mode().String(), string(r.Code), string(r.State), r.Title, audience, r.Objectives, r.Target, nullable(r.Lead), r.Token, r.PlannedAt)
		return nil
	}
	tx.queue(`UPDATE rollcalls SET state = $2, lead = $3, wave = $4, started_at = $5, asked_at = $6, listed_at = $7, ended_at = $8, debrief_at = $9 WHERE id = $1`,
		r.ID, string(r.State), nullable(r.Lead), r.Wave, maybe(r.StartedAt), maybe(r.AskedAt), maybe(r.ListedAt), maybe(r.EndedAt), maybe(r.DebriefAt))
	return nil
}

func (tx *Tx) takeSeats(e domain.TakenSeats) {
	people, asked, away := make([]int64, len(e.Seats)), make([]bool, len(e.Seats)), make([]bool, len(e.Seats))
	for i, s := range e.Seats {
		people[i], asked[i], away[i] = int64(s.Person), s.Asked, s.Away
	}
	tx.queue(`
		INSERT INTO rollcall_seats (rollcall_id, person_id, asked, away) SELECT $1, person, asked, away FROM unnest($2::bigint[], $3::boolean[], $4::boolean[]) AS n (person, asked, away)
		ON CONFLICT DO NOTHING`, e.Call, people, asked, away)
}

// sendWave queues a round of messages. Who has one of the kind still waiting, because the provider takes no more at a time, gets no second.
func (tx *Tx) sendWave(ctx context.Context, e domain.CallWave) error {
	type way struct {
		person  domain.PersonID
		channel domain.Channel
	}
	waits := map[way]bool{}
	tx.many(`SELECT person_id, channel FROM outbox WHERE subject = $1 AND topic LIKE 'ask/%' AND op = 'send' AND state = 'pending'`, []any{e.Subject}, func(rows pgx.Rows) error {
		var w way
		err := rows.Scan(&w.person, &w.channel)
		waits[w] = true
		return err
	})
	if err := tx.flush(ctx); err != nil {
		return err
	}
	mail := make(domain.Mailing, 0, len(e.Mail))
	for _, n := range e.Mail {
		if !waits[way{n.To.Person, n.Only}] {
			mail = append(mail, n)
		}
	}
	return tx.mail(ctx, mail)
}

func (tx *Tx) saveCallAnswer(e domain.CallAnswer) {
	s := e.Seat
	at := s.At
	if s.Answer == domain.NotReached {
		at = s.TriedAt
	}
	tx.queue(`
		INSERT INTO rollcall_seats (rollcall_id, person_id, asked, away, volunteer, answer, channel, first_at, answered_at, by_id, tried_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (rollcall_id, person_id) DO UPDATE SET answer = EXCLUDED.answer, channel = EXCLUDED.channel, first_at = EXCLUDED.first_at, answered_at = EXCLUDED.answered_at,
			by_id = EXCLUDED.by_id, tried_at = EXCLUDED.tried_at`,
		e.Call, int64(s.Person), s.Asked, s.Away, s.Volunteer, s.Answer, string(s.Channel), maybe(s.FirstAt), maybe(s.At), nullable(s.By), maybe(s.TriedAt))
	by := e.Giver
	if by == s.Person {
		by = 0
	}
	tx.queue(`INSERT INTO rollcall_answers (rollcall_id, person_id, answer, channel, at, by_id) VALUES ($1, $2, $3, $4, $5, $6)`, e.Call, int64(s.Person), s.Answer, string(s.Channel), at, nullable(by))
}

// endAsking is settleTopic for everybody who was asked, by one statement each: what waits is withdrawn, calls end, cards say that it is over.
func (tx *Tx) endAsking(e domain.EndedAsking) error {
	sealed, _, err := tx.contents(domain.Notice{Key: e.Key, Args: e.Args})
	if err != nil {
		return err
	}
	tx.queue(`UPDATE outbox SET state = 'withdrawn' WHERE subject = $1 AND topic LIKE 'ask/%' AND state = 'pending'`, e.Subject)
	tx.queue(`UPDATE outbox SET not_before = 'infinity' WHERE subject = $1 AND topic LIKE 'ask/%' AND state IN ('sending', 'unknown') AND op = 'send'`, e.Subject)
	tx.queue(`
		INSERT INTO outbox (dedupe, op, target, subject, topic, person_id, address_id, channel, urgency, class, key, sealed, not_before, created_at)
		SELECT 'edit/' || id || '/over', 'edit', id, subject, 'edit', person_id, address_id, channel, 1, 'once', $2, $3, $4, $4
		FROM outbox WHERE subject = $1 AND topic LIKE 'ask/%' AND op = 'send' AND channel = 'slack' AND state IN ('sending', 'sent', 'unknown')
		ON CONFLICT ON CONSTRAINT outbox_dedupe DO NOTHING`, e.Subject, e.Key, sealed, tx.now)
	tx.queue(`
		WITH calls AS (
			UPDATE outbox SET not_before = 'infinity' WHERE subject = $1 AND topic LIKE 'ask/%' AND channel = 'voice' AND op = 'send' AND state IN ('sending', 'sent', 'unknown') AND provider_rank < 4 RETURNING *)
		INSERT INTO outbox (dedupe, op, target, subject, topic, person_id, address_id, channel, urgency, class, key, sealed, not_before, created_at)
		SELECT 'cancel/' || id, 'cancel', id, subject, 'cancel', person_id, address_id, channel, 1, 'once', key, sealed, $2, $2 FROM calls
		ON CONFLICT ON CONSTRAINT outbox_dedupe DO NOTHING`, e.Subject, tx.now)
	tx.wake = true
	return nil
}

func callNotePlace(call int64) []byte { return []byte(fmt.Sprintf("rollcall note:m%d", call)) }

func (tx *Tx) saveCallNote(e domain.CallNote) error {
	sealed, err := tx.db.Keys.Seal([]byte(e.Text), callNotePlace(e.Call))
	if err != nil {
		return err
	}
	tx.queue(`INSERT INTO rollcall_notes (rollcall_id, person_id, action, at, sealed) VALUES ($1, $2, $3, $4, $5)`, e.Call, nullable(e.Person), e.Action, e.At, sealed)
	return nil
}

// A SeatedCall is a roll-call that somebody is in.
type SeatedCall struct {
	*domain.RollCall
	Seat domain.Seat
}

// CallsOf lists the roll-calls that a person is in and that run, or ended within the last days, the newest first.
func (tx *Tx) CallsOf(ctx context.Context, person domain.PersonID) ([]SeatedCall, error) {
	var calls []SeatedCall
	tx.many(`
		SELECT `+rollCallColumns+` FROM rollcall_seats s JOIN rollcalls c ON c.id = s.rollcall_id
		WHERE s.person_id = $1 AND (c.state = 'running' OR c.state = 'ended' AND c.ended_at > $2) ORDER BY c.id DESC LIMIT 5`, []any{int64(person), tx.now.AddDate(0, 0, -7)}, func(rows pgx.Rows) error {
		r, err := scanRollCall(rows)
		calls = append(calls, SeatedCall{RollCall: r})
		return err
	})
	if err := tx.flush(ctx); err != nil || len(calls) == 0 {
		return nil, err
	}
	for i := range calls {
		tx.queue(`SELECT `+seatColumns+` FROM rollcall_seats s WHERE s.rollcall_id = $1 AND s.person_id = $2`, calls[i].ID, int64(person)).QueryRow(func(row pgx.Row) (err error) {
			calls[i].Seat, err = scanSeat(row)
			return err
		})
	}
	return calls, tx.flush(ctx)
}
