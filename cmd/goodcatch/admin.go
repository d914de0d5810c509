package main

import (
	"context"

	"goodcatch/store/importer"
)

type adminCmd struct {
	Add adminAddCmd `cmd:"" help:"Add a person who administers goodcatch, before there is anybody to import the rest."`

	PinReset adminPINResetCmd `cmd:"" help:"Forget a person's PIN, who then chooses another."`
}

type adminAddCmd struct {
	Name  string   `required:"" help:"As it stands in texts, 18 letters at most."`
	Phone string   `help:"Telephone number: +447700900123."`
	Slack string   `help:"Slack member ID: U0123ABCD."`
	Unit  string   `help:"Code of the unit they belong to. Default: the whole house."`
	Roles []string `name:"role" default:"admin,quality" help:"Roles, repeated or with commas."`
}

// Help is shown by goodcatch admin --help.
func (adminCmd) Help() string {
	return `  goodcatch admin add --name "Ruth Carver" --phone +447700900003 --slack U0003
  goodcatch admin pin-reset S017

Give them a line in people.csv too, with the same phone or Slack ID, before importing with --complete.`
}

// Run adds the person, or changes the one with this phone or Slack ID.
func (c adminAddCmd) Run(ctx context.Context, a *app) error {
	if c.Phone == "" && c.Slack == "" {
		return fault("--phone, --slack", "are both missing: a person needs one of them.", "Add --phone +447700900123 or --slack U0123ABCD.")
	}
	db, err := a.openNeeded(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	p, err := importer.AddPerson(ctx, db, importer.NewPerson{Name: c.Name, Phone: c.Phone, Slack: c.Slack, Unit: c.Unit, Roles: c.Roles})
	if err != nil {
		return err
	}
	a.printf("%s is p%d, %v, unit %s.\nNext:\n", p.Name, p.ID, p.Roles, p.Unit)
	if c.Phone != "" {
		a.printf("  - Their first text to our number proves the phone is theirs: MY is enough.\n")
	}
	if c.Slack != "" {
		a.printf("  - In Slack they open the app's Home tab.\n")
	}
	a.printf("  - goodcatch init hospital ./hospital, edit, goodcatch import ./hospital\n  - goodcatch doctor\n")
	return nil
}
