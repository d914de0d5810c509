package domain

import (
	"slices"
	"time"
)

// A SwapShift is one stretch of duty at a post.
type SwapShift struct {
	Post  Post
	From  time.Time
	Until time.Time
}

// None reports whether it is no shift at all.
func (s SwapShift) None() bool { return s == SwapShift{} }

// Args are the values of a text about the shift: its days with their weekdays, in the reader's language and zone.
func (s SwapShift) Args() Args {
	return Args{"from": DayTime(s.From), "until": DayTime(s.Until), "unit": Text(string(s.Post.Unit)), "role": Term("holder." + string(s.Post.Role))}
}

// Given is the shift that is offered.
func (s *Swap) Given() SwapShift { return SwapShift{s.Post, s.From, s.Until} }

// returned is the other half of an offer of one shift for another, as if it were an offer by itself: the taker's shift, to the giver.
func (s *Swap) returned() *Swap {
	return &Swap{ID: s.ID, Post: s.Back.Post, From: s.Back.From, Until: s.Back.Until, Giver: s.Taker, Taker: s.Giver, Back: s.Given()}
}

// possible says why an offer cannot stand: a shift that is over or not theirs any more, a leave, a duty at the same time. An offer of one
// shift for another has to be possible both ways.
func (s *Swap) possible(f Facts) error {
	if !s.stands(f) {
		return Invalid("shift", "problem.swap_gone")
	}
	if err := s.free(f.Org); err != nil || s.Back.None() {
		return err
	}
	back := s.returned()
	if !back.stands(f) {
		return Invalid("back", "problem.swap_gone")
	}
	if back.takerAway(f.Org) {
		return &InvalidError{Field: "back", Reason: "problem.swap_leave", Args: Args{"name": Text(f.Org.NameOf(s.Giver))}}
	}
	for _, half := range []*Swap{s, back} {
		if half.doubles(f.Org) {
			return &InvalidError{Field: "back", Reason: "problem.swap_twice", Args: Args{"name": Text(f.Org.NameOf(half.Taker))}}
		}
	}
	return nil
}

// doubles reports whether the taker would be on duty twice at some moment of the shift, with something else than what they give away.
func (s *Swap) doubles(o *Organisation) bool {
	for _, post := range o.Posts() {
		for _, on := range o.ShiftsOf(s.Taker, post, s.From, s.Until) {
			if post != s.Back.Post || on.From.Before(s.Back.From) || s.Back.Until.Before(on.Until) {
				return true
			}
		}
	}
	return false
}

// InReturn are the shifts of a colleague that somebody can take in return for one of theirs.
func (o *Organisation) InReturn(offer Swap, now time.Time) []SwapShift {
	var found []SwapShift
	for _, theirs := range o.Swappable(offer.Taker, now) {
		if offer.Back = theirs.Given(); offer.possible(Facts{Now: now, Org: o}) == nil {
			found = append(found, offer.Back)
		}
	}
	return found
}

// begin is what is left of an accepted swap: what is over was whose it was.
func (s *Swap) begin(now time.Time) {
	if now.After(s.From) {
		s.From = now
	}
	if !s.Back.None() && now.After(s.Back.From) {
		s.Back.From = now
	}
}

// ends is when an offer that nobody answered ends: well before the first of its shifts, or with it where that is close.
func (s *Swap) ends(now time.Time) time.Time {
	first := s.Given()
	if !s.Back.None() && s.Back.From.Before(first.From) {
		first = s.Back
	}
	if at := first.From.Add(-swapBefore); !at.Before(now.Add(time.Hour)) {
		return at
	}
	return first.Until
}

// takerAway reports whether who takes the shift is on leave for any part of it.
func (s *Swap) takerAway(o *Organisation) bool {
	return slices.ContainsFunc(o.People[s.Taker].Leave, func(l Leave) bool { return l.From.Before(s.Until) && s.From.Before(l.Until) })
}
