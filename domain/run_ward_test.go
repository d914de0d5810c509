package domain

import (
	"errors"
	"slices"
	"testing"
	"time"
)

// headCount is a playbook whose first step each ward answers for itself.
func headCount() Playbook {
	return Playbook{Code: "HEADS", Title: "Fire", Scenario: Fire, Objectives: []string{"All are counted"}, Steps: []PlayStep{
		{Text: "Count heads", Responsible: Station{Role: Manager}, Accountable: Station{Role: Lead}, Each: EachWard, Within: 10 * time.Minute, Informed: []Station{{Staff, "ED"}}, Tell: "All are counted."},
		{Text: "Tell families", Responsible: Station{Role: Quality}, Accountable: Station{Role: Quality}, After: 1, Within: 10 * time.Minute},
	}}
}

// wards is the house of muster with a pharmacy that has no manager, and a lead (25) of a department around ED.
func wards() *Organisation {
	o := muster()
	o.Units["ACUTE"] = &Unit{Code: "ACUTE", Parent: "H"}
	o.Units["ED"].Parent, o.Units["PHA"] = "ACUTE", &Unit{Code: "PHA", Parent: "H"}
	o.People[25] = &Person{ID: 25, Name: "P25", Unit: "ACUTE", Roles: []Role{Lead}, Active: true, Phone: Address{ID: 125, Value: "25"}}
	return o
}

// counting is a run of headCount that has begun, led by the quality office (30).
func counting(t *testing.T, o *Organisation) *playing {
	t.Helper()
	s := &playing{t: t, o: o, now: musterAt, library: []Playbook{headCount()}, timers: map[TimerKey]Timer{}}
	s.must(from(30, Slack), PlanRun{Form: InSteps, Playbook: "HEADS"})
	s.must(from(30, Slack), StartRun{5})
	return s
}

// places are who is asked for each ward.
func (s *playing) places() map[UnitCode][]PersonID {
	asked := map[UnitCode][]PersonID{}
	for _, w := range s.r.Steps[0].Wards {
		asked[w.Unit] = w.Asked
	}
	return asked
}

func TestEachWardIsAskedOfWhoCoversIt(t *testing.T) {
	t.Parallel()
	away := func(deputy PersonID) []Leave {
		return []Leave{{From: musterAt.AddDate(0, 0, -1), Until: musterAt.AddDate(0, 0, 5), Deputy: deputy}}
	}
	for name, c := range map[string]struct {
		change      func(o *Organisation)
		of4B, ofED  []PersonID
		ofPHA       []PersonID
		total, open int
	}{
		"a ward without a manager goes to the quality office": {func(*Organisation) {}, []PersonID{8}, []PersonID{22}, []PersonID{30}, 3, 3},
		"of two managers both": {func(o *Organisation) {
			o.People[9] = &Person{ID: 9, Unit: "4B", Roles: []Role{Manager}, Active: true, Phone: Address{ID: 109}}
		}, []PersonID{8, 9}, []PersonID{22}, []PersonID{30}, 3, 3},
		"the deputy of one on leave":             {func(o *Organisation) { o.People[8].Leave = away(1) }, []PersonID{1}, []PersonID{22}, []PersonID{30}, 3, 3},
		"on leave without a deputy: accountable": {func(o *Organisation) { o.People[22].Leave = away(0) }, []PersonID{8}, []PersonID{25}, []PersonID{30}, 3, 3},
		"never the manager of another ward":      {func(o *Organisation) { o.People[8].Active = false }, []PersonID{25}, []PersonID{22}, []PersonID{30}, 3, 3},
		"nobody can be reached: accountable":     {func(o *Organisation) { o.People[22].Phone, o.People[22].Slack = Address{}, Address{} }, []PersonID{8}, []PersonID{25}, []PersonID{30}, 3, 3},
		"who is above covers what has none":      {func(o *Organisation) { o.People[22].Unit = "H" }, []PersonID{8}, []PersonID{22}, []PersonID{22}, 3, 3},
	} {
		o := wards()
		o.People[25].Unit = "H" // so that the lead is above all
		if name == "a ward without a manager goes to the quality office" {
			o.People[25].Active = false
		} else if name != "who is above covers what has none" {
			c.ofPHA = []PersonID{25}
		}
		c.change(o)
		s := counting(t, o)
		got := s.places()
		if !slices.Equal(got["4B"], c.of4B) || !slices.Equal(got["ED"], c.ofED) || !slices.Equal(got["PHA"], c.ofPHA) || len(got) != c.total {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestAStepOfEachWardIsDoneWhenTheLastHasAnswered(t *testing.T) {
	t.Parallel()
	s := counting(t, wards())
	first := s.must(from(8, SMS), AnswerStep{5, 0, StepDone, ""})
	step := &s.r.Steps[0]
	if step.Answer != 0 || len(step.MissingWards()) != 2 || !s.r.Steps[1].AskedAt.IsZero() || first.Notices[0].Key != "run.ward_noted" {
		t.Fatalf("after the first: %+v", step)
	}
	if len(s.timers) != 3 || len(mailOf(first)) != 0 { // late, reach, and the run's own
		t.Errorf("after the first: clocks %v, told %v", s.timers, mailOf(first))
	}
	s.now = s.now.Add(time.Minute)
	if twin := s.must(from(8, SMS), AnswerStep{5, 1, StepNotNeeded, "4B"}); step.Ward("4B").Answer != StepDone || twin.Notices[0].Key != "run.ward_done" || len(twin.Entries) != 0 {
		t.Errorf("a doubled answer counted: %+v", twin)
	}
	for name, c := range map[string]AnswerStep{"another's ward": {5, 0, 1, "ED"}, "no ward": {5, 1, 1, "XX"}, "no such answer": {5, 1, 7, "4B"}, "no such step": {5, 9, 1, "4B"}} {
		if _, err := s.do(from(8, SMS), c); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if _, err := s.do(from(1, SMS), AnswerStep{5, 1, 1, "4B"}); !errors.Is(err, ErrForbidden) {
		t.Errorf("who was not asked: %v", err)
	}
	s.must(from(22, Voice), AnswerStep{5, 1, StepHelp, ""})
	if !s.r.Steps[0].Tried.of(22).Seen || s.r.Tally(s.now).Help != 1 {
		t.Error("help is not seen")
	}
	s.must(from(22, Voice), AnswerStep{5, 1, StepNotNeeded, ""})
	if s.r.Tally(s.now).Help != 0 {
		t.Error("ED needs help although it has answered")
	}
	last := s.places()["PHA"][0]
	done := s.must(from(last, Slack), AnswerStep{5, 1, StepDone, "PHA"})
	if s.r.Steps[0].Answer != StepDone || s.r.Steps[0].By != last || len(mailOf(done)) != 2 || s.r.Steps[1].AskedAt.IsZero() {
		t.Errorf("after the last: %+v", s.r.Steps)
	}
	if len(s.timers) != 3 { // of the second step and of the run
		t.Errorf("clocks %v, change %v", s.timers, done.Clear)
	}
	if over := s.must(from(8, SMS), AnswerStep{5, 1, StepDone, ""}); over.Notices[0].Key != "run.ward_done" {
		t.Errorf("after the end: %+v", over.Notices)
	}
}

func TestWhoIsAccountableHearsWhichWardsAreMissing(t *testing.T) {
	t.Parallel()
	o := wards()
	s := counting(t, o)
	s.must(from(8, SMS), AnswerStep{5, 0, StepDone, ""})
	s.now = s.now.Add(10 * time.Minute)
	late := s.must(Clockwork, RunStepLate{5, 1, 0})
	told := map[PersonID]string{}
	for _, n := range late.Notices {
		told[n.To.Person] = n.Args["all"].String()
		if n.Key != "run.ward_late" {
			t.Errorf("%s to %d", n.Key, n.To.Person)
		}
	}
	if told[25] != "ED" || len(told) != 2 {
		t.Errorf("told %v", told)
	}
	if twin := s.must(Clockwork, RunStepLate{5, 1, 0}); len(twin.Notices) != 0 {
		t.Error("a late twin told again")
	}
	s.must(from(25, SMS), AnswerStep{5, 0, StepDone, ""}) // the only ward they were told of
	if s.r.Steps[0].Ward("ED").By != 25 {
		t.Errorf("%+v", s.r.Steps[0].Ward("ED"))
	}
	again := s.must(Clockwork, RunStepLate{5, 1, 1})
	if len(again.Notices) != 1 || again.Notices[0].To.Person != 30 || again.Notices[0].Args["all"] != Text("PHA") {
		t.Errorf("again: %+v", again.Notices)
	}
}

func TestWhoCoversSeveralWardsSpeaksForAllOrOne(t *testing.T) {
	t.Parallel()
	o := wards()
	o.People[22].Unit = "H" // covers ED and PHA
	s := counting(t, o)
	s.must(from(22, SMS), AnswerStep{5, 0, StepDone, "PHA"})
	if got := s.r.Steps[0].MissingWards(); !slices.Equal(got, []UnitCode{"4B", "ED"}) {
		t.Errorf("missing %v", got)
	}
	s = counting(t, o)
	s.must(from(22, SMS), AnswerStep{5, 0, StepDone, ""})
	if got := s.r.Steps[0].MissingWards(); !slices.Equal(got, []UnitCode{"4B"}) {
		t.Errorf("missing %v", got)
	}
	s = counting(t, o)
	s.now = s.now.Add(10 * time.Minute)
	s.must(Clockwork, RunStepLate{5, 1, 0})
	s.must(Clockwork, RunStepLate{5, 1, 1})
	var invalid *InvalidError
	if _, err := s.do(from(30, SMS), AnswerStep{5, 1, StepDone, ""}); !errors.As(err, &invalid) || invalid.Reason != "run.which_ward" { // who leads was told of all
		t.Errorf("one word of who leads for three wards: %v", err)
	}
	s.must(from(30, SMS), EndRun{5})
	if len(s.timers) != 1 {
		t.Errorf("clocks after the end: %v", s.timers)
	}
}

func TestReadingAnAnswerForAWard(t *testing.T) {
	t.Parallel()
	o := wards()
	o.Units["7"] = &Unit{Code: "7", Parent: "H"}
	r := counting(t, o).r
	for text, want := range map[string]Command{
		"4B 1": AnswerStep{5, 0, 1, "4B"}, "1 4b": AnswerStep{5, 0, 1, "4B"}, "1 ED 3": AnswerStep{5, 1, 3, "ED"}, "ED, 1": AnswerStep{5, 0, 1, "ED"}, "1 7 2": AnswerStep{5, 1, 2, "7"},
		"2 1": AnswerStep{5, 2, 1, ""}, "4B": nil, "4B two missing": nil, "4B ED 1": nil, "ED 12 patients": nil,
	} {
		if got, ok := r.ReadAnswer(o, 8, text); ok != (want != nil) || got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
