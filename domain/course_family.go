package domain

import (
	"slices"
	"time"
)

// A Family says what a course is for. Source: the three kinds of training that quality management asks for: implement procedures,
// respond to risks, handle disruptions.
type Family string

// The families.
const (
	OfProcedure  Family = "procedure"
	OfRisk       Family = "risk"
	OfDisruption Family = "disruption"
)

// Families lists every family.
var Families = []Family{OfProcedure, OfRisk, OfDisruption}

// mostMonths is how long a pass may count when it does not count for good.
const mostMonths = 120

// checkFamily says why a course's family or validity cannot be.
func (c *Course) checkFamily() error {
	if !slices.Contains(Families, c.Family) {
		return Invalid("family", "quiz.problem.family")
	}
	if c.ValidMonths < 0 || c.ValidMonths > mostMonths {
		return Invalid("valid_months", "quiz.problem.valid_months")
	}
	return nil
}

// Expires is when a pass of that time counts no more; zero: never.
func (c *Course) Expires(passed time.Time) time.Time {
	if c.ValidMonths == 0 || passed.IsZero() {
		return time.Time{}
	}
	return passed.AddDate(0, c.ValidMonths, 0)
}
