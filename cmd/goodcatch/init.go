package main

import (
	"errors"
	"fmt"
	"io/fs"

	"goodcatch/store/seed"
)

type initCmd struct {
	Pack string `arg:"" enum:"hospital" help:"Which pack: hospital."`
	Dir  string `arg:"" type:"path" help:"Where to write it."`
}

// Help is shown by goodcatch init --help.
func (initCmd) Help() string {
	return `Writes organisation.yaml, units.csv, people.csv, leave.csv, rota.csv, holidays.csv, activities.csv, policies.yaml, documents/*.md, courses/*.yaml
and playbooks/*.yaml with comments. Existing files are never overwritten. Edit them, then import the folder, again after every change.

  goodcatch init hospital ./hospital
  goodcatch import ./hospital`
}

// Run writes a pack and says what to do next.
func (c initCmd) Run(a *app) error {
	files, err := seed.Write(c.Pack, c.Dir)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%w. Nothing was written: name a new folder", err)
	}
	if err != nil {
		return err
	}
	a.printf("%d files in %s. Edit organisation.yaml, units.csv and people.csv first, then run\n  goodcatch import %s\n", len(files), c.Dir, c.Dir)
	return nil
}
