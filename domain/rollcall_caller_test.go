package domain

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// listed is a roll-call of ward 4B whose list was just drawn: P08 and P20 are there and ring P02 to P07, and P01.
func listed(t *testing.T) *field {
	t.Helper()
	s := begun(t, Live)
	s.must(from(8, Slack), AnswerRollCall{12, OnSite})
	s.must(from(20, SMS), AnswerRollCall{12, OnSite})
	s.now = s.now.Add(CallListAfter)
	s.must(Clockwork, DrawCallList{12})
	return s
}

func (s *field) seat(id PersonID) Seat {
	return s.seats[slices.IndexFunc(s.seats, func(x Seat) bool { return x.Person == id })]
}

func (s *field) part(caller PersonID) string {
	var names []string
	for _, l := range s.r.Part(s.o, s.seats, caller) {
		name := l.Person.Name
		if l.Heard() {
			name = "(" + name + ")"
		}
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

func onTheWeb(id PersonID) Actor { return Actor{Person: id, Channel: Web, Level: A1} }

func TestEachCallerHasALinkOfTheirOwnToTheirPartOnly(t *testing.T) {
	t.Parallel()
	s := listed(t)
	mine, theirs := s.part(8), s.part(20)
	if mine != "P01 P03 P05 P07" || theirs != "P02 P04 P06" {
		t.Fatalf("%s and %s", mine, theirs)
	}
	if none := s.part(0); none != "" {
		t.Errorf("nobody's part: %s", none)
	}
	links := map[Arg]bool{Link("/r/token"): true}
	for _, n := range mailOf(s.all[len(s.all)-1]) {
		if n.Key == "rollcall.ring" {
			if links[n.Args["link"]] || !strings.HasPrefix(n.Args["link"].String(), "/c/") {
				t.Errorf("%v gets %s", n.To, n.Args["link"])
			}
			links[n.Args["link"]] = true
		}
	}
	if len(links) != 3 || len(s.links) != 2 {
		t.Errorf("%v, %v", links, s.links)
	}
	s.must(from(1, SMS), AnswerRollCall{12, Later})
	if after := s.part(8); after != "P03 P05 P07 (P01)" {
		t.Errorf("heard of meanwhile: %s", after)
	}
}

func TestWhatACallerEntersCountsUntilThePersonAnswers(t *testing.T) {
	t.Parallel()
	s := listed(t)
	s.now = s.now.Add(time.Minute)
	change := s.must(onTheWeb(8), AnswerForRollCall{12, 1, WithinHour})
	if seat := s.seat(1); seat.Answer != WithinHour || seat.By != 8 || seat.FirstAt != s.now || seat.Channel != Web {
		t.Errorf("%+v", seat)
	}
	if len(change.Notices) != 1 || change.Notices[0].To.Person != 1 || change.Notices[0].Key != "rollcall.for_you" || change.Notices[0].Args["by"] != Text("P08") || len(change.Notices[0].Replies) != CallAnswers {
		t.Errorf("P01 is told %+v", change.Notices)
	}
	if e := change.Events[0]; e.Name != "rollcall_answered_for" || e.Data["person"] != "p1" || e.Data["answer"] != "3" {
		t.Errorf("%+v", e)
	}
	if len(change.Settle) != 1 || change.Settle[0].Topic != "ask/p1" || change.Settle[0].Key != "rollcall.for_you" {
		t.Errorf("%+v", change.Settle)
	}
	if tally := s.r.Tally(s.o, s.seats); tally.Rung != 1 || tally.Answered != 2 {
		t.Errorf("%+v", tally)
	}
	if again := s.must(onTheWeb(8), AnswerForRollCall{12, 1, WithinHour}); len(again.Entries)+len(again.Events)+len(again.Notices) != 0 {
		t.Errorf("sent twice: %+v", again)
	}
	first := s.now
	s.now = s.now.Add(time.Minute)
	if own := s.must(from(1, SMS), AnswerRollCall{12, WithinHour}); len(own.Entries) != 1 || own.Notices[0].Key != "rollcall.recorded" {
		t.Errorf("their own, the same: %+v", own)
	}
	if seat := s.seat(1); seat.By != 0 || seat.FirstAt != first {
		t.Errorf("%+v", seat)
	}
	if _, err := s.do(onTheWeb(8), AnswerForRollCall{12, 1, OnSite}); reason(err) != "problem.ring_answered" {
		t.Errorf("over their own answer: %v", err)
	}
}

func TestNotReachedIsTriedAndTakesAnEntryBack(t *testing.T) {
	t.Parallel()
	s := listed(t)
	s.must(onTheWeb(8), AnswerForRollCall{12, 1, NotReached})
	if tally := s.r.Tally(s.o, s.seats); tally.Tried != 1 || tally.Answered != 1 {
		t.Errorf("%+v", tally)
	}
	for _, l := range s.r.CallList(s.o, s.seats) {
		if tried := !l.Tried.IsZero(); tried != (l.Person.ID == 1) {
			t.Errorf("%s tried: %v", l.Person.Name, tried)
		}
	}
	s.now = s.now.Add(time.Second)
	if again := s.must(onTheWeb(8), AnswerForRollCall{12, 1, NotReached}); len(again.Entries)+len(again.Events) != 0 {
		t.Errorf("sent twice: %+v", again)
	}
	s.must(onTheWeb(8), AnswerForRollCall{12, 1, OnSite})
	back := s.must(onTheWeb(8), AnswerForRollCall{12, 1, NotReached})
	if seat := s.seat(1); seat.Answer != 0 || seat.By != 0 || !seat.FirstAt.IsZero() || seat.TriedAt != s.now {
		t.Errorf("%+v", seat)
	}
	if len(back.Notices) != 1 || back.Notices[0].Key != "rollcall.again" || back.Settle[0].Key != "rollcall.again" {
		t.Errorf("P01 is not asked again: %+v", back)
	}
	if got := s.part(8); got != "P01 P03 P05 P07" {
		t.Errorf("to ring: %s", got)
	}
}

func TestWhatACallerMayNotEnter(t *testing.T) {
	t.Parallel()
	s := listed(t)
	for name, c := range map[string]struct {
		who    Actor
		person PersonID
		answer int
		want   error
	}{
		"one of another's part": {onTheWeb(20), 1, OnSite, ErrForbidden}, "themselves": {onTheWeb(8), 8, OnSite, ErrForbidden}, "nobody": {onTheWeb(8), 99, OnSite, ErrForbidden},
		"nobody's link": {Actor{Channel: Web}, 1, OnSite, ErrForbidden}, "who leads": {onTheWeb(30), 1, OnSite, ErrForbidden},
	} {
		if _, err := s.do(c.who, AnswerForRollCall{12, c.person, c.answer}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, answer := range []int{-1, 6} {
		if _, err := s.do(onTheWeb(8), AnswerForRollCall{12, 1, answer}); reason(err) != "problem.choice" {
			t.Errorf("%d: %v", answer, err)
		}
	}
	s.must(from(30, SMS), EndRollCall{12})
	s.now = s.now.Add(time.Minute)
	if _, err := s.do(onTheWeb(8), AnswerForRollCall{12, 1, NotReached}); reason(err) != "problem.ring_over" {
		t.Errorf("in vain after the all-clear: %v", err)
	}
	late := s.must(onTheWeb(8), AnswerForRollCall{12, 1, OnSite})
	if tally := s.r.Tally(s.o, s.seats); tally.Late != 1 || tally.Rung != 0 || len(late.Notices) != 0 {
		t.Errorf("%+v, %+v", tally, late.Notices)
	}
}
