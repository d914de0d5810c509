// Package scale holds the harm and risk scales that hospitals grade with, as
// data, and places each of their codes on one ladder of ours, Rank.
//
// Codes of two schemes must never be compared with each other: 1 is the worst
// in one and the mildest in the next. A grading is therefore stored whole, as
// Graded (scheme, version, code, rank), and only ranks are compared.
//
// The package holds codes and catalogue keys. It holds no wording: the terms
// that people read belong to their owners and stand in the catalogue.
package scale

import "slices"

// Rank is how bad it was, in the words of the AHRQ scale. Unknown is not a rank
// below none: it says that nobody has graded, or that the grader could not tell.
type Rank int

const (
	Unknown  Rank = -1
	None     Rank = 0 // no harm was evident
	Mild     Rank = 1 // also called low or minor
	Moderate Rank = 2
	Severe   Rank = 3 // also called major or permanent
	Death    Rank = 4 // also called fatal or catastrophic
)

// Valid reports whether r is one of the named ranks, Unknown included.
func (r Rank) Valid() bool { return r >= Unknown && r <= Death }

// Known reports whether r is a grading: none to death.
func (r Rank) Known() bool { return r >= None && r <= Death }

// String is the rank's word: "none", "mild" … "death", "unknown".
func (r Rank) String() string {
	if !r.Known() {
		return "unknown"
	}
	return [...]string{"none", "mild", "moderate", "severe", "death"}[r]
}

// Key is the catalogue key of the rank's name.
func (r Rank) Key() string { return "rank." + r.String() }

// Worse is the higher of two ranks; a known rank is worse than an unknown one.
// Two people who grade differently, and actual against potential harm, are
// settled this way. Source: Oregon PSC, "if two fit, choose the higher".
func Worse(a, b Rank) Rank { return max(a, b, Unknown) }

// Level is one step of a scheme.
type Level struct {
	Code string // the scheme's own code, stored and exported as it is
	Rank Rank   // where it stands on our ladder
	Key  string // catalogue key of its name
}

// Scheme is one published scale. Levels stand in the order in which the scheme
// prints them. WorstIsHigh says whether a later or larger code is worse, for
// readers of exports; nothing here computes with codes.
type Scheme struct {
	ID, Version string
	WorstIsHigh bool
	Levels      []Level
}

// Level finds the step with this code.
func (s Scheme) Level(code string) (Level, bool) {
	i := slices.IndexFunc(s.Levels, func(l Level) bool { return l.Code == code })
	if i < 0 {
		return Level{}, false
	}
	return s.Levels[i], true
}

// ForRank finds the step that stands for a rank; the first one where several do.
func (s Scheme) ForRank(rank Rank) (Level, bool) {
	i := slices.IndexFunc(s.Levels, func(l Level) bool { return l.Rank == rank })
	if i < 0 {
		return Level{}, false
	}
	return s.Levels[i], true
}

// Grade is the grading with this code; ok is false when the scheme has no such
// code.
func (s Scheme) Grade(code string) (g Graded, ok bool) {
	level, ok := s.Level(code)
	if !ok {
		return Ungraded(), false
	}
	return Graded{s.ID, s.Version, level.Code, level.Rank}, true
}

// Worst is the worst of several gradings by this scheme, for an event that
// touched several patients. Codes the scheme does not have are passed over.
func (s Scheme) Worst(codes ...string) Graded {
	worst := Ungraded()
	for _, code := range codes {
		if g, ok := s.Grade(code); ok {
			worst = worst.Worse(g)
		}
	}
	return worst
}

// Graded is one grading, complete enough to be read in ten years.
type Graded struct {
	Scheme  string `json:"scheme"`
	Version string `json:"version"`
	Code    string `json:"code"`
	Rank    Rank   `json:"rank"`
}

// Ungraded is the grading nobody has made yet. It is not the zero Graded, whose
// rank reads none; use Known to tell the two from a real one.
func Ungraded() Graded { return Graded{Rank: Unknown} }

// Known reports whether somebody graded, and with a known rank.
func (g Graded) Known() bool { return g.Scheme != "" && g.Rank.Known() }

// Worse is the worse of two gradings; g when they are equal, and the known one
// when only one is.
func (g Graded) Worse(other Graded) Graded {
	switch {
	case !other.Known() && (g.Scheme != "" || other.Scheme == ""):
		return g
	case !g.Known() || other.Rank > g.Rank:
		return other
	}
	return g
}

// All lists every scheme of the package.
func All() []Scheme { return slices.Clone(schemes) }

// Find looks a scheme up by its ID.
func Find(id string) (Scheme, bool) {
	i := slices.IndexFunc(schemes, func(s Scheme) bool { return s.ID == id })
	if i < 0 {
		return Scheme{}, false
	}
	return schemes[i], true
}
