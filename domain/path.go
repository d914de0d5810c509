package domain

import (
	"fmt"
	"time"
)

// A PathStep is one course of the path of new starters: offered so many days after their first day. Documents need no step: they come by
// audience.
type PathStep struct {
	Course string
	Day    int
}

// LongestPath is the last day a step may have.
const LongestPath = 365

// pathHour is when a step is offered, by the starter's clock.
const pathHour = 10

// Starting is when a course is offered to a new starter who is in its audience; zero: at once, like to everybody else.
func (o *Organisation) Starting(p *Person, course string) time.Time {
	if p.Start.IsZero() {
		return time.Time{}
	}
	for _, s := range o.Settings.Path {
		if s.Course == course {
			return DateOf(p.Start, time.UTC).Add(s.Day).At(pathHour*60, o.ZoneOf(p.ID))
		}
	}
	return time.Time{}
}

// offered leaves out the new starters whose day for a course has not come, and sets the timers that bring it: one a day, however many
// start together.
func (change *Change) offered(f Facts, c *Course, people []PersonID) []PersonID {
	var now []PersonID
	for _, id := range people {
		at := f.Org.Starting(f.Org.People[id], c.Code)
		if !at.After(f.Now) {
			now = append(now, id)
			continue
		}
		change.Entries = append(change.Entries, StandingTimer{Timer{
			Key: TimerKey{Subject: courseSubject(c.Code), Name: fmt.Sprintf("path/%d", at.Unix())}, At: at, Command: OfferPath{Course: c.Code},
		}})
	}
	return now
}

// OfferPath offers a course to the new starters whose day has come.
type OfferPath struct{ Course string }

var _ = Register(OfferPath{})

// CommandName is the stored name.
func (OfferPath) CommandName() string { return "offer_path@1" }

// Needs what tending needs.
func (c OfferPath) Needs() Needs { return TendCourse(c).Needs() }

// Decide tends the course: who is in its audience and has no task gets one, when their day has come.
func (c OfferPath) Decide(f Facts) (Change, error) { return TendCourse(c).Decide(f) }

// MostStarter is how long somebody is shown among the new starters after their first day.
const MostStarter = 180 * 24 * time.Hour

// Starters are the active people who started lately or are about to, ordered by id.
func (o *Organisation) Starters(now time.Time) []PersonID {
	var ids []PersonID
	for _, id := range sortedKeys(o.People) {
		if p := o.People[id]; p.Active && !p.Start.IsZero() && now.Sub(p.Start) < MostStarter {
			ids = append(ids, id)
		}
	}
	return ids
}
