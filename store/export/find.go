package export

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"goodcatch/domain"
	"goodcatch/store"
)

// A MissingError says that something asked for is not there, and what is.
type MissingError struct {
	What   string // document, version, unit, person
	Wanted string
	There  []string
}

func (e *MissingError) Error() string {
	if len(e.There) == 0 {
		return fmt.Sprintf("there is no %s %s, nor any other", e.What, e.Wanted)
	}
	return fmt.Sprintf("there is no %s %s. There are: %s", e.What, e.Wanted, strings.Join(e.There, ", "))
}

// Is makes it a domain.ErrNotFound.
func (e *MissingError) Is(target error) bool { return target == domain.ErrNotFound }

// A ProofQuery says what has to be proved.
type ProofQuery struct {
	Document string
	Number   int             // 0: the version in force
	Unit     domain.UnitCode // with all below it; empty: the whole house
	By       time.Time
}

// FindProof gathers what is known. A *MissingError names what there is instead.
func FindProof(ctx context.Context, db *store.DB, q ProofQuery) (Proof, error) {
	org, err := db.Organisation(ctx)
	if err != nil {
		return Proof{}, err
	}
	p := Proof{Unit: unitNamed(org, q.Unit), Org: org, By: q.By}
	if p.Unit == "" {
		return p, &MissingError{What: "unit", Wanted: string(q.Unit), There: unitNames(org)}
	}
	if p.Version, err = version(ctx, db, q.Document, q.Number); err != nil {
		return p, err
	}
	if p.At, err = db.BusinessTime(ctx); err != nil {
		return p, err
	}
	p.Readers, err = db.Readers(ctx, p.Version.ID, store.Tree(org, p.Unit))
	return p, err
}

// unitNamed forgives case; no unit is the whole house.
func unitNamed(o *domain.Organisation, code domain.UnitCode) domain.UnitCode {
	if code == "" {
		return o.Root()
	}
	for known := range o.Units {
		if strings.EqualFold(string(known), string(code)) {
			return known
		}
	}
	return ""
}

func unitNames(o *domain.Organisation) []string {
	var names []string
	for code := range o.Units {
		names = append(names, string(code))
	}
	slices.Sort(names)
	return names
}

func version(ctx context.Context, db *store.DB, code string, number int) (*domain.DocumentVersion, error) {
	v, err := db.VersionToProve(ctx, code, number)
	if !errors.Is(err, domain.ErrNotFound) {
		return v, err
	}
	names, err := db.DocumentNames(ctx)
	if err != nil {
		return nil, err
	}
	missing := &MissingError{What: "document", Wanted: code}
	for _, d := range names {
		if strings.EqualFold(d.Code, code) {
			return nil, &MissingError{What: "version of " + d.Code, Wanted: fmt.Sprint(number), There: numbers(d.Numbers)}
		}
		missing.There = append(missing.There, d.Code+" "+d.Title)
	}
	return nil, missing
}

func numbers(list []int) []string {
	names := make([]string, len(list))
	for i, n := range list {
		names[i] = fmt.Sprint(n)
	}
	return names
}

// A SignatureQuery says which signatures are wanted. Zero fields narrow nothing.
type SignatureQuery struct {
	Document string
	Person   string // staff number, e-mail, telephone, p12, or the name
	From     time.Time
	Until    time.Time // not included
}

// FindSignatures gathers them, and the decisions about their documents when nobody's alone are asked for.
func FindSignatures(ctx context.Context, db *store.DB, q SignatureQuery) (Signatures, error) {
	org, err := db.Organisation(ctx)
	if err != nil {
		return Signatures{}, err
	}
	s := Signatures{Org: org, About: q.about(org.Zone)}
	if s.At, err = db.BusinessTime(ctx); err != nil {
		return s, err
	}
	find := store.SignatureQuery{From: q.From, Until: q.Until}
	if q.Document != "" {
		v, err := version(ctx, db, q.Document, 0)
		if err != nil {
			return s, err
		}
		find.Code = v.Code
	}
	if q.Person != "" {
		p := PersonNamed(org, q.Person)
		if p == nil {
			return s, &MissingError{What: "person", Wanted: q.Person, There: []string{"those of people.csv, by staff number, e-mail, telephone or whole name"}}
		}
		find.Person = p.ID
	}
	if s.Signed, err = db.Signatures(ctx, find); err != nil || q.Person != "" {
		return s, err
	}
	s.Decided, err = decisions(ctx, db, find)
	return s, err
}

func (q SignatureQuery) about(zone *time.Location) string {
	var parts []string
	for _, part := range []string{q.Document, q.Person} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if !q.From.IsZero() {
		parts = append(parts, "from "+q.From.In(zone).Format("2 Jan 2006"))
	}
	if !q.Until.IsZero() {
		parts = append(parts, "until the end of "+q.Until.In(zone).AddDate(0, 0, -1).Format("2 Jan 2006"))
	}
	return or(strings.Join(parts, ", "), "all")
}

// PersonNamed finds a person by what identifies them; a name must be one person's only.
func PersonNamed(o *domain.Organisation, named string) *domain.Person {
	var byName []*domain.Person
	for _, p := range o.People {
		if p.External != "" && p.External == named || p.Email != "" && strings.EqualFold(p.Email, named) || p.Phone.Value != "" && p.Phone.Value == named || fmt.Sprintf("p%d", p.ID) == named {
			return p
		}
		if strings.EqualFold(p.Name, named) {
			byName = append(byName, p)
		}
	}
	if len(byName) == 1 {
		return byName[0]
	}
	return nil
}

// decisions lists what was decided about the documents in the time asked for.
func decisions(ctx context.Context, db *store.DB, q store.SignatureQuery) ([]Decision, error) {
	names, err := db.DocumentNames(ctx)
	if err != nil {
		return nil, err
	}
	var all []Decision
	for _, d := range names {
		if q.Code != "" && d.Code != q.Code {
			continue
		}
		list, err := db.Decisions(ctx, d.Code)
		if err != nil {
			return nil, err
		}
		for _, one := range list {
			if !q.From.IsZero() && one.At.Before(q.From) || !q.Until.IsZero() && !one.At.Before(q.Until) {
				continue
			}
			v, err := db.Version(ctx, one.Version)
			if err != nil {
				return nil, err
			}
			all = append(all, Decision{Decision: one, Code: v.Code, Number: v.Number, Title: v.Title})
		}
	}
	return all, nil
}
