package store

import (
	"context"
	"fmt"
	"time"

	"goodcatch/domain"
)

// A mailing is rows for the outbox, as columns.
type mailing struct {
	dedupe, subject, topic, channel, class, key, replies []string
	person, address                                      []int64
	urgency, valid                                       []int32
	sealed                                               [][]byte
	notBefore                                            []time.Time
}

func (m *mailing) add(n domain.Notice, ch domain.Channel, person, address int64, sealed, replies []byte, notBefore time.Time) {
	m.dedupe = append(m.dedupe, n.ID+"/"+string(ch))
	m.subject = append(m.subject, n.Subject)
	m.topic = append(m.topic, n.Topic)
	m.channel = append(m.channel, string(ch))
	m.class = append(m.class, string(n.Class))
	m.key = append(m.key, n.Key)
	m.replies = append(m.replies, string(replies))
	m.person = append(m.person, person)
	m.address = append(m.address, address)
	m.urgency = append(m.urgency, int32(n.Urgency))
	m.valid = append(m.valid, int32(n.Expires/time.Second))
	m.sealed = append(m.sealed, sealed)
	m.notBefore = append(m.notBefore, notBefore)
}

// mail queues many notices to people with one statement. Each goes where a single one would: Slack, or SMS after the quiet hours of
// its receiver; or over the one channel it names.
func (tx *Tx) mail(_ context.Context, notices domain.Mailing) error {
	var m mailing
	for _, n := range notices {
		if n.To.Person == 0 || n.Ask != nil || n.Key == "" {
			return fmt.Errorf("notice %s cannot be mailed with others", n.ID)
		}
		p := tx.org.People[n.To.Person]
		if p == nil || !p.Active {
			continue
		}
		sealed, replies, err := tx.contents(n)
		if err != nil {
			return err
		}
		ways := []domain.Channel{n.Only}
		if n.Only == "" {
			ways = tx.org.FirstWays(p, n.Urgency)
		}
		for _, ch := range ways {
			a, ok := p.At(ch)
			if !ok {
				continue
			}
			m.add(n, ch, int64(p.ID), int64(a.ID), sealed, replies, tx.notBefore(n, ch, a.ID))
		}
	}
	if len(m.dedupe) == 0 {
		return nil
	}
	tx.queue(`
		INSERT INTO outbox (dedupe, subject, topic, person_id, address_id, channel, urgency, class, key, sealed, replies, valid_seconds, not_before, created_at)
		SELECT dedupe, subject, topic, person, address, channel, urgency, class, key, sealed, replies::json, valid, not_before, $14
		FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::int[], $8::text[], $9::text[], $10::bytea[], $11::text[], $12::int[], $13::timestamptz[])
		  AS n (dedupe, subject, topic, person, address, channel, urgency, class, key, sealed, replies, valid, not_before)
		ON CONFLICT ON CONSTRAINT outbox_dedupe DO NOTHING`,
		m.dedupe, m.subject, m.topic, m.person, m.address, m.channel, m.urgency, m.class, m.key, m.sealed, m.replies, m.valid, m.notBefore, tx.now)
	tx.wake = true
	return nil
}
