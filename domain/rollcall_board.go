package domain

import (
	"fmt"
	"slices"
	"time"
)

// followers are who is shown the board and told where the call list is.
func (r *RollCall) followers(o *Organisation) []PersonID { return followers(o, r.Lead) }

// followers are who is shown how a roll-call or a run goes: who leads it; where the operator began it, the quality office, else the
// executives.
func followers(o *Organisation, lead PersonID) []PersonID {
	if p := o.People[lead]; p != nil && p.Active {
		return []PersonID{p.ID}
	}
	for _, role := range []Role{Quality, Executive} {
		var ids []PersonID
		for _, p := range o.Anyone(role) {
			ids = append(ids, p.ID)
		}
		if len(ids) > 0 {
			return ids
		}
	}
	return nil
}

func (r *RollCall) boardTimer(now time.Time) Timer {
	t := r.timer("board", now.Add(boardEvery), RefreshBoard{Call: r.ID})
	t.Keep = true
	return t
}

// boardArgs are the values of a board.
func (r *RollCall) boardArgs(f Facts, seats []Seat) Args {
	t := r.Tally(f.Org, seats)
	args := Args{
		"asked": Number(t.Asked), "answered": Number(t.Answered), "share": Number(t.Share()), "missing": Number(t.By[0]), "volunteers": Number(t.Volunteers), "away": Number(t.Away), "late": Number(t.Late), "tried": Number(t.Tried),
		"at": Moment(r.StartedAt), "link": Link("/r/" + r.Token), "standing": Term("rollcall_state." + string(r.State)),
	}
	for n := OnSite; n <= CallAnswers; n++ {
		args[fmt.Sprintf("n%d", n)] = Number(t.By[n])
	}
	return r.Args(args)
}

// board shows a person how the roll-call goes.
func (r *RollCall) board(f Facts, seats []Seat, to PersonID) Notice {
	n := Notice{
		ID: fmt.Sprintf("%s/board/p%d", r.Subject(), to), To: Recipient{Person: to}, Topic: BoardTopic, Subject: r.Subject(), Key: "rollcall.board", Args: r.boardArgs(f, seats), Urgency: Urgent, Class: Once,
		Replies: []Reply{
			{Letter: "C", Key: "reply.rollcall_clear", Command: EndRollCall{Call: r.ID}, Style: "danger"},
			{Letter: "N", Key: "reply.rollcall_action", Flow: "rollcall_action", Start: RollCallStart(r.ID)},
		},
	}
	if r.State != CallRunning {
		n.Replies = n.Replies[1:]
	}
	if p := f.Org.People[to]; p != nil && p.Slack.Usable() {
		n.Only = Slack // where it can be kept up to date
	}
	return n
}

// RollCallStart is the start of the forms about a roll-call.
func RollCallStart(id int64) Args { return Args{"rollcall": Number(int(id))} }

// RefreshBoard brings the boards in Slack up to date.
type RefreshBoard struct{ Call int64 }

var _ = Register(RefreshBoard{})

// CommandName is the stored name.
func (RefreshBoard) CommandName() string { return "refresh_board@1" }

// Needs everybody's places, and what the boards show. It locks nothing: answers go on.
func (c RefreshBoard) Needs() Needs {
	return Needs{RollCall: RollCallQuery{ID: c.Call, Seats: true, Boards: true}}
}

// Decide edits each board that shows something else, and looks again while there are changes: what is written at this very moment is not
// seen yet.
func (c RefreshBoard) Decide(f Facts) (Change, error) {
	if f.RollCall == nil {
		return Change{}, nil
	}
	r := f.RollCall
	var change Change
	for _, card := range f.Cards {
		n := r.board(f, f.Seats, card.Person)
		if sameArgs(n.Args, card.Args) {
			continue
		}
		n.ID = fmt.Sprintf("edit/%d/board/%d", card.Target, f.Now.UnixMicro())
		change.Entries = append(change.Entries, EditedCard{Target: card.Target, Notice: n})
	}
	if len(change.Entries) > 0 {
		change.Timers = []Timer{r.boardTimer(f.Now)}
	}
	return change, nil
}

// ShowRollCall shows who asks how a roll-call goes.
type ShowRollCall struct{ Call int64 }

// CommandName is not registered: it comes from typed words only.
func (ShowRollCall) CommandName() string { return "show_rollcall@1" }

// Needs everybody's places.
func (c ShowRollCall) Needs() Needs { return Needs{RollCall: RollCallQuery{ID: c.Call, Seats: true}} }

// Decide shows the board to who may lead it, and their own answer to everybody else in it.
func (c ShowRollCall) Decide(f Facts) (Change, error) {
	if f.RollCall == nil || f.Actor.Person == 0 {
		return Change{}, ErrNotFound
	}
	r := f.RollCall
	answer := Notice{
		ID: fmt.Sprintf("%s/show/p%d/%d", r.Subject(), f.Actor.Person, f.Now.UnixMicro()), To: Recipient{Address: f.Actor.Address}, Topic: "answer", Subject: r.Subject(), Urgency: Prompt, Class: Once,
	}
	i := slices.IndexFunc(f.Seats, func(s Seat) bool { return s.Person == f.Actor.Person })
	switch {
	case MayCall(f, r, A1) == nil && r.State == CallPlanned:
		return Change{Notices: []Notice{r.planned(f)}}, nil
	case MayCall(f, r, A1) == nil && r.State != CallDropped:
		n := r.board(f, f.Seats, f.Actor.Person)
		n.ID, n.To, n.Urgency, n.Only = answer.ID, answer.To, Prompt, ""
		if f.Actor.Channel != Slack {
			n.Topic = "answer" // nobody edits a text
		}
		return Change{Notices: []Notice{n}}, nil
	case i >= 0 && f.Seats[i].Answer != 0:
		answer.Key, answer.Args = r.receipt(f.Org, f.Seats[i])
	case r.State == CallRunning:
		answer.Key, answer.Args, answer.Replies = "rollcall.again", r.Args(Args{"at": Moment(f.Now)}), r.choices()
	default:
		return Change{}, ErrNotFound
	}
	return Change{Notices: []Notice{answer}}, nil
}
