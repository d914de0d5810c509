package importer

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"goodcatch/domain"
	"goodcatch/store"
)

// applyDocuments hands each document in: to its reviewers, or in force when it has none. One that is known already, at whatever stage, is
// left as it is. It returns how many are new, and how many of them are with their reviewers.
func (p *Plan) applyDocuments(ctx context.Context, tx *store.Tx) (published, reviewing int, err error) {
	for _, d := range p.Documents {
		d.Owner = d.owner.ID
		for _, p := range d.reviewers {
			d.Reviewers = append(d.Reviewers, p.ID)
		}
		d.Audience.Named = ids(d.named)
		change, err := publish(ctx, tx, d.at, d.Code, domain.HandInDocument{Version: d.DocumentVersion, File: d.file})
		if err != nil {
			return published, reviewing, err
		}
		published += fresh(change)
		if slices.ContainsFunc(change.Events, func(e domain.Event) bool { return e.Name == "document_submitted" }) {
			reviewing++
		}
	}
	return published, reviewing, nil
}

// applyCourses publishes each course, or what changed of it. It returns how many were new or changed.
func (p *Plan) applyCourses(ctx context.Context, tx *store.Tx) (published int, err error) {
	for _, c := range p.Courses {
		c.Educator = c.educator.ID
		c.Audience.Named = ids(c.named)
		change, err := publish(ctx, tx, c.at, c.Code, domain.PublishCourse{Course: c.Course})
		if err != nil {
			return published, err
		}
		published += fresh(change)
	}
	return published, nil
}

// ids are the numbers of people, who all have theirs by now.
func ids(people []*domain.Person) []domain.PersonID {
	var list []domain.PersonID
	for _, p := range people {
		list = append(list, p.ID)
	}
	return list
}

// publish runs one command. What it refuses is a fault of the file.
func publish(ctx context.Context, tx *store.Tx, at place, code string, cmd domain.Command) (domain.Change, error) {
	change, err := tx.Do(ctx, operator, cmd)
	var invalid *domain.InvalidError
	switch {
	case errors.As(err, &invalid):
		return domain.Change{}, Faults{at.fault("%s", refusal(code, invalid))}
	case err != nil:
		return domain.Change{}, fmt.Errorf("publish %s: %w", code, err)
	}
	return change, nil
}

// fresh is 1 for a change that changes something.
func fresh(c domain.Change) int { return min(len(c.Events), 1) }

// refusal says in words why something cannot be published. What Read has checked already does not come here.
func refusal(code string, err *domain.InvalidError) string {
	switch err.Reason {
	case "problem.version_old":
		return fmt.Sprintf("%s is in force and differs from this file. Give the file a higher version.", err.Args["code"])
	case "problem.version_underway":
		return fmt.Sprintf("%s differs from this file and is on its way already. Wait until it is in force, or have a reviewer return it.", err.Args["code"])
	case "problem.reviewers":
		return fmt.Sprintf("%s finds nobody to approve it beside its author, or has more than %s reviewers.", code, err.Args["limit"])
	case "problem.identifier":
		return fmt.Sprintf("%s holds what looks like a patient's number, date of birth or telephone number. Take it out.", code)
	default:
		return fmt.Sprintf("%s cannot be published: %v.", code, err)
	}
}
