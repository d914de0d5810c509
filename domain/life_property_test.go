package domain

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"goodcatch/domain/scale"
)

// A life is one record under random commands: what the store would hold of it.
type life struct {
	org      *Organisation
	r        *Record
	reporter PersonID
	timers   map[TimerKey]Timer
	now      time.Time
}

// apply does with a change what the store does: timers are cleared first and then set.
func (l *life) apply(c Change) {
	for _, r := range c.Records {
		l.r = r.Clone()
		l.r.Version++
	}
	for _, k := range c.Clear {
		delete(l.timers, k)
	}
	for _, t := range c.Timers {
		l.timers[t.Key] = t
	}
}

// person is anybody, the reporter and a stranger among them.
func (l *life) person(t *rapid.T) PersonID { return PersonID(rapid.IntRange(1, 9).Draw(t, "person")) }

func (l *life) actor(id PersonID) Actor {
	return Actor{Person: id, Address: AddressID(200 + id), Channel: Slack, Level: A2}
}

// command draws one, with who asks for it.
func (l *life) command(t *rapid.T) (Actor, Command) {
	reporter := Actor{Person: l.reporter, Address: AddressID(100 + l.reporter), Channel: SMS, Level: A1, Reporter: true}
	who := l.actor(l.person(t))
	grades := rapid.SampledFrom([]*scale.Graded{nil, graded(scale.None), graded(scale.Mild), graded(scale.Severe), graded(scale.Unknown)})
	answers := rapid.SampledFrom([]Answer{Open, Yes, No, Unsure})
	units := rapid.SampledFrom([]UnitCode{"4B", "4C", "ED", "9Z", ""})
	channels := rapid.SampledFrom([]Channel{SMS, Slack})
	switch rapid.IntRange(0, 17).Draw(t, "command") {
	case 0, 1:
		return who, Acknowledge{7}
	case 2:
		return who, Decline{Record: 7}
	case 3:
		return who, Release{7}
	case 4:
		return who, HandOver{7, l.person(t)}
	case 5:
		return who, Triage{Record: 7, State: rapid.SampledFrom(append([]State{""}, everyState...)).Draw(t, "state"), Harm: grades.Draw(t, "harm")}
	case 6:
		return who, AskReporter{7, "Which drawer was it?"}
	case 7:
		return who, CloseReport{7, "Gel is refilled each morning.", Yes}
	case 8:
		return who, Reopen{7}
	case 9:
		return who, AddToReport{Record: 7, Text: "more"}
	case 10:
		return reporter, AddToReport{Record: 7, Text: "more"}
	case 11:
		return reporter, EnrichReport{7, Details{Danger: answers.Draw(t, "danger"), Reached: answers.Draw(t, "reached"), Potential: answers.Draw(t, "potential"), Harm: grades.Draw(t, "harm"), Unit: units.Draw(t, "unit")}}
	case 12:
		return reporter, CorrectReport{7, units.Draw(t, "unit")}
	case 13:
		return reporter, rapid.SampledFrom([]Command{WithdrawReport{7}, HideReporter{7}, BurnReplyChannel{7}, RateFeedback{7, Yes}}).Draw(t, "reporter's")
	case 14:
		return Clockwork, DeliveryFailed{7, l.person(t), channels.Draw(t, "channel")}
	case 15: // a late twin
		return Clockwork, Escalate{7, rapid.IntRange(0, 4).Draw(t, "level"), rapid.IntRange(0, 2).Draw(t, "round")}
	default:
		return l.due()
	}
}

// due is the timer that falls due next; time moves on to it.
func (l *life) due() (Actor, Command) {
	var next *Timer
	for _, t := range l.timers {
		if next == nil || t.At.Before(next.At) {
			next = &t
		}
	}
	if next == nil {
		return Clockwork, NudgeOwner{Record: 7}
	}
	if next.At.After(l.now) {
		l.now = next.At
	}
	delete(l.timers, next.Key)
	return Clockwork, next.Command
}

func refused(err error) bool {
	var invalid *InvalidError
	return errors.Is(err, ErrForbidden) || errors.Is(err, ErrConflict) || errors.As(err, &invalid)
}

func asJSON(t *rapid.T, v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// step runs one command and holds what every decision promises.
func (l *life) step(t *rapid.T) {
	l.now = l.now.Add(time.Duration(rapid.IntRange(0, 600).Draw(t, "seconds")) * time.Second)
	actor, cmd := l.command(t)
	before, from := asJSON(t, l.r), l.r.State
	facts := Facts{Now: l.now, Actor: actor, Org: l.org, Record: l.r}
	change, err := cmd.Decide(facts)
	if asJSON(t, l.r) != before {
		t.Fatalf("%s changed its facts", cmd.CommandName())
	}
	if again, errAgain := cmd.Decide(facts); !reflect.DeepEqual(change, again) || !reflect.DeepEqual(err, errAgain) {
		t.Fatalf("%s decides differently on the same facts", cmd.CommandName())
	}
	if err != nil {
		if !refused(err) || !reflect.DeepEqual(change, Change{}) {
			t.Fatalf("%s: %v with %+v", cmd.CommandName(), err, change)
		}
		return
	}
	l.apply(change)
	if !CanMove(from, l.r.State) {
		t.Fatalf("%s moved from %s to %s", cmd.CommandName(), from, l.r.State)
	}
	l.notices(t, cmd, change)
}

// notices holds that each has one recipient at most and an id of its own.
func (l *life) notices(t *rapid.T, cmd Command, change Change) {
	seen := map[string]bool{}
	for _, n := range change.Notices {
		to := 0
		for _, set := range []bool{n.To.Person != 0, n.To.Address != 0, n.To.Reporter != 0} {
			if set {
				to++
			}
		}
		if to > 1 || seen[n.ID] || n.Key == "" {
			t.Fatalf("%s: notice %+v", cmd.CommandName(), n)
		}
		seen[n.ID] = true
		if _, climbed := cmd.(Escalate); climbed && n.Topic == "escalation" && l.gone(n.To.Person) && slices.ContainsFunc(change.Notices, func(n Notice) bool {
			return n.Topic == "escalation" && !l.gone(n.To.Person)
		}) {
			t.Fatalf("p%d is asked on leave, though others are there", n.To.Person)
		}
		if n.Topic == "escalation" && l.r.Reporter != 0 && n.To.Person == l.r.Reporter {
			t.Fatalf("%s asks the reporter to own the report", cmd.CommandName())
		}
	}
}

// gone reports whether somebody is on leave now, and also when a card is read that is sent now.
func (l *life) gone(id PersonID) bool {
	f := Facts{Now: l.now, Org: l.org}
	_, later := l.org.Away(id, l.r.readAt(f))
	return f.away(id) && later
}

// absences draws leave for anybody, with anybody as the deputy, and a rota with anybody on it.
func absences(t *rapid.T, o *Organisation) *Organisation {
	o = o.withoutLeave()
	o.People = maps.Clone(o.People)
	for range rapid.IntRange(0, 6).Draw(t, "leaves") {
		p := *o.People[PersonID(rapid.IntRange(1, 8).Draw(t, "who"))]
		from := monday.Add(time.Duration(rapid.IntRange(-24, 48).Draw(t, "from")) * time.Hour)
		p.Leave = append(slices.Clone(p.Leave), Leave{From: from, Until: from.Add(time.Duration(rapid.IntRange(1, 96).Draw(t, "hours")) * time.Hour), Deputy: PersonID(rapid.IntRange(0, 9).Draw(t, "deputy"))})
		o.People[p.ID] = &p
	}
	if rapid.Bool().Draw(t, "rota") {
		o.Rotas = []Rota{{Role: rapid.SampledFrom([]Role{Manager, Lead, Quality}).Draw(t, "role"), Unit: "MED", Rotations: []Rotation{
			{People: []PersonID{PersonID(rapid.IntRange(1, 8).Draw(t, "first")), PersonID(rapid.IntRange(1, 8).Draw(t, "second"))}, First: Date{2026, 11, 1}, Every: 1, From: 17 * 60, Until: 8 * 60}}}}
	}
	return o
}

// hold checks what is true of a record at every moment.
func (l *life) hold(t *rapid.T) {
	r := l.r
	_, climbs := l.timers[r.ID.Key(escalateTimer)]
	_, nudges := l.timers[r.ID.Key(nudgeTimer)]
	switch {
	case r.State.Ended() && (climbs || nudges || r.ClosedAt.IsZero()):
		t.Fatalf("ended %s: escalates %v, reminds %v, closed %v", r.State, climbs, nudges, r.ClosedAt)
	case !r.State.Ended() && !r.ClosedAt.IsZero():
		t.Fatalf("%s, and closed at %s", r.State, r.ClosedAt)
	case !r.State.Ended() && r.Owner != 0 && (climbs || !nudges):
		t.Fatalf("owned: escalates %v, reminds %v", climbs, nudges)
	case !r.State.Ended() && r.Owner == 0 && (!climbs || nudges):
		t.Fatalf("without an owner: escalates %v, reminds %v", climbs, nudges)
	case (r.State == New) != (r.Owner == 0) && !r.State.Ended():
		t.Fatalf("%s with owner %d", r.State, r.Owner)
	case r.Owner != 0 && r.OwnedAt.IsZero():
		t.Fatal("owned, but not since when")
	case slices.Contains(r.Climb.Asked, r.Reporter) && r.Reporter != 0:
		t.Fatalf("the reporter was asked: %v", r.Climb.Asked)
	case r.Climb.Level > len(r.Ladder.Steps):
		t.Fatalf("level %d of %d", r.Climb.Level, len(r.Ladder.Steps))
	case r.Hidden && (r.Reporter != 0 || r.From != 0):
		t.Fatalf("hidden, but %d at %d", r.Reporter, r.From)
	}
	for _, id := range r.Climb.Asked {
		if barred(l.org, r, l.org.People[id]) {
			t.Fatalf("p%d was asked about a report about themself", id)
		}
	}
}

// TestWhateverHappensARecordHasOneOwnerOrARunningClock plays random commands by random people, in any order, late and doubled.
func TestWhateverHappensARecordHasOneOwnerOrARunningClock(t *testing.T) {
	t.Parallel()
	house := hospital(t)
	rapid.Check(t, func(t *rapid.T) {
		org := absences(t, house)
		l := &life{org: org, reporter: PersonID(rapid.IntRange(1, 8).Draw(t, "reporter")), timers: map[TimerKey]Timer{}, now: monday}
		cmd := FileReport{
			Kind: rapid.SampledFrom(append([]Kind{Unsorted}, ReportKinds...)).Draw(t, "kind"), Text: "x", Unit: rapid.SampledFrom([]UnitCode{"4B", "4C", "ED"}).Draw(t, "unit"),
			Hidden: rapid.Bool().Draw(t, "hidden"), AboutManager: rapid.Bool().Draw(t, "about the manager"),
		}
		change, err := cmd.Decide(Facts{
			Now: l.now, Org: org, IDs: []RecordID{7}, Refs: []Ref{"H4D22PKX"}, Codes: []Code{"K7R"},
			Actor: Actor{Person: l.reporter, Address: AddressID(100 + l.reporter), Channel: SMS, Level: A1, Reporter: true},
		})
		if err != nil {
			t.Fatal(err)
		}
		l.apply(change)
		l.hold(t)
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			l.step(t)
			l.hold(t)
		}
	})
}
