package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// Passes lists the courses a person has passed, the last pass of each, newest first.
func (db *DB) Passes(ctx context.Context, person domain.PersonID) ([]domain.Pass, error) {
	rows, err := db.Pool.Query(ctx, `
		SELECT c.code, c.title, c.family, c.valid_months, coalesce(max(t.done_at), max(a.done_at)) FROM attempts a JOIN courses c ON c.id = a.course_id
		LEFT JOIN tasks t ON t.kind = 'course' AND t.subject = c.id AND t.person_id = a.person_id AND t.state = 'done'
		WHERE a.person_id = $1 AND a.passed GROUP BY c.id ORDER BY 5 DESC, c.code`, int64(person))
	if err != nil {
		return nil, fmt.Errorf("passes: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (domain.Pass, error) {
		p := domain.Pass{Person: person}
		var course domain.Course
		var at time.Time
		if err := row.Scan(&p.Course, &p.Title, &p.Family, &course.ValidMonths, &at); err != nil {
			return p, err
		}
		p.PassedAt = at.UTC()
		p.Expires = course.Expires(p.PassedAt)
		return p, nil
	})
}
