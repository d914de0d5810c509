package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// readRota adds who is on duty when: what files say, the swaps that were accepted, and the holidays.
func readRota(ctx context.Context, tx pgx.Tx, o *domain.Organisation) error {
	rows, err := tx.Query(ctx, `SELECT source, role, unit, zone, rotations, shifts FROM rotas ORDER BY source, role, unit, zone`)
	if err != nil {
		return err
	}
	var r domain.Rota
	var zone string
	var rotations, shifts []byte
	_, err = pgx.ForEachRow(rows, []any{&r.Source, &r.Role, &r.Unit, &zone, &rotations, &shifts}, func() error {
		one := domain.Rota{Source: r.Source, Role: r.Role, Unit: r.Unit}
		if zone != "" {
			if one.Zone, err = time.LoadLocation(zone); err != nil {
				return err
			}
		}
		if err := json.Unmarshal(rotations, &one.Rotations); err != nil {
			return fmt.Errorf("rota: %w", err)
		}
		if err := json.Unmarshal(shifts, &one.Shifts); err != nil {
			return fmt.Errorf("rota: %w", err)
		}
		o.Rotas = append(o.Rotas, one)
		return nil
	})
	if err != nil {
		return err
	}
	if err := readSwaps(ctx, tx, o); err != nil {
		return err
	}
	rows, err = tx.Query(ctx, `SELECT day FROM holidays ORDER BY day`)
	if err != nil {
		return err
	}
	var day time.Time
	_, err = pgx.ForEachRow(rows, []any{&day}, func() error {
		o.Holidays = append(o.Holidays, domain.DateOf(day, time.UTC))
		return nil
	})
	return err
}

// readSwaps adds the accepted swaps, both shifts of those that went both ways, each post's as a rota without a source, the oldest first: a
// later one overrules it.
func readSwaps(ctx context.Context, tx pgx.Tx, o *domain.Organisation) error {
	rows, err := tx.Query(ctx, `
		SELECT role, unit, taker, giver, from_at, until_at FROM (
			SELECT id, role, unit, taker, giver, from_at, until_at FROM swaps WHERE state = 'accepted'
			UNION ALL
			SELECT id, back_role, back_unit, giver, taker, back_from_at, back_until_at FROM swaps WHERE state = 'accepted' AND back_role IS NOT NULL) s
		ORDER BY id, from_at`)
	if err != nil {
		return err
	}
	var post domain.Post
	var s domain.Shift
	of := map[domain.Post]int{}
	_, err = pgx.ForEachRow(rows, []any{&post.Role, &post.Unit, &s.Person, &s.Instead, &s.From, &s.Until}, func() error {
		i, known := of[post]
		if !known {
			i = len(o.Rotas)
			of[post] = i
			o.Rotas = append(o.Rotas, domain.Rota{Role: post.Role, Unit: post.Unit})
		}
		o.Rotas[i].Shifts = append(o.Rotas[i].Shifts, domain.Shift{Person: s.Person, Instead: s.Instead, From: s.From.UTC(), Until: s.Until.UTC()})
		return nil
	})
	return err
}

// SaveRotas queues that this is all a file says of who is on duty.
func (tx *Tx) SaveRotas(source string, rotas []domain.Rota) error {
	tx.queue(`DELETE FROM rotas WHERE source = $1`, source)
	for _, r := range rotas {
		zone := ""
		if r.Zone != nil {
			zone = r.Zone.String()
		}
		rotations, err := json.Marshal(orNone(r.Rotations))
		if err != nil {
			return err
		}
		shifts, err := json.Marshal(orNone(r.Shifts))
		if err != nil {
			return err
		}
		tx.queue(`INSERT INTO rotas (source, role, unit, zone, rotations, shifts) VALUES ($1, $2, $3, $4, $5, $6)`, source, string(r.Role), string(r.Unit), zone, rotations, shifts)
	}
	return nil
}

func orNone[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// SaveHolidays queues that these are all the holidays, with their names.
func (tx *Tx) SaveHolidays(days []domain.Date, names []string) {
	texts := make([]string, len(days))
	for i, d := range days {
		texts[i] = d.String()
	}
	tx.queue(`DELETE FROM holidays`)
	tx.queue(`INSERT INTO holidays (day, name) SELECT n.day::date, n.name FROM unnest($1::text[], $2::text[]) AS n (day, name)`, texts, names)
}
