package domain

import (
	"fmt"
	"slices"
	"time"
)

// A RecallQuery says which recalls a command needs.
type RecallQuery struct {
	Mine bool      // the actor's own, locked
	Due  time.Time // everything of the people who have something due by then, locked; RecallBatch people at most
	// After leaves out the people up to this one: they had their turn.
	After PersonID
}

// None reports whether nothing is asked for.
func (q RecallQuery) None() bool { return q == RecallQuery{} }

// RecallBatch is how many people one sweep asks.
const RecallBatch = 300

// SweepRecalls asks everybody who has an item due by At: one message a person and day. After goes on where the last batch ended.
type SweepRecalls struct {
	At    time.Time
	After PersonID
}

var _ = Register(SweepRecalls{})

// CommandName is the stored name.
func (SweepRecalls) CommandName() string { return "sweep_recalls@1" }

// Needs what is due.
func (c SweepRecalls) Needs() Needs { return Needs{Recalls: RecallQuery{Due: c.At, After: c.After}} }

// Decide puts the item of each person that has waited longest. Who was asked today, or sleeps, is asked another time; who has left is
// not among the facts.
func (c SweepRecalls) Decide(f Facts) (Change, error) {
	var change Change
	var saved []Recall
	timers := map[time.Time]bool{}
	asked, people := 0, 0
	last := c.After
	for _, mine := range byPerson(f.Recalls) {
		last = mine[0].Person
		people++
		now, again, n := turnOf(f, mine)
		saved = append(saved, now...)
		for _, at := range again {
			timers[at] = true
		}
		if n != nil {
			asked++
			change.Notices = append(change.Notices, *n)
		}
	}
	if len(saved) > 0 {
		change.Entries = append(change.Entries, SavedRecalls{saved})
	}
	for at := range timers {
		change.Entries = append(change.Entries, sweepAt(at))
	}
	slices.SortStableFunc(change.Entries, func(a, b Entry) int { return entryTime(a).Compare(entryTime(b)) })
	if asked > 0 {
		change.Events = []Event{{Name: "recalls_asked", Data: map[string]string{"people": fmt.Sprint(asked)}}}
	}
	if people == RecallBatch {
		next := sweepAt(c.At).Timer
		next.At, next.Command = f.Now, SweepRecalls{At: c.At, After: last}
		change.Timers = []Timer{next}
	}
	return change, nil
}

func entryTime(e Entry) time.Time {
	if t, ok := e.(StandingTimer); ok {
		return t.At
	}
	return time.Time{}
}

// byPerson splits recalls, which come in the order of people.
func byPerson(all []Recall) [][]Recall {
	var split [][]Recall
	for from := 0; from < len(all); {
		to := from
		for to < len(all) && all[to].Person == all[from].Person {
			to++
		}
		split = append(split, all[from:to])
		from = to
	}
	return split
}

// turnOf decides about one person in a sweep: what changes, when to look again, and what they are asked.
func turnOf(f Facts, mine []Recall) (saved []Recall, again []time.Time, n *Notice) {
	p := f.Org.People[mine[0].Person]
	if p == nil || !p.Reachable() {
		return nil, nil, nil // looked at with whatever falls due next
	}
	var due []*Recall
	today := false
	for i := range mine {
		r := &mine[i]
		today = today || sameDay(f.Org, p.ID, r.AskedAt, f.Now)
		if r.Over() || r.DueAt.After(f.Now) {
			continue
		}
		if r.lapsed() {
			r.EndedAt, r.Waiting = f.Now, false
			saved = append(saved, *r)
			continue
		}
		due = append(due, r)
	}
	if len(due) == 0 {
		return saved, nil, nil
	}
	if back := f.Org.Back(p.ID, f.Now); back.After(f.Now) { // on leave: not before the first day back
		return saved, []time.Time{recallSlot(f.Org, p.ID, back, 0)}, nil
	}
	zone := f.Org.ZoneOf(p.ID)
	if f.Org.Quiet.Contains(f.Now, zone) {
		return saved, []time.Time{f.Org.Quiet.After(f.Now, zone).UTC()}, nil
	}
	if today {
		return saved, []time.Time{recallSlot(f.Org, p.ID, f.Now, 1)}, nil
	}
	r := longestDue(due)
	r.ask(f.Now, recallSlot(f.Org, p.ID, f.Now, r.gap()))
	again = []time.Time{r.DueAt}
	if len(due) > 1 {
		again = append(again, recallSlot(f.Org, p.ID, f.Now, 1))
	}
	asked := r.question(Recipient{Person: p.ID}, Routine)
	return append(saved, *r), again, &asked
}

// longestDue is the item that has waited longest; the older item of two.
func longestDue(due []*Recall) *Recall {
	return slices.MinFunc(due, func(a, b *Recall) int {
		if by := a.DueAt.Compare(b.DueAt); by != 0 {
			return by
		}
		return int(a.Item.ID - b.Item.ID)
	})
}
