package domain

import (
	"slices"
	"strings"
	"testing"
	"time"

	"goodcatch/domain/scale"
)

// The people of the hospital that ladders are tested in.
const (
	nurse     PersonID = 1 // of 4B
	leeOf4B   PersonID = 2 // manager of 4B
	omarOf4B  PersonID = 3 // another
	doraOfMED PersonID = 4 // manager of MED, above 4B and 4C
	miaLead   PersonID = 5 // lead of MED
	quinn     PersonID = 6 // quality office
	eve       PersonID = 7 // executive
	maxAdmin  PersonID = 8 // administrator
)

// monday is a Monday at 10:00 in London.
var monday = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func london(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func staffed(id PersonID, name string, unit UnitCode, roles ...Role) *Person {
	return &Person{
		ID: id, Name: name, Unit: unit, Roles: roles, Active: true,
		Phone: Address{ID: AddressID(100 + id), Value: "+447700900", Verified: true}, Slack: Address{ID: AddressID(200 + id), Value: "U", Verified: true},
	}
}

// hospital has a ward with two managers, one without a manager of its own, and one whose whole tree has none.
func hospital(t testing.TB) *Organisation {
	t.Helper()
	o := &Organisation{
		Zone: london(t), Language: "en", Emergency: "2222", Quiet: Window{21 * 60, 8 * 60}, Ladders: DefaultLadders(), People: map[PersonID]*Person{},
		Units: map[UnitCode]*Unit{"H": {Code: "H"}, "MED": {Code: "MED", Parent: "H"}, "4B": {Code: "4B", Parent: "MED"}, "4C": {Code: "4C", Parent: "MED"}, "ED": {Code: "ED", Parent: "H"}},
	}
	for _, p := range []*Person{
		staffed(nurse, "Ana", "4B", Staff), staffed(leeOf4B, "Lee", "4B", Manager), staffed(omarOf4B, "Omar", "4B", Manager), staffed(doraOfMED, "Dora", "MED", Manager),
		staffed(miaLead, "Mia", "MED", Lead), staffed(quinn, "Quinn", "H", Quality), staffed(eve, "Eve", "H", Executive), staffed(maxAdmin, "Max", "H", Admin),
	} {
		o.People[p.ID] = p
	}
	return o
}

// practice is a dental practice of five: one person has every role but one.
func practice(t testing.TB) *Organisation {
	t.Helper()
	o := hospital(t)
	o.Units = map[UnitCode]*Unit{"P": {Code: "P"}}
	o.People = map[PersonID]*Person{
		1: staffed(1, "Nina", "P", Staff), 2: staffed(2, "Pat", "P", Manager, Lead, Quality, Admin), 3: staffed(3, "Olga", "P", Executive), 4: staffed(4, "Sam", "P", Staff), 5: staffed(5, "Tim", "P", Staff),
	}
	return o
}

func by(o *Organisation, id PersonID) Actor {
	return Actor{Person: id, Address: o.People[id].Slack.ID, Channel: Slack, Level: A2}
}

func reporterOf(o *Organisation, id PersonID) Actor {
	return Actor{Person: id, Address: o.People[id].Phone.ID, Channel: SMS, Level: A1, Reporter: true}
}

// filed is a new report as the store would hold it.
func filed(t testing.TB, o *Organisation, at time.Time, actor Actor, cmd FileReport) (*Record, Change) {
	t.Helper()
	change, err := cmd.Decide(Facts{Now: at, Actor: actor, Org: o, IDs: []RecordID{7}, Refs: []Ref{"H4D22PKX"}, Codes: []Code{"K7R"}})
	if err != nil {
		t.Fatal(err)
	}
	r := change.Records[0].Clone()
	r.Version = 1
	return r, change
}

func incidentIn(unit UnitCode, rank scale.Rank) FileReport {
	return FileReport{Kind: Incident, Text: "pt on the floor", Unit: unit, Details: Details{Harm: graded(rank)}}
}

// asked are the people whom a change asks to own a record, in order.
func asked(c Change) []PersonID {
	var people []PersonID
	for _, n := range c.Notices {
		if n.Topic == "escalation" {
			people = append(people, n.To.Person)
		}
	}
	return people
}

func timerOf(c Change, name string) (Timer, bool) {
	for _, t := range c.Timers {
		if t.Key.Name == name {
			return t, true
		}
	}
	return Timer{}, false
}

func noticed(c Change, key string) (Notice, bool) {
	for _, n := range c.Notices {
		if n.Key == key {
			return n, true
		}
	}
	return Notice{}, false
}

// A rung is what one step of a ladder did.
type rung struct {
	after time.Duration
	asked []PersonID
}

func sameRung(a, b rung) bool { return a.after == b.after && slices.Equal(a.asked, b.asked) }

// climbed fires the ladder until it starts again, and returns each step with its offset from the report.
func climbed(t *testing.T, o *Organisation, at time.Time, actor Actor, cmd FileReport) []rung {
	t.Helper()
	r, change := filed(t, o, at, actor, cmd)
	steps := []rung{{0, asked(change)}}
	for r.Climb.Rounds == 0 {
		due, ok := timerOf(change, escalateTimer)
		if !ok {
			t.Fatalf("after level %d nothing is due", r.Climb.Level)
		}
		var err error
		if change, err = due.Command.Decide(Facts{Now: due.At, Actor: Clockwork, Org: o, Record: r}); err != nil {
			t.Fatal(err)
		}
		r = change.Records[0]
		steps = append(steps, rung{due.At.Sub(at), asked(change)})
	}
	return steps
}

func TestLadderAsksEachLevelOnceAndThenEveryoneAgain(t *testing.T) {
	t.Parallel()
	o := hospital(t)
	day := 24 * time.Hour
	unmanaged := incidentIn("ED", scale.Severe)
	aboutLee := incidentIn("4B", scale.Severe)
	aboutLee.AboutManager = true
	unsorted := FileReport{Kind: Unsorted, Text: "?", Unit: "4B"}
	minutes := func(n int) time.Duration { return time.Duration(n) * time.Minute }
	for name, c := range map[string]struct {
		reporter PersonID
		cmd      FileReport
		want     []rung
	}{
		"severe": {nurse, incidentIn("4B", scale.Severe), []rung{
			{0, []PersonID{leeOf4B, omarOf4B}}, {minutes(10), []PersonID{miaLead}}, {minutes(20), []PersonID{quinn}}, {minutes(30), []PersonID{eve}},
			{minutes(60), []PersonID{leeOf4B, omarOf4B, miaLead, quinn, eve}}}},
		"moderate": {nurse, incidentIn("4B", scale.Moderate), []rung{
			{0, []PersonID{leeOf4B, omarOf4B}}, {4 * time.Hour, []PersonID{miaLead}}, {8 * time.Hour, []PersonID{quinn}}, {day, []PersonID{eve}},
			{2 * day, []PersonID{leeOf4B, omarOf4B, miaLead, quinn, eve}}}},
		"mild": {nurse, incidentIn("4B", scale.Mild), []rung{
			{0, []PersonID{leeOf4B, omarOf4B}}, {day, []PersonID{miaLead}}, {2 * day, []PersonID{quinn}}, {4 * day, []PersonID{eve}},
			{5 * day, []PersonID{leeOf4B, omarOf4B, miaLead, quinn, eve}}}},
		"no manager of its own: the nearest ancestor's": {nurse, incidentIn("4C", scale.Severe), []rung{
			{0, []PersonID{doraOfMED}}, {minutes(10), []PersonID{miaLead}}, {minutes(20), []PersonID{quinn}}, {minutes(30), []PersonID{eve}},
			{minutes(60), []PersonID{doraOfMED, miaLead, quinn, eve}}}},
		"no manager and no lead anywhere above: quality at once": {nurse, unmanaged, []rung{
			{0, []PersonID{quinn}}, {minutes(30), []PersonID{eve}}, {minutes(60), []PersonID{quinn, eve}}}},
		"about the manager": {nurse, aboutLee, []rung{
			{0, []PersonID{quinn}}, {minutes(30), []PersonID{eve}}, {minutes(60), []PersonID{quinn, eve}}}},
		"unsorted goes to quality": {nurse, unsorted, []rung{
			{0, []PersonID{quinn}}, {4 * day, []PersonID{eve}}, {5 * day, []PersonID{quinn, eve}}}},
		"reported by a manager": {leeOf4B, incidentIn("4B", scale.Severe), []rung{
			{0, []PersonID{omarOf4B}}, {minutes(10), []PersonID{miaLead}}, {minutes(20), []PersonID{quinn}}, {minutes(30), []PersonID{eve}},
			{minutes(60), []PersonID{omarOf4B, miaLead, quinn, eve}}}},
		"reported by the quality office": {quinn, unsorted, []rung{
			{0, []PersonID{eve}}, {day, []PersonID{eve}}}},
	} {
		if got := climbed(t, o, monday, reporterOf(o, c.reporter), c.cmd); !slices.EqualFunc(got, c.want, sameRung) {
			t.Errorf("%s:\n got %v\nwant %v", name, got, c.want)
		}
	}
}

func TestTheOnlyManagerReportsAndTheNextOneUpIsAskedFirst(t *testing.T) {
	t.Parallel()
	const kimOfH PersonID = 9
	o := hospital(t)
	o.People[kimOfH] = staffed(kimOfH, "Kim", "H", Manager)
	got := climbed(t, o, monday, reporterOf(o, doraOfMED), incidentIn("4C", scale.Severe))
	if !slices.Equal(got[0].asked, []PersonID{kimOfH}) || !slices.Equal(got[1].asked, []PersonID{miaLead}) {
		t.Errorf("got %v", got)
	}
	if again := got[len(got)-1].asked; !slices.Equal(again, []PersonID{kimOfH, miaLead, quinn, eve}) {
		t.Errorf("all are asked again: %v", again)
	}
	if got := climbed(t, o, monday, reporterOf(o, nurse), incidentIn("4C", scale.Severe)); slices.ContainsFunc(got, func(r rung) bool { return slices.Contains(r.asked, kimOfH) }) {
		t.Errorf("a manager further up is asked although the nearest was: %v", got)
	}
}

func TestPracticeOfFiveAsksTheNextDistinctPerson(t *testing.T) {
	t.Parallel()
	o := practice(t)
	got := climbed(t, o, monday, reporterOf(o, 1), incidentIn("P", scale.Severe))
	want := []rung{{0, []PersonID{2}}, {10 * time.Minute, []PersonID{3}}, {40 * time.Minute, []PersonID{2, 3}}} // nobody else at the levels between
	if !slices.EqualFunc(got, want, sameRung) {
		t.Fatalf("got %v, want %v", got, want)
	}
	owner := climbed(t, o, monday, reporterOf(o, 2), incidentIn("P", scale.Severe))
	if !slices.Equal(owner[0].asked, []PersonID{3}) {
		t.Errorf("the manager of everything reports: %v is asked first", owner[0].asked)
	}
}

func TestNobodyToAskAlarmsTheAdministrators(t *testing.T) {
	t.Parallel()
	o := hospital(t)
	for _, id := range []PersonID{leeOf4B, omarOf4B, doraOfMED, miaLead, quinn, eve} {
		o.People[id].Phone.Dead, o.People[id].Slack.Stopped = true, true
	}
	r, change := filed(t, o, monday, reporterOf(o, nurse), incidentIn("4B", scale.Severe))
	alarm, ok := noticed(change, "alarm.unowned")
	if !ok || alarm.To.Person != maxAdmin || alarm.Urgency != Urgent || alarm.Class != UntilCertain {
		t.Fatalf("alarm %+v", alarm)
	}
	if len(asked(change)) != 0 {
		t.Errorf("%v are asked", asked(change))
	}
	due, ok := timerOf(change, escalateTimer)
	if !ok || !due.At.Equal(monday.Add(30*time.Minute)) {
		t.Fatalf("due %+v", due)
	}
	o.People[eve].Phone.Dead = false // she has a new phone
	again, err := due.Command.Decide(Facts{Now: due.At, Actor: Clockwork, Org: o, Record: r})
	if err != nil {
		t.Fatal(err)
	}
	if _, twice := noticed(again, "alarm.unowned"); twice {
		t.Error("the administrators are woken at every round")
	}
	if got := asked(again); !slices.Equal(got, []PersonID{eve}) {
		t.Errorf("asked %v, want her who can be reached now", got)
	}
	if _, ok := timerOf(again, escalateTimer); !ok {
		t.Error("the ladder has ended without an owner")
	}
}

func TestCardTellsFacetsAndNeverTheWords(t *testing.T) {
	t.Parallel()
	o := hospital(t)
	_, change := filed(t, o, monday, reporterOf(o, nurse), FileReport{Kind: NearMiss, Text: "heparin in drawer B", Unit: "4B"})
	card, ok := noticed(change, "card.new")
	if !ok {
		t.Fatal("no card")
	}
	for name, value := range card.Args {
		if strings.Contains(string(value), "heparin") {
			t.Errorf("%s holds the narrative", name)
		}
	}
	if card.Class != UntilCertain || card.Urgency != Routine || card.Subject != "r7" {
		t.Errorf("card %+v", card)
	}
	letters := ""
	for _, reply := range card.Replies {
		letters += reply.Letter
	}
	if letters != "AD?" {
		t.Errorf("replies %s", letters)
	}
}

func TestSevereRecordUsesEveryChannelAndExpires(t *testing.T) {
	t.Parallel()
	o := hospital(t)
	_, change := filed(t, o, monday, reporterOf(o, nurse), incidentIn("4B", scale.Death))
	if card, ok := noticed(change, "card.new"); !ok || card.Urgency != Urgent || card.Expires != 5*time.Minute {
		t.Errorf("card %+v", card)
	}
	if got := o.FirstWays(o.People[leeOf4B], Urgent); !slices.Equal(got, []Channel{Slack, SMS}) {
		t.Errorf("an urgent card goes to %v", got)
	}
	if got := o.FirstWays(o.People[leeOf4B], Routine); !slices.Equal(got, []Channel{Slack}) {
		t.Errorf("a routine card goes to %v", got)
	}
}

func TestFirstRequestIsNoEscalation(t *testing.T) {
	t.Parallel()
	o := hospital(t)
	r, change := filed(t, o, monday, reporterOf(o, nurse), FileReport{Kind: Unsorted, Text: "it beeped", Unit: "4B"})
	if n, ok := noticed(change, "card.new"); !ok || n.To.Person != quinn || r.Climb.Climbed() {
		t.Errorf("the quality office is asked first: %+v", change.Notices)
	}
	due, _ := timerOf(change, escalateTimer)
	later, err := due.Command.Decide(Facts{Now: due.At, Actor: Clockwork, Org: o, Record: r})
	if n, ok := noticed(later, "card.escalated"); err != nil || !ok || n.To.Person != eve || !later.Records[0].Climb.Climbed() {
		t.Errorf("then an executive: %v %+v", err, later.Notices)
	}
}

func TestManagerOfTheUnitNeverSeesAReportAboutThem(t *testing.T) {
	t.Parallel()
	o := hospital(t)
	o.People[leeOf4B].Roles = []Role{Manager, Quality, Executive}
	r, change := filed(t, o, monday, reporterOf(o, nurse), FileReport{Kind: NearMiss, Text: "told not to report", Unit: "4B", AboutManager: true})
	if got := asked(change); !slices.Equal(got, []PersonID{quinn}) {
		t.Errorf("asked %v", got)
	}
	if MayOwn(Facts{Actor: by(o, leeOf4B), Org: o}, r) == nil || MayTake(o, r, o.People[leeOf4B]) {
		t.Error("the manager of 4B may own it")
	}
	o.People[quinn].Active = false
	o.People[leeOf4B].Roles = []Role{Manager}
	if _, change = filed(t, o, monday, reporterOf(o, nurse), FileReport{Kind: NearMiss, Text: "told not to report", Unit: "4B", AboutManager: true}); !slices.Equal(asked(change), []PersonID{miaLead}) {
		t.Errorf("without a quality office: asked %v", asked(change))
	}
}
