package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// readLeave adds who is on leave, and when: from the midnight at which their first day begins to that at which the last one ends.
func readLeave(ctx context.Context, tx pgx.Tx, o *domain.Organisation) error {
	rows, err := tx.Query(ctx, `SELECT person_id, first_day, last_day, coalesce(deputy, 0) FROM leave ORDER BY person_id, first_day`)
	if err != nil {
		return err
	}
	midnight := func(day time.Time) time.Time {
		return domain.DateOf(day, time.UTC).At(0, o.Zone).UTC()
	}
	var person, deputy domain.PersonID
	var first, last time.Time
	_, err = pgx.ForEachRow(rows, []any{&person, &first, &last, &deputy}, func() error {
		if p := o.People[person]; p != nil {
			p.Leave = append(p.Leave, domain.Leave{From: midnight(first), Until: midnight(last.AddDate(0, 0, 1)), Deputy: deputy})
		}
		return nil
	})
	return err
}

// SaveLeave queues that this is all the leave a person has. Days are those of the organisation's zone.
func (tx *Tx) SaveLeave(zone *time.Location, person domain.PersonID, leaves []domain.Leave) {
	first, last, deputies := make([]string, len(leaves)), make([]string, len(leaves)), make([]*int64, len(leaves))
	for i, l := range leaves {
		first[i], last[i], deputies[i] = domain.DateOf(l.From, zone).String(), domain.DateOf(l.Until, zone).Add(-1).String(), nullable(l.Deputy)
	}
	tx.queue(`DELETE FROM leave WHERE person_id = $1`, int64(person))
	tx.queue(`
		INSERT INTO leave (person_id, first_day, last_day, deputy)
		SELECT $1, n.first::date, n.last::date, n.deputy FROM unnest($2::text[], $3::text[], $4::bigint[]) AS n (first, last, deputy)`, int64(person), first, last, deputies)
}

// saveOwnLeave queues what a person said of their leave, for every process to know.
func (tx *Tx) saveOwnLeave(e domain.SavedLeave) {
	tx.SaveLeave(tx.org.Zone, e.Person, e.Leave)
	tx.touchOrganisation()
}
