package domain

import (
	"slices"
	"testing"
	"time"

	"goodcatch/domain/scale"
)

// off puts somebody on leave from an hour before a moment until so many days after it.
func off(o *Organisation, id PersonID, at time.Time, days int, deputy PersonID) {
	o.People[id].Leave = append(o.People[id].Leave, Leave{From: at.Add(-time.Hour), Until: at.Add(time.Duration(days) * 24 * time.Hour), Deputy: deputy})
}

func TestWhoIsAskedDuringLeave(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		arrange func(o *Organisation)
		want    []PersonID
		for4    PersonID // for whom Dora of MED stands in
	}{
		"nobody is away":                   {func(*Organisation) {}, []PersonID{leeOf4B, omarOf4B}, 0},
		"one of two, without a deputy":     {func(o *Organisation) { off(o, leeOf4B, monday, 1, 0) }, []PersonID{omarOf4B}, 0},
		"the deputy is the other":          {func(o *Organisation) { off(o, leeOf4B, monday, 1, omarOf4B) }, []PersonID{omarOf4B}, 0},
		"a deputy of another unit":         {func(o *Organisation) { off(o, leeOf4B, monday, 1, doraOfMED) }, []PersonID{doraOfMED, omarOf4B}, leeOf4B},
		"the deputy is away, theirs not":   {func(o *Organisation) { off(o, leeOf4B, monday, 1, omarOf4B); off(o, omarOf4B, monday, 1, doraOfMED) }, []PersonID{doraOfMED}, leeOf4B},
		"each other's deputies, both away": {func(o *Organisation) { off(o, leeOf4B, monday, 1, omarOf4B); off(o, omarOf4B, monday, 1, leeOf4B) }, []PersonID{doraOfMED}, 0},
		"the deputy reported it":           {func(o *Organisation) { off(o, leeOf4B, monday, 1, nurse); off(o, omarOf4B, monday, 1, nurse) }, []PersonID{doraOfMED}, 0},
		"the deputy cannot be reached": {func(o *Organisation) {
			off(o, leeOf4B, monday, 1, eve)
			off(o, omarOf4B, monday, 1, eve)
			o.People[eve].Phone, o.People[eve].Slack = Address{}, Address{}
		}, []PersonID{doraOfMED}, 0},
		"the leave is over": {func(o *Organisation) { off(o, leeOf4B, monday.Add(-48*time.Hour), 1, eve) }, []PersonID{leeOf4B, omarOf4B}, 0},
		"all managers and the lead are away": {func(o *Organisation) {
			for _, id := range []PersonID{leeOf4B, omarOf4B, doraOfMED, miaLead} {
				off(o, id, monday, 1, 0)
			}
		}, []PersonID{quinn}, 0},
	} {
		o := hospital(t)
		c.arrange(o)
		r, change := filed(t, o, monday, reporterOf(o, nurse), incidentIn("4B", scale.Severe))
		if got := asked(change); !slices.Equal(got, c.want) {
			t.Errorf("%s: asked %v, want %v", name, got, c.want)
		}
		if got := r.Climb.StandIns[doraOfMED]; got != c.for4 {
			t.Errorf("%s: Dora stands in for %d, want %d", name, got, c.for4)
		}
	}
}

func TestRecordAndCardNameTheDeputyAndForWhom(t *testing.T) {
	t.Parallel()
	o := hospital(t)
	off(o, leeOf4B, monday, 1, doraOfMED)
	r, change := filed(t, o, monday, reporterOf(o, nurse), incidentIn("4B", scale.Severe))
	card, ok := noticed(change, "card.for")
	if !ok || card.To.Person != doraOfMED || card.Args["for"] != Text("Lee") {
		t.Fatalf("card %+v", card)
	}
	i := slices.IndexFunc(change.Events, func(e Event) bool { return e.Name == "deputy_asked" })
	if i < 0 || change.Events[i].Data["person"] != "p4" || change.Events[i].Data["for"] != "p2" {
		t.Errorf("events %+v", change.Events)
	}
	change, err := Acknowledge{r.ID}.Decide(Facts{Now: monday, Org: o, Record: r, Actor: by(o, doraOfMED)})
	if err != nil || change.Records[0].Owner != doraOfMED {
		t.Errorf("the deputy owns it: %v", err)
	}
}

func TestWhereEverybodyIsOnLeaveTheyAreAskedInTheEnd(t *testing.T) {
	t.Parallel()
	o := hospital(t)
	for id := range o.People {
		off(o, id, monday, 30, 0)
	}
	o.People[maxAdmin].Leave = nil
	r, change := filed(t, o, monday, reporterOf(o, nurse), incidentIn("4B", scale.Severe))
	want := []PersonID{leeOf4B, omarOf4B, miaLead, quinn, eve}
	if got := asked(change); !slices.Equal(got, want) {
		t.Errorf("asked %v, want %v", got, want)
	}
	if _, alarmed := noticed(change, "alarm.unowned"); !alarmed {
		t.Error("no administrator was told")
	}
	next, _ := timerOf(change, escalateTimer)
	change, err := next.Command.Decide(Facts{Now: next.At, Org: o, Record: r, Actor: Clockwork})
	if got := asked(change); err != nil || !slices.Equal(got, want) {
		t.Errorf("asked again %v, want %v: %v", got, want, err)
	}
}

func TestWhoIsOnDutyIsAskedBeforeTheHolders(t *testing.T) {
	t.Parallel()
	o := hospital(t)
	o.Rotas = []Rota{{Role: Manager, Unit: "MED", Rotations: []Rotation{{People: []PersonID{doraOfMED}, First: Date{2026, 1, 1}, Every: 1, From: 17 * 60, Until: 8 * 60}}}}
	evening, night := monday.Add(9*time.Hour), monday.Add(13*time.Hour) // 19:00 and 23:00
	for name, c := range map[string]struct {
		at   time.Time
		rank scale.Rank
		want []PersonID
	}{
		"by day the ward's own":                          {monday, scale.Mild, []PersonID{leeOf4B, omarOf4B}},
		"in the evening by the rota":                     {evening, scale.Mild, []PersonID{doraOfMED}},
		"urgent at night by the rota":                    {night, scale.Severe, []PersonID{doraOfMED}},
		"routine at night: who is there when it is read": {night, scale.Mild, []PersonID{leeOf4B, omarOf4B}},
	} {
		_, change := filed(t, o, c.at, reporterOf(o, nurse), incidentIn("4B", c.rank))
		if got := asked(change); !slices.Equal(got, c.want) {
			t.Errorf("%s: asked %v, want %v", name, got, c.want)
		}
	}
	_, change := filed(t, o, evening, reporterOf(o, doraOfMED), incidentIn("4B", scale.Mild))
	if got := asked(change); !slices.Equal(got, []PersonID{leeOf4B, omarOf4B}) {
		t.Errorf("who is on duty reported it: asked %v", got)
	}
}

func TestDeputyHearsWhatIsLateInTheWard(t *testing.T) {
	t.Parallel()
	o := house()
	f := Facts{Org: o, Now: publishedAt}
	if got := f.overseers(Manager, "4B"); !slices.Equal(got, []PersonID{3}) {
		t.Errorf("got %v", got)
	}
	off(o, 3, publishedAt, 1, 0)
	if got := f.overseers(Manager, "4B"); !slices.Equal(got, []PersonID{3}) {
		t.Errorf("without a deputy: %v", got)
	}
	o.People[3].Leave = nil
	off(o, 3, publishedAt, 1, 2)
	if got := f.overseers(Manager, "4B"); !slices.Equal(got, []PersonID{2}) {
		t.Errorf("with a deputy: %v", got)
	}
}

func TestWhoWentOnLeaveSinceIsNotAskedAgainButTheirDeputy(t *testing.T) {
	t.Parallel()
	o := hospital(t)
	r, _ := filed(t, o, monday, reporterOf(o, nurse), incidentIn("4B", scale.Severe))
	later := monday.Add(time.Hour)
	off(o, leeOf4B, later, 1, doraOfMED)
	r.Climb.Level = len(r.Ladder.Steps)
	change, err := Escalate{Record: r.ID, Level: r.Climb.Level}.Decide(Facts{Now: later, Org: o, Record: r, Actor: Clockwork})
	if got := asked(change); err != nil || !slices.Equal(got, []PersonID{omarOf4B, doraOfMED, miaLead, quinn, eve}) {
		t.Errorf("asked %v: %v", got, err)
	}
}
