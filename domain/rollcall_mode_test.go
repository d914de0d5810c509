package domain

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestNothingInAnExerciseIsLive plays a roll-call of each mode through every command and looks at every message, edit and board: each has
// the mode of its roll-call, whatever the author wrote.
func TestNothingInAnExerciseIsLive(t *testing.T) {
	t.Parallel()
	for _, m := range []Mode{Exercise, Live} {
		s := begun(t, m)
		s.must(from(1, SMS), AnswerRollCall{12, OnSite})
		s.must(from(20, SMS), AnswerRollCall{12, OnSite})
		for n := range Waves[1:] {
			s.wave(n + 1)
		}
		s.now = s.now.Add(10 * time.Minute)
		s.must(Clockwork, DrawCallList{12})
		if again := s.must(Clockwork, RemindAllClear{12}); len(again.Notices) != 1 || again.Notices[0].To.Person != 30 || len(again.Timers) != 1 {
			t.Errorf("a roll-call that still runs: %+v", again)
		}
		s.must(from(30, SMS), ShowRollCall{12})
		s.must(from(1, SMS), ShowRollCall{12})
		s.must(from(2, SMS), ShowRollCall{12})
		s.must(from(30, SMS), EndRollCall{12})
		s.must(from(2, SMS), AnswerRollCall{12, Later})
		s.must(Clockwork, AskDebrief{12})
		s.must(from(1, SMS), DebriefRollCall{12, 1})
		s.must(from(1, SMS), NoteRollCall{Call: 12, Text: "radio flat"})
		s.must(from(30, SMS), NoteRollCall{Call: 12, Text: "buy batteries", Action: true})
		board, err := RefreshBoard{12}.Decide(Facts{Now: s.now, Org: s.o, RollCall: s.r, Seats: s.seats, Cards: []ShownCard{{Person: 30, Target: 5}}})
		if err != nil || len(board.Entries) != 1 {
			t.Fatalf("%+v %v", board, err)
		}
		seen := map[string]bool{}
		check := func(key string, args Args) {
			seen[key] = true
			if args[ModeArg] != Term(m.Key()) || !strings.HasPrefix(key, "rollcall.") {
				t.Errorf("%s: %s says %s", m, key, args[ModeArg])
			}
		}
		for _, change := range append(s.all, board) {
			for _, n := range append(change.Notices, mailOf(change)...) {
				check(n.Key, n.Args)
			}
			for _, x := range change.Settle {
				check(x.Key, x.Args)
			}
			for _, e := range change.Entries {
				switch e := e.(type) {
				case EditedCard:
					check(e.Notice.Key, e.Notice.Args)
				case EndedAsking:
					check(e.Key, e.Args)
				}
			}
		}
		if len(seen) < 13 {
			t.Errorf("seen only %v", seen)
		}
		if s.r.Mode() != m {
			t.Error("the mode has changed")
		}
	}
	if args := Exercise.Headed(Args{ModeArg: Term(Live.Key())}); args[ModeArg] != Term(Exercise.Key()) {
		t.Error("an author can say LIVE in an exercise")
	}
}

func TestLiveIsRefusedInsideAnExerciseAndTheOtherWayRound(t *testing.T) {
	t.Parallel()
	for _, m := range []Mode{Exercise, Live} {
		other := Live
		if m == Live {
			other = Exercise
		}
		s := begun(t, m)
		next := &field{t: t, o: s.o, now: s.now, timers: map[TimerKey]Timer{}, others: []*RollCall{s.r}}
		plan := PlanRollCall{Mode: other, Title: "Power loss", Audience: Audience{Roles: []Role{Staff}}}
		var invalid *InvalidError
		if _, err := next.do(from(30, Slack), plan); !errors.As(err, &invalid) || invalid.Reason != "problem.rollcall_"+m.String() || invalid.Field != "rollcall_mode" {
			t.Errorf("%s inside %s: %v", other, m, err)
		}
		same := plan
		same.Mode = m
		next.must(from(30, Slack), same)                  // two of one mode confuse nobody
		plan.Audience = Audience{Units: []UnitCode{"ED"}} // other people
		next.must(from(30, Slack), plan)
		next.others = nil
		plan.Audience = Audience{}
		next.must(from(30, Slack), plan)
		next.others = []*RollCall{s.r} // it began between plan and start
		if _, err := next.do(from(30, Slack), StartRollCall{12}); !errors.As(err, &invalid) {
			t.Errorf("%s starts inside %s: %v", other, m, err)
		}
		s.must(from(30, Slack), EndRollCall{12})
		next.others = []*RollCall{s.r}
		next.must(from(30, Slack), StartRollCall{12})
	}
	s := &field{t: t, o: muster(), now: musterAt, timers: map[TimerKey]Timer{}}
	for _, title := range []string{"LIVE fire", "Not a drill: real", "Ward power, exercise", "演练x", "simulacro"} {
		if _, err := s.do(from(30, Slack), PlanRollCall{Mode: Exercise, Title: title}); err == nil {
			t.Errorf("%q was accepted", title)
		}
	}
	for _, title := range []string{"Delivery room flood", "Mass casualty", "Olive fire"} {
		s.must(from(30, Slack), PlanRollCall{Mode: Exercise, Title: title})
	}
}

func TestWhoMayStartARollCall(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		who   Actor
		units []UnitCode
		want  bool
	}{
		{from(30, Slack), nil, true},
		{from(30, SMS), nil, false}, // a phone's number can be forged
		{from(8, Slack), []UnitCode{"4B"}, true},
		{from(8, Slack), []UnitCode{"4B", "ED"}, false},
		{from(8, Slack), nil, false},
		{from(1, Slack), []UnitCode{"4B"}, false},
		{Actor{Address: 9, Channel: Slack}, nil, false},
		{Actor{Operator: true}, nil, true},
	} {
		s := &field{t: t, o: muster(), now: musterAt, timers: map[TimerKey]Timer{}}
		_, err := s.do(c.who, PlanRollCall{Title: "Fire", Audience: Audience{Units: c.units}})
		if got := err == nil; got != c.want {
			t.Errorf("p%d by %s for %v: %v", c.who.Person, c.who.Channel, c.units, err)
		}
	}
}

func TestTheTimeItTakesIsToldBeforehand(t *testing.T) {
	t.Parallel()
	r := NewRollCall(Exercise)
	if e := r.Estimate(muster(), musterAt); e != (Estimate{People: 11, Texts: 7, Rate: DefaultTextsPerSecond, Away: 1, Unable: 1}) {
		t.Errorf("%+v", e)
	}
	for e, want := range map[Estimate]time.Duration{{Texts: 5000, Rate: 10}: 9 * time.Minute, {Texts: 5000, Rate: 100}: time.Minute, {Texts: 3, Rate: 1}: time.Minute, {Texts: 120, Rate: 1}: 2 * time.Minute} {
		if got := e.Takes(); got != want {
			t.Errorf("%d at %d: %v, want %v", e.Texts, e.Rate, got, want)
		}
	}
}

func TestTheCurveAndTheTarget(t *testing.T) {
	t.Parallel()
	s := begun(t, Exercise)
	for n, id := range []PersonID{1, 2, 8, 5, 4} {
		s.now = musterAt.Add(time.Duration(2*n+1) * time.Minute)
		s.must(from(id, SMS), AnswerRollCall{12, OnSite})
	}
	if got := []int{s.r.Reached(s.seats, 3*time.Minute), s.r.Reached(s.seats, 5*time.Minute), s.r.Reached(s.seats, 10*time.Minute)}; !slices.Equal(got, []int{2, 3, 5}) {
		t.Errorf("reached %v", got)
	}
	if _, known := s.r.Met(s.seats, s.now); known {
		t.Error("5 of 7 at nine minutes is neither met nor missed")
	}
	if met, known := s.r.Met(s.seats, musterAt.Add(CallListAfter)); met || !known {
		t.Error("5 of 7 is not 80 per cent")
	}
	curve := s.r.Curve(s.seats, musterAt.Add(10*time.Minute), 10)
	if len(curve) != 11 || curve[0].Count != 0 || curve[1].Count != 1 || curve[10].Count != 5 || curve[10].After != 10*time.Minute {
		t.Errorf("%v", curve)
	}
	if units := s.r.TallyByUnit(s.o, s.seats); len(units) != 1 || units[0].Unit != "4B" || units[0].Share() != 71 {
		t.Errorf("%+v", units)
	}
}
