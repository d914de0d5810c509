package domain

import (
	"fmt"
	"slices"
	"strings"
)

// StartRecovery begins a disruption: who owns what is affected is asked at once.
type StartRecovery struct {
	Mode           Mode
	Title          string
	Down, Degraded []ActivityCode
}

// CommandName is not registered: it comes from a form or the command line only.
func (StartRecovery) CommandName() string { return "start_recovery@1" }

// Needs a number, a code, a token, and what is open.
func (StartRecovery) Needs() Needs {
	return Needs{Disruption: DisruptionQuery{New: true, Open: true}, Codes: 1, Tokens: 1}
}

// Decide starts the clocks of all activities affected, asks their owners, one message a person, and shows who leads the board.
func (c StartRecovery) Decide(f Facts) (Change, error) {
	d := NewDisruption(c.Mode)
	d.ID, d.Code, d.Token, d.Title, d.Lead = f.NextID, f.Codes[0], f.Tokens[0], strings.TrimSpace(c.Title), f.Actor.Person
	if err := c.affect(d, f); err != nil {
		return Change{}, err
	}
	if err := MayRecover(f, d, A2); err != nil {
		return Change{}, err
	}
	if err := d.refuseClash(f); err != nil {
		return Change{}, err
	}
	d.StartedAt = f.Now
	change := Change{Events: []Event{d.event("started", "activities", fmt.Sprint(len(d.Outages)))}}
	var all []*Outage
	for i := range d.Outages {
		o := &d.Outages[i]
		all = append(all, o)
		change.Events = append(change.Events, d.reported(o))
	}
	d.askOwners(&change, f, all, 0)
	for _, id := range followers(f.Org, d.Lead) {
		change.Notices = append(change.Notices, d.board(f, id))
	}
	change.Entries = []Entry{SavedDisruption{*d}, GivenCode{Code: d.Code, Subject: d.Subject()}}
	change.Timers = []Timer{d.next(f), d.boardTimer(f.Now)}
	if d.mode == Live {
		change.Timers = append(change.Timers, d.timer("wards", f.Now.Add(firstWardAsk), AskWards{Disruption: d.ID}))
	}
	return change, nil
}

// affect checks the title and takes the activities that are affected.
func (c StartRecovery) affect(d *Disruption, f Facts) error {
	if err := fits("recovery_title", d.Title, TitleRoom); err != nil {
		return err
	}
	if SaysMode(d.Title) {
		return Invalid("recovery_title", "problem.rollcall_word")
	}
	for _, list := range []struct {
		field string
		codes []ActivityCode
		state Running
	}{{"recovery_down", c.Down, Down}, {"recovery_degraded", c.Degraded, Degraded}} {
		for _, code := range list.codes {
			a, known := f.Org.Activity(code)
			if !known {
				return unknownActivity(list.field, code)
			}
			if d.Outage(code) != nil {
				return &InvalidError{Field: list.field, Reason: "problem.recovery_twice", Args: Args{"activity": Text(string(code))}}
			}
			d.Outages = append(d.Outages, Outage{Activity: a, State: list.state, DownAt: f.Now, At: f.Now, By: f.Actor.Person})
		}
	}
	if len(d.Outages) == 0 {
		return Invalid("recovery_down", "problem.recovery_none")
	}
	return nil
}

func unknownActivity(field string, code ActivityCode) error {
	return &InvalidError{Field: field, Reason: "problem.recovery_unknown", Args: Args{"activity": Text(string(code))}}
}

// askOwners asks who owns these activities now, one message a person however many they own, but not who has just said how they run.
func (d *Disruption) askOwners(change *Change, f Facts, outages []*Outage, said PersonID) {
	d.tell(change, f, outages, "recovery.ask", func(o *Outage) []Duty {
		return slices.DeleteFunc(f.Owners(o.Activity), func(on Duty) bool { return on.Person == said })
	})
}

// tell says something about activities to whoever is to hear of each, one message a person, the activity that is due first in front. Who is
// told may answer.
func (d *Disruption) tell(change *Change, f Facts, outages []*Outage, key string, whom func(*Outage) []Duty) {
	outages = slices.Clone(outages)
	slices.SortStableFunc(outages, func(a, b *Outage) int { return a.DueAt().Compare(b.DueAt()) })
	theirs := map[PersonID][]*Outage{}
	var order []PersonID
	for _, o := range outages {
		for _, on := range whom(o) {
			if theirs[on.Person] == nil {
				order = append(order, on.Person)
			}
			if !slices.Contains(theirs[on.Person], o) {
				theirs[on.Person] = append(theirs[on.Person], o)
			}
			if !slices.Contains(o.Asked, on.Person) {
				o.Asked = append(o.Asked, on.Person)
			}
		}
	}
	for _, id := range order {
		change.Notices = append(change.Notices, Notice{
			ID: fmt.Sprintf("%s/%s/p%d/%d", d.Subject(), key, id, f.Now.UnixMicro()), To: Recipient{Person: id}, Topic: recoveryTopic(id), Subject: d.Subject(), Key: key,
			Args: d.askArgs(theirs[id]), Urgency: Urgent, Class: UntilCertain, Replies: d.choices(theirs[id]),
		})
	}
}

// askArgs are the values of a text to somebody about activities of theirs, the one that is due first in front.
func (d *Disruption) askArgs(outages []*Outage) Args {
	first := outages[0]
	standing, each := first.State, ""
	for _, o := range outages {
		if o.State != standing {
			standing = "mixed"
		}
	}
	if len(outages) > 1 {
		each = string(first.Activity.Code) + " "
	}
	return d.Args(Args{
		"what": Text(codesOf(outages)), "standing": Term("recovery_state." + string(standing)), "due": Moment(first.DueAt()), "rto": Span(first.Activity.RTO), "by": Moment(first.IntolerableAt()),
		"mtpd": Span(first.Activity.MTPD), "each": Text(each), "rows": Rows(rowsOf(outages)),
	})
}

// choices are what a card in Slack offers: one activity its three answers, several a form.
func (d *Disruption) choices(outages []*Outage) []Reply {
	if len(outages) > 1 {
		return []Reply{{Letter: "U", Key: "reply.recovery_update", Flow: "recovery_update", Start: RecoveryStart(d.ID), Style: "primary"}}
	}
	replies := make([]Reply, len(Runnings))
	for i, state := range Runnings {
		cmd := ReportRecovery{Disruption: d.ID}
		cmd.Set(state, outages[0].Activity.Code)
		replies[i] = Reply{Letter: fmt.Sprint(i + 1), Key: "reply.recovery_" + string(state), Command: cmd}
	}
	return replies
}
