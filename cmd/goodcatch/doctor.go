package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"goodcatch/domain"
	"goodcatch/store"
)

type doctorCmd struct {
	Dead  bool   `help:"List the dead letters instead: messages, timers and inbound texts that failed for good."`
	Retry string `placeholder:"ID" help:"With --dead: try this one again, or all."`
}

// Help is shown by goodcatch doctor --help.
func (doctorCmd) Help() string {
	return `Ends with 1 when something must be put right. It changes nothing and sends nothing to anybody.

  goodcatch doctor
  goodcatch doctor --dead
  goodcatch doctor --dead --retry o4711
  goodcatch doctor --dead --retry all`
}

// A finding is what one check found.
type finding struct {
	mark   mark
	what   string // database, Slack …
	detail string
	fix    string // of a fault or a note
}

type mark string

// The marks: a note asks for attention and fails nothing; off was not checked, and says why.
const (
	fine  mark = "ok"
	bad   mark = "FAULT"
	note  mark = "note"
	unset mark = "off"
)

// patience bounds each check.
const patience = 8 * time.Second

// Run checks everything and prints each finding with its fix.
func (c doctorCmd) Run(ctx context.Context, a *app) error {
	if c.Dead {
		return c.dead(ctx, a)
	}
	if c.Retry != "" {
		return fault("--retry", "goes with --dead.", "Run \"goodcatch doctor --dead --retry ID\".")
	}
	faults := 0
	for _, check := range []func(context.Context, *app) []finding{checkFiles, checkKeys, checkDatabase, checkRedis, checkWeb, checkSlack, checkTwilio} {
		ctx, cancel := context.WithTimeout(ctx, patience)
		found := check(ctx, a)
		cancel()
		for _, f := range found {
			if a.printf("%-6s %-9s %s\n", f.mark, f.what, scrub(f.detail)); f.fix != "" {
				a.printf("%-16s -> %s\n", "", f.fix)
			}
			if f.mark == bad {
				faults++
			}
		}
	}
	if faults > 0 {
		a.printf("%d to put right.\n", faults)
		return errReported
	}
	a.printf("Everything that is set up works.\n")
	return nil
}

// asFindings turns configuration faults into findings.
func asFindings(what string, faults configFaults) (found []finding) {
	for _, f := range faults {
		found = append(found, finding{bad, what, f.setting + " " + f.problem, f.fix})
	}
	return found
}

// dead lists the dead letters, or tries them again.
func (c doctorCmd) dead(ctx context.Context, a *app) error {
	db, err := a.openNeeded(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	letters, err := db.DeadLetters(ctx)
	if err != nil {
		return err
	}
	if c.Retry == "" {
		for _, l := range letters {
			a.printf("%s  %s  %s: %s\n", l.ID, l.At.UTC().Format("2006-01-02 15:04Z"), l.What, scrub(l.Reason))
		}
		a.printf("%d dead letters.\n", len(letters))
		return nil
	}
	return retry(ctx, a, db, c.Retry, letters)
}

func retry(ctx context.Context, a *app, db *store.DB, which string, letters []store.DeadLetter) error {
	tried := 0
	for _, l := range letters {
		if which != "all" && which != l.ID {
			continue
		}
		if err := db.RetryDead(ctx, l.ID); err != nil && !errors.Is(err, domain.ErrNotFound) {
			return err
		}
		tried++
	}
	if tried == 0 && which != "all" {
		return fmt.Errorf("no dead letter is named %s. See \"goodcatch doctor --dead\"", which)
	}
	a.printf("%d queued again.\n", tried)
	return nil
}
