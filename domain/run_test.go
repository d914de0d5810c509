package domain

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// powerCut is a playbook of the house of muster: two steps at the start, one after the first.
func powerCut() Playbook {
	return Playbook{
		Code: "POWER", Number: 3, Title: "Power failure", Scenario: Power, Objectives: []string{"Life support holds", "Wards know"},
		Steps: []PlayStep{
			{Text: "Move pumps", Responsible: Station{Manager, "4B"}, Accountable: Station{Manager, "ED"}, Informed: []Station{{Staff, "ED"}}, Tell: "Red sockets only.", Within: 10 * time.Minute},
			{Text: "Shut fridges", Responsible: Station{Manager, "4B"}, Accountable: Station{Quality, ""}, Within: 30 * time.Minute},
			{Text: "Count batteries", Responsible: Station{Biomed, ""}, Accountable: Station{Executive, ""}, Consulted: []Station{{Manager, "ED"}}, After: 1, Within: 15 * time.Minute},
		},
		Injects: []Inject{{5 * time.Minute, "Lights out?"}, {20 * time.Minute, "Telephones out?"}},
	}
}

// A playing is one run as the store would hold it.
type playing struct {
	t       *testing.T
	o       *Organisation
	now     time.Time
	r       *Run
	library []Playbook
	calls   []*RollCall
	runs    []*Run
	answers []RunAnswer
	timers  map[TimerKey]Timer
	all     []Change
}

func (s *playing) do(a Actor, cmd Command) (Change, error) {
	f := Facts{Now: s.now, Actor: a, Org: s.o, Run: s.r, NextID: 5, Codes: []Code{"K7R"}, Library: s.library, Running: s.calls, Runs: s.runs, RunAnswers: s.answers}
	if s.r != nil {
		f.Run = s.r.clone()
	}
	change, err := cmd.Decide(f)
	if err != nil {
		return change, err
	}
	s.all = append(s.all, change)
	maps.DeleteFunc(s.timers, func(_ TimerKey, t Timer) bool { return reflect.DeepEqual(t.Command, cmd) }) // it has fired
	for _, e := range change.Entries {
		switch e := e.(type) {
		case SavedRun:
			r := e.Run
			s.r = &r
		case RunAnswer:
			s.answers = append(s.answers, e)
		}
	}
	for _, k := range change.Clear {
		delete(s.timers, k)
	}
	for _, t := range change.Timers {
		s.timers[t.Key] = t
	}
	return change, nil
}

func (s *playing) must(a Actor, cmd Command) Change {
	s.t.Helper()
	change, err := s.do(a, cmd)
	if err != nil {
		s.t.Fatalf("%s: %v", cmd.CommandName(), err)
	}
	return change
}

// playedFrom is a run that has begun.
func playedFrom(t *testing.T, m Mode, form Form) *playing {
	t.Helper()
	s := &playing{t: t, o: muster(), now: musterAt, library: []Playbook{powerCut()}, timers: map[TimerKey]Timer{}}
	s.must(from(30, Slack), PlanRun{Mode: m, Form: form, Playbook: "power"})
	s.must(from(30, Slack), StartRun{5})
	return s
}

// TestNothingInARunSaysAnotherMode plays a run of each mode through every command: each message, edit and board has the mode of its run.
func TestNothingInARunSaysAnotherMode(t *testing.T) {
	t.Parallel()
	for _, m := range []Mode{Exercise, Live} {
		s := playedFrom(t, m, InSteps)
		s.must(from(8, SMS), AnswerStep{5, 1, StepHelp, ""})
		s.must(Clockwork, RunStepLate{5, 1, 0})
		s.must(Clockwork, RunStepLate{5, 1, 1})
		s.must(from(8, SMS), AnswerStep{5, 1, StepDone, ""})
		s.must(from(22, SMS), AnswerStep{5, 1, StepNotNeeded, ""})
		s.must(Clockwork, RemindRun{5})
		s.must(from(30, SMS), ShowRun{5})
		s.must(from(8, SMS), ShowRun{5})
		s.must(from(8, SMS), NoteRun{Run: 5, Text: "torch flat"})
		s.must(from(30, SMS), NoteRun{Run: 5, Text: "buy torches", Action: true})
		s.must(from(30, SMS), EndRun{5})
		checkModes(t, s, m, 12)
		if s.r.Mode() != m || NewRun(Live, Tabletop).Form() != InSteps {
			t.Error("the mode has changed, or what is real is at the table")
		}
	}
}

// checkModes looks at everything that a run said.
func checkModes(t *testing.T, s *playing, m Mode, least int) {
	t.Helper()
	seen := map[string]bool{}
	check := func(key string, args Args) {
		seen[key] = true
		if args[ModeArg] != Term(m.Key()) || !strings.HasPrefix(key, "run.") {
			t.Errorf("%s: %s says %s", m, key, args[ModeArg])
		}
	}
	for _, change := range s.all {
		for _, n := range append(change.Notices, mailOf(change)...) {
			check(n.Key, n.Args)
		}
		for _, x := range change.Settle {
			check(x.Key, x.Args)
		}
		for _, e := range change.Entries {
			if e, ok := e.(Refresh); ok {
				check(e.Key, e.Args)
			}
		}
	}
	if len(seen) < least {
		t.Errorf("seen only %v", seen)
	}
}

func TestNoRunBeginsBesideTheOtherModeAndNoRollCallEither(t *testing.T) {
	t.Parallel()
	for _, m := range []Mode{Exercise, Live} {
		other := Live
		if m == Live {
			other = Exercise
		}
		refused := func(err error) bool {
			var invalid *InvalidError
			return errors.As(err, &invalid) && invalid.Reason == "problem.rollcall_"+m.String()
		}
		s := playedFrom(t, m, InSteps)
		s.r.ID = 4
		next := &playing{t: t, o: s.o, now: s.now, library: s.library, runs: []*Run{s.r}, timers: map[TimerKey]Timer{}}
		if _, err := next.do(from(30, Slack), PlanRun{Mode: other, Form: InSteps, Playbook: "POWER"}); !refused(err) {
			t.Errorf("a run %s beside a run %s: %v", other, m, err)
		}
		call := &field{t: t, o: s.o, now: s.now, timers: map[TimerKey]Timer{}}
		plan := PlanRollCall{Mode: other, Title: "Bus crash"}
		facts := call.facts(from(30, Slack), plan.Needs().RollCall)
		facts.Runs = []*Run{s.r}
		if _, err := plan.Decide(facts); !refused(err) {
			t.Errorf("a roll-call %s beside a run %s: %v", other, m, err)
		}
		begun := begun(t, m)
		next.runs, next.calls = nil, []*RollCall{begun.r}
		if _, err := next.do(from(30, Slack), PlanRun{Mode: other, Form: InSteps, Playbook: "POWER"}); !refused(err) {
			t.Errorf("a run %s beside a roll-call %s: %v", other, m, err)
		}
		next.must(from(30, Slack), PlanRun{Mode: m, Form: InSteps, Playbook: "POWER"})
	}
}

func TestAStepIsAskedOfWhoHoldsItsStationAndClimbs(t *testing.T) {
	t.Parallel()
	s := playedFrom(t, Live, InSteps)
	if got := s.r.Steps[0].Asked; !slices.Equal(got, []PersonID{8}) || !s.r.Steps[2].AskedAt.IsZero() {
		t.Errorf("asked %v, and the third %v", got, s.r.Steps[2].AskedAt)
	}
	var invalid *InvalidError
	if _, err := s.do(from(8, SMS), AnswerStep{5, 0, StepDone, ""}); !errors.As(err, &invalid) || invalid.Reason != "run.which" {
		t.Errorf("two open: %v", err)
	}
	if _, err := s.do(from(1, SMS), AnswerStep{5, 1, StepDone, ""}); !errors.Is(err, ErrForbidden) {
		t.Errorf("who was not asked: %v", err)
	}
	s.now = s.now.Add(10 * time.Minute)
	late := s.must(Clockwork, RunStepLate{5, 1, 0})
	if len(late.Notices) != 1 || late.Notices[0].To.Person != 22 || late.Timers[0].At != s.now.Add(10*time.Minute) {
		t.Errorf("late: %+v", late)
	}
	if twin := s.must(Clockwork, RunStepLate{5, 1, 0}); len(twin.Notices) != 0 {
		t.Error("a late twin told again")
	}
	if again := s.must(Clockwork, RunStepLate{5, 1, 1}); len(again.Notices) != 1 || again.Notices[0].To.Person != 30 || len(again.Timers) != 1 || again.Timers[0].Key.Name != "reach1" {
		t.Errorf("again: %+v", again)
	}
	done := s.must(from(22, SMS), AnswerStep{5, 0, StepDone, ""}) // who is accountable
	if s.r.Steps[0].By != 22 || len(mailOf(done)) != 2 {
		t.Errorf("by %d, told %+v", s.r.Steps[0].By, mailOf(done))
	}
	if got := s.r.Steps[2].Asked; !slices.Equal(got, []PersonID{30}) { // nobody is biomed, there is no executive: the quality office
		t.Errorf("the third asked %v", got)
	}
	if _, ok := s.timers[TimerKey{"y5", "step1"}]; ok {
		t.Error("the clock of a step that is done goes on")
	}
	if late := s.must(Clockwork, RunStepLate{5, 1, 2}); len(late.Notices) != 0 {
		t.Error("late although done")
	}
	if second := s.must(from(8, SMS), AnswerStep{5, 1, StepNotNeeded, ""}); s.r.Steps[0].Answer != StepDone || second.Notices[0].Key != "run.step_done" {
		t.Error("the second answer counted")
	}
	s.must(from(30, Slack), EndRun{5})
	if _, ok := s.timers[TimerKey{"y5", "judge"}]; !ok || len(s.timers) != 1 {
		t.Errorf("clocks after the end: %v", s.timers)
	}
	if _, err := s.do(from(30, Slack), StartRun{5}); err == nil {
		t.Error("started again after its end")
	}
}

func TestTheAnswerToAStepNamesItWhereTheCodeAloneWouldAnswerAnother(t *testing.T) {
	t.Parallel()
	s := playedFrom(t, Exercise, InSteps)
	for _, c := range []struct {
		step int
		to   PersonID
		want string
	}{{1, 8, "K7R 1"}, {1, 22, "K7R"}, {2, 22, "K7R"}} {
		if got := s.r.stepArgs(Facts{Org: s.o}, c.step, c.to)["how"]; got != Text(c.want) {
			t.Errorf("step %d to %d: %s", c.step, c.to, got)
		}
	}
	s.must(from(8, SMS), AnswerStep{5, 1, StepDone, ""})
	if got := s.r.stepArgs(Facts{Org: s.o}, 3, 8)["how"]; got != Text("K7R 3") { // asked for help with it, with step 2 open
		t.Errorf("a helper: %s", got)
	}
}

func TestWhoMayStartARun(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		who  Actor
		want bool
	}{{from(30, Slack), true}, {from(30, SMS), false}, {from(8, Slack), true}, {from(1, Slack), false}, {Actor{Address: 9, Channel: Slack}, false}, {Actor{Operator: true}, true}} {
		s := &playing{t: t, o: muster(), now: musterAt, library: []Playbook{powerCut()}, timers: map[TimerKey]Timer{}}
		if _, err := s.do(c.who, PlanRun{Mode: Live, Form: InSteps, Playbook: "POWER"}); (err == nil) != c.want {
			t.Errorf("p%d by %s: %v", c.who.Person, c.who.Channel, err)
		}
	}
}

// TestWhoLeadsARunMayEndItWithoutARole: they may have handed their role on while it ran.
func TestWhoLeadsARunMayEndItWithoutARole(t *testing.T) {
	t.Parallel()
	s := playedFrom(t, Exercise, InSteps)
	s.r.Lead = 1
	if _, err := s.do(from(2, SMS), EndRun{Run: s.r.ID}); !errors.Is(err, ErrForbidden) {
		t.Errorf("a nurse who has no part in it: %v", err)
	}
	s.must(from(1, SMS), EndRun{Run: s.r.ID})
}

func TestAPlaybookThatSaysTheSameIsNoNewVersion(t *testing.T) {
	t.Parallel()
	f := Facts{Actor: Actor{Operator: true}, Library: []Playbook{powerCut()}}
	same := powerCut()
	same.Number = 0
	if change, err := (ImportPlaybook{same}).Decide(f); err != nil || len(change.Entries) != 0 {
		t.Errorf("%+v %v", change, err)
	}
	same.Steps[0].Within++
	change, err := ImportPlaybook{same}.Decide(f)
	if err != nil || change.Entries[0].(SavedPlaybook).Playbook.Number != 4 {
		t.Errorf("%+v %v", change, err)
	}
}

func TestReadingAnAnswerToARun(t *testing.T) {
	t.Parallel()
	r := &Run{ID: 5, State: RunRunning}
	for text, want := range map[string]Command{"1": AnswerStep{5, 0, 1, ""}, "2 1": AnswerStep{5, 2, 1, ""}, "2, 3.": AnswerStep{5, 2, 3, ""}, "done": nil, "1 2 3": nil, "": nil, "0": nil, "2 patients moved": nil} {
		if got, ok := r.ReadAnswer(muster(), 1, text); ok != (want != nil) || got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestATabletopAsksByTheClockAndCountsTheLastAnswer(t *testing.T) {
	t.Parallel()
	s := playedFrom(t, Exercise, Tabletop)
	if !slices.Equal(s.r.People, []PersonID{8, 22, 30}) || len(s.r.Steps) != 0 {
		t.Errorf("at the table %v, steps %v", s.r.People, s.r.Steps)
	}
	for n, at := range map[string]time.Duration{"inject1": 5 * time.Minute, "inject2": 20 * time.Minute, "remind": 35 * time.Minute} {
		if got := s.timers[TimerKey{"y5", n}].At.Sub(musterAt); got != at {
			t.Errorf("%s after %v", n, got)
		}
	}
	var invalid *InvalidError
	if _, err := s.do(from(8, SMS), AnswerInject{5, 0, 1}); !errors.As(err, &invalid) || invalid.Reason != "run.none_yet" {
		t.Errorf("before any: %v", err)
	}
	if first := s.must(Clockwork, SendInject{5, 1}); len(mailOf(first)) != 3 {
		t.Errorf("sent to %d", len(mailOf(first)))
	}
	if twin := s.must(Clockwork, SendInject{5, 1}); len(mailOf(twin)) != 0 {
		t.Error("a late twin sent again")
	}
	s.must(from(8, SMS), AnswerInject{5, 0, 3})
	s.must(from(8, SMS), AnswerInject{5, 0, 1})
	s.must(from(22, SMS), AnswerInject{5, 1, 2})
	if _, err := s.do(from(1, SMS), AnswerInject{5, 1, 2}); !errors.Is(err, ErrForbidden) {
		t.Errorf("who is not at the table: %v", err)
	}
	if got := s.r.TallyInject(s.answers, 1); got.By != [4]int{1, 1, 1, 0} || len(s.answers) != 3 {
		t.Errorf("%v of %d", got, len(s.answers))
	}
	s.must(Clockwork, SendInject{5, 2})
	s.must(Clockwork, RemindRun{5})
	s.must(from(22, SMS), ShowRun{5})
	if _, err := s.do(from(30, SMS), JudgeObjective{5, 1, ObjectiveMet}); !errors.As(err, &invalid) || invalid.Reason != "run.judge_later" {
		t.Errorf("judged while it runs: %v", err)
	}
	s.must(from(30, SMS), EndRun{5})
	s.must(Clockwork, RemindJudge{5})
	s.must(from(30, SMS), JudgeObjective{5, 0, ObjectivePartly})
	if _, err := s.do(from(1, SMS), JudgeObjective{5, 2, ObjectiveMet}); !errors.Is(err, ErrForbidden) {
		t.Errorf("judged by staff: %v", err)
	}
	s.must(from(30, Slack), JudgeRun{Run: 5, Results: []int{0, ObjectiveNotMet}, Action: "label sockets"})
	if s.r.Objectives[0].Result != ObjectivePartly || s.r.Unjudged() != 0 || len(s.timers) != 0 {
		t.Errorf("%+v, clocks %v", s.r.Objectives, s.timers)
	}
	checkModes(t, s, Exercise, 10)
}

func TestADigitMeansWhatTheRunAsksOfThePerson(t *testing.T) {
	t.Parallel()
	o := muster()
	table := NewRun(Exercise, Tabletop)
	table.ID, table.State, table.Lead, table.People, table.Objectives = 5, RunRunning, 30, []PersonID{8}, []RunObjective{{Text: "a"}}
	table.Injects = []RunInject{{SentAt: musterAt}, {}}
	if since, ok := table.Awaits(o, 8); !ok || since != musterAt || table.With(o, 8, 2) != (AnswerInject{5, 0, 2}) {
		t.Errorf("at the table: %v %v", since, ok)
	}
	if _, ok := table.Awaits(o, 30); ok {
		t.Error("who leads is not at the table")
	}
	table.State, table.EndedAt = RunEnded, musterAt.Add(time.Hour)
	if since, ok := table.Awaits(o, 30); !ok || since != table.EndedAt || table.With(o, 30, 2) != (JudgeObjective{5, 0, 2}) {
		t.Errorf("the judge: %v %v", since, ok)
	}
	if _, ok := table.Awaits(o, 8); ok {
		t.Error("it is over")
	}
}
