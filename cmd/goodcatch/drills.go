package main

import (
	"context"
	"fmt"
	"time"

	"goodcatch/domain"
)

type drillsCmd struct{}

// Help is shown by goodcatch drills --help.
func (drillsCmd) Help() string {
	return `What a house owes in practice: a communications exercise every 6 months (a roll-call counts), a tabletop every 12, a live exercise, in which the
steps of a playbook are really done, every 36; other intervals under settings, drills of organisation.yaml. What was real counts: a LIVE roll-call
as communications, a LIVE run of a playbook as tabletop and live exercise. The quality office is told 30 days before, on the day, and weekly
after, from the first import of a playbook on. In Slack: /quality drills.`
}

// Run prints the calendar.
func (drillsCmd) Run(ctx context.Context, a *app) error {
	db, org, err := a.openToExport(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	list, today, err := db.Drills(ctx)
	if err != nil {
		return err
	}
	for _, d := range list {
		last := "never"
		if !d.Last.At.IsZero() {
			last = d.Last.At.In(org.Zone).Format(time.DateOnly) + " " + string(d.Last.Code)
			if d.Last.Mode == domain.Live {
				last += ", real"
			}
		}
		stands := "due " + d.Due.String()
		if d.Overdue(today) {
			stands = fmt.Sprintf("OVERDUE since %s", d.Due)
		}
		a.printf("%-15s every %3d months  last %-24s %s\n", d.Kind, d.Months, last, stands)
	}
	return nil
}
