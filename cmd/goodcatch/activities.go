package main

import (
	"context"
	"fmt"
	"strings"

	"goodcatch/store/export"
)

type activitiesCmd struct{}

// Help is shown by goodcatch activities --help.
func (activitiesCmd) Help() string {
	return `Prints the business-impact table, as activities.csv has it: whose each activity is, who that is now, within how long it is to run again
(RTO), after how long its absence cannot be tolerated (MTPD), and how many people it takes at least.

  goodcatch activities
  goodcatch export activities --format csv --out bia.csv`
}

// Run prints the table.
func (activitiesCmd) Run(ctx context.Context, a *app) error {
	db, org, err := a.openToExport(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	now, err := db.BusinessTime(ctx)
	if err != nil {
		return err
	}
	if len(org.Activities) == 0 {
		a.printf("No activities. Write activities.csv, and import the folder: \"goodcatch init hospital DIR\" has an example.\n")
		return nil
	}
	table := export.ActivityTable(org, now)
	width := make([]int, len(table.Heads))
	for _, row := range append([][]string{table.Heads}, table.Rows...) {
		for i, cell := range row {
			width[i] = max(width[i], len([]rune(cell)))
		}
	}
	for _, row := range append([][]string{table.Heads}, table.Rows...) {
		line := ""
		for i, cell := range row {
			line += fmt.Sprintf("%-*s  ", width[i], cell)
		}
		a.printf("%s\n", strings.TrimRight(line, " "))
	}
	return nil
}

type exportActivitiesCmd struct {
	output `embed:""`
}

// Run gathers and writes.
func (c exportActivitiesCmd) Run(ctx context.Context, a *app) error {
	db, org, err := a.openToExport(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	now, err := db.BusinessTime(ctx)
	if err != nil {
		return err
	}
	return c.write(ctx, a, db, export.ActivityTable(org, now), map[string]string{"what": "activities"})
}
