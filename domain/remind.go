package domain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Mailing is many notices to people, written by one statement. They open no conversations.
type Mailing []Notice

// Entry makes it part of a change.
func (Mailing) Entry() {}

// A ReminderStep is one of the moments at which a document version reminds.
type ReminderStep struct {
	Name string
	Days int  // from the due day
	Role Role // whose duty is told: staff their own, managers and leads that of their people
}

// ReminderSteps are the reminders of every document version. Source: practice of policy platforms (start, one week, one day, due, daily
// late); the manager and the lead hear of it later than the person.
var ReminderSteps = []ReminderStep{
	{"-7", -7, Staff}, {"-2", -2, Staff}, {"-1", -1, Staff}, {"0", 0, Staff}, {"+1", 1, Staff}, {"+3", 3, Staff}, {"manager", 3, Manager}, {"lead", 7, Lead},
}

// reminderHour is when reminders go out, in the organisation's zone.
const reminderHour = 10

// reminders are the timers of a version that has just taken effect.
func (v *DocumentVersion) reminders(zone *time.Location) []Timer {
	return v.remindersFor(v.dueAt(zone), v.PublishedAt, zone)
}

// remindersFor are the timers of those who have until due, asked at a time. What would fall within half a day of asking is left out.
func (v *DocumentVersion) remindersFor(due, asked time.Time, zone *time.Location) []Timer {
	var timers []Timer
	last := DateOf(due, zone)
	for _, s := range ReminderSteps {
		at := last.Add(s.Days).At(reminderHour*60, zone).UTC()
		if at.Sub(asked) > 12*time.Hour {
			key := TimerKey{Subject: v.Subject(), Name: "remind" + s.Name + "/" + last.String()}
			timers = append(timers, Timer{Key: key, At: at, Command: RemindDocument{Version: v.ID, Step: s.Name, Due: due}})
		}
	}
	return timers
}

// RemindDocument reminds those who have not signed a version and have until Due, or tells those who answer for them. People who join
// later, or return from leave, have a due day of their own.
type RemindDocument struct {
	Version int64
	Step    string
	Due     time.Time `json:",omitzero"` // zero: everybody
}

var _ = Register(RemindDocument{})

// CommandName is the stored name.
func (RemindDocument) CommandName() string { return "remind_document@1" }

// Needs the version and its open tasks.
func (c RemindDocument) Needs() Needs {
	return Needs{Version: c.Version, Tasks: TaskQuery{Kind: ReadDocument, Subject: c.Version, Open: true}}
}

// Decide writes to those still open; who snoozed gets theirs then, and who says it is not for their job waits for the manager.
func (c RemindDocument) Decide(f Facts) (Change, error) {
	i := slices.IndexFunc(ReminderSteps, func(s ReminderStep) bool { return s.Name == c.Step })
	if f.Version == nil || i < 0 || f.Version.State != Effective {
		return Change{}, nil
	}
	step := ReminderSteps[i]
	var open []Task
	for _, t := range f.Tasks {
		p := f.Org.People[t.Person]
		if t.State == TaskOpen && p != nil && p.Active && t.HeldUntil.IsZero() && !f.away(p.ID) && (c.Due.IsZero() || t.DueAt.Equal(c.Due)) {
			open = append(open, t)
		}
	}
	mail := c.staff(f, open, step)
	if step.Role != Staff {
		mail = c.overseers(f, open, step)
	}
	if len(mail) == 0 {
		return Change{}, nil
	}
	return Change{
		Entries: []Entry{mail},
		Events:  []Event{{Name: "document_reminded", Data: map[string]string{"code": f.Version.Code, "number": fmt.Sprint(f.Version.Number), "step": c.Step, "people": fmt.Sprint(len(mail))}}},
	}, nil
}

func (c RemindDocument) staff(f Facts, open []Task, step ReminderStep) Mailing {
	var mail Mailing
	for _, t := range open {
		if t.Flag != NotMine && !t.SnoozeTo.After(f.Now) {
			mail = append(mail, OfferDigest(reminder(f.Version.In(f.Org.LanguageOf(t.Person)), t, step.Name, step.Days), f.Version, f.Org.People[t.Person]))
		}
	}
	return mail
}

// reminder is one person's reminder, so many days from the due day.
func reminder(v *DocumentVersion, t Task, step string, days int) Notice {
	key := "doc.remind"
	switch {
	case days == 0:
		key = "doc.remind_today"
	case days > 0:
		key = "doc.remind_late"
	}
	return askToRead(v, t, fmt.Sprintf("remind/%s/%d", step, t.DueAt.Unix()), key, Routine)
}

// overseers tells each manager or lead once, with counts; names only where nobody else reads along.
func (c RemindDocument) overseers(f Facts, open []Task, step ReminderStep) Mailing {
	late := map[PersonID][]string{}
	for _, t := range open {
		p := f.Org.People[t.Person]
		for _, m := range f.overseers(step.Role, p.Unit) {
			if m != p.ID {
				late[m] = append(late[m], p.Name)
			}
		}
	}
	due := c.Due
	if due.IsZero() {
		due = f.Version.dueAt(f.Org.Zone)
	}
	var mail Mailing
	for m, names := range late {
		slices.Sort(names)
		shown := strings.Join(names[:min(len(names), 20)], ", ")
		mail = append(mail, Notice{
			ID: fmt.Sprintf("%s/%s/%d/p%d", f.Version.Subject(), c.Step, due.Unix(), m), To: Recipient{Person: m}, Topic: "document_late", Subject: f.Version.Subject(), Key: "doc.overdue",
			Args:    Args{"doc": Text(f.Version.Code), "version": Number(f.Version.Number), "title": Text(f.Version.Title), "count": Number(len(names)), "due": Day(due), "names": Text(shown)},
			Urgency: Routine, Class: Once,
		})
	}
	slices.SortFunc(mail, func(a, b Notice) int { return cmp.Compare(a.To.Person, b.To.Person) })
	return mail
}

// RemindTask reminds one person whose snooze is over.
type RemindTask struct{ Task TaskID }

var _ = Register(RemindTask{})

// CommandName is the stored name.
func (RemindTask) CommandName() string { return "remind_task@1" }

// Needs the task.
func (c RemindTask) Needs() Needs { return Needs{Tasks: TaskQuery{ID: c.Task}} }

// Decide reminds while the task is open.
func (c RemindTask) Decide(f Facts) (Change, error) {
	t, v, err := documentTask(f)
	if err != nil || t.State != TaskOpen || t.SnoozeTo.After(f.Now) || !t.HeldUntil.IsZero() {
		return Change{}, err
	}
	days := -1
	if f.Now.After(t.DueAt) {
		days = 1
	}
	n := reminder(v, t, fmt.Sprintf("snoozed/%d", f.Now.Unix()), days)
	return Change{Notices: []Notice{OfferDigest(n, v, f.Org.People[t.Person])}}, nil
}

// How long a task can be put off.
const (
	leastSnooze = time.Hour
	mostSnooze  = 7 * 24 * time.Hour
)

// SnoozeDocuments puts off the reminders of a person's open documents, or of one.
type SnoozeDocuments struct {
	Person PersonID
	Code   string
	For    time.Duration
}

// CommandName is the stored name.
func (SnoozeDocuments) CommandName() string { return "snooze_documents@1" }

// Needs the person's open document tasks.
func (c SnoozeDocuments) Needs() Needs {
	return Needs{Tasks: TaskQuery{Person: c.Person, Kind: ReadDocument, Open: true}}
}

// Decide sets each task's own time, an hour to a week from now.
func (c SnoozeDocuments) Decide(f Facts) (Change, error) {
	if c.Person == 0 || f.Actor.Person != c.Person || f.Actor.Level < A1 {
		return Change{}, ErrForbidden
	}
	until := f.Now.Add(max(leastSnooze, min(c.For, mostSnooze)))
	var change Change
	for _, t := range f.Tasks {
		v := f.Versions[t.Subject]
		if v == nil || c.Code != "" && !strings.EqualFold(v.Code, c.Code) {
			continue
		}
		t.SnoozeTo = until
		change.Entries = append(change.Entries, SavedTask{t})
		change.Events = append(change.Events, taskEvent(t, v, "document_snoozed"))
		change.Timers = append(change.Timers, Timer{Key: t.ID.Key("snooze"), At: until, Command: RemindTask{Task: t.ID}})
	}
	key, args := "doc.snoozed", Args{"at": Moment(until)}
	if len(change.Entries) == 0 {
		key = "doc.none"
	}
	change.Notices = []Notice{toReader(f, Task{Person: c.Person}, fmt.Sprintf("p%d/snoozed", c.Person), "answer", key, args)}
	return change, nil
}
