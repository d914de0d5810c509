package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"goodcatch/domain"
	"goodcatch/store"
)

type rollcallCmd struct {
	Start rollcallStartCmd `cmd:"" default:"withargs" help:"Plan one, read how long it takes, confirm."`
	Show  rollcallShowCmd  `cmd:"" help:"How it goes: numbers, and where the board is."`
	End   rollcallEndCmd   `cmd:"" help:"Give the all-clear to everybody who was asked."`
	List  rollcallListCmd  `cmd:"" help:"The last roll-calls with their codes."`
}

// Help is shown by goodcatch rollcall --help.
func (rollcallCmd) Help() string {
	return `  goodcatch rollcall --title "Mass casualty plan"                        # an exercise, the whole house
  goodcatch rollcall --live --title "Bus crash" --unit ED,4B --role staff,manager
  goodcatch rollcall show K7R
  goodcatch rollcall end K7R                                             # the all-clear
  goodcatch export rollcall K7R --out k7r.pdf                            # its report

In Slack: /quality rollcall. Texts and Slack at once, texts again after 3 minutes, telephone after 5 and 10, after 15 a list of who rings whom
of those nobody has heard of; whoever rings gets a link to their own part of it, and enters there what they hear. EXERCISE or LIVE is put
first in every text by goodcatch: leave such words out of the title. The server must run; it sends. How fast is the provider's matter:
texts_per_second and calls_per_second in organisation.yaml.`
}

type rollcallStartCmd struct {
	Title      string   `required:"" help:"What it is about, in 24 letters."`
	Live       bool     `help:"It is real. Default: an exercise."`
	Unit       []string `placeholder:"CODE" help:"Only these units and all below them. Default: the whole house."`
	Role       []string `placeholder:"ROLE" help:"Only these roles: staff, manager … Default: everybody."`
	Target     int      `default:"80" help:"How many per cent shall have answered after 15 minutes."`
	Objectives string   `help:"What it is to show, for the report."`
	Yes        bool     `help:"Do not ask before starting."`
}

// Run plans, says what it means, and starts when told to. A plan that is not confirmed is dropped.
func (c rollcallStartCmd) Run(ctx context.Context, a *app) error {
	db, org, err := a.openToExport(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	plan := domain.PlanRollCall{Mode: domain.Exercise, Title: c.Title, Objectives: c.Objectives, Target: c.Target, Audience: audienceOf(c.Unit, c.Role)}
	if c.Live {
		plan.Mode = domain.Live
	}
	change, err := db.Do(ctx, operatorActor, plan)
	if err != nil {
		return refusedRollCall(err)
	}
	r, word := saved[domain.SavedRollCall](change).RollCall, modeWord(plan.Mode)
	now, err := db.BusinessTime(ctx)
	if err != nil {
		return err
	}
	e := r.Estimate(org, now)
	a.printf("%s roll-call %s: %s\n%d people, %d texts, about %d min at %d texts a second. On leave, not asked: %d. Without telephone and Slack: %d.\n",
		word, r.Code, r.Title, e.People, e.Texts, int(e.Takes()/time.Minute), e.Rate, e.Away, e.Unable)
	if !c.Yes && !a.confirmed(word) {
		if _, err := db.Do(ctx, operatorActor, domain.DropRollCall{Call: r.ID}); err != nil {
			return err
		}
		a.printf("Dropped. Nobody was asked.\n")
		return errReported
	}
	if _, err := db.Do(ctx, operatorActor, domain.StartRollCall{Call: r.ID}); err != nil {
		return refusedRollCall(err)
	}
	a.printf("%s roll-call %s has begun. Board: %s/r/%s\nAll-clear: goodcatch rollcall end %s\n", word, r.Code, a.PublicURL, r.Token, r.Code)
	return nil
}

// refusedRollCall puts a refusal into words for the command line.
func refusedRollCall(err error) error {
	var invalid *domain.InvalidError
	if !errors.As(err, &invalid) {
		return err
	}
	code := invalid.Args["bare"].String()
	switch invalid.Reason {
	case "problem.rollcall_word":
		return fault("--title", "says whether it is an exercise or real.", "Leave such words out: EXERCISE or LIVE is put first by itself; --live says which.")
	case "problem.rollcall_exercise":
		return fault("--live", fmt.Sprintf("is refused: exercise %s still asks these people.", code), "Give its all-clear first: goodcatch rollcall end "+code)
	case "problem.rollcall_live":
		return fault("rollcall", fmt.Sprintf("is refused: %s is real and asks these people.", code), "No exercise before its all-clear: goodcatch rollcall end "+code)
	case "problem.rollcall_nobody":
		return fault("--unit, --role", "meet nobody.", "Choose other units or roles.")
	case "problem.rollcall_over":
		return fault("rollcall", "cannot be started or ended any more.", "Plan a new one.")
	case "quiz.problem.unit":
		return fault("--unit", "is no unit of units.csv.", "Write its code: 4B.")
	case "problem.choice":
		return fault("--role, --target", "is none we know.", "Roles are those of people.csv; the target is 1 to 100.")
	}
	return fault("--title", "does not fit a text.", "24 letters at most, of a plain alphabet, without numbers that identify a person.")
}

// openRollCall opens the database and the roll-call of a code.
func openRollCall(ctx context.Context, a *app, code string) (*store.DB, *domain.Organisation, store.Muster, error) {
	return openOccasion(ctx, a, code, "roll-call", "goodcatch rollcall list", (*store.DB).MusterByCode)
}

type rollcallShowCmd struct {
	Code string `arg:"" help:"Its code: K7R."`
}

// Run prints the numbers.
func (c rollcallShowCmd) Run(ctx context.Context, a *app) error {
	db, _, m, err := openRollCall(ctx, a, c.Code)
	if err != nil {
		return err
	}
	defer db.Close()
	t := m.Tally(m.Org, m.Seats)
	a.printf("%s roll-call %s: %s, %s\n%d of %d answered (%d %%). Not heard of: %d. On leave: %d. Volunteers: %d. After the all-clear: %d. Entered by those who ring: %d. Rung, not reached: %d.\n",
		modeWord(m.Mode()), m.Code, m.Title, m.State, t.Answered, t.Asked, t.Share(), t.By[0], t.Away, t.Volunteers, t.Late, t.Rung, t.Tried)
	a.printf("1 on site %d, 2 within 30 min %d, 3 within 60 min %d, 4 later %d, 5 cannot %d\nBoard and call list: %s/r/%s\n", t.By[1], t.By[2], t.By[3], t.By[4], t.By[5], a.PublicURL, m.Token)
	return nil
}

type rollcallEndCmd struct {
	Code string `arg:"" help:"Its code: K7R."`
}

// Run gives the all-clear.
func (c rollcallEndCmd) Run(ctx context.Context, a *app) error {
	db, _, m, err := openRollCall(ctx, a, c.Code)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.Do(ctx, operatorActor, domain.EndRollCall{Call: m.ID}); err != nil {
		return refusedRollCall(err)
	}
	t := m.Tally(m.Org, m.Seats)
	a.printf("%s roll-call %s: all-clear. %d of %d had answered. Report: goodcatch export rollcall %s\n", modeWord(m.Mode()), m.Code, t.Answered, t.Asked, m.Code)
	return nil
}

type rollcallListCmd struct{}

// Run lists them, the newest first.
func (rollcallListCmd) Run(ctx context.Context, a *app) error {
	db, org, err := a.openToExport(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	list, err := db.RollCalls(ctx, mostListed)
	if err != nil {
		return err
	}
	for _, r := range list {
		a.printf("%-5s %-8s %-7s %s  %s\n", r.Code, modeWord(r.Mode()), r.State, r.PlannedAt.In(org.Zone).Format("2 Jan 2006 15:04"), r.Title)
	}
	if len(list) == 0 {
		a.printf("There has been none.\n")
	}
	return nil
}
