package store

import (
	"encoding/json"
	"fmt"

	"goodcatch/domain"
)

// settleTopic withdraws what is queued, edits the Slack copies that went out, and tells everybody else who got a text.
func (tx *Tx) settleTopic(s domain.Settle) error {
	sealed, replies, err := tx.contents(domain.Notice{Key: s.Key, Args: s.Args, Replies: s.Replies})
	if err != nil {
		return err
	}
	tx.queue(`UPDATE outbox SET state = 'withdrawn' WHERE subject = $1 AND topic = $2 AND state = 'pending' AND op = 'send'`, s.Subject, s.Topic)
	tx.queue(`UPDATE outbox SET not_before = 'infinity' WHERE subject = $1 AND topic = $2 AND state IN ('sending', 'unknown') AND op = 'send'`, s.Subject, s.Topic) // see settled
	tx.overtake(s.Subject, s.Topic)
	stamp := fmt.Sprintf("/%s/%d", s.Key, tx.now.UnixMicro())
	tx.queue(`
		INSERT INTO outbox (dedupe, op, target, subject, topic, person_id, address_id, channel, urgency, class, key, sealed, replies, not_before, created_at)
		SELECT 'edit/' || id || $1, 'edit', id, subject, 'edit', person_id, address_id, channel, 1, 'once', $2, $3, $7, $4, $4
		FROM outbox WHERE subject = $5 AND topic = $6 AND op = 'send' AND channel = 'slack' AND state IN ('sending', 'sent', 'unknown')
		ON CONFLICT ON CONSTRAINT outbox_dedupe DO NOTHING`, stamp, s.Key, sealed, tx.now, s.Subject, s.Topic, replies)
	tx.hangUp(s)
	if !s.Silent {
		tx.queue(`
			INSERT INTO outbox (dedupe, subject, topic, person_id, address_id, channel, urgency, class, key, sealed, not_before, created_at)
			SELECT DISTINCT ON (address_id) 'told/' || id || $1, subject, 'told', person_id, address_id, channel, urgency, 'once', $2, $3, $4, $4
			FROM outbox WHERE subject = $5 AND topic = $6 AND op = 'send' AND channel = 'sms'
			              AND (state IN ('sending', 'sent', 'unknown') OR state = 'bundled' AND (SELECT c.state FROM outbox c WHERE c.id = outbox.target) IN ('sending', 'sent', 'unknown'))
			              AND address_id IS NOT NULL AND coalesce(person_id, 0) <> $7
			ORDER BY address_id, id
			ON CONFLICT ON CONSTRAINT outbox_dedupe DO NOTHING`, stamp, s.Key, sealed, tx.now, s.Subject, s.Topic, int64(s.Except))
	}
	tx.queue(`UPDATE outbox SET state = 'withdrawn' WHERE subject = $1 AND topic = $2 AND state = 'bundled'`, s.Subject, s.Topic)
	tx.wake = true
	return nil
}

// overtake withdraws edits of a topic's messages that have not gone out: another one follows.
func (tx *Tx) overtake(subject, topic string) {
	tx.queue(`
		UPDATE outbox SET state = 'withdrawn' WHERE subject = $1 AND op = 'edit' AND state = 'pending' AND target IN (SELECT id FROM outbox WHERE subject = $1 AND topic = $2 AND op = 'send')`,
		subject, topic)
}

// showAnew shows the messages of a topic anew: what is queued changes its words, Slack copies that went out are edited.
func (tx *Tx) showAnew(r domain.Refresh) error {
	sealed, replies, err := tx.contents(domain.Notice{Key: r.Key, Args: r.Args, Replies: r.Replies})
	if err != nil {
		return err
	}
	tx.overtake(r.Subject, r.Topic)
	tx.queue(`UPDATE outbox SET key = $3, sealed = $4, replies = $5 WHERE subject = $1 AND topic = $2 AND ($6 = '' OR key = $6) AND op = 'send' AND state = 'pending'`,
		r.Subject, r.Topic, r.Key, sealed, replies, r.Of)
	tx.queue(`
		INSERT INTO outbox (dedupe, op, target, subject, topic, person_id, address_id, channel, urgency, class, key, sealed, replies, not_before, created_at)
		SELECT 'edit/' || id || $1, 'edit', id, subject, 'edit', person_id, address_id, channel, 1, 'once', $2, $3, $4, $5, $5
		FROM outbox WHERE subject = $6 AND topic = $7 AND ($8 = '' OR key = $8) AND op = 'send' AND channel = 'slack' AND state IN ('sending', 'sent', 'unknown')
		ON CONFLICT ON CONSTRAINT outbox_dedupe DO NOTHING`, fmt.Sprintf("/anew/%d", tx.now.UnixMicro()), r.Key, sealed, replies, tx.now, r.Subject, r.Topic, r.Of)
	tx.wake = true
	return nil
}

// EndAsked takes the buttons off the Slack messages that put a question to an address: it is answered. Their words stay.
func (tx *Tx) EndAsked(address domain.AddressID, flow, question string, start domain.Args) {
	asked, err := json.Marshal([]storedReply{{Flow: flow, Asked: question, Start: start}})
	if err != nil || tx.caller.Channel != domain.Slack {
		return
	}
	tx.queue(`
		INSERT INTO outbox (dedupe, op, target, subject, topic, person_id, address_id, channel, urgency, class, key, sealed, not_before, created_at)
		SELECT 'edit/' || id || '/answered', 'edit', id, subject, 'edit', person_id, address_id, channel, 1, 'once', key, sealed, $3, $3
		FROM outbox WHERE address_id = $1 AND op = 'send' AND channel = 'slack' AND state IN ('sending', 'sent', 'unknown') AND created_at > $3::timestamptz - interval '30 days'
		  AND replies::jsonb @> $2::jsonb
		ON CONFLICT ON CONSTRAINT outbox_dedupe DO NOTHING`, address, string(asked), tx.now)
	tx.wake = true
}

// hangUp ends the calls about a matter that ring or are under way: who picks up now hears that it is over.
func (tx *Tx) hangUp(s domain.Settle) {
	tx.queue(`
		WITH calls AS (
			UPDATE outbox SET not_before = 'infinity' WHERE subject = $1 AND topic = $2 AND channel = 'voice' AND op = 'send' AND state IN ('sending', 'sent', 'unknown') AND provider_rank < 4
			                                            AND coalesce(person_id, 0) <> $4 RETURNING *)
		INSERT INTO outbox (dedupe, op, target, subject, topic, person_id, address_id, channel, urgency, class, key, sealed, not_before, created_at)
		SELECT 'cancel/' || id, 'cancel', id, subject, 'cancel', person_id, address_id, channel, 1, 'once', key, sealed, $3, $3 FROM calls
		ON CONFLICT ON CONSTRAINT outbox_dedupe DO NOTHING`, s.Subject, s.Topic, tx.now, int64(s.Except))
}
