package domain

import "time"

// A Pass is a course that somebody has passed, as a certificate says it. How well is not in it.
type Pass struct {
	Person   PersonID
	Course   string
	Title    string
	Family   Family
	PassedAt time.Time
	Expires  time.Time // zero: never
}
