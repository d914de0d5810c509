package main

import (
	"bufio"
	"context"
	"errors"
	"strings"

	"goodcatch/domain"
	"goodcatch/store"
)

// Roll-calls, runs of playbooks and disruptions are begun, looked at, ended and listed alike: an exercise or real, by a code.

// operatorActor is who acts on this machine.
var operatorActor = domain.Actor{Operator: true, Level: domain.A3}

// mostListed is how many of a kind a list shows.
const mostListed = 20

// modeWord is the mode as the first word of every text has it: EXERCISE, LIVE.
func modeWord(m domain.Mode) string { return strings.ToUpper(m.String()) }

// confirmed asks for the mode's word, so that nothing is begun as the other by mistake.
func (a *app) confirmed(word string) bool {
	a.printf("Type %s to start it now: ", word)
	line, _ := bufio.NewReader(a.in).ReadString('\n')
	return strings.TrimSpace(line) == word
}

// audienceOf reads --unit and --role.
func audienceOf(units, roles []string) (to domain.Audience) {
	for _, u := range units {
		to.Units = append(to.Units, domain.UnitCode(strings.ToUpper(u)))
	}
	for _, r := range roles {
		to.Roles = append(to.Roles, domain.Role(strings.ToLower(r)))
	}
	return to
}

// saved is the entry of a kind that a change holds.
func saved[T domain.Entry](c domain.Change) (found T) {
	for _, e := range c.Entries {
		if s, ok := e.(T); ok {
			return s
		}
	}
	return found
}

// openOccasion opens the database and what a code names there. what and list are for who typed another: "roll-call", "goodcatch rollcall list".
func openOccasion[T any](ctx context.Context, a *app, code, what, list string, read func(*store.DB, context.Context, domain.Code) (T, error)) (*store.DB, *domain.Organisation, T, error) {
	var none T
	db, org, err := a.openToExport(ctx)
	if err != nil {
		return nil, nil, none, err
	}
	found, err := read(db, ctx, domain.Code(strings.ToUpper(code)))
	if err != nil {
		db.Close()
		if errors.Is(err, domain.ErrNotFound) {
			err = fault("CODE", "names no "+what+".", list+" shows them.")
		}
		return nil, nil, none, err
	}
	return db, org, found, nil
}
