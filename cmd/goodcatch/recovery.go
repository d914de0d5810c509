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

type recoveryCmd struct {
	Start recoveryStartCmd `cmd:"" default:"withargs" help:"Begin one: who owns what is down is asked at once."`
	Show  recoveryShowCmd  `cmd:"" help:"How it stands, and where the board is."`
	Close recoveryCloseCmd `cmd:"" help:"Give the all-clear to everybody who was asked."`
	List  recoveryListCmd  `cmd:"" help:"The last disruptions with their codes."`
}

// Help is shown by goodcatch recovery --help.
func (recoveryCmd) Help() string {
	return `  goodcatch recovery --title "Ransomware" --down EHR,LAB --degraded PHA       # an exercise
  goodcatch recovery --live --title "Power cut" --down ICU,THE
  goodcatch recovery show K7R
  goodcatch recovery close K7R                                            # the all-clear
  goodcatch export recovery K7R --out k7r.pdf                             # its report

In Slack: /quality recovery. Activities, their owners and times are those of activities.csv (see goodcatch activities). Owners are asked by text
and in Slack and answer K7R 1 restored, 2 degraded, 3 still down; of several, K7R PHA 1. When three quarters of the RTO are gone they are
reminded; at the RTO whoever is above them hears of it too, at the MTPD the executives. EXERCISE or LIVE is put first in every text by
goodcatch: leave such words out of the title. The server must run; it sends.`
}

type recoveryStartCmd struct {
	Title    string   `required:"" help:"What has happened, in 24 letters."`
	Live     bool     `help:"It is real. Default: an exercise."`
	Down     []string `placeholder:"CODE" help:"Activities that are down: PHA,LAB."`
	Degraded []string `placeholder:"CODE" help:"Activities below their minimum."`
	Yes      bool     `help:"Do not ask before starting."`
}

// Run says what it means, and starts when told to.
func (c recoveryStartCmd) Run(ctx context.Context, a *app) error {
	db, org, err := a.openToExport(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	cmd := domain.StartRecovery{Mode: domain.Exercise, Title: c.Title, Down: activityCodes(c.Down), Degraded: activityCodes(c.Degraded)}
	if c.Live {
		cmd.Mode = domain.Live
	}
	word := modeWord(cmd.Mode)
	if !c.Yes {
		a.printf("%s disruption: %s\nThe owners of %d activities are asked by text and in Slack.\n", word, c.Title, len(cmd.Down)+len(cmd.Degraded))
		if !a.confirmed(word) {
			a.printf("Nobody was asked.\n")
			return errReported
		}
	}
	change, err := db.Do(ctx, operatorActor, cmd)
	if err != nil {
		return refusedRecovery(err, org)
	}
	d := saved[domain.SavedDisruption](change).Disruption
	a.printf("%s disruption %s has begun. Board: %s/v/%s\nAll-clear: goodcatch recovery close %s\n", word, d.Code, a.PublicURL, d.Token, d.Code)
	return nil
}

func activityCodes(list []string) []domain.ActivityCode {
	var codes []domain.ActivityCode
	for _, code := range list {
		codes = append(codes, domain.ActivityCode(strings.ToUpper(strings.TrimSpace(code))))
	}
	return codes
}

// refusedRecovery puts a refusal into words for the command line.
func refusedRecovery(err error, org *domain.Organisation) error {
	var invalid *domain.InvalidError
	if !errors.As(err, &invalid) {
		return err
	}
	code, activity := invalid.Args["bare"].String(), invalid.Args["activity"].String()
	switch invalid.Reason {
	case "problem.rollcall_word":
		return fault("--title", "says whether it is an exercise or real.", "Leave such words out: EXERCISE or LIVE is put first by itself; --live says which.")
	case "problem.recovery_none":
		return fault("--down, --degraded", "name no activity.", "goodcatch activities lists them.")
	case "problem.recovery_unknown":
		var known []string
		for _, a := range org.Activities {
			known = append(known, string(a.Code))
		}
		return fault("--down, --degraded", activity+" is no activity.", "There are: "+strings.Join(known, ", ")+".")
	case "problem.recovery_twice":
		return fault("--down, --degraded", activity+" is named twice.", "Name it once.")
	case "problem.recovery_counted":
		return fault("recovery", fmt.Sprintf("is refused: %s is counted in %s already.", activity, code), "Close that first: goodcatch recovery close "+code)
	case "problem.recovery_exercise":
		return fault("--live", fmt.Sprintf("is refused: exercise %s still asks these people.", code), "Close it first: goodcatch recovery close "+code)
	case "problem.recovery_live":
		return fault("recovery", fmt.Sprintf("is refused: %s is real and asks these people.", code), "No exercise before it is closed.")
	case "problem.recovery_open":
		return fault("CODE", fmt.Sprintf("is real, and not restored yet: %s.", invalid.Args["what"]), "It is closed when all is restored.")
	}
	return fault("--title", "does not fit a text.", "24 letters at most, of a plain alphabet, without numbers that identify a person.")
}

// openRecovery opens the database and the disruption of a code.
func openRecovery(ctx context.Context, a *app, code string) (*store.DB, *domain.Organisation, store.Recovery, error) {
	return openOccasion(ctx, a, code, "disruption", "goodcatch recovery list", (*store.DB).RecoveryByCode)
}

type recoveryShowCmd struct {
	Code string `arg:"" help:"Its code: K7R."`
}

// Run prints each activity.
func (c recoveryShowCmd) Run(ctx context.Context, a *app) error {
	db, _, r, err := openRecovery(ctx, a, c.Code)
	if err != nil {
		return err
	}
	defer db.Close()
	t := r.Tally(r.Now)
	state := "open"
	if !r.ClosedAt.IsZero() {
		state = "closed"
	}
	a.printf("%s disruption %s: %s, %s\n%d down, %d degraded, %d restored. Late: %d.\n", modeWord(r.Mode()), r.Code, r.Title, state, t.Down, t.Degraded, t.Restored, t.Late)
	for _, o := range r.Sorted() {
		late := ""
		if o.Late(r.Now) {
			late = "  LATE"
		}
		a.printf("%-5s %-18s %-8s since %s, RTO %s ends %s%s\n", o.Activity.Code, o.Activity.Name, o.State, o.At.In(r.Org.Zone).Format("2 Jan 15:04"), export.Length(o.Activity.RTO), o.DueAt().In(r.Org.Zone).Format("2 Jan 15:04"), late)
	}
	a.printf("Board: %s/v/%s\n", a.PublicURL, r.Token)
	return nil
}

type recoveryCloseCmd struct {
	Code string `arg:"" help:"Its code: K7R."`
}

// Run gives the all-clear.
func (c recoveryCloseCmd) Run(ctx context.Context, a *app) error {
	db, _, r, err := openRecovery(ctx, a, c.Code)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.Do(ctx, operatorActor, domain.CloseRecovery{Disruption: r.ID}); err != nil {
		return refusedRecovery(err, r.Org)
	}
	a.printf("%s disruption %s is closed: all-clear. Report: goodcatch export recovery %s\n", modeWord(r.Mode()), r.Code, r.Code)
	return nil
}

type recoveryListCmd struct{}

// Run lists them, the newest first.
func (recoveryListCmd) Run(ctx context.Context, a *app) error {
	db, org, err := a.openToExport(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	list, err := db.Disruptions(ctx, mostListed)
	if err != nil {
		return err
	}
	for _, d := range list {
		state := "open"
		if !d.ClosedAt.IsZero() {
			state = "closed"
		}
		a.printf("%-5s %-8s %-7s %s  %s\n", d.Code, modeWord(d.Mode()), state, d.StartedAt.In(org.Zone).Format("2 Jan 2006 15:04"), d.Title)
	}
	if len(list) == 0 {
		a.printf("There has been none.\n")
	}
	return nil
}
