package domain

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"goodcatch/domain/scale"
)

// A simulated record is one of many that climb at the same time, with its timers as the store holds them.
type simulated struct {
	life
	owners, over  int // how often somebody came to own it, or took it over from a silent owner
	climbs, nudge TimerKey
}

// fire runs what has fallen due by now.
func (s *simulated) fire(t *testing.T) {
	t.Helper()
	for {
		var next *Timer
		for _, timer := range s.timers {
			if !timer.At.After(s.now) && (next == nil || timer.At.Before(next.At)) {
				next = &timer
			}
		}
		if next == nil {
			return
		}
		delete(s.timers, next.Key)
		s.run(t, Clockwork, next.Command)
	}
}

// run decides, and holds what may not happen: a record that is owned has one owner, keeps them until they give it away, and asks nobody
// else. It reports whether the command was taken.
func (s *simulated) run(t *testing.T, actor Actor, cmd Command) bool {
	t.Helper()
	owner, before := s.r.Owner, s.r
	change, err := cmd.Decide(Facts{Now: s.now, Actor: actor, Org: s.org, Record: s.r})
	if err != nil {
		var taken *TakenError
		if !refused(err) && !errors.As(err, &taken) {
			t.Fatalf("%s: %v", cmd.CommandName(), err)
		}
		return false
	}
	s.apply(change)
	_, given := cmd.(HandOver)
	if over, is := cmd.(TakeOver); is && over.From == owner { // the owner was silent, and this one was asked to take it over
		given = given || slices.Contains(before.Climb.Silence.Asked, actor.Person)
	}
	switch {
	case owner != 0 && s.r.Owner != 0 && s.r.Owner != owner && !given:
		t.Fatalf("%s: owned by p%d, and now by p%d", cmd.CommandName(), owner, s.r.Owner)
	case owner == 0 && s.r.Owner != 0:
		s.owners++
		if !slices.ContainsFunc(change.Settle, func(s Settle) bool { return s.Topic == "escalation" }) {
			t.Fatalf("%s: taken, and what is on its way to others is not held back", cmd.CommandName())
		}
		for _, name := range []string{escalateTimer, reachTimer} {
			if _, left := s.timers[s.r.ID.Key(name)]; left {
				t.Fatalf("%s: taken, and %s still runs", cmd.CommandName(), name)
			}
		}
	}
	if s.r.Owner != 0 && slices.ContainsFunc(change.Notices, func(n Notice) bool { return n.Topic == "escalation" }) {
		t.Fatalf("%s: somebody is asked to own what p%d owns", cmd.CommandName(), s.r.Owner)
	}
	return true
}

// latest is when the next step of an unowned record must come at the latest: at its step's time after the report, or when the ladder is
// repeated; a routine one may wait for a night to end.
func (s *simulated) latest() time.Time {
	at := s.now.Add(s.r.Ladder.Repeat)
	if !s.r.Ladder.Urgent {
		at = s.now.Add(longestRepeat)
	}
	if level := s.r.Climb.Level; level < len(s.r.Ladder.Steps) {
		at = s.r.CreatedAt.Add(s.r.Ladder.Steps[level].After)
	}
	if !s.r.Ladder.Urgent {
		at = at.Add(11 * time.Hour) // quiet from 21:00 to 08:00
	}
	return at
}

// clocked holds what is true at every minute: whoever owns it is reminded of it, and what nobody owns has its next step within the interval.
func (s *simulated) clocked() error {
	climbs, climbing := s.timers[s.climbs]
	reminds, reminding := s.timers[s.nudge]
	switch {
	case s.r.Owner != 0 && reminding && reminds.At.After(s.now.Add(max(s.r.DueAt.Sub(s.now), LongestSilence)+11*time.Hour)):
		return fmt.Errorf("owned by p%d, who is reminded only at %s", s.r.Owner, reminds.At)
	case s.r.Owner != 0 && (climbing || !reminding):
		return fmt.Errorf("owned by p%d: climbs %v, reminds %v", s.r.Owner, climbing, reminding)
	case s.r.Owner == 0 && !climbing:
		return errors.New("nobody owns it, and no step is to come")
	case s.r.Owner == 0 && climbs.At.After(s.latest()) && climbs.At.After(s.now):
		return fmt.Errorf("nobody owns it, and the next step comes only at %s, at the latest it must at %s", climbs.At, s.latest())
	}
	return nil
}

// happens is what people and providers do to a record in one minute: mostly nothing.
func (s *simulated) happens(t *testing.T, rnd *rand.Rand) {
	t.Helper()
	if len(s.r.Climb.Asked) == 0 {
		return
	}
	who := s.r.Climb.Asked[rnd.IntN(len(s.r.Climb.Asked))]
	channel := []Channel{Slack, SMS, Voice}[rnd.IntN(3)]
	switch n := rnd.IntN(4000); {
	case n < 2: // two press at the same time: the second is refused, or is the first pressing twice
		first := s.run(t, s.actor(who), Acknowledge{7})
		second := s.r.Climb.Asked[rnd.IntN(len(s.r.Climb.Asked))]
		if took := s.run(t, s.actor(second), Acknowledge{7}); first && took && s.r.Owner != second {
			t.Fatalf("p%d and p%d both took it", s.r.Owner, second)
		}
	case n < 8:
		s.run(t, s.actor(who), Decline{Record: 7})
	case n < 20:
		s.run(t, Clockwork, DeliveryFailed{7, who, channel})
	case n < 24:
		s.run(t, s.actor(who), SeeRecord{7})
	case n < 26:
		s.run(t, s.actor(who), Release{7})
	case n < 27:
		s.run(t, s.actor(who), HandOver{7, PersonID(1 + rnd.IntN(8))})
	case n < 29: // a late twin of a timer
		s.run(t, Clockwork, Escalate{7, rnd.IntN(5), rnd.IntN(3)})
	case n < 30:
		s.run(t, Clockwork, ReachFurther{7})
	case n < 31: // a provider is switched off, or on again
		s.org.Off = map[Channel]SwitchOff{}
		if rnd.IntN(2) == 0 {
			s.org.Off[channel] = SwitchOff{Channel: channel}
		}
	case n < 40:
		s.run(t, s.actor(s.r.Owner), SetSilence{Record: 7, After: time.Duration(rnd.IntN(4)) * 15 * time.Minute, Off: rnd.IntN(8) == 0})
	case n < 60 && len(s.r.Climb.Silence.Asked) > 0:
		if s.run(t, s.actor(s.r.Climb.Silence.Asked[0]), TakeOver{7, s.r.Owner}) {
			s.over++
		}
	}
}

// TestWhatNobodyTakesIsAskedAgainEverMoreSeldomButForEver plays six weeks in which nobody answers.
func TestWhatNobodyTakesIsAskedAgainEverMoreSeldomButForEver(t *testing.T) {
	t.Parallel()
	house := hospital(t)
	s := &simulated{life: life{org: house, reporter: nurse, timers: map[TimerKey]Timer{}, now: monday}}
	change, err := FileReport{Kind: NearMiss, Text: "x", Unit: "4B"}.Decide(Facts{Now: s.now, Org: house, Actor: reporterOf(house, nurse), IDs: []RecordID{7}, Refs: []Ref{"H4D22PKX"}, Codes: []Code{"K7R"}})
	if err != nil {
		t.Fatal(err)
	}
	s.apply(change)
	var days []int
	for rounds := 0; s.now.Before(monday.AddDate(0, 0, 42)); s.now = s.now.Add(time.Minute) {
		s.fire(t)
		if s.r.Climb.Rounds > rounds {
			rounds = s.r.Climb.Rounds
			days = append(days, int(s.now.Sub(monday).Hours()/24))
		}
	}
	if want := []int{5, 6, 8, 12, 19, 26, 33, 40}; !slices.Equal(days, want) {
		t.Errorf("asked again on days %v, want %v", days, want)
	}
}

// away gives everybody but the administrator a few days of leave, most of them with a deputy.
func away(o *Organisation, rnd *rand.Rand) *Organisation {
	o = o.withoutLeave()
	for id, p := range o.People {
		if p.Has(Admin) || rnd.IntN(3) == 0 {
			continue
		}
		q := *p
		from := monday.Add(time.Duration(rnd.IntN(120)-24) * time.Hour)
		q.Leave = []Leave{{From: from, Until: from.Add(time.Duration(6+rnd.IntN(60)) * time.Hour), Deputy: PersonID(rnd.IntN(9))}}
		o.People[id] = &q
	}
	return o
}

// TestFiveHundredEscalationsMinuteByMinute lets 500 records climb, each for a week at most or until half a day after it was taken, with
// random answers, failures and leave, and looks at each at every minute.
func TestFiveHundredEscalationsMinuteByMinute(t *testing.T) {
	t.Parallel()
	const records, days = 500, 7
	house := hospital(t)
	answers, owned, climbed, over := []Answer{Open, Yes, No}, 0, 0, 0
	for n := range records {
		rnd := rand.New(rand.NewPCG(uint64(n), 22))
		s := &simulated{life: life{org: away(house, rnd), reporter: nurse, timers: map[TimerKey]Timer{}, now: monday.Add(time.Duration(rnd.IntN(24*60)) * time.Minute)}}
		s.now, s.climbs, s.nudge = s.now.Truncate(time.Minute), RecordID(7).Key(escalateTimer), RecordID(7).Key(nudgeTimer)
		cmd := FileReport{
			Kind: ReportKinds[rnd.IntN(len(ReportKinds))], Text: "x", Unit: []UnitCode{"4B", "4C", "ED"}[rnd.IntN(3)], Hidden: rnd.IntN(4) == 0, AboutManager: rnd.IntN(6) == 0,
			Details: Details{Danger: answers[rnd.IntN(3)], Harm: graded([]scale.Rank{scale.Unknown, scale.None, scale.Mild, scale.Severe}[rnd.IntN(4)])},
		}
		change, err := cmd.Decide(Facts{Now: s.now, Org: s.org, Actor: reporterOf(s.org, nurse), IDs: []RecordID{7}, Refs: []Ref{"H4D22PKX"}, Codes: []Code{"K7R"}})
		if err != nil {
			t.Fatal(err)
		}
		s.apply(change)
		for range days * 24 * 60 {
			if s.r.State.Ended() || s.r.Owner != 0 && s.now.Sub(s.r.OwnedAt) > 12*time.Hour {
				break
			}
			s.fire(t)
			if err := s.clocked(); err != nil {
				t.Fatalf("record %d, %s: %v\nladder %+v\nclimb %+v", n, s.now.Format("Mon 15:04"), err, s.r.Ladder, s.r.Climb)
			}
			s.happens(t, rnd)
			s.now = s.now.Add(time.Minute)
		}
		owned += min(1, s.owners)
		over += s.over
		if s.r.Climb.Rounds > 0 {
			climbed++
		}
	}
	t.Logf("%d of %d came to be owned, %d ladders were climbed to the end, %d were taken over from a silent owner", owned, records, climbed, over)
	if owned < records/2 || climbed < records/10 || over < records/20 {
		t.Errorf("the play is too tame: %d owned, %d ladders climbed to the end, %d taken over", owned, climbed, over)
	}
}
