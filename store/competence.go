package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// competenceSQL is one line per active person and course they have: passed when last, failed since, due when. $1 says of whom.
const competenceSQL = `
	SELECT p.unit, p.id, c.code, c.title, c.family, c.valid_months, t.state, t.due_at, won.at, coalesce(lost.tries, 0)
	FROM people p JOIN tasks t ON t.person_id = p.id AND t.kind = 'course' AND t.state <> 'withdrawn' JOIN courses c ON c.id = t.subject
	LEFT JOIN LATERAL (
		SELECT max(a.number) AS number, coalesce(t.done_at, max(a.done_at)) AS at FROM attempts a
		WHERE a.course_id = c.id AND a.person_id = p.id AND a.passed) won ON true
	LEFT JOIN LATERAL (
		SELECT count(*) AS tries FROM attempts a
		WHERE a.course_id = c.id AND a.person_id = p.id AND a.done_at IS NOT NULL AND NOT a.passed AND a.number > coalesce(won.number, 0)) lost ON true
	WHERE p.active AND `

const (
	ofUnits         = `p.unit = ANY($1)`
	ofPeople        = `p.id = ANY($1)`
	competenceOrder = ` ORDER BY p.unit, c.title, c.code, p.name, p.id`
)

// scanCompetence reads a line and says how the person stands at that time.
func scanCompetence(rows pgx.Rows, now time.Time) (domain.Competence, error) {
	var l domain.Competence
	var course domain.Course
	var state domain.TaskState
	var due time.Time
	var passed *time.Time
	var failures int
	if err := rows.Scan(&l.Unit, &l.Person, &l.Course, &l.Title, &l.Family, &course.ValidMonths, &state, &due, &passed, &failures); err != nil {
		return l, err
	}
	if passed != nil {
		l.PassedAt = passed.UTC()
		l.Expires = course.Expires(l.PassedAt)
	}
	switch {
	case !l.PassedAt.IsZero() && (l.Expires.IsZero() || l.Expires.After(now)):
		l.Standing = domain.Current
	case failures >= 2:
		l.Standing = domain.Stuck
	default:
		l.Standing = domain.Due
	}
	if state == domain.TaskOpen {
		l.DueAt = due.UTC()
	}
	return l, nil
}

// Competence lists how the people of some units stand with the courses they have. Who may see it, the caller decides: see
// domain.MayReadCompetence.
func (db *DB) Competence(ctx context.Context, units []domain.UnitCode) (list []domain.Competence, err error) {
	now, err := db.BusinessTime(ctx)
	if err != nil {
		return nil, err
	}
	err = db.InTx(ctx, func(tx *Tx) error {
		list = nil
		tx.readCompetence(&list, ofUnits, units, now)
		return tx.flush(ctx)
	})
	if err != nil {
		return nil, fmt.Errorf("competence: %w", err)
	}
	return list, nil
}

func (tx *Tx) readCompetence(into *[]domain.Competence, whose string, of any, now time.Time) {
	tx.many(competenceSQL+whose+competenceOrder, []any{of}, func(rows pgx.Rows) error {
		l, err := scanCompetence(rows, now)
		*into = append(*into, l)
		return err
	})
}

// loadCompetence reads the competence list of a unit and those below it, or of the new starters.
func (tx *Tx) loadCompetence(ctx context.Context, f *domain.Facts, n domain.Needs) error {
	top := n.Competence
	if top == "" && !n.Starters {
		return nil
	}
	now, org, err := tx.Now(ctx)
	if err != nil {
		return err
	}
	if n.Starters {
		tx.readCompetence(&f.Competence, ofPeople, numbers(org.Starters(now)), now)
		return nil
	}
	var units []domain.UnitCode
	for code := range org.Units {
		if org.Within(code, top) {
			units = append(units, code)
		}
	}
	tx.readCompetence(&f.Competence, ofUnits, units, now)
	return nil
}
