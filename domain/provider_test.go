package domain

import (
	"slices"
	"testing"
	"time"

	"goodcatch/domain/scale"
)

func switchedOff(o *Organisation, channels ...Channel) *Organisation {
	o.Off = map[Channel]SwitchOff{}
	for _, ch := range channels {
		o.Off[ch] = SwitchOff{Channel: ch, Until: monday.Add(time.Hour)}
	}
	return o
}

func TestASwitchedChannelIsLeftOutOfTheWaysUnlessNothingElseReaches(t *testing.T) {
	t.Parallel()
	phoneOnly := &Person{ID: 9, Active: true, Phone: Address{ID: 1}}
	slackOnly := &Person{ID: 9, Active: true, Slack: Address{ID: 2}}
	both := &Person{ID: 9, Active: true, Phone: Address{ID: 1}, Slack: Address{ID: 2}}
	chose := &Person{ID: 9, Active: true, Phone: Address{ID: 1}, Slack: Address{ID: 2}, Takes: []Channel{Slack}}
	for name, c := range map[string]struct {
		off     []Channel
		p       *Person
		urgency Urgency
		want    []Channel // at once
	}{
		"nothing is off":                      {nil, both, Routine, []Channel{Slack}},
		"Slack is off, a text at once":        {[]Channel{Slack}, both, Routine, []Channel{SMS}},
		"texts are off":                       {[]Channel{SMS}, both, Urgent, []Channel{Slack}},
		"both are off, the telephone rings":   {[]Channel{SMS, Slack}, both, Urgent, []Channel{Voice}},
		"both are off, routine never rings":   {[]Channel{SMS, Slack}, both, Routine, []Channel{Slack}},
		"what somebody chose is off":          {[]Channel{Slack}, chose, Routine, []Channel{SMS}},
		"they have nothing else, and it wait": {[]Channel{Slack}, slackOnly, Urgent, []Channel{Slack}},
		"a phone rings when texts are off":    {[]Channel{SMS}, phoneOnly, Urgent, []Channel{Voice}},
		"a routine text waits":                {[]Channel{SMS}, phoneOnly, Routine, []Channel{SMS}},
	} {
		if got := switchedOff(&Organisation{}, c.off...).FirstWays(c.p, c.urgency); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestWhereNobodyOfALevelCanBeReachedTheNextIsAskedAtOnce(t *testing.T) {
	t.Parallel()
	s := onlyLee(t, scale.Moderate)
	s.org.People[miaLead].Phone = Address{}
	switchedOff(s.org, SMS)
	s.r.Climb.Level = 1
	change, err := s.try(Clockwork, Escalate{Record: 7, Level: 1, Round: s.r.Climb.Rounds})
	if err != nil || s.r.Climb.Level != 2 || !slices.Contains(asked(change), miaLead) {
		t.Fatalf("asked %v at level %d (%v)", asked(change), s.r.Climb.Level, err)
	}
	switchedOff(s.org, Slack, SMS)
	change, err = s.try(Clockwork, Escalate{Record: 7, Level: 2, Round: s.r.Climb.Rounds})
	if err != nil || s.r.Climb.Rounds == 0 || len(change.Timers) == 0 {
		t.Errorf("all are off: level %d, round %d, %d timers (%v)", s.r.Climb.Level, s.r.Climb.Rounds, len(change.Timers), err)
	}
}

func TestSwitchingIsBoundedAndOver(t *testing.T) {
	t.Parallel()
	o := switchedOff(hospital(t))
	admin := Facts{Now: monday, Org: o, Actor: Actor{Person: maxAdmin, Level: A2}}
	for length, fine := range map[time.Duration]bool{ShortestOff - 1: false, ShortestOff: true, LongestOff: true, LongestOff + 1: false} {
		if _, err := (SwitchProviderOff{Channel: SMS, For: length}).Decide(admin); (err == nil) != fine {
			t.Errorf("for %v: %v", length, err)
		}
	}
	nobody := admin
	nobody.Actor = Actor{Person: quinn, Level: A2}
	byText := admin
	byText.Actor.Level = A1
	for name, f := range map[string]Facts{"the quality office": nobody, "an administrator by text": byText} {
		if _, err := (SwitchProviderOff{Channel: SMS, For: time.Hour}).Decide(f); err != ErrForbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
	change, err := SwitchProviderOff{Channel: SMS, For: time.Hour}.Decide(admin)
	if err != nil || len(change.Notices) != 1 || change.Notices[0].Only != Slack || len(change.Timers) != 1 || !change.Timers[0].At.Equal(monday.Add(time.Hour)) {
		t.Fatalf("got %+v, %v", change, err)
	}
	switchedOff(o, SMS)
	early := Facts{Now: monday.Add(time.Minute), Org: o, Actor: Clockwork}
	if change, err := (SwitchProviderOn{Channel: SMS}).Decide(early); err != nil || len(change.Entries) != 0 {
		t.Errorf("a timer of an older switch ends this one: %+v, %v", change, err)
	}
	early.Now = monday.Add(time.Hour)
	if change, err := (SwitchProviderOn{Channel: SMS}).Decide(early); err != nil || len(change.Entries) != 1 {
		t.Errorf("its time is over: %+v, %v", change, err)
	}
}

func TestWhatBelongsToOneAddressTakesNoOtherWay(t *testing.T) {
	t.Parallel()
	p := staffed(1, "Ana", "4B", Staff)
	for name, c := range map[string]struct {
		off   []Channel
		ch    Channel
		topic string
		want  Channel
	}{
		"a text goes to Slack":      {[]Channel{SMS}, SMS, "receipt", Slack},
		"and back":                  {[]Channel{Slack}, Slack, "feedback", SMS},
		"both are off":              {[]Channel{Slack, SMS}, Slack, "feedback", ""},
		"a code proves the phone":   {[]Channel{SMS}, SMS, "unkept", ""},
		"a board is Slack's alone":  {[]Channel{Slack}, Slack, BoardTopic, ""},
		"a call was a text already": {[]Channel{Voice}, Voice, "receipt", ""},
	} {
		if got, _, _ := switchedOff(&Organisation{}, c.off...).OtherWay(p, c.ch, c.topic); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
