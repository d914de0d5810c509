package domain

import (
	"fmt"
	"slices"
	"time"
)

// How long after the end of a run who led it is asked again to judge its objectives, and how often after that.
const (
	judgeAfter = 24 * time.Hour
	judgeEvery = 7 * 24 * time.Hour
)

// Unjudged is the number of the first objective that nobody has judged; 0: all are.
func (r *Run) Unjudged() int {
	return 1 + slices.IndexFunc(r.Objectives, func(o RunObjective) bool { return o.Result == 0 })
}

// askObjective asks who led a run whether it met the first objective that is not judged. One after the other, so that a digit answers it.
func (r *Run) askObjective(change *Change, f Facts) {
	n := r.Unjudged()
	if n == 0 {
		return
	}
	for _, id := range followers(f.Org, r.Lead) {
		change.Notices = append(change.Notices, Notice{
			ID: fmt.Sprintf("%s/objective%d/p%d/%d", r.Subject(), n, id, f.Now.UnixMicro()), To: Recipient{Person: id}, Topic: objectiveTopic, Subject: r.Subject(), Key: "run.objective",
			Args: r.objectiveArgs(n), Urgency: Prompt, Class: Once, Replies: r.objectiveReplies(n),
		})
	}
}

const objectiveTopic = "objective"

func (r *Run) objectiveArgs(n int) Args {
	return r.Args(Args{"n": Number(n), "of": Number(len(r.Objectives)), "text": Text(r.Objectives[n-1].Text)})
}

func (r *Run) objectiveReplies(n int) []Reply {
	replies := make([]Reply, ObjectiveResults)
	for i := range replies {
		replies[i] = Reply{Letter: fmt.Sprint(i + 1), Key: fmt.Sprintf("reply.objective_%d", i+1), Command: JudgeObjective{Run: r.ID, Objective: n, Result: i + 1}}
	}
	return append(replies, Reply{Letter: "O", Key: "reply.run_judge", Flow: "run_judge", Start: RunStart(r.ID)})
}

// JudgeObjective says whether a run met one of its objectives. Objective 0 is the first that is not judged.
type JudgeObjective struct {
	Run       int64
	Objective int
	Result    int
}

var _ = Register(JudgeObjective{})

// CommandName is the stored name.
func (JudgeObjective) CommandName() string { return "judge_objective@1" }

// Needs the run.
func (c JudgeObjective) Needs() Needs { return Needs{Run: RunQuery{ID: c.Run}} }

// Decide judges it; a later judgement takes the place of an earlier one, and both stay in the audit.
func (c JudgeObjective) Decide(f Facts) (Change, error) {
	r, err := judged(f)
	if err != nil {
		return Change{}, err
	}
	n := c.Objective
	if n == 0 {
		n = r.Unjudged()
	}
	if n < 1 || n > len(r.Objectives) || c.Result < 1 || c.Result > ObjectiveResults {
		return Change{}, Invalid("answer", "problem.choice")
	}
	results := make([]int, len(r.Objectives))
	results[n-1] = c.Result
	return r.judge(f, results), nil
}

// JudgeRun says of several objectives at once whether a run met them, with a word for the debrief and what is to be done.
type JudgeRun struct {
	Run     int64
	Results []int  // of each objective; 0: left as it is
	Note    string // masked
	Action  string // masked
}

// CommandName is not registered: it comes from a form only.
func (JudgeRun) CommandName() string { return "judge_run@1" }

// Needs the run.
func (c JudgeRun) Needs() Needs { return Needs{Run: RunQuery{ID: c.Run}} }

// Decide judges, and keeps the words, sealed.
func (c JudgeRun) Decide(f Facts) (Change, error) {
	r, err := judged(f)
	if err != nil {
		return Change{}, err
	}
	if len(c.Results) != len(r.Objectives) || slices.ContainsFunc(c.Results, func(n int) bool { return n < 0 || n > ObjectiveResults }) {
		return Change{}, Invalid("answer", "problem.choice")
	}
	change := r.judge(f, c.Results)
	for _, note := range []RunNote{{Text: c.Note}, {Text: c.Action, Action: true}} {
		if note.Text != "" {
			note.Run, note.Person, note.At = r.ID, f.Actor.Person, f.Now
			change.Entries = append(change.Entries, note)
		}
	}
	return change, nil
}

// judged is the run at hand, which is over, for somebody who may judge it.
func judged(f Facts) (*Run, error) {
	r, err := runAt(f, A1)
	if err == nil && r.State != RunEnded {
		return nil, &InvalidError{Field: "run", Reason: "run.judge_later", Args: r.Args(nil)}
	}
	return r, err
}

// judge puts results to their objectives and asks for the next.
func (r *Run) judge(f Facts, results []int) Change {
	var change Change
	for i, result := range results {
		if result != 0 {
			r.Objectives[i].Result = result
			change.Events = append(change.Events, r.event("judged", "objective", fmt.Sprint(i+1), "result", fmt.Sprint(result)))
		}
	}
	change.Entries = []Entry{SavedRun{*r}}
	args := r.Args(Args{"n": Number(len(r.Objectives) - r.left()), "of": Number(len(r.Objectives))})
	change.Settle = []Settle{{Subject: r.Subject(), Topic: objectiveTopic, Key: "run.judged_some", Args: args, Silent: true}}
	if r.Unjudged() > 0 {
		r.askObjective(&change, f)
		return change
	}
	change.Clear = []TimerKey{{r.Subject(), "judge"}}
	if f.Actor.Address != 0 {
		change.Notices = append(change.Notices, r.told(f, "run.judged", r.results()))
	}
	return change
}

// left is how many objectives are not judged.
func (r *Run) left() (n int) {
	for _, o := range r.Objectives {
		if o.Result == 0 {
			n++
		}
	}
	return n
}

// results counts the objectives by result.
func (r *Run) results() Args {
	var by [ObjectiveResults + 1]int
	for _, o := range r.Objectives {
		by[o.Result]++
	}
	return Args{"met": Number(by[ObjectiveMet]), "partly": Number(by[ObjectivePartly]), "missed": Number(by[ObjectiveNotMet]), "of": Number(len(r.Objectives))}
}

// RemindJudge asks again whether a run met its objectives: without that it is no exercise to show anybody.
type RemindJudge struct{ Run int64 }

var _ = Register(RemindJudge{})

// CommandName is the stored name.
func (RemindJudge) CommandName() string { return "remind_judge@1" }

// Needs the run.
func (c RemindJudge) Needs() Needs { return Needs{Run: RunQuery{ID: c.Run}} }

// Decide asks who led it, a day after its end and then every week, until all are judged.
func (c RemindJudge) Decide(f Facts) (Change, error) {
	if f.Run == nil || f.Run.State != RunEnded || f.Run.Unjudged() == 0 {
		return Change{}, nil
	}
	change := Change{Timers: []Timer{f.Run.timer("judge", f.Now.Add(judgeEvery), c)}}
	f.Run.askObjective(&change, f)
	for i := range change.Notices {
		change.Notices[i].Urgency = Routine
	}
	return change, nil
}
