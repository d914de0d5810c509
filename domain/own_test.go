package domain

import (
	"errors"
	"slices"
	"testing"
	"time"

	"goodcatch/domain/scale"
)

// A story is one record through its commands, as the store would keep it.
type story struct {
	t   *testing.T
	org *Organisation
	r   *Record
	now time.Time
}

func begin(t *testing.T, rank scale.Rank) *story {
	t.Helper()
	o := hospital(t)
	r, _ := filed(t, o, monday, reporterOf(o, nurse), incidentIn("4B", rank))
	return &story{t, o, r, monday.Add(time.Minute)}
}

func (s *story) try(actor Actor, cmd Command) (Change, error) {
	s.t.Helper()
	s.now = s.now.Add(time.Minute)
	change, err := cmd.Decide(Facts{Now: s.now, Actor: actor, Org: s.org, Record: s.r})
	if err != nil {
		return change, err
	}
	for _, r := range change.Records {
		s.r = r.Clone()
		s.r.Version++
	}
	return change, nil
}

// does runs a command of a person, which must be allowed.
func (s *story) does(id PersonID, cmd Command) Change {
	s.t.Helper()
	change, err := s.try(by(s.org, id), cmd)
	if err != nil {
		s.t.Fatalf("%s by %d: %v", cmd.CommandName(), id, err)
	}
	return change
}

func (s *story) reports(cmd Command) Change {
	s.t.Helper()
	change, err := s.try(reporterOf(s.org, nurse), cmd)
	if err != nil {
		s.t.Fatalf("%s by the reporter: %v", cmd.CommandName(), err)
	}
	return change
}

func cleared(c Change, name string) bool {
	return slices.ContainsFunc(c.Clear, func(k TimerKey) bool { return k.Name == name })
}

func settled(c Change, key string) (Settle, bool) {
	i := slices.IndexFunc(c.Settle, func(s Settle) bool { return s.Key == key })
	if i < 0 {
		return Settle{}, false
	}
	return c.Settle[i], true
}

func TestAcknowledgeMeansIOwnIt(t *testing.T) {
	t.Parallel()
	s := begin(t, scale.Moderate)
	change := s.does(leeOf4B, Acknowledge{Record: 7})
	if s.r.State != Acknowledged || s.r.Owner != leeOf4B || !s.r.OwnedAt.Equal(s.now) || !s.r.DueAt.Equal(s.now.Add(24*time.Hour)) {
		t.Errorf("record %+v", s.r)
	}
	if !cleared(change, escalateTimer) {
		t.Error("the ladder runs on")
	}
	if nudge, ok := timerOf(change, nudgeTimer); !ok || !nudge.At.Equal(s.r.DueAt) {
		t.Errorf("nudge %+v", nudge)
	}
	if taken, ok := settled(change, "card.taken"); !ok || taken.Except != leeOf4B || taken.Topic != "escalation" {
		t.Errorf("the others are told %+v", change.Settle)
	}
	if n, ok := noticed(change, "feedback.owned"); !ok || n.To.Address != s.r.From {
		t.Errorf("the reporter is told %+v", n)
	}
	if last := s.r.Report.Feedback[len(s.r.Report.Feedback)-1]; last.Mode != "B" {
		t.Errorf("feedback %+v", s.r.Report.Feedback)
	}
}

func TestAcknowledgeTwiceTellsTheOwnerAgainAndChangesNothing(t *testing.T) {
	t.Parallel()
	s := begin(t, scale.Moderate)
	s.does(leeOf4B, Acknowledge{Record: 7})
	before := s.r.Version
	again := s.does(leeOf4B, Acknowledge{Record: 7})
	if len(again.Records)+len(again.Events)+len(again.Timers)+len(again.Settle) != 0 || len(again.Notices) != 1 || s.r.Version != before {
		t.Errorf("got %+v", again)
	}
}

func TestSecondToAcknowledgeIsToldWhoAndWhen(t *testing.T) {
	t.Parallel()
	s := begin(t, scale.Moderate)
	s.does(leeOf4B, Acknowledge{Record: 7})
	_, err := s.try(by(s.org, omarOf4B), Acknowledge{Record: 7})
	var taken *TakenError
	if !errors.As(err, &taken) || taken.Owner != leeOf4B || !taken.At.Equal(s.r.OwnedAt) || !errors.Is(err, ErrConflict) {
		t.Errorf("got %v", err)
	}
}

func TestNothingIsOwnedAfterTheEnd(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*story){
		"closed": func(s *story) {
			s.does(leeOf4B, Acknowledge{Record: 7})
			s.does(leeOf4B, CloseReport{Record: 7, Learning: "Gel is refilled each morning", Textable: Yes})
		},
		"withdrawn": func(s *story) { s.reports(WithdrawReport{Record: 7}) },
		"duplicate": func(s *story) { s.does(quinn, Triage{Record: 7, State: Duplicate}) },
	} {
		s := begin(t, scale.Moderate)
		end(s)
		for _, cmd := range []Command{Acknowledge{Record: 7}, Decline{Record: 7}, HandOver{Record: 7, To: omarOf4B}, CloseReport{Record: 7, Learning: "Again", Textable: Yes}, AskReporter{Record: 7, Text: "Where?"}, Triage{Record: 7, State: InReview}, Triage{Record: 7}} {
			for _, who := range []PersonID{leeOf4B, quinn} {
				if _, err := s.try(by(s.org, who), cmd); !errors.Is(err, ErrConflict) && !errors.Is(err, ErrForbidden) {
					t.Errorf("%s: %s by %d: %v", name, cmd.CommandName(), who, err)
				}
			}
		}
		for _, cmd := range []Command{Escalate{Record: 7, Level: s.r.Climb.Level}, NudgeOwner{Record: 7}, DeliveryFailed{Record: 7, Person: leeOf4B, Channel: Slack}} {
			if change, err := s.try(Clockwork, cmd); err != nil || len(change.Records)+len(change.Notices)+len(change.Timers) != 0 {
				t.Errorf("%s: %s: %+v, %v", name, cmd.CommandName(), change, err)
			}
		}
	}
}

func TestLateOrDoubledEscalationDoesNothing(t *testing.T) {
	t.Parallel()
	s := begin(t, scale.Severe)
	first := Escalate{Record: 7, Level: 1}
	if change, err := s.try(Clockwork, first); err != nil || !slices.Equal(asked(change), []PersonID{miaLead}) {
		t.Fatalf("got %+v, %v", change, err)
	}
	for name, cmd := range map[string]Command{"twin": first, "of another round": Escalate{Record: 7, Level: 2, Round: 1}} {
		if change, err := s.try(Clockwork, cmd); err != nil || len(change.Records) != 0 {
			t.Errorf("%s: %+v, %v", name, change, err)
		}
	}
	s.does(leeOf4B, Acknowledge{Record: 7})
	if change, err := s.try(Clockwork, Escalate{Record: 7, Level: 2}); err != nil || len(change.Records) != 0 {
		t.Errorf("after acknowledge: %+v, %v", change, err)
	}
}

func TestDeclineMovesOnAtOnce(t *testing.T) {
	t.Parallel()
	s := begin(t, scale.Moderate)
	change := s.does(leeOf4B, Decline{Record: 7, Text: "I am away"})
	if !slices.Equal(asked(change), []PersonID{miaLead}) || s.r.Climb.Level != 2 {
		t.Errorf("asked %v at level %d", asked(change), s.r.Climb.Level)
	}
	if len(change.Passages) != 1 || change.Passages[0].Kind != Reason || change.Passages[0].Author != "p2" {
		t.Errorf("passages %+v", change.Passages)
	}
	if again := s.does(leeOf4B, Decline{Record: 7}); len(asked(again)) != 0 || len(s.r.Climb.Passed) != 1 {
		t.Errorf("declined twice: asked %v, passed %v", asked(again), s.r.Climb.Passed)
	}
	s.does(leeOf4B, Acknowledge{Record: 7}) // a change of mind
	if s.r.Owner != leeOf4B {
		t.Error("who declined cannot take it after all")
	}
}

func TestDeclineByWhoWasNotAskedOnlyLeavesThemOut(t *testing.T) {
	t.Parallel()
	s := begin(t, scale.Moderate)
	if change := s.does(miaLead, Decline{Record: 7}); len(asked(change)) != 0 || len(change.Timers) != 0 {
		t.Errorf("got %+v", change)
	}
	if change, err := s.try(Clockwork, Escalate{Record: 7, Level: 1}); err != nil || !slices.Equal(asked(change), []PersonID{quinn}) {
		t.Errorf("level 2 is %v, %v", asked(change), err)
	}
}

func TestOnlyTheOwnerReleases(t *testing.T) {
	t.Parallel()
	s := begin(t, scale.Moderate)
	if _, err := s.try(by(s.org, leeOf4B), Release{Record: 7}); !errors.Is(err, ErrForbidden) {
		t.Errorf("of nobody: %v", err)
	}
	s.does(leeOf4B, Acknowledge{Record: 7})
	if _, err := s.try(by(s.org, omarOf4B), Release{Record: 7}); !errors.Is(err, ErrForbidden) {
		t.Errorf("of another: %v", err)
	}
	change := s.does(leeOf4B, Release{Record: 7})
	if s.r.State != New || s.r.Owner != 0 || !s.r.DueAt.IsZero() || !cleared(change, nudgeTimer) || !slices.Equal(asked(change), []PersonID{miaLead}) {
		t.Errorf("record %+v, change %+v", s.r, change)
	}
	if _, ok := timerOf(change, escalateTimer); !ok {
		t.Error("the ladder stands still")
	}
	s.does(miaLead, Acknowledge{Record: 7})
	if change, err := s.try(Clockwork, Release{Record: 7}); err != nil || s.r.Owner != 0 || len(asked(change)) == 0 { // an owner who left
		t.Errorf("released by the clock: %+v, %v", change, err)
	}
}

func TestDeclineByTheOwnerReleasesWithAReason(t *testing.T) {
	t.Parallel()
	s := begin(t, scale.Moderate)
	s.does(leeOf4B, Acknowledge{Record: 7})
	if _, err := s.try(by(s.org, omarOf4B), Decline{Record: 7}); !errors.Is(err, ErrConflict) {
		t.Errorf("another declines what is owned: %v", err)
	}
	change := s.does(leeOf4B, Decline{Record: 7, Text: "Not my ward"})
	if s.r.Owner != 0 || s.r.State != New || len(change.Passages) != 1 || !slices.Equal(asked(change), []PersonID{miaLead}) {
		t.Errorf("record %+v, change %+v", s.r, change)
	}
}

func TestHandOverNamesTheNextOwner(t *testing.T) {
	t.Parallel()
	s := begin(t, scale.Moderate)
	s.does(leeOf4B, Acknowledge{Record: 7})
	change := s.does(leeOf4B, HandOver{Record: 7, To: omarOf4B})
	n, ok := noticed(change, "owner.handed")
	if !ok || n.To.Person != omarOf4B || n.Args["by"] != Text("Lee") || s.r.Owner != omarOf4B || s.r.State != Acknowledged {
		t.Errorf("record %+v, notice %+v", s.r, n)
	}
	if _, told := noticed(change, "feedback.owned"); told {
		t.Error("the reporter is told again")
	}
	if len(change.Settle) != 1 || change.Settle[0].Topic != "owner" || !change.Settle[0].Silent {
		t.Errorf("only the former owner's buttons end, and nobody is texted: %+v", change.Settle)
	}
	s.org.People[miaLead].Active = false
	s.r.Reporter = nurse
	for _, to := range []PersonID{miaLead, nurse, 99} {
		if _, err := s.try(by(s.org, omarOf4B), HandOver{Record: 7, To: to}); !isInvalid(err, "to") {
			t.Errorf("to %d: %v", to, err)
		}
	}
	if _, err := s.try(by(s.org, leeOf4B), HandOver{Record: 7, To: doraOfMED}); !errors.Is(err, ErrForbidden) {
		t.Errorf("by who gave it away: %v", err)
	}
}

func TestHandOverOfAnUnownedRecordStopsItsLadder(t *testing.T) {
	t.Parallel()
	s := begin(t, scale.Moderate)
	change := s.does(quinn, HandOver{Record: 7, To: doraOfMED})
	if s.r.State != Acknowledged || s.r.Owner != doraOfMED || !cleared(change, escalateTimer) {
		t.Errorf("record %+v, clears %v", s.r, change.Clear)
	}
	if taken, ok := settled(change, "card.taken"); !ok || taken.Except != doraOfMED {
		t.Errorf("those asked are told %+v", change.Settle)
	}
	if _, ok := noticed(change, "feedback.owned"); !ok {
		t.Error("the reporter is not told")
	}
}

func isInvalid(err error, field string) bool {
	var invalid *InvalidError
	return errors.As(err, &invalid) && invalid.Field == field
}

func TestWhereNobodyElseIsAskedTheOwnerIsRemindedWhenDueAndEveryTwoDays(t *testing.T) {
	t.Parallel()
	s := begin(t, scale.Moderate)
	s.r.Climb.Silence.Off = true
	due, _ := timerOf(s.does(leeOf4B, Acknowledge{Record: 7}), nudgeTimer)
	if change, err := s.try(Clockwork, due.Command); err != nil || len(change.Notices) != 0 {
		t.Fatalf("before it is due: %+v, %v", change, err)
	}
	told := 0
	for n := range 14 {
		s.now = due.At
		change, err := due.Command.Decide(Facts{Now: due.At, Actor: Clockwork, Org: s.org, Record: s.r})
		if err != nil {
			t.Fatal(err)
		}
		s.r = change.Records[0]
		if nudge, ok := noticed(change, "owner.nudge"); !ok || nudge.To.Person != leeOf4B || nudge.Urgency != Routine {
			t.Errorf("reminder %d: %+v", n, nudge)
		}
		if _, ok := noticed(change, "feedback.still"); ok {
			told++
		}
		next, _ := timerOf(change, nudgeTimer)
		if got := next.At.Sub(due.At); got != 48*time.Hour {
			t.Fatalf("the next comes after %v", got)
		}
		due = next
	}
	if told != 2 {
		t.Errorf("the reporter heard %d times in 28 days that it is still worked on, want 2", told)
	}
	s.now = due.At
	s.does(leeOf4B, Triage{Record: 7, State: InReview}) // moves the due time
	if change, err := s.try(Clockwork, due.Command); err != nil || len(change.Notices) != 0 {
		t.Errorf("after triage: %+v, %v", change, err)
	}
}

func TestFailedDeliveryTriesTheNextChannelAndThenTheNextPerson(t *testing.T) {
	t.Parallel()
	s := begin(t, scale.Moderate)
	fails := func(id PersonID, ch Channel) Change {
		t.Helper()
		change, err := s.try(Clockwork, DeliveryFailed{Record: 7, Person: id, Channel: ch})
		if err != nil {
			t.Fatal(err)
		}
		return change
	}
	change := fails(leeOf4B, Slack)
	if len(change.Notices) != 1 || change.Notices[0].Only != SMS || change.Notices[0].To.Person != leeOf4B {
		t.Fatalf("Slack failed: %+v", change.Notices)
	}
	if again := fails(leeOf4B, Slack); len(again.Records) != 0 {
		t.Errorf("the same failure counts twice: %+v", again)
	}
	if change = fails(leeOf4B, SMS); len(asked(change)) != 0 || !slices.Contains(s.r.Climb.Passed, leeOf4B) {
		t.Errorf("Omar is still to answer: asked %v, passed %v", asked(change), s.r.Climb.Passed)
	}
	fails(omarOf4B, Slack)
	if change = fails(omarOf4B, SMS); !slices.Equal(asked(change), []PersonID{miaLead}) {
		t.Errorf("nobody of level 1 was reached: asked %v", asked(change))
	}
	if other := fails(nurse, SMS); len(other.Records) != 0 {
		t.Errorf("somebody never asked: %+v", other)
	}
	s.does(miaLead, Acknowledge{Record: 7})
	if late := fails(miaLead, Slack); len(late.Records) != 0 {
		t.Errorf("after acknowledge: %+v", late)
	}
}

func TestUrgentFailureDoesNotRepeatAChannelUnderWay(t *testing.T) {
	t.Parallel()
	s := begin(t, scale.Severe)
	s.org.People[omarOf4B].Active = false
	s.r.Climb.Asked = []PersonID{leeOf4B}
	change, err := s.try(Clockwork, DeliveryFailed{Record: 7, Person: leeOf4B, Channel: Slack})
	if err != nil || len(change.Notices) != 0 || len(s.r.Climb.Passed) != 0 {
		t.Errorf("his SMS is under way: %+v, %v", change, err)
	}
	change, err = s.try(Clockwork, DeliveryFailed{Record: 7, Person: leeOf4B, Channel: SMS})
	if err != nil || !slices.Equal(asked(change), []PersonID{leeOf4B}) || change.Notices[0].Only != Voice {
		t.Errorf("his telephone does not ring: %+v, %v", change.Notices, err)
	}
	change, err = s.try(Clockwork, DeliveryFailed{Record: 7, Person: leeOf4B, Channel: Voice})
	if err != nil || !slices.Equal(asked(change), []PersonID{miaLead}) {
		t.Errorf("nothing reaches him: asked %v, %v", asked(change), err)
	}
}
