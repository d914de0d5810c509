package domain

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// The answers to an inject: yes, no, not sure.
const InjectAnswers = 3

// closeAfter is how long after the last inject who leads a tabletop is reminded to end it.
const closeAfter = 15 * time.Minute

// sit puts people at the table: an audience; where none is named whoever has a part in the steps. The steps themselves are talked about, not
// asked for.
func (r *Run) sit(f Facts, a Audience, injects []Inject) error {
	r.People = r.Everybody(f)
	if len(a.Units)+len(a.Roles)+len(a.Named) > 0 {
		r.People = a.People(f.Org)
	}
	r.Steps = nil
	for _, i := range injects {
		r.Injects = append(r.Injects, RunInject{Inject: i})
	}
	switch {
	case len(r.Injects) == 0:
		return Invalid("run_how", "problem.run_no_injects")
	case len(r.People) == 0:
		return Invalid("rollcall_units", "problem.rollcall_nobody")
	}
	return nil
}

// takes is how long the news of a tabletop take to come in.
func (r *Run) takes() time.Duration {
	if len(r.Injects) == 0 {
		return 0
	}
	return r.Injects[len(r.Injects)-1].At
}

// open tells everybody at the table that it begins, and sets the clocks of the news.
func (r *Run) open(change *Change) {
	var mail Mailing
	for _, id := range r.People {
		mail = append(mail, Notice{
			ID: fmt.Sprintf("%s/table/p%d", r.Subject(), id), To: Recipient{Person: id}, Topic: "table", Subject: r.Subject(), Key: "run.table", Urgency: Prompt, Class: Once,
			Args: r.Args(Args{"of": Number(len(r.Injects)), "takes": Span(r.takes())}),
		})
	}
	change.Entries = append(change.Entries, mail)
	for n, i := range r.Injects {
		change.Timers = append(change.Timers, r.timer(fmt.Sprintf("inject%d", n+1), r.StartedAt.Add(i.At), SendInject{Run: r.ID, Inject: n + 1}))
	}
}

// SendInject brings a piece of news to the table.
type SendInject struct {
	Run    int64
	Inject int
}

var _ = Register(SendInject{})

// CommandName is the stored name.
func (SendInject) CommandName() string { return "send_inject@1" }

// Needs the run, and its answers for the board.
func (c SendInject) Needs() Needs { return Needs{Run: RunQuery{ID: c.Run, Answers: true}} }

// Decide sends it once, to everybody at the table.
func (c SendInject) Decide(f Facts) (Change, error) {
	if f.Run == nil || f.Run.State != RunRunning || c.Inject < 1 || c.Inject > len(f.Run.Injects) || !f.Run.Injects[c.Inject-1].SentAt.IsZero() {
		return Change{}, nil
	}
	r := f.Run.clone()
	i := &r.Injects[c.Inject-1]
	i.SentAt = f.Now
	var mail Mailing
	for _, id := range r.People {
		mail = append(mail, Notice{
			ID: fmt.Sprintf("%s/inject%d/p%d", r.Subject(), c.Inject, id), To: Recipient{Person: id}, Topic: injectTopic(c.Inject, id), Subject: r.Subject(), Key: "run.inject", Urgency: Prompt, Class: Once,
			Args: r.injectArgs(c.Inject), Replies: r.injectReplies(c.Inject),
		})
	}
	return Change{
		Entries: []Entry{SavedRun{*r}, mail, r.refresh(f)}, Events: []Event{r.event("inject", "inject", fmt.Sprint(c.Inject), "people", fmt.Sprint(len(mail)))},
	}, nil
}

// injectTopic is the topic of a question to one person: their answer shows on their own card.
func injectTopic(n int, p PersonID) string { return fmt.Sprintf("inject/%d/p%d", n, p) }

func (r *Run) injectArgs(n int) Args {
	return r.Args(Args{"n": Number(n), "of": Number(len(r.Injects)), "text": Text(r.Injects[n-1].Text)})
}

func (r *Run) injectReplies(n int) []Reply {
	replies := make([]Reply, InjectAnswers)
	for a, answer := range []Answer{Yes, No, Unsure} {
		replies[a] = Reply{Letter: fmt.Sprint(a + 1), Key: "answer." + answer.String(), Command: AnswerInject{Run: r.ID, Inject: n, Answer: a + 1}}
	}
	return replies
}

// InjectWords are the catalogue's words for an answer to an inject: yes.
func InjectWords(answer int) Arg {
	return Term("answer." + []Answer{Yes, No, Unsure}[min(max(answer, 1), InjectAnswers)-1].String())
}

// sent is the number of the newest inject; 0: none has come.
func (r *Run) sent() int {
	for n := len(r.Injects); n > 0; n-- {
		if !r.Injects[n-1].SentAt.IsZero() {
			return n
		}
	}
	return 0
}

// AnswerInject answers a question of a tabletop. Inject 0 is the newest.
type AnswerInject struct {
	Run    int64
	Inject int
	Answer int
}

var _ = Register(AnswerInject{})

// CommandName is the stored name.
func (AnswerInject) CommandName() string { return "answer_inject@1" }

// Needs the run and its answers.
func (c AnswerInject) Needs() Needs { return Needs{Run: RunQuery{ID: c.Run, Answers: true}} }

// Decide keeps the answer of whoever is at the table, with its time; a later one takes its place.
func (c AnswerInject) Decide(f Facts) (Change, error) {
	r, n := f.Run, c.Inject
	switch {
	case r == nil || r.State == RunPlanned || r.State == RunDropped:
		return Change{}, ErrNotFound
	case f.Actor.Level < A1 || !slices.Contains(r.People, f.Actor.Person):
		return Change{}, ErrForbidden
	case r.State == RunEnded:
		return Change{}, &InvalidError{Field: "run", Reason: "run.over", Args: r.Args(nil)}
	}
	if n == 0 {
		n = r.sent()
	}
	switch {
	case n < 1 || n > len(r.Injects) || r.Injects[n-1].SentAt.IsZero():
		return Change{}, &InvalidError{Field: "run", Reason: "run.none_yet", Args: r.Args(nil)}
	case c.Answer < 1 || c.Answer > InjectAnswers:
		return Change{}, Invalid("answer", "problem.choice")
	}
	answer := RunAnswer{Run: r.ID, Item: n, Person: f.Actor.Person, Answer: c.Answer, At: f.Now}
	f.RunAnswers = append(slices.Clone(f.RunAnswers), answer)
	args := r.injectArgs(n)
	args["words"], args["at"] = InjectWords(c.Answer), Moment(f.Now)
	change := Change{
		Entries: []Entry{answer, r.refresh(f)}, Events: []Event{r.event("answered", "inject", fmt.Sprint(n), "answer", fmt.Sprint(c.Answer), "channel", string(f.Actor.Channel))},
		Settle: []Settle{{Subject: r.Subject(), Topic: injectTopic(n, f.Actor.Person), Key: "run.inject_answered", Args: args, Silent: true, Replies: r.injectReplies(n)}},
	}
	if f.Actor.Channel == SMS {
		noted := r.told(f, "run.inject_noted", nil)
		noted.Args = args
		change.Notices = []Notice{noted}
	}
	return change, nil
}

// An InjectTally counts the answers to one inject; By[0] are those at the table who have not answered.
type InjectTally struct{ By [InjectAnswers + 1]int }

// TallyInject counts everybody's last answer.
func (r *Run) TallyInject(answers []RunAnswer, n int) (t InjectTally) {
	last := map[PersonID]int{}
	for _, a := range answers {
		if a.Item == n {
			last[a.Person] = a.Answer
		}
	}
	for _, id := range r.People {
		t.By[min(last[id], InjectAnswers)]++
	}
	return t
}

// news are the injects as a board in Slack lists them: how many answered 1, 2, 3, and not at all.
func (r *Run) news(answers []RunAnswer) string {
	var b strings.Builder
	for i, inject := range r.Injects {
		if inject.SentAt.IsZero() {
			fmt.Fprintf(&b, "· %d. %s\n", i+1, inject.Text)
			continue
		}
		t := r.TallyInject(answers, i+1)
		fmt.Fprintf(&b, "✓ %d. %s *1: %d  2: %d  3: %d  –: %d*\n", i+1, inject.Text, t.By[1], t.By[2], t.By[3], t.By[0])
	}
	return strings.TrimSpace(b.String())
}
