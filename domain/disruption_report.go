package domain

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// ReportRecovery says how activities run: restored, degraded, or down, perhaps again.
type ReportRecovery struct {
	Disruption               int64
	Restored, Degraded, Down []ActivityCode
}

var _ = Register(ReportRecovery{})

// Set adds an activity to the list of how it runs.
func (c *ReportRecovery) Set(state Running, codes ...ActivityCode) {
	switch state {
	case Restored:
		c.Restored = append(c.Restored, codes...)
	case Degraded:
		c.Degraded = append(c.Degraded, codes...)
	case Down:
		c.Down = append(c.Down, codes...)
	}
}

// CommandName is the stored name.
func (ReportRecovery) CommandName() string { return "report_recovery@1" }

// Needs the disruption, locked, and what else is open: an activity may be added.
func (c ReportRecovery) Needs() Needs {
	return Needs{Disruption: DisruptionQuery{ID: c.Disruption, Open: true}}
}

// Decide takes the word of whoever may speak for each activity. One that was not affected is from now on. Restored ends its clock; down
// or degraded after that begins a new one. Saying the same again changes nothing and is noted.
func (c ReportRecovery) Decide(f Facts) (Change, error) {
	if f.Disruption == nil {
		return Change{}, ErrNotFound
	}
	d := f.Disruption.clone()
	if !d.ClosedAt.IsZero() {
		return Change{}, &InvalidError{Field: "recovery_restored", Reason: "problem.recovery_closed", Args: d.Args(nil)}
	}
	known := len(d.Outages)
	if err := c.add(d, f); err != nil {
		return Change{}, err
	}
	var change Change
	var said, changed, again []*Outage
	for _, list := range c.lists() {
		for _, code := range list.codes {
			o := d.Outage(code)
			was, fresh := o.State, !slices.ContainsFunc(d.Outages[:known], func(k Outage) bool { return k.Activity.Code == code })
			o.become(list.state, f)
			change.Events = append(change.Events, d.reported(o))
			said = append(said, o)
			if o.State != was || fresh {
				changed = append(changed, o)
			}
			if o.State != Restored && (was == Restored || fresh) {
				again = append(again, o)
			}
		}
	}
	if len(said) == 0 {
		return Change{}, Invalid("recovery_restored", "problem.recovery_none")
	}
	if f.Actor.Address != 0 {
		change.Notices = append(change.Notices, d.noted(f, said))
	}
	d.showCards(&change, f, changed)
	d.askOwners(&change, f, again, f.Actor.Person)
	if len(changed) > 0 && len(d.open()) == 0 {
		d.askToClose(&change, f)
	}
	change.Entries = append(change.Entries, SavedDisruption{*d})
	change.Timers = append(change.Timers, d.next(f), d.boardTimer(f.Now))
	return change, nil
}

type reportedList struct {
	field string
	state Running
	codes []ActivityCode
}

func (c ReportRecovery) lists() []reportedList {
	return []reportedList{{"recovery_restored", Restored, c.Restored}, {"recovery_degraded", Degraded, c.Degraded}, {"recovery_down", Down, c.Down}}
}

// add checks who speaks for what, and takes up activities that were not affected so far.
func (c ReportRecovery) add(d *Disruption, f Facts) error {
	fresh := NewDisruption(d.mode)
	seen := map[ActivityCode]bool{}
	for _, list := range c.lists() {
		for _, code := range list.codes {
			o := d.Outage(code)
			var a Activity
			if o != nil {
				a = o.Activity
			} else if known, ok := f.Org.Activity(code); ok && list.state != Restored {
				a = known
			} else {
				return unknownActivity(list.field, code)
			}
			switch {
			case !d.MayReport(f, a):
				return &InvalidError{Field: list.field, Reason: "problem.recovery_not_yours", Args: d.Args(Args{"activity": Text(string(code))})}
			case seen[code]:
				return &InvalidError{Field: list.field, Reason: "problem.recovery_twice", Args: Args{"activity": Text(string(code))}}
			case o == nil:
				fresh.Outages = append(fresh.Outages, Outage{Activity: a, State: list.state, DownAt: f.Now, At: f.Now, By: f.Actor.Person})
			}
			seen[code] = true
		}
	}
	if err := fresh.refuseClash(f); err != nil {
		return err
	}
	d.Outages = append(d.Outages, fresh.Outages...)
	return nil
}

// become takes a new state. What goes down after it was restored counts anew.
func (o *Outage) become(state Running, f Facts) {
	if o.State == state {
		return
	}
	if o.State == Restored {
		o.Past = append(o.Past, Stretch{o.DownAt, o.At})
		o.DownAt = f.Now
	}
	if state == Restored || o.State == Restored {
		o.Step = 0
	}
	o.State, o.At, o.By = state, f.Now, f.Actor.Person
}

func (d *Disruption) reported(o *Outage) Event {
	return d.event("reported", "activity", string(o.Activity.Code), "state", string(o.State))
}

// open are the activities that are not restored, the one due first in front.
func (d *Disruption) open() []*Outage {
	var open []*Outage
	for i := range d.Outages {
		if d.Outages[i].State != Restored {
			open = append(open, &d.Outages[i])
		}
	}
	slices.SortStableFunc(open, func(a, b *Outage) int { return a.DueAt().Compare(b.DueAt()) })
	return open
}

// noted is the receipt.
func (d *Disruption) noted(f Facts, said []*Outage) Notice {
	key := "recovery.noted"
	args := d.askArgs(said)
	args["at"] = Moment(f.Now)
	if !slices.ContainsFunc(said, func(o *Outage) bool { return o.State != Restored }) {
		key = "recovery.noted_restored"
		args["took"] = Span(max(said[0].At.Sub(said[0].DownAt), time.Minute))
	}
	return Notice{
		ID: fmt.Sprintf("%s/noted/a%d/%d", d.Subject(), f.Actor.Address, f.Now.UnixMicro()), To: Recipient{Address: f.Actor.Address}, Topic: "answer", Subject: d.Subject(), Key: key, Args: args,
		Urgency: Prompt, Class: Once,
	}
}

// showCards brings what owners were sent in line with what is known now: who has nothing open any more is told so and by whom, in Slack
// and by text; others see their first card anew.
func (d *Disruption) showCards(change *Change, f Facts, changed []*Outage) {
	var people []PersonID
	for _, o := range changed {
		for _, id := range o.Asked {
			if !slices.Contains(people, id) {
				people = append(people, id)
			}
		}
	}
	slices.Sort(people)
	for _, id := range people {
		var theirs []*Outage
		for _, o := range d.open() {
			if slices.Contains(o.Asked, id) {
				theirs = append(theirs, o)
			}
		}
		if len(theirs) > 0 {
			change.Entries = append(change.Entries, Refresh{Subject: d.Subject(), Topic: recoveryTopic(id), Of: "recovery.ask", Key: "recovery.ask", Args: d.askArgs(theirs), Replies: d.choices(theirs)})
			continue
		}
		var restored []*Outage
		for _, o := range changed {
			if slices.Contains(o.Asked, id) {
				restored = append(restored, o)
			}
		}
		change.Settle = append(change.Settle, Settle{Subject: d.Subject(), Topic: recoveryTopic(id), Key: "recovery.restored", Args: d.restoredArgs(f, restored), Except: f.Actor.Person})
	}
}

func (d *Disruption) restoredArgs(f Facts, restored []*Outage) Args {
	args := d.askArgs(restored)
	args["at"], args["by"] = Moment(f.Now), Text(f.Org.NameOf(f.Actor.Person))
	if f.Actor.Person == 0 {
		args["by"] = Term("recovery_by.operator")
	}
	return args
}

// runningWords are what people write for a digit.
var runningWords = map[string]Running{
	"1": Restored, "restored": Restored, "up": Restored, "running": Restored, "restablecido": Restored, "restablecida": Restored, "retabli": Restored, "rétabli": Restored, "rétablie": Restored, "retablie": Restored, "已恢复": Restored, "恢复": Restored,
	"2": Degraded, "degraded": Degraded, "degradado": Degraded, "degradada": Degraded, "dégradé": Degraded, "dégradée": Degraded, "degrade": Degraded, "降级": Degraded,
	"3": Down, "down": Down, "caido": Down, "caído": Down, "caida": Down, "caída": Down, "arret": Down, "arrêté": Down, "arrêtée": Down, "停止": Down, "仍停": Down,
}

// littleWords may stand between them.
var littleWords = []string{"is", "are", "still", "and", "now", "again", "sigue", "esta", "está", "y", "est", "sont", "et", "encore", "toujours"}

// ReadReport reads what is typed behind a disruption's code: "1", "PHA 1", "1 PHA", "PHA LAB restored". ok is false when it is no report;
// no codes: of whatever is the caller's.
func (d *Disruption) ReadReport(o *Organisation, text string) (state Running, codes []ActivityCode, ok bool) {
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(" ,.:;=+，。：", r) }) {
		code := ActivityCode(strings.ToUpper(word))
		_, known := o.Activity(code)
		switch said := runningWords[strings.ToLower(word)]; {
		case known || d.Outage(code) != nil:
			codes = append(codes, code)
		case said != "" && state == "":
			state = said
		case !slices.Contains(littleWords, strings.ToLower(word)):
			return "", nil, false
		}
	}
	return state, codes, state != ""
}
