package domain

import (
	"errors"
	"slices"
	"testing"
	"time"
)

// An alerting is a safety alert with the timer that the store would hold.
type alerting struct {
	t     *testing.T
	org   *Organisation
	now   time.Time
	alert *SafetyAlert
	timer *Timer
}

// issued is an alert to the whole hospital of the tests: wards 4B, 4C and ED.
func issued(t *testing.T) *alerting {
	s := &alerting{t: t, org: hospital(t), now: monday}
	change, err := IssueAlert{Title: "Pump X2: alarm fault", Action: "Take it out of use.", Due: 8 * time.Hour}.Decide(Facts{Now: s.now, Org: s.org, Actor: by(s.org, quinn), NextID: 4, Codes: []Code{"K7R"}})
	if err != nil {
		t.Fatal(err)
	}
	s.take(change)
	return s
}

func (s *alerting) take(c Change) Change {
	for _, e := range c.Entries {
		if saved, ok := e.(SavedAlert); ok {
			s.alert = &saved.Alert
		}
	}
	if len(c.Clear) > 0 {
		s.timer = nil
	}
	for _, timer := range c.Timers {
		s.timer = &timer
	}
	return c
}

func (s *alerting) does(actor PersonID, cmd Command) (Change, error) {
	s.t.Helper()
	c, err := cmd.Decide(Facts{Now: s.now, Org: s.org, Actor: by(s.org, actor), Alert: s.alert})
	if err == nil {
		s.take(c)
	}
	return c, err
}

// fire runs the next timer at its time, and returns who is told and how.
func (s *alerting) fire() (told map[PersonID]string) {
	s.t.Helper()
	if s.timer == nil {
		s.t.Fatal("no timer")
	}
	s.now = s.timer.At
	cmd := s.timer.Command
	s.timer = nil
	c, err := cmd.Decide(Facts{Now: s.now, Org: s.org, Actor: Clockwork, Alert: s.alert})
	if err != nil {
		s.t.Fatal(err)
	}
	s.take(c)
	return alertedBy(c)
}

func alertedBy(c Change) map[PersonID]string {
	told := map[PersonID]string{}
	for _, n := range c.Notices {
		if n.To.Person != 0 {
			told[n.To.Person] += n.Key + " " + n.Args["wards"].String() + ";"
		}
	}
	return told
}

func TestWhoDoesNotAnswerAnAlertIsAskedAgainThenTheLeadThenTheExecutives(t *testing.T) {
	s := issued(t)
	if got := len(s.alert.Wards); got != 3 {
		t.Fatalf("%d wards: %+v", got, s.alert.Wards)
	}
	if _, err := s.does(leeOf4B, AnswerAlert{Alert: 4}); err != nil {
		t.Fatal(err)
	}
	steps := []struct {
		after time.Duration
		who   PersonID
		want  string
	}{{time.Hour, doraOfMED, "alert.again 4C;"}, {4 * time.Hour, miaLead, "alert.again 4C;"}, {8 * time.Hour, eve, "alert.missing 4C, ED;"}, {32 * time.Hour, eve, "alert.missing 4C, ED;"}}
	for _, step := range steps {
		told := s.fire()
		if got := s.now.Sub(s.alert.IssuedAt); got != step.after {
			t.Errorf("after %v, want %v", got, step.after)
		}
		if told[step.who] != step.want {
			t.Errorf("after %v p%d is told %q, want %q (all: %v)", step.after, step.who, told[step.who], step.want, told)
		}
		if told[leeOf4B] != "" {
			t.Errorf("after %v who has answered is told %q", step.after, told[leeOf4B])
		}
	}
}

func TestTheLastAnswerEndsTheAskingAndALateOneStillCounts(t *testing.T) {
	s := issued(t)
	for _, answer := range []struct {
		who PersonID
		cmd AnswerAlert
	}{{omarOf4B, AnswerAlert{4, "4B", 3}}, {doraOfMED, AnswerAlert{4, "4C", 0}}} {
		if _, err := s.does(answer.who, answer.cmd); err != nil {
			t.Fatal(err)
		}
	}
	if s.timer == nil {
		t.Fatal("nobody asks about the ward that is left")
	}
	left := s.alert.Tally().Missing
	if !slices.Equal(left, []UnitCode{"ED"}) {
		t.Fatalf("missing %v", left)
	}
	asked := s.alert.Wards[slices.IndexFunc(s.alert.Wards, func(w AlertWard) bool { return w.Unit == "ED" })].Asked
	if len(asked) == 0 {
		t.Fatal("nobody was asked about ED")
	}
	c, err := s.does(asked[0], AnswerAlert{4, "ED", 1})
	if err != nil || s.timer != nil {
		t.Fatalf("%v, timer %v", err, s.timer)
	}
	if told := alertedBy(c); told[quinn] == "" || s.alert.Tally().Total != 4 {
		t.Errorf("told %v, %d found", told, s.alert.Tally().Total)
	}
	if _, err := s.does(quinn, CloseAlert{4}); err != nil {
		t.Fatal(err)
	}
	c, err = s.does(omarOf4B, AnswerAlert{4, "4B", 5})
	if err != nil || s.alert.Tally().Total != 6 || alertedBy(c)[quinn] == "" {
		t.Errorf("a late answer: %v, %d found, told %v", err, s.alert.Tally().Total, alertedBy(c))
	}
	if _, err := s.does(quinn, CloseAlert{4}); err == nil {
		t.Error("closed twice")
	}
}

func TestWhoMayIssueAnswerAndCloseAnAlert(t *testing.T) {
	s := issued(t)
	org := s.org
	if _, err := (IssueAlert{Title: "Pump", Action: "Out", Due: time.Hour}).Decide(Facts{Now: monday, Org: org, Actor: by(org, leeOf4B), NextID: 5, Codes: []Code{"Q4D"}}); !errors.Is(err, ErrForbidden) {
		t.Errorf("a manager issues: %v", err)
	}
	if _, err := (IssueAlert{Title: "for Mr Jones, NHS 943 476 5919", Action: "Out", Due: time.Hour}).Decide(Facts{Now: monday, Org: org, Actor: by(org, quinn), NextID: 5, Codes: []Code{"Q4D"}}); err == nil {
		t.Error("an identifier goes out")
	}
	for _, c := range []struct {
		who    PersonID
		cmd    AnswerAlert
		reason string
	}{
		{leeOf4B, AnswerAlert{4, "4C", 1}, "alert.not_your_ward"}, {leeOf4B, AnswerAlert{4, "", -1}, "alert.how"}, {leeOf4B, AnswerAlert{4, "", 10000}, "alert.how"}, {doraOfMED, AnswerAlert{4, "", 3}, ""},
	} {
		_, err := s.does(c.who, c.cmd)
		var invalid *InvalidError
		if got := errors.As(err, &invalid); got != (c.reason != "") || got && invalid.Reason != c.reason {
			t.Errorf("p%d %+v: %v, want %q", c.who, c.cmd, err, c.reason)
		}
	}
	if _, err := s.does(maxAdmin, AnswerAlert{4, "", 1}); !errors.Is(err, ErrForbidden) {
		t.Errorf("a stranger answers: %v", err)
	}
	if _, err := s.does(leeOf4B, CloseAlert{4}); !errors.Is(err, ErrForbidden) {
		t.Errorf("a manager closes: %v", err)
	}
	if _, err := s.does(nurse, AnswerAlert{4, "", 2}); err != nil || s.alert.Tally().Total != 5 {
		t.Errorf("a nurse of the ward: %v, %d found", err, s.alert.Tally().Total)
	}
}

func TestAnswersToAnAlertAreReadAsTheyAreTyped(t *testing.T) {
	a := &SafetyAlert{Wards: []AlertWard{{Unit: "4B"}, {Unit: "ICU"}}}
	for text, want := range map[string]struct {
		unit  UnitCode
		count int
		ok    bool
	}{
		"0": {"", 0, true}, "3": {"", 3, true}, "none": {"", 0, true}, "none here": {"", 0, true}, "4b 3": {"4B", 3, true}, "3 in 4B": {"4B", 3, true}, "ICU: 12": {"ICU", 12, true}, "没有": {"", 0, true},
		"4B": {"4B", 0, false}, "3 4": {"", 0, false}, "three": {"", 0, false}, "": {"", 0, false}, "99999": {"", 0, false}, "3 on the shelf": {"", 0, false}, "-1": {"", 0, false},
	} {
		unit, count, ok := a.ReadAnswer(text)
		if ok != want.ok || ok && (unit != want.unit || count != want.count) {
			t.Errorf("%q: %q %d %v, want %+v", text, unit, count, ok, want)
		}
	}
}
