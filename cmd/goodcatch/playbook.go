package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"goodcatch/domain"
	"goodcatch/store"
	"goodcatch/store/export"
)

type playbookCmd struct {
	List  playbookListCmd  `cmd:"" default:"1" help:"The playbooks, and the last runs with their codes."`
	Start playbookStartCmd `cmd:"" help:"Plan a run, read what it means, confirm."`
	Show  playbookShowCmd  `cmd:"" help:"How a run goes, step by step."`
	Stop  playbookStopCmd  `cmd:"" help:"End a run and tell everybody who was asked."`

	Report exportRunCmd `cmd:"" help:"The report of a run after ISO 22301 8.5, as PDF, CSV or JSON."`
}

// Help is shown by goodcatch playbook --help.
func (playbookCmd) Help() string {
	return `  goodcatch playbook list
  goodcatch playbook start POWER                 # an exercise: the steps are really asked of who is on duty
  goodcatch playbook start POWER --live          # it is real
  goodcatch playbook start POWER --table         # a tabletop: questions by the clock, nobody acts
  goodcatch playbook start POWER --table --unit MED,ED --role manager,lead
  goodcatch playbook show K7R
  goodcatch playbook stop K7R
  goodcatch playbook report K7R --out k7r.pdf

In Slack: /quality playbook. Playbooks are files in the folder playbooks of what is imported; "goodcatch init hospital" writes seven: cyber
attack, power, water, flood, fire, staff loss, supplier failure. Each step is asked of whoever is on duty for its role, in Slack and by text:
1 done, 2 not needed, 3 need help. A step with "each: ward" is asked of every ward, which answers for itself, and is done when the last one
has. Who has not looked after 3 minutes is rung. What is not done in time is told to who is accountable, then to who leads. EXERCISE or LIVE
is put first in every text by goodcatch. The server must run; it sends.`
}

type playbookListCmd struct{}

// Run lists the playbooks, and their runs, the newest first.
func (playbookListCmd) Run(ctx context.Context, a *app) error {
	db, org, err := a.openToExport(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	library, err := db.Playbooks(ctx)
	if err != nil {
		return err
	}
	for _, p := range library {
		a.printf("%-10s v%-3d %-9s %2d steps  %2d injects  %s\n", p.Code, p.Number, p.Scenario, len(p.Steps), len(p.Injects), p.Title)
	}
	if len(library) == 0 {
		a.printf("There are none. Put them into the folder playbooks and import it; \"goodcatch init hospital DIR\" writes seven.\n")
	}
	runs, err := db.Runs(ctx, mostListed)
	if err != nil {
		return err
	}
	for _, r := range runs {
		a.printf("%-5s %-8s %-7s %s  %s v%d\n", r.Code, modeWord(r.Mode()), r.State, r.PlannedAt.In(org.Zone).Format("2 Jan 2006 15:04"), r.Playbook, r.Number)
	}
	return nil
}

type playbookStartCmd struct {
	Playbook string   `arg:"" help:"Its code: POWER."`
	Live     bool     `xor:"how" help:"It is real. Default: an exercise."`
	Table    bool     `xor:"how" help:"An exercise at the table."`
	Unit     []string `placeholder:"CODE" help:"At the table: only these units and all below them. Default: whoever has a part in the steps."`
	Role     []string `placeholder:"ROLE" help:"At the table: only these roles."`
	Yes      bool     `help:"Do not ask before starting."`
}

// Run plans, says what it means, and starts when told to. A plan that is not confirmed is dropped.
func (c playbookStartCmd) Run(ctx context.Context, a *app) error {
	db, org, err := a.openToExport(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	plan := domain.PlanRun{Playbook: c.Playbook, Form: domain.InSteps, Audience: audienceOf(c.Unit, c.Role)}
	if c.Live {
		plan.Mode = domain.Live
	}
	if c.Table {
		plan.Form = domain.Tabletop
	}
	change, err := db.Do(ctx, operatorActor, plan)
	if err != nil {
		return refusedRun(err)
	}
	r := saved[domain.SavedRun](change).Run
	now, err := db.BusinessTime(ctx)
	if err != nil {
		return err
	}
	word := modeWord(r.Mode())
	a.printf("%s %s: %s, version %d\n", word, r.Code, r.Title, r.Number)
	describe(a, &r, domain.Facts{Org: org, Now: now})
	if !c.Yes && !a.confirmed(word) {
		if _, err := db.Do(ctx, operatorActor, domain.DropRun{Run: r.ID}); err != nil {
			return err
		}
		a.printf("Dropped. Nobody was told.\n")
		return errReported
	}
	if _, err := db.Do(ctx, operatorActor, domain.StartRun{Run: r.ID}); err != nil {
		return refusedRun(err)
	}
	a.printf("%s %s has begun. How it goes: goodcatch playbook show %s. End it: goodcatch playbook stop %s\n", word, r.Code, r.Code, r.Code)
	return nil
}

// describe prints who is asked what.
func describe(a *app, r *domain.Run, f domain.Facts) {
	for n, i := range r.Injects {
		a.printf("%3d. after %s: %s\n", n+1, export.Length(i.At), i.Text)
	}
	if r.Form() == domain.Tabletop {
		a.printf("%d people at the table\n", len(r.People))
	}
	for n, s := range r.Steps {
		who, names := s.Responsible.String(), namesOf(f, "", f.HoldersOf(s.Responsible))
		if wards := s.WardsIn(f.Org); len(wards) > 0 {
			who, names = fmt.Sprintf("%s of each of %d wards", s.Responsible, len(wards)), nil
			for _, u := range wards {
				names = append(names, namesOf(f, u, f.ForWard(s.PlayStep, u))...)
			}
		}
		after := ""
		if s.After > 0 {
			after = fmt.Sprintf(" after %d", s.After)
		}
		a.printf("%3d. %s\n     %s: %s; within %v%s\n", n+1, s.Text, who, strings.Join(names, ", "), export.Length(s.Within), after)
	}
}

// namesOf names people, after the ward they answer for.
func namesOf(f domain.Facts, ward domain.UnitCode, ids []domain.PersonID) []string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = strings.TrimSpace(string(ward) + " " + f.Org.NameOf(id))
	}
	return names
}

// refusedRun puts a refusal into words for the command line.
func refusedRun(err error) error {
	var invalid *domain.InvalidError
	if !errors.As(err, &invalid) {
		return err
	}
	code := invalid.Args["bare"].String()
	switch invalid.Reason {
	case "problem.rollcall_exercise":
		return fault("--live", fmt.Sprintf("is refused: exercise %s asks some of the same people.", code), "End it first: goodcatch playbook stop "+code+", or goodcatch rollcall end "+code)
	case "problem.rollcall_live":
		return fault("playbook", fmt.Sprintf("is refused: %s is real and asks some of the same people.", code), "No exercise before it is over: goodcatch playbook stop "+code+", or goodcatch rollcall end "+code)
	case "problem.run_no_injects":
		return fault("--table", "finds no injects in this playbook.", "Add some to its file and import it.")
	case "problem.rollcall_nobody":
		return fault("--unit, --role", "meet nobody.", "Choose other units or roles.")
	case "problem.run_over":
		return fault("playbook", "cannot be started or ended any more.", "Plan a new run.")
	}
	return fault("PLAYBOOK", "names none.", "goodcatch playbook list shows them.")
}

// openRun opens the database and the run of a code.
func openRun(ctx context.Context, a *app, code string) (*store.DB, *domain.Organisation, *domain.Run, error) {
	return openOccasion(ctx, a, code, "run of a playbook", "goodcatch playbook list", (*store.DB).RunByCode)
}

type playbookShowCmd struct {
	Code string `arg:"" help:"Its code: K7R."`
}

// Run prints each step with how it stands.
func (c playbookShowCmd) Run(ctx context.Context, a *app) error {
	db, org, r, err := openRun(ctx, a, c.Code)
	if err != nil {
		return err
	}
	defer db.Close()
	a.printf("%s %s: %s, version %d, %s\n", modeWord(r.Mode()), r.Code, r.Title, r.Number, r.State)
	for n, s := range r.Steps {
		stands := "waits for step " + fmt.Sprint(s.After)
		switch {
		case s.Answer == domain.StepDone:
			stands = "done " + s.At.In(org.Zone).Format("15:04") + " by " + org.NameOf(s.By)
		case s.Answer == domain.StepNotNeeded:
			stands = "not needed " + s.At.In(org.Zone).Format("15:04") + ", " + org.NameOf(s.By)
		case !s.AskedAt.IsZero():
			stands = "open, due " + s.DueAt.In(org.Zone).Format("15:04")
			if missing := s.MissingWards(); len(missing) > 0 {
				stands += fmt.Sprintf(", %d of %d wards: missing %s", len(s.Wards)-len(missing), len(s.Wards), domain.ListUnits(missing))
			}
			if !s.HelpAt.IsZero() {
				stands += ", help needed since " + s.HelpAt.In(org.Zone).Format("15:04")
			}
		case s.After == 0:
			stands = "not begun"
		}
		a.printf("%3d. %s\n     %s\n", n+1, s.Text, stands)
	}
	return nil
}

type playbookStopCmd struct {
	Code string `arg:"" help:"Its code: K7R."`
}

// Run ends it.
func (c playbookStopCmd) Run(ctx context.Context, a *app) error {
	db, _, r, err := openRun(ctx, a, c.Code)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.Do(ctx, operatorActor, domain.EndRun{Run: r.ID}); err != nil {
		return refusedRun(err)
	}
	now, err := db.BusinessTime(ctx)
	if err != nil {
		return err
	}
	a.printf("%s %s ended.", modeWord(r.Mode()), r.Code)
	if t := r.Tally(now); t.Total > 0 {
		a.printf(" %d of %d steps done or not needed.", t.Done+t.NotNeeded, t.Total)
	}
	a.printf("\nReport: goodcatch playbook report %s\n", r.Code)
	return nil
}
