package domain

import (
	"slices"
	"testing"
	"time"
)

// rungBy lists who is rung by a change, in order.
func rungBy(c Change) (ids []PersonID) {
	for _, n := range c.Notices {
		if n.Only == Voice {
			ids = append(ids, n.To.Person)
		}
	}
	return ids
}

func TestWhoHasNotLookedAtAStepIsRung(t *testing.T) {
	t.Parallel()
	minutes := func(s *playing, n int) { s.now = musterAt.Add(time.Duration(n) * time.Minute) }
	for name, c := range map[string]struct {
		during func(s *playing)
		want   []PersonID
	}{
		"nobody has answered":     {func(s *playing) { minutes(s, 3) }, []PersonID{8}},
		"a minute too early":      {func(s *playing) { minutes(s, 2) }, nil},
		"due tomorrow: not yet":   {func(s *playing) { s.r.Steps[0].Within = 24 * time.Hour; minutes(s, 359) }, nil},
		"due tomorrow: a quarter": {func(s *playing) { s.r.Steps[0].Within = 24 * time.Hour; minutes(s, 360) }, []PersonID{8}},
		"it is done":              {func(s *playing) { s.must(from(8, SMS), AnswerStep{5, 1, StepDone, ""}); minutes(s, 3) }, nil},
		"help is asked for":       {func(s *playing) { s.must(from(8, SMS), AnswerStep{5, 1, StepHelp, ""}); minutes(s, 3) }, nil},
		"words were written":      {func(s *playing) { s.must(from(8, SMS), NoteRun{Run: 5, Text: "torch flat"}); minutes(s, 3) }, nil},
		"they asked how it goes":  {func(s *playing) { s.must(from(8, SMS), ShowRun{5}); minutes(s, 3) }, nil},
		"the run is over":         {func(s *playing) { s.must(from(30, SMS), EndRun{5}); minutes(s, 3) }, nil},
		"they have left":          {func(s *playing) { s.o.People[8].Active = false; minutes(s, 3) }, nil},
		"they take no calls":      {func(s *playing) { s.o.People[8].Takes = []Channel{Slack, SMS}; minutes(s, 3) }, nil},
		"the telephone is off":    {func(s *playing) { s.o.Off = map[Channel]SwitchOff{Voice: {}}; minutes(s, 3) }, nil},
		"late twin of the clock":  {func(s *playing) { minutes(s, 3); s.must(Clockwork, ReachStep{5, 1}) }, nil},
		"another step rings there": {func(s *playing) {
			s.r.Steps[1].Within = 10 * time.Minute
			minutes(s, 3)
			s.must(Clockwork, ReachStep{5, 2})
		}, nil},
		"a voicemail took that call": {func(s *playing) {
			s.r.Steps[1].Within = 10 * time.Minute
			minutes(s, 3)
			s.must(Clockwork, ReachStep{5, 2})
			s.must(Clockwork, StepNotReached{5, 2, 8, Voice})
		}, []PersonID{8}},
	} {
		for _, m := range []Mode{Exercise, Live} {
			s := playedFrom(t, m, InSteps)
			c.during(s)
			change := s.must(Clockwork, ReachStep{5, 1})
			if got := rungBy(change); !slices.Equal(got, c.want) {
				t.Errorf("%s %s: %v", m, name, got)
			}
			for _, n := range change.Notices {
				if n.Args[ModeArg] != Term(m.Key()) || len(n.Replies) != StepAnswers || n.Args["keys"] != Term("run_keys.press") {
					t.Errorf("%s %s: %+v", m, name, n)
				}
			}
		}
	}
}

func TestNobodyIsRungForATabletop(t *testing.T) {
	t.Parallel()
	s := playedFrom(t, Exercise, Tabletop)
	s.must(Clockwork, SendInject{5, 1})
	for key := range s.timers {
		if key.Name == "reach1" {
			t.Error("the telephone would ring")
		}
	}
	if change := s.must(Clockwork, ReachStep{5, 1}); len(change.Notices) != 0 {
		t.Errorf("%+v", change.Notices)
	}
}

func TestAStepThatReachesNobodyGoesOn(t *testing.T) {
	t.Parallel()
	s := playedFrom(t, Live, InSteps)
	if change := s.must(Clockwork, StepNotReached{5, 1, 8, SMS}); len(change.Notices) != 0 {
		t.Errorf("Slack may still bring an answer: %+v", change.Notices)
	}
	if change := s.must(Clockwork, StepNotReached{5, 1, 8, Slack}); !slices.Equal(rungBy(change), []PersonID{8}) { // at once
		t.Errorf("rung %v", rungBy(change))
	}
	if twin := s.must(Clockwork, StepNotReached{5, 1, 8, Slack}); len(twin.Entries) != 0 {
		t.Error("a doubled report counted")
	}
	lost := s.must(Clockwork, StepNotReached{5, 1, 8, Voice})
	if len(lost.Notices) != 1 || lost.Notices[0].To.Person != 22 || lost.Notices[0].Key != "run.unreached" || lost.Notices[0].Args["person"] != Text("P08") {
		t.Errorf("who is accountable: %+v", lost.Notices)
	}
	for _, ch := range []Channel{SMS, Slack, Voice} {
		lost = s.must(Clockwork, StepNotReached{5, 1, 22, ch})
	}
	if len(lost.Notices) != 1 || lost.Notices[0].To.Person != 30 {
		t.Errorf("who leads: %+v", lost.Notices)
	}
	for _, ch := range []Channel{SMS, Slack, Voice} {
		lost = s.must(Clockwork, StepNotReached{5, 1, 30, ch})
	}
	if len(lost.Notices) != 0 {
		t.Errorf("nobody is left, and it goes round: %+v", lost.Notices)
	}
	s.must(from(8, SMS), AnswerStep{5, 1, StepDone, ""})
	if change := s.must(Clockwork, StepNotReached{5, 1, 8, SMS}); len(change.Entries)+len(change.Notices) != 0 {
		t.Errorf("after it was done: %+v", change)
	}
}

func TestAWardWhoseManagerCannotBeReachedIsToldOf(t *testing.T) {
	t.Parallel()
	s := counting(t, wards())
	var change Change
	for _, ch := range []Channel{SMS, Slack, Voice} {
		change = s.must(Clockwork, StepNotReached{5, 1, 22, ch})
	}
	if len(change.Notices) != 1 || change.Notices[0].To.Person != 25 || change.Notices[0].Key != "run.unreached" || change.Notices[0].Args["all"] != Text("ED") || change.Notices[0].Args["person"] != Text("P22") {
		t.Errorf("%+v", change.Notices)
	}
	s.now = s.now.Add(3 * time.Minute)
	if got := rungBy(s.must(Clockwork, ReachStep{5, 1})); !slices.Equal(got, []PersonID{8, 30, 25}) && !slices.Equal(got, []PersonID{30, 8, 25}) {
		t.Errorf("rung %v", got)
	}
	s.must(from(25, Voice), AnswerStep{5, 1, StepDone, ""})
	if s.r.Steps[0].Ward("ED").By != 25 {
		t.Errorf("%+v", s.r.Steps[0].Wards)
	}
}
