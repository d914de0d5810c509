package domain

import (
	"slices"
	"time"
)

// A Tried is how far one person's ladder of channels has been climbed for what they are asked: to own a record, to do a step of a run.
type Tried struct {
	Person PersonID  `json:"person"`
	At     time.Time `json:"at"`             // when they were first asked, this round
	Used   []Channel `json:"used,omitempty"` // in order
	Failed []Channel `json:"failed,omitempty"`
	Seen   bool      `json:"seen,omitempty"` // they have looked: weaker than answering, but no other channel is needed
}

// Tries are what is known of everybody asked for one thing.
type Tries []Tried

// of is what is known of a person, or nil.
func (ts Tries) of(id PersonID) *Tried {
	i := slices.IndexFunc(ts, func(t Tried) bool { return t.Person == id })
	if i < 0 {
		return nil
	}
	return &ts[i]
}

// begin notes the channels that a person is asked by at once, in place of what was known of them.
func (ts *Tries) begin(p *Person, f Facts, u Urgency) {
	*ts = slices.DeleteFunc(*ts, func(t Tried) bool { return t.Person == p.ID })
	at := f.Now.Truncate(time.Microsecond) // as exact as a timer is kept, which would else come a moment too early
	*ts = append(*ts, Tried{Person: p.ID, At: at, Used: f.Org.FirstWays(p, u)})
}

// clone is a copy that may be changed.
func (ts Tries) clone() Tries {
	c := slices.Clone(ts)
	for i := range c {
		c[i].Used, c[i].Failed = slices.Clone(c[i].Used), slices.Clone(c[i].Failed)
	}
	return c
}

// nextWay is the next rung for a person: neither used nor failed. ok is false when there is none.
func (t *Tried) nextWay(ways []Way) (w Way, ok bool) {
	i := slices.IndexFunc(ways, func(w Way) bool { return !slices.Contains(t.Used, w.Channel) && !slices.Contains(t.Failed, w.Channel) })
	if i < 0 {
		return Way{}, false
	}
	return ways[i], true
}

// nextAt is when the person is to be tried by their next channel. ok is false when they have looked, have left, or there is none. What is
// not urgent waits for the end of their quiet hours.
func (t *Tried) nextAt(f Facts, u Urgency) (at time.Time, ok bool) {
	p := f.Org.People[t.Person]
	if t.Seen || p == nil || !p.Active {
		return time.Time{}, false
	}
	w, ok := t.nextWay(f.Org.Ways(p, u))
	if !ok {
		return time.Time{}, false
	}
	at = t.At.Add(w.After)
	if u != Urgent {
		at = f.Org.Quiet.After(at, f.Org.ZoneOf(p.ID))
	}
	return at, true
}

// takeNext uses up the person's next channel. ok is false when there is none.
func (t *Tried) takeNext(f Facts, u Urgency) (p *Person, ch Channel, ok bool) {
	p = f.Org.People[t.Person]
	if p == nil || !p.Active {
		return nil, "", false
	}
	w, ok := t.nextWay(f.Org.Ways(p, u))
	if ok {
		t.Used = append(t.Used, w.Channel)
	}
	return p, w.Channel, ok
}

// waiting reports whether a channel that was used may still bring an answer.
func (t *Tried) waiting() bool {
	return slices.ContainsFunc(t.Used, func(ch Channel) bool { return !slices.Contains(t.Failed, ch) })
}
