package domain

import (
	"errors"
	"slices"
	"testing"
	"time"

	"goodcatch/domain/scale"
)

// nudged fires the owner's timer when it is due.
func nudged(t *testing.T, s *story, timer Timer) (Change, Timer) {
	t.Helper()
	s.now = timer.At
	change, err := timer.Command.Decide(Facts{Now: timer.At, Actor: Clockwork, Org: s.org, Record: s.r})
	if err != nil || len(change.Records) != 1 {
		t.Fatalf("%+v: %+v, %v", timer, change, err)
	}
	s.r = change.Records[0]
	next, _ := timerOf(change, nudgeTimer)
	return change, next
}

func offered(c Change) (people []PersonID) {
	for _, n := range c.Notices {
		if n.Topic == silentTopic {
			people = append(people, n.To.Person)
		}
	}
	return people
}

func TestASilentOwnerIsRemindedAndThenTheNextLevelsAreAsked(t *testing.T) {
	t.Parallel()
	s := begin(t, scale.Moderate)
	timer, _ := timerOf(s.does(leeOf4B, Acknowledge{Record: 7}), nudgeTimer)
	for n, want := range [][]PersonID{nil, {miaLead}, {quinn}, {eve}, nil, nil, nil} {
		change, next := nudged(t, s, timer)
		if got := offered(change); !slices.Equal(got, want) || s.r.Owner != leeOf4B {
			t.Errorf("silence %d: asked %v of p%d's, want %v", n+1, got, s.r.Owner, want)
		}
		if twin, err := timer.Command.Decide(Facts{Now: next.At, Actor: Clockwork, Org: s.org, Record: s.r}); err != nil || len(twin.Notices)+len(twin.Timers) != 0 {
			t.Errorf("silence %d counts twice: %+v, %v", n+1, twin, err)
		}
		wait := next.At.Sub(timer.At)
		if n < 4 && wait != 24*time.Hour || wait > LongestSilence+11*time.Hour {
			t.Errorf("after silence %d the next comes after %v", n+1, wait)
		}
		timer = next
	}
	s.now = timer.At
	if change, err := s.try(Actor{Person: miaLead, Level: A2}, TakeOver{7, omarOf4B}); err == nil {
		t.Errorf("taken over from somebody else: %+v", change)
	}
	change := s.does(miaLead, TakeOver{7, leeOf4B})
	if _, told := noticed(change, "owner.taken_over"); s.r.Owner != miaLead || !told || s.r.Climb.Silence.Level != 0 {
		t.Errorf("owner p%d, %+v", s.r.Owner, change.Notices)
	}
}

func TestWhoHasDoneSomethingIsNotTakenOver(t *testing.T) {
	t.Parallel()
	s := begin(t, scale.Moderate)
	timer, _ := timerOf(s.does(leeOf4B, Acknowledge{Record: 7}), nudgeTimer)
	_, timer = nudged(t, s, timer)
	nudged(t, s, timer)
	if change := s.does(leeOf4B, Triage{Record: 7, State: InReview}); !slices.ContainsFunc(change.Settle, func(s Settle) bool { return s.Topic == silentTopic }) {
		t.Error("who was asked is not told that the owner is at work")
	}
	var taken *TakenError
	if _, err := s.try(Actor{Person: miaLead, Level: A2}, TakeOver{7, leeOf4B}); !errors.As(err, &taken) || s.r.Owner != leeOf4B {
		t.Errorf("owner p%d, %v", s.r.Owner, err)
	}
}

func TestASilenceIsChosenWithinItsBounds(t *testing.T) {
	t.Parallel()
	s := begin(t, scale.Moderate)
	s.does(leeOf4B, Acknowledge{Record: 7})
	for after, fine := range map[time.Duration]bool{ShortestSilence - 1: false, ShortestSilence: true, LongestSilence: true, LongestSilence + 1: false} {
		change, err := SetSilence{Record: 7, After: after}.Decide(Facts{Now: s.now, Org: s.org, Record: s.r, Actor: Actor{Person: leeOf4B, Level: A1}})
		if (err == nil) != fine {
			t.Errorf("%v: %v", after, err)
		}
		if timer, ok := timerOf(change, nudgeTimer); fine && (!ok || !timer.At.Equal(s.now.Add(after))) {
			t.Errorf("%v: the clock is set to %v", after, timer.At)
		}
	}
	if _, err := (SetSilence{Record: 7, After: time.Hour}).Decide(Facts{Now: s.now, Org: s.org, Record: s.r, Actor: Actor{Person: omarOf4B, Level: A2}}); !errors.Is(err, ErrForbidden) {
		t.Errorf("who does not own it chooses: %v", err)
	}
	s.does(leeOf4B, SetSilence{Record: 7, Off: true})
	timer := Timer{At: s.r.DueAt, Command: NudgeOwner{Record: 7}}
	for range 5 {
		change, next := nudged(t, s, timer)
		if len(offered(change)) != 0 || next.At.Sub(timer.At) != dueEvery {
			t.Fatalf("stopped, and %v are asked after %v", offered(change), next.At.Sub(timer.At))
		}
		timer = next
	}
	s.does(leeOf4B, SetSilence{Record: 7, After: time.Hour})
	s.does(leeOf4B, Triage{Record: 7, State: OnHold})
	if got := s.r.DueAt.Sub(s.now); got != reviewTime {
		t.Errorf("on hold, the next step is expected after %v", got)
	}
}
