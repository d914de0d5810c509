package domain

import (
	"slices"
	"testing"
	"time"

	"goodcatch/domain/scale"
)

// onlyLee leaves one person on the first level, who has Slack and a telephone.
func onlyLee(t *testing.T, rank scale.Rank) *story {
	t.Helper()
	s := begin(t, rank)
	s.org.People[omarOf4B].Active = false
	s.r.Climb.Asked = []PersonID{leeOf4B}
	s.r.Climb.Tried = slices.DeleteFunc(s.r.Climb.Tried, func(d Tried) bool { return d.Person != leeOf4B })
	return s
}

func TestWhoDoesNotLookAtAnUrgentCardIsRung(t *testing.T) {
	t.Parallel()
	s := onlyLee(t, scale.Severe)
	if change, err := s.try(Clockwork, ReachFurther{Record: 7}); err != nil || len(change.Notices) != 0 || len(change.Timers) != 1 {
		t.Fatalf("after two minutes: %+v, %v", change, err)
	}
	change, err := s.try(Clockwork, ReachFurther{Record: 7}) // each try is a minute later
	if err != nil || len(change.Notices) != 1 || change.Notices[0].Only != Voice || change.Notices[0].To.Person != leeOf4B {
		t.Fatalf("after three: %+v, %v", change.Notices, err)
	}
	if again, _ := s.try(Clockwork, ReachFurther{Record: 7}); len(again.Notices)+len(again.Timers) != 0 {
		t.Errorf("a doubled timer rings twice: %+v", again)
	}
}

func TestWhoHasLookedIsNotRung(t *testing.T) {
	t.Parallel()
	s := onlyLee(t, scale.Severe)
	s.does(leeOf4B, SeeRecord{Record: 7})
	s.now = s.now.Add(time.Hour)
	if change, _ := s.try(Clockwork, ReachFurther{Record: 7}); len(change.Notices)+len(change.Timers) != 0 {
		t.Errorf("got %+v", change)
	}
	if change, _ := s.try(Clockwork, Escalate{Record: 7, Level: s.r.Climb.Level}); len(asked(change)) == 0 {
		t.Error("seeing stopped the ladder")
	}
}

func TestRoutineCardFallsBackToATextAndNeverRings(t *testing.T) {
	t.Parallel()
	s := onlyLee(t, scale.Mild)
	for range 50 {
		s.now = s.now.Add(time.Hour)
		change, err := s.try(Clockwork, ReachFurther{Record: 7})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range change.Notices {
			if n.Only != SMS {
				t.Errorf("tried by %s", n.Only)
			}
		}
	}
	if got := s.r.tried(leeOf4B).Used; !slices.Equal(got, []Channel{Slack, SMS}) {
		t.Errorf("used %v", got)
	}
}

func TestWaysOfAPerson(t *testing.T) {
	t.Parallel()
	o := &Organisation{}
	phone, slack := Address{ID: 1}, Address{ID: 2}
	for name, c := range map[string]struct {
		p       Person
		urgency Urgency
		want    []Channel // all of them
		first   []Channel
	}{
		"both":                      {Person{Phone: phone, Slack: slack}, Urgent, []Channel{Slack, SMS, Voice}, []Channel{Slack, SMS}},
		"both, routine":             {Person{Phone: phone, Slack: slack}, Routine, []Channel{Slack, SMS}, []Channel{Slack}},
		"a phone":                   {Person{Phone: phone}, Urgent, []Channel{SMS, Voice}, []Channel{SMS}},
		"a phone, routine":          {Person{Phone: phone}, Routine, []Channel{SMS}, []Channel{SMS}},
		"opted out of texts":        {Person{Phone: Address{ID: 1, Stopped: true}}, Urgent, []Channel{Voice}, []Channel{Voice}},
		"opted out, routine":        {Person{Phone: Address{ID: 1, Stopped: true}}, Routine, nil, nil},
		"a landline":                {Person{Phone: Address{ID: 1, Dead: true}, Slack: slack}, Urgent, []Channel{Slack, Voice}, []Channel{Slack}},
		"wants texts":               {Person{Phone: phone, Slack: slack, Takes: []Channel{SMS}}, Routine, []Channel{SMS}, []Channel{SMS}},
		"wants what does not exist": {Person{Phone: phone, Takes: []Channel{Slack}}, Urgent, []Channel{SMS, Voice}, []Channel{SMS}},
		"nothing":                   {Person{}, Urgent, nil, nil},
	} {
		var got []Channel
		for _, w := range o.Ways(&c.p, c.urgency) {
			got = append(got, w.Channel)
		}
		if first := o.FirstWays(&c.p, c.urgency); !slices.Equal(got, c.want) || !slices.Equal(first, c.first) {
			t.Errorf("%s: %v, first %v", name, got, first)
		}
	}
}
