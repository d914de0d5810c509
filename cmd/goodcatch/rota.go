package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"goodcatch/domain"
)

type rotaCmd struct {
	Days int             `default:"14" help:"How many days from now."`
	Role domain.Role     `help:"Only of this role."`
	Unit domain.UnitCode `help:"Only of this unit."`
}

// Help is shown by goodcatch rota --help.
func (rotaCmd) Help() string {
	return `Prints who is on duty for every role and unit that has a rota (rota.csv, rota/*.ics, swaps agreed in Slack), by the
organisation's clock. Whoever is on leave is replaced by their deputy. A GAP has nobody on duty: the role's holders are asked
then as if there were no rota, and named when they are there.

  goodcatch rota
  goodcatch rota --role manager --unit MED --days 28`
}

// Run prints the spells of every post.
func (c rotaCmd) Run(ctx context.Context, a *app) error {
	if err := a.require(a.needsDatabase, a.needsKeys); err != nil {
		return err
	}
	db, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	org, err := db.Organisation(ctx)
	if err != nil {
		return err
	}
	now, err := db.BusinessTime(ctx)
	if err != nil {
		return err
	}
	shown := 0
	for _, post := range org.Posts() {
		if c.Role != "" && c.Role != post.Role || c.Unit != "" && c.Unit != post.Unit {
			continue
		}
		shown++
		a.printf("%s, %s\n", post.Role, post.Unit)
		for _, s := range org.Spells(post, now, now.AddDate(0, 0, c.Days)) {
			a.printf("  %s  %s\n", during(s, org.Zone), onDuty(org, post, s))
		}
	}
	if shown == 0 {
		a.printf("No rota. Write rota.csv, or put calendars in rota/, and import the folder.\n")
	}
	return nil
}

// during is a spell by the clock of a zone.
func during(s domain.Spell, zone *time.Location) string {
	const layout = "Mon 2 Jan 15:04"
	return fmt.Sprintf("%-16s to %-16s", s.From.In(zone).Format(layout), s.Until.In(zone).Format(layout))
}

// onDuty names who is on duty in a spell, or who is asked since nobody is.
func onDuty(org *domain.Organisation, post domain.Post, s domain.Spell) string {
	if len(s.On) > 0 {
		return duties(org, s.On)
	}
	if holders := org.HoldersThere(post.Role, post.Unit, s.From); len(holders) > 0 {
		return "GAP: " + duties(org, holders)
	}
	return "GAP: nobody"
}

func duties(org *domain.Organisation, on []domain.Duty) string {
	names := make([]string, len(on))
	for i, d := range on {
		names[i] = org.NameOf(d.Person)
		if d.For != 0 {
			names[i] += " for " + org.NameOf(d.For)
		}
	}
	return strings.Join(names, ", ")
}
