package domain

import (
	"errors"
	"strings"
	"testing"
	"time"
)

var publishedAt = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

// house is a small hospital: Ana and Ben of 4B, Lee their manager, Mia the lead of the department, Quinn of the quality office.
func house() *Organisation {
	zone, _ := time.LoadLocation("Europe/London")
	people := map[PersonID]*Person{}
	add := func(id PersonID, name string, unit UnitCode, roles ...Role) {
		people[id] = &Person{ID: id, Name: name, Unit: unit, Roles: roles, Active: true, Phone: Address{ID: AddressID(id), Value: "+44"}}
	}
	add(1, "Ana", "4B", Staff)
	add(2, "Ben", "4B", Staff)
	add(3, "Lee", "4B", Manager)
	add(4, "Mia", "MED", Lead)
	add(5, "Quinn", "H", Quality)
	return &Organisation{Zone: zone, Language: "en", Quiet: Window{1260, 480}, People: people,
		Units: map[UnitCode]*Unit{"H": {Code: "H"}, "MED": {Code: "MED", Parent: "H"}, "4B": {Code: "4B", Parent: "MED"}}}
}

func procedure() DocumentVersion {
	return DocumentVersion{
		ID: 12, State: Effective, Code: "IC-04", Title: "Hand hygiene", Number: 7, Owner: 5, Due: 14 * 24 * time.Hour, Changed: "gel before AND after gloves", PublishedAt: publishedAt,
		Question: "Gel?", Options: []string{"no", "only if soiled", "always"}, Right: 2, Body: strings.Repeat("word ", 400), Hash: "abc",
	}
}

func openTask(person PersonID) Task {
	return Task{ID: TaskID(100 + person), Person: person, Kind: ReadDocument, Subject: 12, State: TaskOpen, Token: "Kd9X2mQw8a", DueAt: publishedAt.Add(14 * 24 * time.Hour)}
}

func about(now time.Time, actor Actor, tasks ...Task) Facts {
	v := procedure()
	return Facts{Now: now, Actor: actor, Org: house(), Tasks: tasks, Version: &v, Versions: map[int64]*DocumentVersion{12: &v}, Refs: []Ref{"H4D22PKX"}, NextID: 12}
}

func TestAudienceIsRolesWithinUnitTrees(t *testing.T) {
	t.Parallel()
	o := house()
	o.People[2].Active = false
	for _, c := range []struct {
		audience Audience
		want     int
	}{
		{Audience{}, 4},
		{Audience{Roles: []Role{Staff}}, 1},
		{Audience{Units: []UnitCode{"MED"}}, 3},
		{Audience{Roles: []Role{Manager, Lead}, Units: []UnitCode{"4B"}}, 1},
		{Audience{Units: []UnitCode{"NONE"}}, 0},
	} {
		if got := c.audience.People(o); len(got) != c.want {
			t.Errorf("%+v: %v, want %d", c.audience, got, c.want)
		}
	}
}

func TestCheckRefusesWhatDoesNotFitAText(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*DocumentVersion){
		"long title":     func(v *DocumentVersion) { v.Title = strings.Repeat("t", 25) },
		"long change":    func(v *DocumentVersion) { v.Changed = strings.Repeat("c", 41) },
		"one option":     func(v *DocumentVersion) { v.Options = v.Options[:1] },
		"no such answer": func(v *DocumentVersion) { v.Right = 3 },
		"long question":  func(v *DocumentVersion) { v.Question = strings.Repeat("q", 100) },
		"no text":        func(v *DocumentVersion) { v.Body = " \n" },
		"no time":        func(v *DocumentVersion) { v.Due = 0 },
	} {
		v := procedure()
		spoil(&v)
		var invalid *InvalidError
		if err := v.Check(); !errors.As(err, &invalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	v := procedure()
	if err := v.Check(); err != nil {
		t.Error(err)
	}
}

func TestOnlyEducatorsQualityAndTheCommandLinePublish(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		actor Actor
		may   bool
	}{
		{Actor{Operator: true}, true}, {Actor{Person: 5, Level: A2}, true}, {Actor{Person: 5, Level: A1}, false}, {Actor{Person: 3, Level: A2}, false}, {Actor{}, false},
	} {
		f := about(publishedAt, c.actor)
		f.Version = nil
		if _, err := (PublishDocument{Version: procedure()}).Decide(f); (err == nil) != c.may {
			t.Errorf("%+v: %v", c.actor, err)
		}
	}
}

func TestLeastTimeToReadFollowsTheText(t *testing.T) {
	t.Parallel()
	for words, want := range map[int]time.Duration{1: 20 * time.Second, 400: 72 * time.Second, 4000: 5 * time.Minute} {
		v := DocumentVersion{Body: strings.Repeat("word ", words)}
		if got := v.MinimumDwell(Settings{}); got != want {
			t.Errorf("%d words: %v, want %v", words, got, want)
		}
	}
	if got := (&DocumentVersion{Body: "x"}).MinimumDwell(Settings{MinimumDwell: time.Minute}); got != time.Minute {
		t.Errorf("the house's own: %v", got)
	}
}

func TestRemindersFallAtTenLocalTimeAndNoneSoonAfterPublishing(t *testing.T) {
	t.Parallel()
	zone := house().Zone
	v := procedure()
	v.PublishedAt = time.Date(2026, 3, 20, 15, 0, 0, 0, time.UTC) // the clocks go forward on 29 March
	timers := v.reminders(zone)
	if len(timers) != 8 {
		t.Fatalf("%d timers", len(timers))
	}
	for _, timer := range timers {
		if h := timer.At.In(zone).Hour(); h != 10 {
			t.Errorf("%s at %d o'clock", timer.Key.Name, h)
		}
	}
	v.Due = 2 * 24 * time.Hour
	if timers := v.reminders(zone); timers[0].Key.Name != "remind-1/2026-03-22" {
		t.Errorf("due in two days, the first is %s", timers[0].Key.Name)
	}
}

func TestFormHoldsTheLeastTimeAndTextsAreOnlyFlagged(t *testing.T) {
	t.Parallel()
	task := openTask(1)
	task.OpenedAt = publishedAt
	now := publishedAt.Add(30 * time.Second)
	_, err := AnswerDocument{Task: task.ID, Option: 2, Form: true, Read: true}.Decide(about(now, Actor{Person: 1, Level: A2, Channel: Slack}, task))
	var invalid *InvalidError
	if !errors.As(err, &invalid) || invalid.Reason != "problem.doc_dwell" || invalid.Args["count"] != Number(42) {
		t.Errorf("form: got %v", err)
	}
	for _, c := range []struct {
		after time.Duration
		fast  bool
	}{{30 * time.Second, true}, {2 * time.Minute, false}} {
		change, err := AnswerDocument{Task: task.ID, Option: 2}.Decide(about(publishedAt.Add(c.after), Actor{Person: 1, Level: A1, Channel: Web}, task))
		if err != nil {
			t.Fatal(err)
		}
		if a := change.Entries[1].(Attestation); a.Fast != c.fast || a.Task.Dwell != c.after || a.Number() != "H4D2-2PKX" {
			t.Errorf("page after %v: %+v", c.after, a)
		}
	}
}

func TestNobodySignsForAnother(t *testing.T) {
	t.Parallel()
	task := openTask(1)
	task.OpenedAt, task.ProvedAt = publishedAt, publishedAt
	for _, actor := range []Actor{{Person: 2, Level: A2}, {Person: 1, Level: A0}, {Address: 9}, {Operator: true}} {
		for _, cmd := range []Command{AnswerDocument{Task: task.ID, Option: 2}, OpenDocument{Task: task.ID}, AskAuthor{Task: task.ID, Text: "?"}, NotMyJob{Task: task.ID}} {
			if _, err := cmd.Decide(about(publishedAt, actor, task)); !errors.Is(err, ErrForbidden) {
				t.Errorf("%+v %s: %v", actor, cmd.CommandName(), err)
			}
		}
	}
}

func TestReminderSkipsSnoozedAndDisputedAndTellsOverseersOnce(t *testing.T) {
	t.Parallel()
	now := publishedAt.Add(20 * 24 * time.Hour)
	snoozed, disputed := openTask(1), openTask(2)
	snoozed.SnoozeTo, disputed.Flag = now.Add(time.Hour), NotMine
	change, err := RemindDocument{Version: 12, Step: "+3"}.Decide(about(now, Clockwork, snoozed, disputed))
	if err != nil || len(change.Entries) != 0 {
		t.Errorf("staff: %+v, %v", change, err)
	}
	change, err = RemindDocument{Version: 12, Step: "manager"}.Decide(about(now, Clockwork, snoozed, disputed))
	if err != nil {
		t.Fatal(err)
	}
	mail := change.Entries[0].(Mailing)
	if len(mail) != 1 || mail[0].To.Person != 3 || mail[0].Args["count"] != Number(2) {
		t.Errorf("manager: %+v", mail)
	}
	f := about(now, Clockwork, openTask(1))
	f.Version.State = Superseded
	if change, _ := (RemindDocument{Version: 12, Step: "+1"}).Decide(f); len(change.Entries) != 0 {
		t.Error("a superseded version reminded")
	}
}

func TestManagerDecidesNotTheReader(t *testing.T) {
	t.Parallel()
	task := openTask(1)
	task.Flag = NotMine
	cmd := ExcuseReader{Task: task.ID, Excuse: true}
	for person, may := range map[PersonID]bool{1: false, 2: false, 3: true, 4: true, 5: true} {
		change, err := cmd.Decide(about(publishedAt, Actor{Person: person, Address: 9, Level: A1}, task))
		if (err == nil) != may {
			t.Errorf("person %d: %v", person, err)
		}
		if may && change.Entries[0].(SavedTask).State != TaskWithdrawn {
			t.Errorf("person %d: %+v", person, change.Entries)
		}
	}
}
