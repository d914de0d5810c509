package domain

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// A RecoveryTally is how a disruption stands in numbers.
type RecoveryTally struct {
	Down, Degraded, Restored int
	Late                     int // not restored, and past their RTO
}

// Tally counts the activities.
func (d *Disruption) Tally(now time.Time) (t RecoveryTally) {
	for _, o := range d.Outages {
		switch o.State {
		case Down:
			t.Down++
		case Degraded:
			t.Degraded++
		default:
			t.Restored++
		}
		if o.State != Restored && o.Late(now) {
			t.Late++
		}
	}
	return t
}

// Sorted are the activities as a board shows them: what is not restored first, by when it is due, then what is, the newest first.
func (d *Disruption) Sorted() []*Outage {
	sorted := d.open()
	var restored []*Outage
	for i := range d.Outages {
		if d.Outages[i].State == Restored {
			restored = append(restored, &d.Outages[i])
		}
	}
	slices.SortStableFunc(restored, func(a, b *Outage) int {
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.Activity.Code, b.Activity.Code))
	})
	return append(sorted, restored...)
}

// mostRows is how many activities a message in Slack lists; the page shows all.
const mostRows = 25

// rowsOf are the activities as a card lists them.
func rowsOf(outages []*Outage) []Row {
	var rows []Row
	for _, o := range outages[:min(len(outages), mostRows)] {
		key := "row.recovery_" + string(o.State)
		if o.State != Restored && o.Step >= 2 { // told to be late: a board changes when something happens, not as time passes
			key += "_late"
		}
		rows = append(rows, Row{Key: key, Args: Args{
			"activity": Text(string(o.Activity.Code)), "name": Text(o.Activity.Name), "at": Moment(o.At), "due": Moment(o.DueAt()), "rto": Span(o.Activity.RTO), "by": Moment(o.IntolerableAt()), "staff": Number(o.Activity.Staff),
		}})
	}
	return rows
}

// boardArgs are the values of a board.
func (d *Disruption) boardArgs(f Facts) Args {
	t := d.Tally(f.Now)
	state := "open"
	if !d.ClosedAt.IsZero() {
		state = "closed"
	}
	return d.Args(Args{
		"down": Number(t.Down), "degraded": Number(t.Degraded), "restored": Number(t.Restored), "late": Number(t.Late), "at": Moment(d.StartedAt), "link": Link("/v/" + d.Token),
		"standing": Term("recovery_standing." + state), "rows": Rows(rowsOf(d.Sorted())),
	})
}

// board shows a person how the disruption stands; in Slack it is kept up to date.
func (d *Disruption) board(f Facts, to PersonID) Notice {
	n := Notice{
		ID: fmt.Sprintf("%s/board/p%d", d.Subject(), to), To: Recipient{Person: to}, Topic: BoardTopic, Subject: d.Subject(), Key: "recovery.board", Args: d.boardArgs(f), Urgency: Urgent, Class: Once,
	}
	if d.ClosedAt.IsZero() {
		n.Replies = []Reply{
			{Letter: "U", Key: "reply.recovery_update", Flow: "recovery_update", Start: RecoveryStart(d.ID)},
			{Letter: "C", Key: "reply.recovery_close", Command: CloseRecovery{Disruption: d.ID}, Style: "danger"},
		}
	}
	if p := f.Org.People[to]; p != nil && p.Slack.Usable() {
		n.Only = Slack
	}
	return n
}

func (d *Disruption) boardTimer(now time.Time) Timer {
	t := d.timer("board", now.Add(boardEvery), RefreshRecovery{Disruption: d.ID})
	t.Keep = true
	return t
}

// RefreshRecovery brings the boards in Slack up to date.
type RefreshRecovery struct{ Disruption int64 }

var _ = Register(RefreshRecovery{})

// CommandName is the stored name.
func (RefreshRecovery) CommandName() string { return "refresh_recovery@1" }

// Needs what the boards show.
func (c RefreshRecovery) Needs() Needs {
	return Needs{Disruption: DisruptionQuery{ID: c.Disruption, Boards: true}}
}

// Decide edits each board that shows something else.
func (c RefreshRecovery) Decide(f Facts) (Change, error) {
	if f.Disruption == nil {
		return Change{}, nil
	}
	var change Change
	for _, card := range f.Cards {
		n := f.Disruption.board(f, card.Person)
		if sameArgs(n.Args, card.Args) {
			continue
		}
		n.ID = fmt.Sprintf("edit/%d/board/%d", card.Target, f.Now.UnixMicro())
		change.Entries = append(change.Entries, EditedCard{Target: card.Target, Notice: n})
	}
	return change, nil
}

// ShowRecovery shows who asks how a disruption stands.
type ShowRecovery struct{ Disruption int64 }

// CommandName is not registered: it comes from typed words only.
func (ShowRecovery) CommandName() string { return "show_recovery@1" }

// Needs the disruption.
func (c ShowRecovery) Needs() Needs { return Needs{Disruption: DisruptionQuery{ID: c.Disruption}} }

// Decide shows the board to who may lead it, and their own activities to who may speak for some.
func (c ShowRecovery) Decide(f Facts) (Change, error) {
	if f.Disruption == nil || f.Actor.Person == 0 {
		return Change{}, ErrNotFound
	}
	d := f.Disruption
	n := d.board(f, f.Actor.Person)
	if MayRecover(f, d, A1) != nil {
		mine := d.Mine(f)
		if len(mine) == 0 {
			return Change{}, ErrNotFound
		}
		slices.SortStableFunc(mine, func(a, b *Outage) int {
			return cmp.Or(cmp.Compare(doneLast(a), doneLast(b)), a.DueAt().Compare(b.DueAt()))
		})
		n.Key, n.Args, n.Replies = "recovery.mine", d.askArgs(mine), d.choices(mine)
		if !d.ClosedAt.IsZero() {
			n.Replies = nil
		}
	}
	n.ID, n.To, n.Urgency, n.Only, n.Topic = fmt.Sprintf("%s/show/p%d/%d", d.Subject(), f.Actor.Person, f.Now.UnixMicro()), Recipient{Address: f.Actor.Address}, Prompt, "", "answer"
	return Change{Notices: []Notice{n}}, nil
}

// doneLast sorts what is restored behind what is not.
func doneLast(o *Outage) int {
	if o.State == Restored {
		return 1
	}
	return 0
}
