package domain

import "time"

// A DocumentVersion is one version of a controlled document, as published.
type DocumentVersion struct {
	ID          int64
	Code        string // IC-04
	Title       string
	Number      int // the version: 7
	Owner       PersonID
	Due         time.Duration // how long the audience has
	Changed     string        // the what-changed line
	Question    string
	Options     []string // lettered A, B, C in order
	Right       int      // index into Options
	Body        string   // Markdown
	Hash        string   // SHA-256 of the file, hex
	Audience    Audience
	PublishedAt time.Time
	Superseded  bool
}

// An Audience is who must read or learn something: people with one of the roles, in one of the units or below. Empty means everyone.
type Audience struct {
	Roles []Role     `json:"roles,omitempty"`
	Units []UnitCode `json:"units,omitempty"`
}
