package main

import (
	"context"

	"goodcatch/store/export"
)

type exportRunCmd struct {
	Code   string `arg:"" help:"Its code: K7R."`
	Format string `enum:"csv,json,pdf" default:"pdf" help:"pdf, csv or json."`
	Out    string `placeholder:"FILE" help:"A new file for it. Default: standard output."`
}

// Run gathers and writes. Who took part is named in it: it is the register of who has practised.
func (c exportRunCmd) Run(ctx context.Context, a *app) error {
	db, _, err := a.openToExport(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	r, err := export.FindRun(ctx, db, c.Code)
	if err != nil {
		return err
	}
	return output{Format: c.Format, Out: c.Out}.write(ctx, a, db, r.Table(), map[string]string{"what": "run", "code": string(r.Code), "mode": r.Mode().String()})
}
