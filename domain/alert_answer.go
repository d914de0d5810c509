package domain

import (
	"fmt"
	"slices"
	"strings"
)

// An AlertQuery says what of safety alerts a command needs.
type AlertQuery struct {
	ID  int64 // locked
	New bool  // a number for one, in NextID
}

// MayAnswer lists the wards that a person answers an alert for: those they were asked about, and their own.
func (a *SafetyAlert) MayAnswer(o *Organisation, id PersonID) (wards []UnitCode) {
	p := o.People[id]
	if p == nil || !p.Active {
		return nil
	}
	for _, w := range a.Wards {
		if p.Unit == w.Unit || slices.Contains(w.Asked, id) {
			wards = append(wards, w.Unit)
		}
	}
	return wards
}

// AnswerAlert says how many of what an alert is about are in a ward; a later answer replaces the one before, which stays in the audit.
// Without a ward it speaks for all wards of the actor that have not answered, which only "none" can.
type AnswerAlert struct {
	Alert int64
	Unit  UnitCode
	Count int
}

var _ = Register(AnswerAlert{})

// CommandName is the stored name.
func (AnswerAlert) CommandName() string { return "answer_alert@1" }

// Needs the alert, locked: two wards that answer at once are both in the matrix.
func (c AnswerAlert) Needs() Needs { return Needs{Alert: AlertQuery{ID: c.Alert}} }

// Decide takes the answer, also a late one to an alert that is closed: what is found counts.
func (c AnswerAlert) Decide(f Facts) (Change, error) {
	if f.Alert == nil || f.Actor.Level < A1 {
		return Change{}, ErrNotFound
	}
	a := *f.Alert
	a.Wards = slices.Clone(a.Wards)
	units, err := c.units(&a, f)
	if err != nil {
		return Change{}, err
	}
	change := Change{}
	for i := range a.Wards {
		if w := &a.Wards[i]; slices.Contains(units, w.Unit) {
			w.Count, w.By, w.AnsweredAt = c.Count, f.Actor.Person, f.Now
			change.Events = append(change.Events, a.event("alert_answered", "unit", string(w.Unit), "count", fmt.Sprint(c.Count)))
		}
	}
	change.Entries = []Entry{SavedAlert{a}}
	args := a.Args()
	args["wards"], args["count"], args["at"] = Text(someUnits(units)), Number(c.Count), Moment(f.Now)
	key := "alert.noted_some"
	if c.Count == 0 {
		key = "alert.noted_none"
	}
	change.Notices = []Notice{a.told(f, actorOf(f), "noted", key, args, Prompt)}
	a.followUp(&change, f, units)
	return change, nil
}

// units are the wards an answer speaks for.
func (c AnswerAlert) units(a *SafetyAlert, f Facts) ([]UnitCode, error) {
	mine := a.MayAnswer(f.Org, f.Actor.Person)
	if len(mine) == 0 {
		return nil, ErrForbidden
	}
	if c.Count < 0 || c.Count > mostFound {
		return nil, &InvalidError{Field: "alert_count", Reason: "alert.how", Args: a.Args()}
	}
	if c.Unit != "" {
		if !slices.Contains(mine, c.Unit) {
			return nil, &InvalidError{Field: "alert_ward", Reason: "alert.not_your_ward", Args: Args{"wards": Text(string(c.Unit)), "bare": Text(string(a.Code))}}
		}
		return []UnitCode{c.Unit}, nil
	}
	open := slices.DeleteFunc(slices.Clone(mine), func(u UnitCode) bool {
		return slices.ContainsFunc(a.Wards, func(w AlertWard) bool { return w.Unit == u && w.By != 0 })
	})
	switch {
	case len(mine) == 1:
		return mine, nil
	case c.Count == 0 && len(open) > 0:
		return open, nil
	default:
		return nil, &InvalidError{Field: "alert_ward", Reason: "alert.which", Args: Args{"wards": Text(someUnits(mine)), "bare": Text(string(a.Code)), "example": Text(string(mine[0]))}}
	}
}

// followUp brings the matrix up to date, holds back what is on its way to others about wards that have answered, and tells the issuer when
// the last one has, or when something is found after the end.
func (a *SafetyAlert) followUp(change *Change, f Facts, units []UnitCode) {
	change.Entries = append(change.Entries, Refresh{Subject: a.Subject(), Topic: AlertBoard, Key: "alert.board", Args: a.BoardArgs(), Replies: a.boardReplies()})
	t := a.Tally()
	switch {
	case !a.ClosedAt.IsZero():
		args := a.BoardArgs()
		args["wards"] = Text(someUnits(units))
		change.Notices = append(change.Notices, a.told(f, Recipient{Person: a.Issuer}, "late", "alert.after_end", args, Prompt))
	case len(t.Missing) == 0:
		change.Clear = append(change.Clear, a.key())
		change.Settle = append(change.Settle, Settle{Subject: a.Subject(), Topic: alertTopic, Key: "alert.answered", Args: a.Args(), Silent: true})
		n := a.told(f, Recipient{Person: a.Issuer}, "all", "alert.all_answered", a.BoardArgs(), Prompt)
		n.Replies = a.boardReplies()
		change.Notices = append(change.Notices, n)
	}
}

func (a *SafetyAlert) told(f Facts, to Recipient, what, key string, args Args, u Urgency) Notice {
	return Notice{ID: fmt.Sprintf("%s/%s/%d", a.Subject(), what, f.Now.UnixMicro()), To: to, Topic: "answer", Subject: a.Subject(), Key: key, Args: args, Urgency: u, Class: Once}
}

func (a *SafetyAlert) key() TimerKey { return TimerKey{Subject: a.Subject(), Name: "alert"} }

// next is when whoever has not answered is asked again: at the steps' times, but never after the end of the shift, then at the end, then
// every day.
func (a *SafetyAlert) next(f Facts) Timer {
	at := a.DueAt
	switch {
	case a.Step < len(alertSteps):
		if step := a.IssuedAt.Add(alertSteps[a.Step].After); step.Before(at) {
			at = step
		}
	case a.Step > len(alertSteps):
		at = f.Now.Add(alertRepeat)
	}
	return Timer{Key: a.key(), At: at, Command: ClimbAlert{Alert: a.ID, Step: a.Step}}
}

// ClimbAlert asks again about wards that have not answered. Step says from where, so that a late twin does nothing.
type ClimbAlert struct {
	Alert int64
	Step  int
}

var _ = Register(ClimbAlert{})

// CommandName is the stored name.
func (ClimbAlert) CommandName() string { return "climb_alert@1" }

// Needs the alert, locked.
func (c ClimbAlert) Needs() Needs { return Needs{Alert: AlertQuery{ID: c.Alert}} }

// Decide asks the next role, at the end of the shift the executives, and every day from then on.
func (c ClimbAlert) Decide(f Facts) (Change, error) {
	if f.Alert == nil || !f.Alert.ClosedAt.IsZero() || f.Alert.Step != c.Step {
		return Change{}, nil
	}
	a := *f.Alert
	a.Wards = slices.Clone(a.Wards)
	for i := range a.Wards {
		a.Wards[i].Asked = slices.Clone(a.Wards[i].Asked)
	}
	missing := a.Tally().Missing
	if len(missing) == 0 {
		return Change{}, nil
	}
	change := Change{Events: []Event{a.event("alert_climbed", "step", fmt.Sprint(a.Step), "missing", fmt.Sprint(len(missing)))}}
	if over := !f.Now.Before(a.DueAt); over {
		a.Step = len(alertSteps) + 1
		a.tellExecutives(&change, f, missing)
	} else {
		var roles []Role
		for _, s := range alertSteps[:a.Step+1] {
			roles = append(roles, s.Role)
		}
		a.ask(&change, f, roles, "alert.again", Urgent)
		a.Step++
	}
	change.Entries = append(change.Entries, SavedAlert{a})
	change.Timers = []Timer{a.next(f)}
	return change, nil
}

// tellExecutives names the wards that have not answered to everybody at the top of the ladder, and to who issued the alert.
func (a *SafetyAlert) tellExecutives(change *Change, f Facts, missing []UnitCode) {
	to := []PersonID{a.Issuer}
	for _, p := range f.Org.Anyone(Executive) {
		if p.ID != a.Issuer {
			to = append(to, p.ID)
		}
	}
	args := a.Args()
	args["wards"], args["count"] = Text(someUnits(missing)), Number(len(missing))
	for _, id := range to {
		n := a.told(f, Recipient{Person: id}, fmt.Sprintf("missing/p%d", id), "alert.missing", args, Urgent)
		n.Class = UntilCertain
		change.Notices = append(change.Notices, n)
	}
}

// CloseAlert ends an alert, whatever is still missing.
type CloseAlert struct{ Alert int64 }

var _ = Register(CloseAlert{})

// CommandName is the stored name.
func (CloseAlert) CommandName() string { return "close_alert@1" }

// Needs the alert, locked.
func (c CloseAlert) Needs() Needs { return Needs{Alert: AlertQuery{ID: c.Alert}} }

// Decide stops asking. The matrix stays, with the wards that never answered.
func (c CloseAlert) Decide(f Facts) (Change, error) {
	if f.Alert == nil {
		return Change{}, ErrNotFound
	}
	if err := MayAlert(f); err != nil {
		return Change{}, err
	}
	if !f.Alert.ClosedAt.IsZero() {
		return Change{}, &InvalidError{Field: "alert", Reason: "alert.closed", Args: f.Alert.Args()}
	}
	a := *f.Alert
	a.ClosedAt = f.Now
	return Change{
		Entries: []Entry{SavedAlert{a}, EndedCode{a.Code}, Refresh{Subject: a.Subject(), Topic: AlertBoard, Key: "alert.board", Args: a.BoardArgs()}},
		Events:  []Event{a.event("alert_closed", "missing", fmt.Sprint(len(a.Tally().Missing)))},
		Clear:   []TimerKey{a.key()},
		Settle:  []Settle{{Subject: a.Subject(), Topic: alertTopic, Key: "alert.closed", Args: a.Args(), Silent: true}},
		Notices: []Notice{a.told(f, actorOf(f), "closed", "alert.ended", a.BoardArgs(), Prompt)},
	}, nil
}

// ReadAnswer reads what is typed behind the alert's code: "0", "3", "none", "4B 3", "3 in 4B". ok is false when it is no answer.
func (a *SafetyAlert) ReadAnswer(text string) (unit UnitCode, count int, ok bool) {
	found := false
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(" ,.:;=+", r) }) {
		code := UnitCode(strings.ToUpper(word))
		switch n, isNumber := readCount(word); {
		case unit == "" && slices.ContainsFunc(a.Wards, func(w AlertWard) bool { return w.Unit == code }):
			unit = code
		case isNumber && !found:
			count, found = n, true
		case !slices.Contains([]string{"in", "at", "here", "en", "aqui", "aquí", "ici", "dans"}, strings.ToLower(word)):
			return "", 0, false
		}
	}
	return unit, count, found
}

// readCount reads a number, or a word for none.
func readCount(word string) (int, bool) {
	if slices.Contains([]string{"none", "nothing", "zero", "ninguno", "ninguna", "nada", "cero", "aucun", "aucune", "rien", "zéro", "没有", "无", "零"}, strings.ToLower(word)) {
		return 0, true
	}
	n := 0
	if word == "" || len(word) > 4 {
		return 0, false
	}
	for _, r := range word {
		if r < '0' || r > '9' {
			return 0, false
		}
		n = n*10 + int(r-'0')
	}
	return n, true
}
