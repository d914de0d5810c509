package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"goodcatch/conversations"
	"goodcatch/store/importer"
)

type importCmd struct {
	Dir      string `arg:"" type:"path" help:"The folder that \"goodcatch init\" wrote, or one file of it."`
	Complete bool   `help:"People and units that are missing in the files have left."`
	DryRun   bool   `help:"Check everything and say what would change; write nothing."`
}

// Help is shown by goodcatch import --help.
func (importCmd) Help() string {
	return `Reads organisation.yaml, units.csv, people.csv, leave.csv, rota.csv, holidays.csv, rota/ROLE-UNIT.ics, activities.csv, policies.yaml,
documents/*.md (or .pdf and .docx, with a .yaml of the same name that holds what Markdown has at its head), courses/*.yaml and playbooks/*.yaml. Files may be missing: what they would
say stays. Every fault is shown with its line, and nothing is written while there is one. Importing twice changes nothing.

People are matched by id, else by phone, else by Slack id. Whoever leaves (--complete) is sent nothing more, and what they owned is
given to the next in line. Who joins or moves is asked what applies there, and who moves away or leaves is not any more; leave.csv
(id,from,until,deputy; both days count) says who is left alone, and until when, and who stands in.

rota.csv says who is on duty for a role in a unit; a calendar is named after them, like rota/manager-MED.ics, and its events are the
duties of their attendee, or of whom the summary names: once, or every day or week (RRULE with INTERVAL, BYDAY, COUNT, UNTIL,
EXDATE), by the wall clock of their TZID. Anything else in it is refused. Each of these files is whole: what it does not say any
more is gone; other files, and swaps agreed in Slack, stay. activities.csv, the business-impact table, is whole too.

  goodcatch import ./hospital --dry-run
  goodcatch import ./hospital --complete
  goodcatch import manager-MED.ics           # one file alone: a calendar, or a .csv or .yaml of the folder
  goodcatch import power.yaml                # or a playbook, whatever its file is called`
}

// Run imports and prints what changed.
func (c importCmd) Run(ctx context.Context, a *app) error {
	db, err := a.openNeeded(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	o := importer.Options{Complete: c.Complete, Languages: conversations.NewCatalog(a.PublicURL).Languages()}
	dir, one, err := c.folder()
	if err != nil {
		return err
	}
	result, err := importer.Import(ctx, db, dir, o, c.DryRun)
	var faults importer.Faults
	if errors.As(err, &faults) {
		if one {
			for i := range faults { // not where it would lie in a folder
				faults[i].File = filepath.Base(c.Dir)
			}
		}
		fmt.Fprintln(a.err, faults.Error())
		return errReported
	}
	if err != nil {
		return err
	}
	c.report(a, result, one)
	return nil
}

// folder is what to read: the folder, or one file as if it were alone in one.
func (c importCmd) folder() (dir fs.FS, one bool, err error) {
	at, err := os.Stat(c.Dir)
	if err != nil {
		return nil, false, err
	}
	if at.IsDir() {
		return os.DirFS(c.Dir), false, nil
	}
	return importer.Alone(os.DirFS(filepath.Dir(c.Dir)), filepath.Base(c.Dir)), true, nil
}

func (c importCmd) report(a *app, r importer.Result, one bool) {
	for _, w := range r.Plan.Warnings {
		fmt.Fprintln(a.err, "note:", w)
	}
	if c.DryRun {
		a.printf("dry run, nothing was written:\n")
	}
	if one && len(r.Plan.Playbooks) == 1 {
		a.printf("%s\n", ofPlaybook(r))
		return
	}
	a.printf("%s\n", r)
}

// ofPlaybook says what became of a playbook that was imported alone.
func ofPlaybook(r importer.Result) string {
	if len(r.Playbooks) == 0 {
		return fmt.Sprintf("playbook %s is unchanged: the file says what is kept already.", r.Plan.Playbooks[0].Code)
	}
	p := r.Playbooks[0]
	keeps := ""
	if p.Number > 1 {
		keeps = " What is under way keeps its version."
	}
	return fmt.Sprintf("playbook %s, version %d: %s, steps: %d, injects: %d.%s Start it: goodcatch playbook start %s", p.Code, p.Number, p.Title, len(p.Steps), len(p.Injects), keeps, p.Code)
}
