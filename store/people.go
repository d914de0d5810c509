package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"goodcatch/domain"
)

// operator is the actor of the command line.
var operator = domain.Actor{Operator: true, Level: domain.A3}

// LockRoster lets one change of the roster happen at a time, and returns the organisation as it stands.
func (tx *Tx) LockRoster(ctx context.Context) (*domain.Organisation, error) {
	tx.queue(`SELECT pg_advisory_xact_lock(hashtext('goodcatch roster'))`)
	_, org, err := tx.Now(ctx)
	return org, err
}

// RosterChanged ends the writing of the roster: it counts a new version, adds one line to the audit, and from here on this transaction
// decides by what it has written.
func (tx *Tx) RosterChanged(ctx context.Context, event domain.Event) error {
	tx.saveEvent(operator, event)
	tx.touchOrganisation()
	return tx.refresh(ctx)
}

// refresh reads the organisation as this transaction has changed it. Nobody else sees it before the commit.
func (tx *Tx) refresh(ctx context.Context) error {
	if err := tx.flush(ctx); err != nil {
		return err
	}
	org, err := readOrganisation(ctx, inside{conn: tx.conn})
	if err != nil {
		return fmt.Errorf("organisation: %w", err)
	}
	tx.org = org
	return nil
}

// inside reads through the connection of a Tx.
type inside struct {
	pgx.Tx
	conn *pgxpool.Conn
}

func (q inside) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return q.conn.Query(ctx, sql, args...)
}

func (q inside) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return q.conn.QueryRow(ctx, sql, args...)
}

// SaveOrganisation queues the organisation's own settings and ladders; its units and people have their own methods.
func (tx *Tx) SaveOrganisation(o *domain.Organisation) error {
	settings, err := json.Marshal(o.Settings)
	if err != nil {
		return err
	}
	ladders, err := json.Marshal(o.Ladders)
	if err != nil {
		return err
	}
	tx.queue(`
		UPDATE organisation SET name = $1, emergency = $2, region = $3, language = $4, zone = $5, quiet_from = $6, quiet_until = $7, settings = $8, ladders = $9`,
		o.Name, o.Emergency, o.Region, o.Language, o.Zone.String(), o.Quiet.From, o.Quiet.Until, settings, ladders)
	return nil
}

// SaveUnit queues a unit, new or changed.
func (tx *Tx) SaveUnit(u domain.Unit) {
	tx.queue(`
		INSERT INTO units (code, name, parent, kind) VALUES ($1, $2, $3, $4)
		ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name, parent = EXCLUDED.parent, kind = EXCLUDED.kind`, u.Code, u.Name, u.Parent, u.Kind)
}

// RemoveUnit queues the end of a unit. Records keep its code.
func (tx *Tx) RemoveUnit(code domain.UnitCode) { tx.queue(`DELETE FROM units WHERE code = $1`, code) }

// NewPersonIDs hands out ids for people to be saved.
func (tx *Tx) NewPersonIDs(ctx context.Context, n int) ([]domain.PersonID, error) {
	if n == 0 {
		return nil, nil
	}
	var ids []domain.PersonID
	tx.many(`SELECT nextval(pg_get_serial_sequence('people', 'id')) FROM generate_series(1, $1)`, []any{n}, func(rows pgx.Rows) error {
		var id domain.PersonID
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	})
	return ids, tx.flush(ctx)
}

// SavePeople queues people, new or changed, with their addresses: an empty one means none. An address that changes hands is unverified
// for its new holder, and nothing queued or open of the old one remains there.
func (tx *Tx) SavePeople(people []*domain.Person) {
	n := len(people)
	ids, external := make([]int64, n), make([]*string, n)
	names, emails, units, roles := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	languages, zones, starts, takes := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	for i, p := range people {
		ids[i], names[i], emails[i], units[i], languages[i] = int64(p.ID), p.Name, p.Email, string(p.Unit), p.Language
		if p.External != "" {
			external[i] = &p.External
		}
		if p.Zone != nil {
			zones[i] = p.Zone.String()
		}
		if !p.Start.IsZero() {
			starts[i] = p.Start.Format(time.DateOnly)
		}
		roles[i], takes[i] = joined(p.Roles), joined(p.Takes)
	}
	tx.queue(`
		INSERT INTO people (id, external_id, name, email, unit, roles, language, zone, active, start_on, channels)
		SELECT id, external_id, name, email, unit, string_to_array(roles, ';'), language, zone, true, nullif(start, '')::date, string_to_array(channels, ';')
		FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
		     AS n (id, external_id, name, email, unit, roles, language, zone, start, channels)
		ON CONFLICT (id) DO UPDATE SET external_id = EXCLUDED.external_id, name = EXCLUDED.name, email = EXCLUDED.email, unit = EXCLUDED.unit,
		       roles = EXCLUDED.roles, language = EXCLUDED.language, zone = EXCLUDED.zone, active = true, start_on = coalesce(EXCLUDED.start_on, people.start_on),
		       channels = EXCLUDED.channels`,
		ids, external, names, emails, units, roles, languages, zones, starts, takes)
	phones, users := make([]string, n), make([]string, n)
	for i, p := range people {
		phones[i], users[i] = p.Phone.Value, p.Slack.Value
	}
	tx.saveAddresses(domain.SMS, ids, phones)
	tx.saveAddresses(domain.Slack, ids, users)
}

// joined is a list as one text: semicolons stand in no role and no channel.
func joined[T ~string](list []T) string {
	words := make([]string, len(list))
	for i, w := range list {
		words[i] = string(w)
	}
	return strings.Join(words, ";")
}

// SavePerson is SavePeople of one.
func (tx *Tx) SavePerson(p *domain.Person) { tx.SavePeople([]*domain.Person{p}) }

// saveAddresses queues that each of these people has this address of the channel and no other. Slack proves its users itself; a phone
// proves itself by its first reply. An opt-out stays with the number: it was the number's holder who asked.
func (tx *Tx) saveAddresses(channel domain.Channel, people []int64, values []string) {
	tx.queue(`
		WITH wanted AS (SELECT * FROM unnest($2::bigint[], $3::text[]) AS n (person_id, value)),
		     lost AS (
			UPDATE addresses SET person_id = NULL, verified_at = NULL, hide_until = NULL, language = ''
			WHERE id IN (
				SELECT a.id FROM wanted n JOIN addresses a ON a.person_id = n.person_id WHERE a.channel = $1 AND a.value <> n.value
				UNION ALL
				SELECT a.id FROM wanted n JOIN addresses a ON a.channel = $1 AND a.value = n.value WHERE a.person_id <> n.person_id)
			RETURNING id),
		     ended AS (DELETE FROM sessions WHERE address_id IN (SELECT id FROM lost)),
		     forgotten AS (DELETE FROM kept_texts WHERE address_id IN (SELECT id FROM lost))
		UPDATE outbox SET state = 'withdrawn', error_code = 'address_lost'
		WHERE address_id IN (SELECT id FROM lost) AND person_id IS NOT NULL AND state = 'pending'`, channel, people, values)
	tx.queue(`
		INSERT INTO addresses AS a (person_id, channel, value, verified_at)
		SELECT person_id, $1, value, CASE WHEN $1 = 'slack' THEN $4::timestamptz END FROM unnest($2::bigint[], $3::text[]) AS n (person_id, value) WHERE value <> ''
		ON CONFLICT ON CONSTRAINT addresses_value DO UPDATE SET person_id = EXCLUDED.person_id, verified_at = EXCLUDED.verified_at, dead_at = NULL
		WHERE a.person_id IS DISTINCT FROM EXCLUDED.person_id`, channel, people, values, tx.now)
}

// Deactivate queues that people have left: they keep their place in the history, are sent nothing more, and may do nothing. What they
// own is to be released after RosterChanged, see OwnedByLeavers; what they had to read and to learn is withdrawn by Tend.
func (tx *Tx) Deactivate(people []domain.PersonID) {
	tx.queue(`UPDATE people SET active = false WHERE id = ANY($1)`, people)
	tx.queue(`DELETE FROM sessions WHERE address_id IN (SELECT id FROM addresses WHERE person_id = ANY($1))`, people)
	tx.queue(`DELETE FROM pins WHERE person_id = ANY($1)`, people)
	tx.queue(`UPDATE tasks SET state = 'withdrawn', done_at = $2, flag = '' WHERE person_id = ANY($1) AND state = 'open' AND kind NOT IN ('document', 'course')`, people, tx.now)
	tx.queue(`UPDATE outbox SET state = 'withdrawn', error_code = 'left' WHERE person_id = ANY($1) AND state = 'pending'`, people)
}

// OwnedByLeavers lists the open records whose owner is not active any more.
func (tx *Tx) OwnedByLeavers(ctx context.Context) ([]domain.RecordID, error) {
	var ids []domain.RecordID
	tx.many(`
		SELECT r.id FROM records r JOIN people p ON p.id = r.owner
		WHERE r.closed_at IS NULL AND NOT p.active AND r.state NOT IN ('closed', 'duplicate', 'not_reportable', 'withdrawn') ORDER BY r.id`, nil,
		func(rows pgx.Rows) error {
			var id domain.RecordID
			err := rows.Scan(&id)
			ids = append(ids, id)
			return err
		})
	return ids, tx.flush(ctx)
}

// UnitsInUse lists the units that open records belong to.
func (db *DB) UnitsInUse(ctx context.Context) (map[domain.UnitCode]bool, error) {
	return set[domain.UnitCode](ctx, db, `SELECT DISTINCT unit FROM records WHERE closed_at IS NULL`)
}

// ChoseLanguage lists the people who chose their language themselves, by LANG. The roster does not overrule them.
func (db *DB) ChoseLanguage(ctx context.Context) (map[domain.PersonID]bool, error) {
	return set[domain.PersonID](ctx, db, `SELECT DISTINCT person_id FROM addresses WHERE person_id IS NOT NULL AND language <> ''`)
}

func set[T comparable](ctx context.Context, db *DB, sql string) (map[T]bool, error) {
	rows, err := db.Pool.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[T])
	in := make(map[T]bool, len(all))
	for _, v := range all {
		in[v] = true
	}
	return in, err
}

// PreferDigest queues that a phone reads documents as texts.
func (tx *Tx) PreferDigest(id domain.AddressID) {
	tx.queue(`UPDATE addresses SET digest = true WHERE id = $1 AND NOT digest`, id)
	tx.touchOrganisation()
}
