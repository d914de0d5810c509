package domain

import (
	"testing"
	"time"
)

func TestEverybodyWhoIsAskedIsCountedOnce(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 12, 20, 10, 0, 0, 0, time.UTC)
	here := Address{ID: 1}
	person := func(change func(*Person)) *Person {
		p := &Person{Active: true, Unit: "4B", Phone: here}
		change(p)
		return p
	}
	due := now.Add(-time.Hour)
	cases := []struct {
		person *Person
		task   Task
		want   Progress
	}{
		{person(func(*Person) {}), Task{State: TaskDone}, Progress{Signed: 1}},
		{person(func(*Person) {}), Task{State: TaskOpen, OpenedAt: due}, Progress{Read: 1, Late: 1}},
		{person(func(*Person) {}), Task{State: TaskOpen}, Progress{Waiting: 1, Late: 1}},
		{person(func(p *Person) { p.Leave = []Leave{{From: due, Until: now.Add(time.Hour)}} }), Task{State: TaskOpen}, Progress{Away: 1}},
		{person(func(*Person) {}), Task{State: TaskOpen, Flag: NotMine}, Progress{Disputed: 1, Late: 1}},
		{person(func(*Person) {}), Task{State: TaskWithdrawn, Flag: Excused}, Progress{Excused: 1}},
		{person(func(*Person) {}), Task{State: TaskWithdrawn}, Progress{}},
		{person(func(p *Person) { p.Active = false }), Task{State: TaskOpen}, Progress{}},
		{person(func(p *Person) { p.Phone = Address{} }), Task{State: TaskOpen}, Progress{Unreached: map[Unreached]int{NoAddress: 1}, Late: 1}},
		{person(func(p *Person) { p.Phone.Stopped = true }), Task{State: TaskOpen}, Progress{Unreached: map[Unreached]int{OptedOut: 1}, Late: 1}},
		{person(func(p *Person) { p.Phone.Dead = true }), Task{State: TaskOpen}, Progress{Unreached: map[Unreached]int{DeadEnd: 1}, Late: 1}},
	}
	o := &Organisation{People: map[PersonID]*Person{}, Zone: time.UTC, Units: map[UnitCode]*Unit{"H": {Code: "H"}, "4B": {Code: "4B", Parent: "H"}, "ED": {Code: "ED", Parent: "H"}}}
	var all []Task
	var sum Progress
	for i, c := range cases {
		c.person.ID, c.task.Person, c.task.DueAt = PersonID(i+1), PersonID(i+1), due
		o.People[c.person.ID] = c.person
		all = append(all, c.task)
		got := o.ProgressBelow(o.ProgressByUnit([]Task{c.task}, now), "")
		if got.Asked() != c.want.Asked() || got.Late != c.want.Late || got.Excused != c.want.Excused || got.NotReached() != c.want.NotReached() || got.Away != c.want.Away || got.Signed != c.want.Signed {
			t.Errorf("case %d: got %+v, want %+v", i, got, c.want)
		}
		sum.add(c.want)
	}
	by := o.ProgressByUnit(all, now)
	if got := o.ProgressBelow(by, "H"); got.Asked() != 8 || got.Asked() != sum.Asked() || got.Late != sum.Late {
		t.Errorf("the house: %+v", got)
	}
	if got := o.ProgressBelow(by, "ED"); got.Asked() != 0 {
		t.Errorf("another unit: %+v", got)
	}
}

func TestManagersSeeTheirUnitsAndTheAuthorTheHouse(t *testing.T) {
	t.Parallel()
	o := &Organisation{People: map[PersonID]*Person{
		1: {ID: 1, Active: true, Unit: "4B", Roles: []Role{Staff}}, 2: {ID: 2, Active: true, Unit: "4B", Roles: []Role{Manager}}, 3: {ID: 3, Active: true, Unit: "H", Roles: []Role{Quality}},
		4: {ID: 4, Active: true, Unit: "4A", Roles: []Role{Staff}}, 5: {ID: 5, Unit: "4B", Roles: []Role{Manager}},
	}}
	v := &DocumentVersion{Owner: 4}
	for id, want := range map[PersonID]string{1: "nothing", 2: "4B", 3: "", 4: "", 5: "nothing"} {
		got := "nothing"
		if top, ok := v.Sees(o, id); ok {
			got = string(top)
		}
		if got != want {
			t.Errorf("person %d sees %q, want %q", id, got, want)
		}
	}
}
