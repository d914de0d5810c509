package domain

import (
	"fmt"
	"slices"
	"time"
)

// progressArgs are the values of a progress card.
func (v *DocumentVersion) progressArgs(o *Organisation, top UnitCode, p Progress) Args {
	unit := o.Name
	if top != "" {
		unit = string(top)
	}
	return Args{
		"doc": Text(v.Code), "version": Number(v.Number), "title": Text(v.Title), "unit": Text(unit), "due": Day(v.dueAt(o.Zone)),
		"total": Number(p.Asked()), "signed": Number(p.Signed), "read": Number(p.Read), "waiting": Number(p.Waiting), "away": Number(p.Away), "disputed": Number(p.Disputed),
		"excused": Number(p.Excused), "late": Number(p.Late), "unreached": Number(p.NotReached()),
		"noaddress": Number(p.Unreached[NoAddress]), "optedout": Number(p.Unreached[OptedOut]), "deadend": Number(p.Unreached[DeadEnd]),
		"notarriving": Number(p.Unreached[NotArriving]),
	}
}

// progressCard shows a person how signing goes where they may see it. ID is the caller's to fill in.
func progressCard(f Facts, by map[UnitCode]*Progress, to PersonID) (n Notice, ok bool) {
	v := f.Version
	top, ok := v.Sees(f.Org, to)
	if !ok {
		return n, false
	}
	p := f.Org.ProgressBelow(by, top)
	n = Notice{To: Recipient{Person: to}, Topic: ProgressTopic, Subject: v.Subject(), Key: "campaign.progress", Args: v.progressArgs(f.Org, top, p), Urgency: Routine, Class: Once}
	if p.Read+p.Waiting+p.Unreached[NotArriving] > 0 {
		n.Replies = []Reply{{Letter: "N", Key: "reply.nudge", Command: NudgeRest{Version: v.ID}, Style: "primary"}}
	}
	n.Replies = append(n.Replies, Reply{Letter: "W", Key: "reply.console", Command: AskConsole{Version: v.ID}})
	return n, true
}

// everybodys are the tasks of a version that its progress is counted from.
func everybodys(version int64) TaskQuery {
	return TaskQuery{Kind: ReadDocument, Subject: version, Arrivals: true}
}

// ProgressTopic is the topic of progress cards.
const ProgressTopic = "progress"

// concerned are the people who get a card when a version takes effect: its author, and the nearest managers of those who are asked.
func (v *DocumentVersion) concerned(o *Organisation, asked []PersonID) []PersonID {
	list := []PersonID{v.Owner}
	units := map[UnitCode]bool{}
	for _, id := range asked {
		if p := o.People[id]; p != nil && !units[p.Unit] {
			units[p.Unit] = true
			for _, m := range o.With(Manager, p.Unit) {
				list = append(list, m.ID)
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// Cards are the progress cards to send when a version takes effect, one for each person concerned, in Slack only.
func (e PublishedDocument) Cards(o *Organisation, now time.Time, tasks []Task) []Notice {
	f := Facts{Org: o, Now: now, Version: &e.Version}
	by := o.ProgressByUnit(tasks, now)
	var cards []Notice
	for _, id := range e.Version.concerned(o, e.People) {
		if n, ok := progressCard(f, by, id); ok && len(tasks) > 0 {
			n.ID, n.Only = fmt.Sprintf("%s/progress/p%d", e.Version.Subject(), id), Slack
			cards = append(cards, n)
		}
	}
	return cards
}

// refreshEvery is how often, at most, progress cards are edited.
const refreshEvery = time.Minute

// progressTimer brings the cards of a version up to date in a minute, unless that is due anyway.
func (v *DocumentVersion) progressTimer(now time.Time) Timer {
	return Timer{Key: TimerKey{Subject: v.Subject(), Name: "progress"}, At: now.Add(refreshEvery), Command: RefreshProgress{Version: v.ID}, Keep: true}
}

// A ShownCard is the newest progress card of a person in Slack, with what it shows.
type ShownCard struct {
	Person PersonID
	Target int64 // the message that is edited
	Args   Args
}

// An EditedCard is a card to be shown anew, in place.
type EditedCard struct {
	Target int64
	Notice Notice
}

// Entry makes it part of a change.
func (EditedCard) Entry() {}

// RefreshProgress brings progress cards up to date.
type RefreshProgress struct{ Version int64 }

var _ = Register(RefreshProgress{})

// CommandName is the stored name.
func (RefreshProgress) CommandName() string { return "refresh_progress@1" }

// Needs the version, its tasks, and what its cards show.
func (c RefreshProgress) Needs() Needs {
	return Needs{Version: c.Version, Cards: true, Tasks: everybodys(c.Version)}
}

// Decide edits each card that shows other numbers than it should. While there are changes it looks again a minute later: what is written
// at this very moment is not seen yet.
func (c RefreshProgress) Decide(f Facts) (Change, error) {
	if f.Version == nil || f.Version.State != Effective {
		return Change{}, nil
	}
	by := f.Org.ProgressByUnit(f.Tasks, f.Now)
	var change Change
	for _, card := range f.Cards {
		n, ok := progressCard(f, by, card.Person)
		if !ok || sameArgs(n.Args, card.Args) {
			continue
		}
		n.ID = fmt.Sprintf("edit/%d/progress/%d", card.Target, f.Now.UnixMicro())
		change.Entries = append(change.Entries, EditedCard{Target: card.Target, Notice: n})
	}
	if len(change.Entries) > 0 {
		change.Timers = []Timer{f.Version.progressTimer(f.Now)}
	}
	return change, nil
}

func sameArgs(a, b Args) bool {
	for name, value := range a {
		if b[name] != value {
			return false
		}
	}
	return len(a) == len(b)
}

// NoteArrival follows a message about a document that did not arrive, or one that did after others had not: progress cards count anew.
type NoteArrival struct{ Task TaskID }

// CommandName is not registered: the worker runs it at once.
func (NoteArrival) CommandName() string { return "note_arrival@1" }

// Needs the task.
func (c NoteArrival) Needs() Needs { return Needs{Tasks: TaskQuery{ID: c.Task}} }

// Decide has the cards refreshed; of a task that is over there is nothing to count.
func (c NoteArrival) Decide(f Facts) (Change, error) {
	t, v, err := documentTask(f)
	if err != nil || t.State != TaskOpen {
		return Change{}, err
	}
	return Change{Timers: []Timer{v.progressTimer(f.Now)}}, nil
}

// ShowProgress shows who asks how signing a version goes.
type ShowProgress struct{ Version int64 }

// CommandName is not registered: it comes from typed words only.
func (ShowProgress) CommandName() string { return "show_progress@1" }

// Needs the version and its tasks.
func (c ShowProgress) Needs() Needs {
	return Needs{Version: c.Version, Tasks: everybodys(c.Version)}
}

// Decide sends a card; in Slack it is the one that is kept up to date from then on.
func (c ShowProgress) Decide(f Facts) (Change, error) {
	if f.Version == nil {
		return Change{}, ErrNotFound
	}
	if f.Actor.Level < A1 {
		return Change{}, ErrForbidden
	}
	n, ok := progressCard(f, f.Org.ProgressByUnit(f.Tasks, f.Now), f.Actor.Person)
	if !ok {
		return Change{}, ErrForbidden
	}
	n.ID, n.To, n.Urgency = fmt.Sprintf("%s/progress/p%d/%d", f.Version.Subject(), f.Actor.Person, f.Now.UnixMicro()), Recipient{Address: f.Actor.Address}, Prompt
	if f.Actor.Channel != Slack {
		n.Topic, n.Replies = "answer", nil // nobody edits a text
	}
	return Change{Notices: []Notice{n}}, nil
}
