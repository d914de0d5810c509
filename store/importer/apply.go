package importer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"time"

	"goodcatch/domain"
	"goodcatch/store"
)

// operator is who imports.
var operator = domain.Actor{Operator: true, Level: domain.A3}

// A Result says what an import wrote.
type Result struct {
	Plan      *Plan
	Joined    int               // people new to us
	Released  int               // records of leavers, given back to their ladders
	Documents int               // put in force, or handed to their reviewers
	Reviewing int               // of them with their reviewers
	Courses   int               // published, or changed
	Playbooks []domain.Playbook // new, or new versions
}

// String says it in a line or two.
func (r Result) String() string {
	p := r.Plan
	settings := "unchanged"
	if p.Organisation != nil {
		settings = "changed"
	}
	s := fmt.Sprintf("settings %s; units: %d written, %d removed; people: %d joined, %d changed, %d left, %d unchanged; leave: %d changed; rotas: %d changed; documents: %d published, %d unchanged; courses: %d published, %d unchanged",
		settings, len(p.Units), len(p.Gone), r.Joined, len(p.People)-r.Joined, len(p.Leavers), p.Unchanged, len(p.Leave), len(p.Rotas), r.Documents, len(p.Documents)-r.Documents, r.Courses, len(p.Courses)-r.Courses)
	if n := len(p.Playbooks); n > 0 {
		s += fmt.Sprintf("; playbooks: %d new or changed, %d unchanged", len(r.Playbooks), n-len(r.Playbooks))
	}
	if r.Reviewing > 0 {
		s += fmt.Sprintf("; %d of the documents are with their reviewers", r.Reviewing)
	}
	if p.Activities != nil {
		s += fmt.Sprintf("; business-impact table: %d activities written", len(p.Activities.all))
	}
	if r.Released > 0 {
		s += fmt.Sprintf("; %d records of leavers given to the next in line", r.Released)
	}
	return s
}

// errDryRun undoes a transaction that was only tried.
var errDryRun = errors.New("dry run")

// Import reads a folder and applies it. With dryRun everything happens but the commit. When somebody changes the roster at the same
// moment, it reads again.
func Import(ctx context.Context, db *store.DB, dir fs.FS, o Options, dryRun bool) (Result, error) {
	for try := 0; ; try++ {
		plan, err := read(ctx, db, dir, o)
		if err != nil {
			return Result{}, err
		}
		result, err := apply(ctx, db, plan, dryRun)
		if !errors.Is(err, domain.ErrConflict) || try == 3 {
			return result, err
		}
	}
}

func read(ctx context.Context, db *store.DB, dir fs.FS, o Options) (*Plan, error) {
	before, err := db.Organisation(ctx)
	if err != nil {
		return nil, err
	}
	if o.KeepLanguage, err = db.ChoseLanguage(ctx); err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	if o.InUse, err = db.UnitsInUse(ctx); err != nil {
		return nil, fmt.Errorf("import: %w", err)
	}
	return Read(dir, before, o)
}

// Apply writes a plan in one transaction. domain.ErrConflict: the organisation is not any more the one the plan was read for.
func Apply(ctx context.Context, db *store.DB, p *Plan) (Result, error) {
	return apply(ctx, db, p, false)
}

func apply(ctx context.Context, db *store.DB, p *Plan, dryRun bool) (Result, error) {
	result := Result{Plan: p}
	err := db.InTx(ctx, func(tx *store.Tx) error {
		result = Result{Plan: p}
		org, err := tx.LockRoster(ctx)
		if err != nil {
			return err
		}
		if org.Version != p.Base {
			return fmt.Errorf("the roster changed meanwhile: %w", domain.ErrConflict)
		}
		if result.Joined, err = p.applyRoster(ctx, tx); err != nil {
			return err
		}
		if result.Released, err = releaseLeavers(ctx, tx); err != nil {
			return err
		}
		if err := replaceReviewers(ctx, tx); err != nil {
			return err
		}
		if result.Documents, result.Reviewing, err = p.applyDocuments(ctx, tx); err != nil {
			return err
		}
		if result.Courses, err = p.applyCourses(ctx, tx); err != nil {
			return err
		}
		if result.Playbooks, err = p.applyPlaybooks(ctx, tx); err != nil {
			return err
		}
		if len(p.Bank) > 0 {
			if _, err := publish(ctx, tx, p.bankAt, "bank", domain.StockBank{Items: p.Bank}); err != nil {
				return err
			}
		}
		if dryRun {
			return errDryRun
		}
		return nil
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	if err != nil {
		return Result{}, fmt.Errorf("import: %w", err)
	}
	if dryRun {
		return result, nil
	}
	// In transactions of their own, that lock little. Whatever is left undone here the worker does: see store.DB.Tend.
	if _, err := db.Tend(ctx); err != nil {
		return result, fmt.Errorf("import: all is written; asking joiners and movers: %w", err)
	}
	return result, nil
}

// applyRoster writes the organisation, its units and its people, and nothing when nothing changed. It returns how many people are new.
func (p *Plan) applyRoster(ctx context.Context, tx *store.Tx) (joined int, err error) {
	if p.Empty() {
		return 0, nil
	}
	if p.Organisation != nil {
		if err := tx.SaveOrganisation(p.Organisation); err != nil {
			return 0, err
		}
	}
	for _, u := range p.Units {
		tx.SaveUnit(u)
	}
	for _, code := range p.Gone {
		tx.RemoveUnit(code)
	}
	if joined, err = p.number(ctx, tx); err != nil {
		return 0, err
	}
	if len(p.Leavers) > 0 {
		tx.Deactivate(p.Leavers)
	}
	tx.SavePeople(p.People)
	p.applyLeave(tx, p.zone)
	if err := p.applyRotas(tx); err != nil {
		return 0, err
	}
	if p.Activities != nil {
		tx.SaveActivities(p.Activities.all)
	}
	return joined, tx.RosterChanged(ctx, domain.Event{Name: "roster_imported", Data: map[string]string{
		"units": strconv.Itoa(len(p.Units)), "units_gone": strconv.Itoa(len(p.Gone)), "joined": strconv.Itoa(joined),
		"changed": strconv.Itoa(len(p.People) - joined), "left": strconv.Itoa(len(p.Leavers)), "leave": strconv.Itoa(len(p.Leave)), "rotas": strconv.Itoa(len(p.Rotas)), "settings": strconv.FormatBool(p.Organisation != nil),
	}})
}

// number gives new people their ids.
func (p *Plan) number(ctx context.Context, tx *store.Tx) (joined int, err error) {
	var fresh []*domain.Person
	for _, person := range p.People {
		if person.ID <= 0 {
			fresh = append(fresh, person)
		}
	}
	ids, err := tx.NewPersonIDs(ctx, len(fresh))
	if err != nil {
		return 0, err
	}
	now, before, err := tx.Now(ctx)
	if err != nil {
		return 0, err
	}
	if before.Name != "" { // not the first import: whoever is new starts today, unless their line says otherwise
		y, m, d := now.In(before.Zone).Date()
		for _, person := range fresh {
			if person.Start.IsZero() {
				person.Start = time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
			}
		}
	}
	for i, id := range ids {
		fresh[i].ID = id
	}
	return len(fresh), nil
}

// releaseLeavers gives back what people own who are not here any more, by the same decision as a person who releases a record.
func releaseLeavers(ctx context.Context, tx *store.Tx) (int, error) {
	ids, err := tx.OwnedByLeavers(ctx)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		if _, err := tx.Do(ctx, operator, domain.Release{Record: id}); err != nil {
			return 0, fmt.Errorf("release record %d: %w", id, err)
		}
	}
	return len(ids), nil
}

// replaceReviewers gives the places of reviewers who are not here any more to others, so that no review waits for them.
func replaceReviewers(ctx context.Context, tx *store.Tx) error {
	ids, err := tx.Waiting(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if _, err := tx.Do(ctx, operator, domain.ReplaceReviewers{Version: id}); err != nil {
			return fmt.Errorf("replace reviewers of version %d: %w", id, err)
		}
	}
	return nil
}
