package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// readActivities adds the business-impact table.
func readActivities(ctx context.Context, tx pgx.Tx, o *domain.Organisation) error {
	rows, err := tx.Query(ctx, `SELECT code, name, unit, owner, owner_unit, rto_seconds, mtpd_seconds, staff, needs FROM activities ORDER BY position, code`)
	if err != nil {
		return err
	}
	o.Activities, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (domain.Activity, error) {
		var a domain.Activity
		var rto, mtpd int64
		err := row.Scan(&a.Code, &a.Name, &a.Unit, &a.Owner, &a.Of, &rto, &mtpd, &a.Staff, &a.Needs)
		a.RTO, a.MTPD = time.Duration(rto)*time.Second, time.Duration(mtpd)*time.Second
		if len(a.Needs) == 0 {
			a.Needs = nil
		}
		return a, err
	})
	return err
}

// SaveActivities queues that these are all the activities, in their order.
func (tx *Tx) SaveActivities(all []domain.Activity) {
	tx.queue(`DELETE FROM activities`)
	for i, a := range all {
		needs := make([]string, len(a.Needs))
		for n, code := range a.Needs {
			needs[n] = string(code)
		}
		tx.queue(`INSERT INTO activities (code, position, name, unit, owner, owner_unit, rto_seconds, mtpd_seconds, staff, needs) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			string(a.Code), i, a.Name, string(a.Unit), string(a.Owner), string(a.Of), int64(a.RTO/time.Second), int64(a.MTPD/time.Second), a.Staff, needs)
	}
}
