package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"goodcatch/bot"
	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/store/export"
)

type exportCertificateCmd struct {
	Course string `required:"" placeholder:"CODE" help:"FALLS."`
	Person string `required:"" placeholder:"WHO" help:"Staff number, e-mail, telephone or whole name."`
	Out    string `required:"" placeholder:"FILE" help:"A new file for the PDF."`
}

// Run draws the certificate of the person's last pass. It says nothing of their score.
func (c exportCertificateCmd) Run(ctx context.Context, a *app) error {
	db, org, err := a.openToExport(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	holder := export.PersonNamed(org, c.Person)
	if holder == nil {
		return fault("--person", "is nobody we know, or more than one.", "Write their staff number, e-mail, telephone or whole name.")
	}
	passes, err := db.Passes(ctx, holder.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(passes, func(p domain.Pass) bool { return strings.EqualFold(p.Course, c.Course) })
	if i < 0 {
		return fault("--course", "has not been passed by them.", "Look at its code, or wait for the pass.")
	}
	now, err := db.BusinessTime(ctx)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := bot.CertificateOf(conversations.NewCatalog(""), org, passes[i], now).Write(&b); err != nil {
		return err
	}
	data := map[string]string{"what": "certificate", "code": passes[i].Course, "of": fmt.Sprintf("p%d", holder.ID)}
	if err := db.RecordExport(ctx, domain.Actor{Operator: true, Level: domain.A3}, data); err != nil {
		return err
	}
	if err := writeNew(c.Out, b.Bytes()); err != nil {
		return err
	}
	a.printf("%s: certificate of %s\n", c.Out, passes[i].Course)
	return nil
}
