package domain

import (
	"fmt"
	"slices"
)

// boardArgs are the values of a board.
func (r *Run) boardArgs(f Facts) Args {
	if r.form == Tabletop {
		return r.Args(Args{
			"done": Number(r.sent()), "of": Number(len(r.Injects)), "people": Number(len(r.People)), "at": Moment(r.StartedAt), "standing": Term("rollcall_state." + string(r.State)), "lines": Text(r.news(f.RunAnswers)),
		})
	}
	t := r.Tally(f.Now)
	return r.Args(Args{
		"done": Number(t.Done + t.NotNeeded), "of": Number(t.Total), "late": Number(t.Late), "help": Number(t.Help), "at": Moment(r.StartedAt), "standing": Term("rollcall_state." + string(r.State)),
		"lines": r.lines(f.Org, f.Now),
	})
}

func (r *Run) boardReplies() []Reply {
	note := Reply{Letter: "N", Key: "reply.rollcall_action", Flow: "run_action", Start: RunStart(r.ID)}
	if r.State != RunRunning {
		return []Reply{{Letter: "O", Key: "reply.run_judge", Flow: "run_judge", Start: RunStart(r.ID), Style: "primary"}, note}
	}
	return []Reply{{Letter: "C", Key: "reply.run_end", Command: EndRun{Run: r.ID}, Style: "danger"}, note}
}

// keyed is the key of a text that a tabletop has in other words.
func (r *Run) keyed(key string) string {
	if r.form == Tabletop {
		return key + "_table"
	}
	return key
}

// RunStart is the start of the forms about a run.
func RunStart(id int64) Args { return Args{"run": Number(int(id))} }

// board shows a person how the run goes; in Slack it is kept up to date.
func (r *Run) board(f Facts, to PersonID) Notice {
	n := Notice{
		ID: fmt.Sprintf("%s/board/p%d", r.Subject(), to), To: Recipient{Person: to}, Topic: BoardTopic, Subject: r.Subject(), Key: r.keyed("run.board"), Args: r.boardArgs(f), Urgency: Urgent, Class: Once,
		Replies: r.boardReplies(),
	}
	if p := f.Org.People[to]; p != nil && p.Slack.Usable() {
		n.Only = Slack // where it can be kept up to date
	}
	return n
}

func (r *Run) refresh(f Facts) Refresh {
	return Refresh{Subject: r.Subject(), Topic: BoardTopic, Of: r.keyed("run.board"), Key: r.keyed("run.board"), Args: r.boardArgs(f), Replies: r.boardReplies()}
}

// toLead tells who leads a run something, with the way to end it.
func (r *Run) toLead(f Facts, to PersonID, what, key string) Notice {
	return Notice{
		ID: fmt.Sprintf("%s/%s/p%d/%d", r.Subject(), what, to, f.Now.UnixMicro()), To: Recipient{Person: to}, Topic: "lead", Subject: r.Subject(), Key: key, Urgency: Urgent, Class: Once,
		Args: r.boardArgs(f), Replies: []Reply{{Letter: "C", Key: "reply.run_end", Command: EndRun{Run: r.ID}, Style: "danger"}},
	}
}

// RemindRun says that a run is still under way: a forgotten exercise would keep what is real from its people.
type RemindRun struct{ Run int64 }

var _ = Register(RemindRun{})

// CommandName is the stored name.
func (RemindRun) CommandName() string { return "remind_run@1" }

// Needs the run.
func (c RemindRun) Needs() Needs { return Needs{Run: RunQuery{ID: c.Run, Answers: true}} }

// Decide tells who leads it, every hour until the end.
func (c RemindRun) Decide(f Facts) (Change, error) {
	if f.Run == nil || f.Run.State != RunRunning {
		return Change{}, nil
	}
	r := f.Run
	change := Change{Timers: []Timer{r.timer("remind", f.Now.Add(runRemindEvery), c)}}
	for _, id := range followers(f.Org, r.Lead) {
		change.Notices = append(change.Notices, r.toLead(f, id, "remind", r.keyed("run.remind")))
	}
	return change, nil
}

// EndRun ends a run, whatever is still open.
type EndRun struct{ Run int64 }

var _ = Register(EndRun{})

// CommandName is the stored name.
func (EndRun) CommandName() string { return "end_run@1" }

// Needs the run.
func (c EndRun) Needs() Needs { return Needs{Run: RunQuery{ID: c.Run, Answers: true}} }

// Decide stops all asking and tells everybody who was asked that it is over.
func (c EndRun) Decide(f Facts) (Change, error) {
	r, err := runAt(f, A1)
	if err != nil {
		return Change{}, err
	}
	switch r.State {
	case RunEnded:
		return Change{}, nil
	case RunRunning:
	default:
		return Change{}, Invalid("run_how", "problem.run_over")
	}
	r.State, r.EndedAt = RunEnded, f.Now
	t := r.Tally(f.Now)
	change := Change{
		Events: []Event{r.event("ended", "done", fmt.Sprint(t.Done), "open", fmt.Sprint(t.Open))},
		Clear:  []TimerKey{{r.Subject(), "remind"}},
	}
	args := r.Args(Args{"at": Moment(f.Now), "done": Number(t.Done + t.NotNeeded), "of": Number(t.Total)})
	told := slices.Clone(r.People)
	for n, i := range r.Injects {
		if i.SentAt.IsZero() {
			change.Clear = append(change.Clear, TimerKey{r.Subject(), fmt.Sprintf("inject%d", n+1)})
		}
	}
	for i, s := range r.Steps {
		if s.open() {
			change.Clear = append(change.Clear, r.clocks(i+1)...)
			for _, topic := range r.askTopics(i + 1) {
				change.Settle = append(change.Settle, Settle{Subject: r.Subject(), Topic: topic, Key: "run.ended", Args: args, Silent: true})
			}
		}
		told = append(told, s.Asked...)
	}
	slices.Sort(told)
	var mail Mailing
	for _, id := range slices.Compact(told) {
		mail = append(mail, Notice{
			ID: fmt.Sprintf("%s/end/p%d", r.Subject(), id), To: Recipient{Person: id}, Topic: "ended", Subject: r.Subject(), Key: r.keyed("run.ended"), Args: args, Urgency: Urgent, Class: Once,
		})
	}
	change.Entries = []Entry{SavedRun{*r}, EndedCode{r.Code}, r.refresh(f), mail}
	if r.Unjudged() > 0 {
		r.askObjective(&change, f)
		change.Timers = []Timer{r.timer("judge", f.Now.Add(judgeAfter), RemindJudge{Run: r.ID})}
	}
	return change, nil
}

// NoteRun keeps what somebody writes about a run: what happened or failed, of anybody in it; what is to be done, of who may lead it.
type NoteRun struct {
	Run    int64
	Text   string // masked
	Action bool
}

// CommandName is not registered: it comes from typed words and forms only.
func (NoteRun) CommandName() string { return "note_run@1" }

// Needs the run.
func (c NoteRun) Needs() Needs { return Needs{Run: RunQuery{ID: c.Run}} }

// Decide keeps the words, sealed.
func (c NoteRun) Decide(f Facts) (Change, error) {
	if f.Run == nil || f.Run.State == RunDropped {
		return Change{}, ErrNotFound
	}
	r, key, name := f.Run, "run.note_saved", "noted"
	if c.Action {
		key, name = "run.action_saved", "action_added"
		if err := MayRun(f, r, A1); err != nil {
			return Change{}, err
		}
	} else if !r.Knows(f) {
		return Change{}, ErrForbidden
	}
	if c.Text == "" {
		return Change{}, Invalid("rollcall_action", "problem.empty")
	}
	change := Change{Entries: []Entry{RunNote{Run: r.ID, Person: f.Actor.Person, Action: c.Action, At: f.Now, Text: c.Text}}, Events: []Event{r.event(name)}}
	if f.Actor.Address != 0 {
		change.Notices = []Notice{r.told(f, key, nil)}
	}
	if seen := r.clone(); seen.saw(f.Actor.Person) {
		change.Entries = append(change.Entries, SavedRun{*seen})
	}
	return change, nil
}

// Knows reports whether a run is the actor's business: they were asked, are at the table, or may lead it.
func (r *Run) Knows(f Facts) bool {
	p := f.Org.People[f.Actor.Person]
	if p == nil || !p.Active || f.Actor.Level < A1 {
		return f.Actor.Operator
	}
	return slices.Contains(r.People, p.ID) || slices.ContainsFunc(r.Steps, func(s RunStep) bool { return slices.Contains(s.Asked, p.ID) }) || MayRun(f, r, A1) == nil
}

// told answers the actor.
func (r *Run) told(f Facts, key string, args Args) Notice {
	return Notice{
		ID: fmt.Sprintf("%s/told/a%d/%d", r.Subject(), f.Actor.Address, f.Now.UnixMicro()), To: Recipient{Address: f.Actor.Address}, Topic: "answer", Subject: r.Subject(), Key: key, Args: r.Args(args),
		Urgency: Prompt, Class: Once,
	}
}

// ShowRun shows who asks how a run goes.
type ShowRun struct{ Run int64 }

// CommandName is not registered: it comes from typed words only.
func (ShowRun) CommandName() string { return "show_run@1" }

// Needs the run.
func (c ShowRun) Needs() Needs { return Needs{Run: RunQuery{ID: c.Run, Answers: true}} }

// Decide puts to the actor what is open with them; else it shows the board to who may lead it, and how it stands to everybody else in it.
func (c ShowRun) Decide(f Facts) (Change, error) {
	if f.Run == nil || f.Run.State == RunDropped || !f.Run.Knows(f) {
		return Change{}, ErrNotFound
	}
	r := f.Run
	if r.State == RunPlanned {
		return Change{Notices: []Notice{r.planned(f)}}, nil
	}
	if open := r.OpenWith(f.Actor.Person); len(open) > 0 && r.State == RunRunning {
		asked := r.clone()
		n := r.ask(f, open[0], f.Actor.Person, r.asking(f, open[0], f.Actor.Person), "shown")
		n.To, n.Topic, n.Urgency, n.Class = Recipient{Address: f.Actor.Address}, "answer", Prompt, Once
		change := Change{Notices: []Notice{n}}
		if asked.saw(f.Actor.Person) {
			change.Entries = []Entry{SavedRun{*asked}}
		}
		return change, nil
	}
	if n := r.sent(); n > 0 && r.State == RunRunning && slices.Contains(r.People, f.Actor.Person) {
		inject := r.told(f, "run.inject", nil)
		inject.Args, inject.Replies = r.injectArgs(n), r.injectReplies(n)
		return Change{Notices: []Notice{inject}}, nil
	}
	n := r.told(f, r.keyed("run.board"), r.boardArgs(f))
	if MayRun(f, r, A1) == nil {
		n.Replies = r.boardReplies()
	}
	return Change{Notices: []Notice{n}}, nil
}
