package domain

import (
	"cmp"
	"slices"
	"time"
)

// A Tally counts a roll-call, or one unit of it.
type Tally struct {
	Unit       UnitCode // of one unit
	Asked      int
	Answered   int                  // of those asked, before the all-clear
	By         [CallAnswers + 1]int // by answer, those asked and volunteers; By[0] are those asked who have not answered
	Volunteers int
	Away       int // on leave: not asked
	Late       int // answered after the all-clear
	Rung       int // of the answers in time, those that who rang them entered
	Tried      int // not heard of, and rung in vain
	Median     time.Duration
}

// Share is how many of those asked have answered, in per cent, rounded down: nothing is claimed before it is so.
func (t Tally) Share() int {
	if t.Asked == 0 {
		return 0
	}
	return 100 * t.Answered / t.Asked
}

// add counts one place.
func (t *Tally) add(r *RollCall, s Seat) {
	late := !r.EndedAt.IsZero() && s.FirstAt.After(r.EndedAt)
	switch {
	case s.Answer != 0 && late:
		t.Late++
	case s.Answer != 0:
		t.By[s.Answer]++
	case s.Asked:
		t.By[0]++
	}
	if s.Answer != 0 && !late && s.By != 0 {
		t.Rung++
	}
	if s.Answer == 0 && !s.TriedAt.IsZero() {
		t.Tried++
	}
	if s.Asked {
		t.Asked++
		if s.Answer != 0 && !late {
			t.Answered++
		} else if s.Answer != 0 {
			t.By[0]++ // not in time
		}
	} else if s.Volunteer {
		t.Volunteers++
	}
	if s.Away && s.Answer == 0 {
		t.Away++
	}
}

// Tally counts everybody. A late answer counts as none, and as late.
func (r *RollCall) Tally(_ *Organisation, seats []Seat) Tally {
	var t Tally
	var took []time.Duration
	for _, s := range seats {
		t.add(r, s)
		if s.Asked && s.Answer != 0 {
			took = append(took, s.FirstAt.Sub(r.StartedAt))
		}
	}
	slices.Sort(took)
	if len(took) > 0 {
		t.Median = took[len(took)/2]
	}
	return t
}

// TallyByUnit counts each unit, those with the most people missing first.
func (r *RollCall) TallyByUnit(o *Organisation, seats []Seat) []Tally {
	by := map[UnitCode]*Tally{}
	for _, s := range seats {
		p := o.People[s.Person]
		if p == nil {
			continue
		}
		if by[p.Unit] == nil {
			by[p.Unit] = &Tally{Unit: p.Unit}
		}
		by[p.Unit].add(r, s)
	}
	list := make([]Tally, 0, len(by))
	for _, t := range by {
		list = append(list, *t)
	}
	slices.SortFunc(list, func(a, b Tally) int { return cmp.Or(cmp.Compare(b.By[0], a.By[0]), cmp.Compare(a.Unit, b.Unit)) })
	return list
}

// ReachTimes are when a report says how many had answered.
var ReachTimes = []time.Duration{3 * time.Minute, 5 * time.Minute, 10 * time.Minute, CallListAfter}

// Reached is how many of those asked had answered so long after the beginning.
func (r *RollCall) Reached(seats []Seat, after time.Duration) int {
	n := 0
	for _, s := range seats {
		if s.Asked && s.Answer != 0 && s.FirstAt.Sub(r.StartedAt) <= after {
			n++
		}
	}
	return n
}

// Met reports whether the target was reached in time, and whether that can be told already.
func (r *RollCall) Met(seats []Seat, now time.Time) (met, known bool) {
	t := r.Tally(nil, seats)
	met = t.Asked > 0 && 100*r.Reached(seats, CallListAfter) >= r.Target*t.Asked
	return met, met || !r.EndedAt.IsZero() || now.Sub(r.StartedAt) >= CallListAfter
}

// A Point of the curve of answers.
type Point struct {
	After time.Duration
	Count int // of those asked who had answered
}

// Curve is how the answers came in, in at most so many even steps up to now, or the all-clear. It begins at nothing.
func (r *RollCall) Curve(seats []Seat, now time.Time, steps int) []Point {
	end := now.Sub(r.StartedAt)
	if !r.EndedAt.IsZero() {
		end = r.EndedAt.Sub(r.StartedAt)
	}
	if end <= 0 || steps < 1 {
		return []Point{{}}
	}
	var took []time.Duration
	for _, s := range seats {
		if s.Asked && s.Answer != 0 {
			took = append(took, s.FirstAt.Sub(r.StartedAt))
		}
	}
	slices.Sort(took)
	points := []Point{{}}
	n := 0
	for i := 1; i <= steps; i++ {
		at := end * time.Duration(i) / time.Duration(steps)
		for n < len(took) && took[n] <= at {
			n++
		}
		points = append(points, Point{at, n})
	}
	return points
}
