package domain

import (
	"errors"
	"slices"
	"testing"
	"time"
)

// inForce is a shelf with Quinn's version 7 in force.
func inForce(t testing.TB) *shelf {
	t.Helper()
	s := newShelf()
	s.must(t, commandLine, HandInDocument{Version: handed(7)})
	return s
}

// ring lets the review clock ring so many times, and returns the last change.
func (s *shelf) ring(t testing.TB, times int) (c Change) {
	t.Helper()
	for range times {
		next := s.timers[TimerKey{"v1", "review"}]
		s.now = next.At
		c = s.must(t, Clockwork, next.Command)
	}
	return c
}

func TestReviewIsAskedBeforeItsDayAndEveryWeekAfterIt(t *testing.T) {
	t.Parallel()
	s := inForce(t)
	day := DateOf(s.history[0].ReviewAt, s.org.Zone)
	for _, want := range []int{-60, -30, -7, 0, 7, 14} {
		c := s.ring(t, 1)
		if got := DateOf(s.now, s.org.Zone).Since(day); got != want {
			t.Fatalf("asked on day %d, want %d", got, want)
		}
		told := []string{"control.due/p5"}
		if want > 0 {
			told = []string{"control.overdue/p5", "control.overdue_lead/p4"}
		}
		if got := toldBy(c); !slices.Equal(got, told) {
			t.Errorf("day %d: told %v, want %v", want, got, told)
		}
	}
	if !s.history[0].Overdue(s.now) || s.codes["K2R"] != true {
		t.Errorf("overdue %v, codes %v", s.history[0].Overdue(s.now), s.codes)
	}
}

func TestStillRightSetsTheNextDateAndEndsTheCode(t *testing.T) {
	t.Parallel()
	s := inForce(t)
	s.ring(t, 5)
	s.must(t, slackOf(5), KeepDocument{1})
	v := s.history[0]
	if v.Review != NoReview || !v.ReviewAt.Equal(s.now.Add(yearly)) || v.Overdue(s.now) || s.codes[v.Handle] {
		t.Errorf("%+v", v)
	}
	var invalid *InvalidError
	if _, err := s.do(slackOf(5), KeepDocument{1}); !errors.As(err, &invalid) || invalid.Reason != "problem.no_review" {
		t.Errorf("a second time: %v", err)
	}
	before := v.Handle
	if s.ring(t, 1); s.history[0].Handle != before || !s.codes[before] {
		t.Errorf("next year's code is %s, want the same %s again", s.history[0].Handle, before)
	}
}

func TestNeedsChangeIsATaskUntilTheNextVersionIsOnItsWay(t *testing.T) {
	t.Parallel()
	s := inForce(t)
	s.ring(t, 1)
	s.must(t, slackOf(5), RewriteDocument{1})
	if c := s.ring(t, 1); !slices.Equal(toldBy(c), []string{"control.revise/p5"}) {
		t.Errorf("told %v", toldBy(c))
	}
	s.must(t, commandLine, HandInDocument{Version: handed(8, 3)})
	if c := s.ring(t, 1); len(c.Notices) != 0 {
		t.Errorf("reminded although it is in review: %v", toldBy(c))
	}
	s.must(t, slackOf(3), ApproveDocument{2})
	if s.stages() != "superseded effective" {
		t.Errorf("%s", s.stages())
	}
}

func TestWhoMayAnswerAReview(t *testing.T) {
	t.Parallel()
	s := inForce(t)
	s.ring(t, 1)
	for _, id := range []PersonID{1, 2, 3} {
		if _, err := s.do(slackOf(id), KeepDocument{1}); !errors.Is(err, ErrForbidden) {
			t.Errorf("person %d: %v", id, err)
		}
	}
	s.org.People[3].Roles = append(s.org.People[3].Roles, Quality)
	s.must(t, slackOf(3), ProposeRetirement{1})
	if _, err := s.do(slackOf(4), RetireDocument{1}); !errors.Is(err, ErrForbidden) {
		t.Errorf("a lead retires: %v", err)
	}
	s.must(t, slackOf(5), RetireDocument{1})
	if s.stages() != "retired" {
		t.Errorf("%s", s.stages())
	}
}

func TestWhenTheOwnerHasLeftTheQualityGroupIsAsked(t *testing.T) {
	t.Parallel()
	s := newShelf()
	v := handed(7)
	v.Owner = 3
	s.must(t, commandLine, HandInDocument{Version: v})
	s.org.People[3].Active = false
	if c := s.ring(t, 1); !slices.Equal(toldBy(c), []string{"control.due/p4"}) {
		t.Errorf("told %v", toldBy(c))
	}
	s.must(t, slackOf(4), KeepDocument{1})
}

func TestOwnersDeputyIsAskedWhileTheyAreAway(t *testing.T) {
	t.Parallel()
	s := inForce(t)
	at := s.timers[TimerKey{"v1", "review"}].At
	s.org.People[5].Leave = []Leave{{From: at.Add(-time.Hour), Until: at.Add(time.Hour), Deputy: 3}}
	if c := s.ring(t, 1); !slices.Equal(toldBy(c), []string{"control.due/p3"}) {
		t.Errorf("told %v", toldBy(c))
	}
	s.must(t, slackOf(3), KeepDocument{1})
}

// flag decides as the store would: the version in force comes with its text.
func (s *shelf) flag(t testing.TB, cause Cause) Change {
	t.Helper()
	f := s.facts(Clockwork, Needs{Document: "IC-04", Tokens: 1})
	v := *s.history[0]
	f.Version = &v
	c, err := FlagReview{Code: "IC-04", Cause: cause, Name: "INC-K7R"}.Decide(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range c.Entries {
		s.write(e)
	}
	for _, timer := range c.Timers {
		s.timers[timer.Key] = timer
	}
	return c
}

func TestAnIncidentBringsTheReviewNear(t *testing.T) {
	t.Parallel()
	s := inForce(t)
	c := s.flag(t, AfterIncident)
	v := s.history[0]
	if v.Review != Asked || v.Cause != AfterIncident || !v.ReviewAt.Equal(s.now.Add(flaggedTime)) || !slices.Equal(toldBy(c), []string{"control.due/p5"}) {
		t.Errorf("%s %s %v, told %v", v.Review, v.Cause, v.ReviewAt, toldBy(c))
	}
	if next := DateOf(s.timers[v.key("review")].At, s.org.Zone).Since(DateOf(v.ReviewAt, s.org.Zone)); next != -7 {
		t.Errorf("the next reminder is on day %d", next)
	}
	s.must(t, slackOf(5), RewriteDocument{1})
	if c := s.flag(t, AfterAudits); len(c.Notices) != 0 || len(c.Entries) != 1 {
		t.Errorf("it is being rewritten: %+v", c)
	}
}

func TestAChangeConcernsTheDocumentsOfItsUnits(t *testing.T) {
	t.Parallel()
	o := house()
	ward, department, everyone := procedure(), procedure(), procedure()
	ward.Code, ward.Audience.Units = "A-1", []UnitCode{"4B"}
	department.Code, department.Audience.Units = "B-1", []UnitCode{"MED"}
	everyone.Code = "C-1"
	all := []*DocumentVersion{&ward, &department, &everyone}
	for unit, want := range map[UnitCode]int{"4B": 1, "MED": 2, "H": 3} {
		c, err := FlagChange{Units: []UnitCode{unit}, Text: "new team"}.Decide(Facts{Now: publishedAt, Org: o, InForce: all, Actor: slackOf(4)})
		if err != nil || len(c.Timers) != want {
			t.Errorf("%s: %d flagged, want %d (%v)", unit, len(c.Timers), want, err)
		}
	}
	if _, err := (FlagChange{Units: []UnitCode{"4B"}}).Decide(Facts{Now: publishedAt, Org: o, InForce: all, Actor: slackOf(3)}); !errors.Is(err, ErrForbidden) {
		t.Errorf("a manager flags: %v", err)
	}
}

func TestHoldingIsWhoIsOnDutyElseTheNearestWhoIsThere(t *testing.T) {
	t.Parallel()
	o := house()
	o.People[6] = &Person{ID: 6, Name: "Kim", Unit: "H", Roles: []Role{Manager}, Active: true}
	f := Facts{Now: publishedAt, Org: o}
	names := func(role Role) (names []string) {
		for _, d := range f.Holding(role, "4B") {
			names = append(names, f.Org.NameOf(d.Person))
		}
		return names
	}
	if got := names(Manager); !slices.Equal(got, []string{"Lee"}) {
		t.Errorf("manager %v", got)
	}
	o.People[3].Leave = []Leave{{From: publishedAt.Add(-time.Hour), Until: publishedAt.Add(time.Hour)}}
	if got := names(Manager); !slices.Equal(got, []string{"Kim"}) {
		t.Errorf("while Lee is away: %v", got)
	}
	o.Rotas = []Rota{{Role: Manager, Unit: "MED", Shifts: []Shift{{Person: 2, From: publishedAt.Add(-time.Hour), Until: publishedAt.Add(time.Hour)}}}}
	if got := names(Manager); !slices.Equal(got, []string{"Ben"}) {
		t.Errorf("by the rota: %v", got)
	}
	if got := names(Biomed); got != nil {
		t.Errorf("nobody: %v", got)
	}
}
