package domain

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A SafetyAlert asks every ward whether it has what a device or drug alert, or a recall, is about: "0, none here", or how many. It is open
// until somebody of the quality office closes it; a ward that does not answer is asked again, then its lead, then the executives.
// Source: the cascade of national patient safety alerts: every place answers, "none" being an answer.
type SafetyAlert struct {
	ID       int64
	Code     Code
	Title    string // what it is about, as it is texted
	Action   string // what to do with what is found, as it is texted
	Issuer   PersonID
	Wards    []AlertWard // ordered by code
	IssuedAt time.Time
	DueAt    time.Time // the end of the shift
	Step     int       // of alertSteps, how many have been taken
	ClosedAt time.Time // zero: open
}

// An AlertWard is one ward's place in the matrix: none, so many, no answer.
type AlertWard struct {
	Unit       UnitCode   `json:"unit"`
	Asked      []PersonID `json:"asked,omitempty"`
	Count      int        `json:"count,omitempty"`
	By         PersonID   `json:"by,omitempty"` // 0: no answer
	AnsweredAt time.Time  `json:"answered_at,omitzero"`
}

// Limits of a safety alert.
const (
	AlertTitleRoom  = 48 // characters: with the code and how to answer it is one segment
	AlertActionRoom = 80
	mostFound       = 9999
)

// alertRepeat is how often the executives are asked to see to wards that have not answered when the shift has ended.
const alertRepeat = 24 * time.Hour

// alertSteps are when a ward that has not answered is asked again, and who is asked for it beside those before. The end of the shift is
// the step after them.
var alertSteps = []Step{{Manager, time.Hour}, {Lead, 4 * time.Hour}}

// SavedAlert is a safety alert, new or as a decision leaves it.
type SavedAlert struct{ Alert SafetyAlert }

// Entry marks an entry.
func (SavedAlert) Entry() {}

// Subject names the alert in messages and timers.
func (a *SafetyAlert) Subject() string { return fmt.Sprintf("n%d", a.ID) }

// alertTopic is the topic of the requests to answer; AlertBoard that of the matrix.
const (
	alertTopic = "alert"
	AlertBoard = "alert_board"
)

// MayAlert says who may issue and close safety alerts: the quality office and executives.
func MayAlert(f Facts) error {
	if p := f.Org.People[f.Actor.Person]; p == nil || !p.Active || f.Actor.Level < A1 || !p.Has(Quality, Executive) {
		return ErrForbidden
	}
	return nil
}

// IssueAlert asks all wards below some units.
type IssueAlert struct {
	Title, Action string
	Units         []UnitCode // empty: the whole house
	Due           time.Duration
}

// CommandName is not registered: it comes from a form.
func (IssueAlert) CommandName() string { return "issue_alert@1" }

// Needs a code and a number.
func (IssueAlert) Needs() Needs { return Needs{Codes: 1, Alert: AlertQuery{New: true}} }

// Decide asks whoever is on duty for each ward, one message a person, and shows the issuer the matrix.
func (c IssueAlert) Decide(f Facts) (Change, error) {
	if err := MayAlert(f); err != nil {
		return Change{}, err
	}
	if err := Textable("alert_title", c.Title, AlertTitleRoom); err != nil {
		return Change{}, err
	}
	if err := Textable("alert_action", c.Action, AlertActionRoom); err != nil {
		return Change{}, err
	}
	if c.Due < time.Hour || c.Due > 72*time.Hour {
		return Change{}, Invalid("alert_due", "problem.choice")
	}
	a := SafetyAlert{
		ID: f.NextID, Code: f.Codes[0], Title: strings.TrimSpace(c.Title), Action: strings.TrimSpace(c.Action), Issuer: f.Actor.Person,
		IssuedAt: f.Now, DueAt: f.Now.Add(c.Due), Wards: alertWards(f.Org, c.Units),
	}
	if len(a.Wards) == 0 {
		return Change{}, Invalid("alert_units", "problem.choice")
	}
	change := Change{
		Entries: []Entry{GivenCode{Code: a.Code, Subject: a.Subject()}},
		Events:  []Event{a.event("alert_issued", "wards", fmt.Sprint(len(a.Wards)))},
	}
	a.ask(&change, f, []Role{Manager}, "alert.new", Prompt)
	change.Entries = append(change.Entries, SavedAlert{a})
	change.Timers = []Timer{a.next(f)}
	change.Notices = append(change.Notices, a.board(f))
	return change, nil
}

// alertWards are the places of the wards within some units, or of the whole house.
func alertWards(o *Organisation, below []UnitCode) []AlertWard {
	var wards []AlertWard
	for _, u := range o.Wards(below...) {
		wards = append(wards, AlertWard{Unit: u})
	}
	return wards
}

// ask asks who answers in some roles for each ward that has not answered, one message a person however many wards they answer for.
func (a *SafetyAlert) ask(change *Change, f Facts, roles []Role, key string, u Urgency) {
	wards := map[PersonID][]UnitCode{}
	var order []PersonID
	for i := range a.Wards {
		w := &a.Wards[i]
		if w.By != 0 {
			continue
		}
		for _, role := range roles {
			for _, d := range f.answersFor(role, w.Unit) {
				if wards[d.Person] == nil {
					order = append(order, d.Person)
				}
				if !slices.Contains(wards[d.Person], w.Unit) {
					wards[d.Person] = append(wards[d.Person], w.Unit)
				}
				if !slices.Contains(w.Asked, d.Person) {
					w.Asked = append(w.Asked, d.Person)
				}
			}
		}
	}
	for _, id := range order {
		args := a.Args()
		args["wards"] = Text(someUnits(wards[id]))
		change.Notices = append(change.Notices, Notice{
			ID: fmt.Sprintf("%s/ask%d/p%d/%d", a.Subject(), a.Step, id, f.Now.UnixMicro()), To: Recipient{Person: id}, Topic: alertTopic, Subject: a.Subject(), Key: key, Args: args,
			Urgency: u, Class: UntilCertain, Replies: a.answers(),
		})
	}
}

// answersFor lists who answers for a ward in a role: who is on duty, else the nearest holders who are there. Where there is nobody up the
// tree the next role is asked: never the manager of another ward.
func (f Facts) answersFor(role Role, unit UnitCode) []Duty {
	roles := []Role{Manager, Lead, Quality, Executive}
	for _, role := range roles[slices.Index(roles, role):] {
		if on := f.Org.OnDuty(role, unit, f.Now); len(on) > 0 {
			return on
		}
		for _, u := range f.Org.Ancestors(unit) {
			if on := f.Org.present(f.Org.With(role, u.Code), f.Now); len(on) > 0 {
				return on
			}
		}
	}
	return f.Org.present(f.Org.Anyone(Executive), f.Now)
}

// answers are what a request to answer offers in Slack; by SMS a number is typed.
func (a *SafetyAlert) answers() []Reply {
	return []Reply{
		{Letter: "N", Key: "reply.alert_none", Command: AnswerAlert{Alert: a.ID}, Style: "primary"},
		{Letter: "S", Key: "reply.alert_some", Flow: "alert_answer", Start: AlertStart(a.ID)},
	}
}

// AlertStart is the start of the forms about an alert.
func AlertStart(id int64) Args { return Args{"alert": Number(int(id))} }

// someUnits names as many units as fit a text, and how many more there are.
func someUnits(units []UnitCode) string {
	const room = 14 // characters, and " +12"
	text := string(units[0])
	for i, u := range units[1:] {
		if len(text)+len(", ")+len(u) > room {
			return text + fmt.Sprintf(" +%d", len(units)-1-i)
		}
		text += ", " + string(u)
	}
	return text
}

// Args are the values of every text about the alert.
func (a *SafetyAlert) Args() Args {
	return Args{"bare": Text(string(a.Code)), "about": Text(a.Title), "action": Text(a.Action), "due": Moment(a.DueAt)}
}

func (a *SafetyAlert) event(name string, data ...string) Event {
	e := Event{Name: name, Data: map[string]string{"alert": a.Subject()}}
	for i := 0; i+1 < len(data); i += 2 {
		e.Data[data[i]] = data[i+1]
	}
	return e
}

// An AlertTally is the matrix in numbers and lists.
type AlertTally struct {
	None, Some, Missing []UnitCode
	Total               int // found in all
}

// Tally sorts the wards by their answers.
func (a *SafetyAlert) Tally() (t AlertTally) {
	for _, w := range a.Wards {
		switch {
		case w.By == 0:
			t.Missing = append(t.Missing, w.Unit)
		case w.Count == 0:
			t.None = append(t.None, w.Unit)
		default:
			t.Some = append(t.Some, w.Unit)
			t.Total += w.Count
		}
	}
	return t
}

// BoardArgs are the values of the matrix: ward by ward in Slack, in numbers by SMS.
func (a *SafetyAlert) BoardArgs() Args {
	t, args := a.Tally(), a.Args()
	names := func(units []UnitCode) Arg {
		var list []string
		for _, u := range units {
			i := slices.IndexFunc(a.Wards, func(w AlertWard) bool { return w.Unit == u })
			name := string(u)
			if n := a.Wards[i].Count; n > 0 {
				name += fmt.Sprintf(": *%d*", n)
			}
			list = append(list, name)
		}
		if len(list) == 0 {
			return Text("-")
		}
		return Text(strings.Join(list, ", "))
	}
	args["nones"], args["somes"], args["missings"] = names(t.None), names(t.Some), names(t.Missing)
	args["none"], args["some"], args["missing"], args["total"] = Number(len(t.None)), Number(len(t.Some)), Number(len(t.Missing)), Number(t.Total)
	return args
}

// board shows the issuer the matrix; in Slack it is kept up to date.
func (a *SafetyAlert) board(f Facts) Notice {
	return Notice{
		ID: fmt.Sprintf("%s/board/%d", a.Subject(), f.Now.UnixMicro()), To: Recipient{Person: a.Issuer}, Topic: AlertBoard, Subject: a.Subject(), Key: "alert.board", Args: a.BoardArgs(), Urgency: Prompt,
		Class: Once, Replies: a.boardReplies(),
	}
}

func (a *SafetyAlert) boardReplies() []Reply {
	if !a.ClosedAt.IsZero() {
		return nil
	}
	return []Reply{{Letter: "C", Key: "reply.alert_close", Command: CloseAlert{Alert: a.ID}}}
}
