package domain

import (
	"errors"
	"testing"
	"time"
)

// dated is a day of November 2026.
func dated(day int) Date { return Date{2026, 11, 1}.Add(day - 1) }

// says lets Lee decide about their leave, as the store would keep it.
func says(t testing.TB, o *Organisation, now time.Time, cmd Command) (Change, error) {
	t.Helper()
	c, err := cmd.Decide(Facts{Now: now, Org: o, Actor: by(o, leeOf4B)})
	for _, e := range c.Entries {
		if l, ok := e.(SavedLeave); ok {
			o.People[l.Person].Leave = l.Leave
		}
	}
	return c, err
}

// daysOff lists Lee's leave as days of November.
func daysOff(o *Organisation) (spans [][2]int) {
	first := Date{2026, 11, 1}
	for _, l := range o.People[leeOf4B].Leave {
		spans = append(spans, [2]int{DateOf(l.From, o.Zone).Since(first) + 1, l.last(o.Zone).Since(first) + 1})
	}
	return spans
}

func sameDays(a, b [][2]int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestLeaveThatOverlapsBecomesOne(t *testing.T) {
	t.Parallel()
	o := hospital(t)
	for _, step := range []struct {
		cmd    TakeLeave
		want   [][2]int
		deputy PersonID
	}{
		{TakeLeave{dated(25), dated(26), omarOf4B}, [][2]int{{25, 26}}, omarOf4B},
		{TakeLeave{dated(30), dated(30), 0}, [][2]int{{25, 26}, {30, 30}}, omarOf4B},
		{TakeLeave{dated(26), dated(27), 0}, [][2]int{{25, 27}, {30, 30}}, omarOf4B},
		{TakeLeave{dated(24), dated(32), doraOfMED}, [][2]int{{24, 32}}, doraOfMED},
	} {
		if _, err := says(t, o, monday, step.cmd); err != nil || !sameDays(daysOff(o), step.want) || o.People[leeOf4B].Leave[0].Deputy != step.deputy {
			t.Errorf("%v: %v, %+v", step.cmd, err, o.People[leeOf4B].Leave)
		}
	}
}

func TestLeaveThatIsRefused(t *testing.T) {
	t.Parallel()
	for reason, cmd := range map[string]Command{
		"problem.leave_days": TakeLeave{dated(26), dated(25), 0}, "problem.leave_long": TakeLeave{dated(25), dated(25).Add(92), 0}, "problem.deputy": TakeLeave{dated(25), dated(26), leeOf4B},
		"leave.none": EndLeave{},
	} {
		var invalid *InvalidError
		if c, err := says(t, hospital(t), monday, cmd); !errors.As(err, &invalid) || invalid.Reason != reason || len(c.Entries) > 0 {
			t.Errorf("%s: %v, %+v", reason, err, c)
		}
	}
	var invalid *InvalidError
	if _, err := says(t, hospital(t), monday, TakeLeave{dated(20), dated(22), 0}); !errors.As(err, &invalid) || invalid.Reason != "problem.leave_days" {
		t.Errorf("it is over already: %v", err)
	}
	if _, err := says(t, hospital(t), monday, NameDeputy{dated(25), omarOf4B}); !errors.As(err, &invalid) || invalid.Reason != "leave.none" {
		t.Errorf("there is no such leave: %v", err)
	}
}

func TestBackEndsTheLeaveOfToday(t *testing.T) {
	t.Parallel()
	o := hospital(t)
	for _, cmd := range []Command{TakeLeave{dated(20), dated(25), omarOf4B}, TakeLeave{dated(28), dated(29), 0}} {
		if _, err := says(t, o, monday, cmd); err != nil {
			t.Fatal(err)
		}
	}
	c, err := says(t, o, monday, EndLeave{})
	if _, told := noticed(c, "leave.back_told"); err != nil || !told || !sameDays(daysOff(o), [][2]int{{20, 22}, {28, 29}}) {
		t.Errorf("%v, %v, %+v", err, daysOff(o), c.Notices)
	}
	if (Facts{Org: o, Now: monday}).away(leeOf4B) {
		t.Error("Lee is still away")
	}
}

func TestWhoMayStandIn(t *testing.T) {
	t.Parallel()
	o := hospital(t)
	off(o, omarOf4B, monday, 1, 0)
	ids := func(p PersonID) (ids []PersonID) {
		for _, q := range StandInsFor(o, o.People[p], monday) {
			ids = append(ids, q.ID)
		}
		return ids
	}
	if got := ids(leeOf4B); len(got) != 1 || got[0] != doraOfMED {
		t.Errorf("for Lee, while Omar is away: %v", got)
	}
	if got := ids(nurse); got != nil {
		t.Errorf("for staff: %v", got)
	}
}
