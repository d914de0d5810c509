package main

import (
	"context"
	"fmt"

	"goodcatch/domain"
	"goodcatch/store/export"
)

type adminPINResetCmd struct {
	Person string `arg:"" help:"Staff number, e-mail, telephone or whole name."`
}

// Run forgets the PIN of one person. They are told, and choose another when they next sign by text or on a page.
func (c adminPINResetCmd) Run(ctx context.Context, a *app) error {
	db, err := a.openNeeded(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	org, err := db.Organisation(ctx)
	if err != nil {
		return err
	}
	p := export.PersonNamed(org, c.Person)
	if p == nil || !p.Active {
		return fmt.Errorf("nobody on the roster is %s, or more than one is. Give the staff number, e-mail or telephone of people.csv", c.Person)
	}
	if _, err := db.Do(ctx, domain.Actor{Operator: true, Level: domain.A3}, domain.ResetPIN{Person: p.ID}); err != nil {
		return err
	}
	a.printf("%s has no PIN now, and is told so. They choose one when they next sign by text or on a page.\nMake sure that it was they who asked: whoever holds their telephone now chooses the PIN.\n", p.Name)
	return nil
}
