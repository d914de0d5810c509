package domain

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"goodcatch/domain/gsm"
	"goodcatch/domain/mask"
	"goodcatch/domain/scale"
)

// Triage is the owner's judgement: kind, harm by a second grader, category, contributing factors, and what comes next.
type Triage struct {
	Record   RecordID
	Kind     Kind
	Harm     *scale.Graded
	Category string
	Factors  []string
	State    State
	Document string `json:",omitempty"` // code of the procedure it is about; "-" takes the link off
	Quiet    bool   `json:",omitempty"` // whoever triages is answered by other means: the next question follows
	Silence  string `json:",omitempty"` // how long the owner may do nothing, as Silence.Chosen says it; empty: as it is
}

var _ = Register(Triage{})

// CommandName is the stored name.
func (Triage) CommandName() string { return "triage@1" }

// Needs the record.
func (c Triage) Needs() Needs { return Needs{Record: c.Record} }

// Decide keeps the reporter's grade beside the second one and moves the record on.
func (c Triage) Decide(f Facts) (Change, error) {
	if err := MayWork(f, f.Record); err != nil {
		return Change{}, err
	}
	if f.Record.State.Ended() {
		return c.ended(f)
	}
	if c.State != "" && c.State != f.Record.State && !triaged(c.State) {
		return Change{}, Invalid("state", "problem.state_flow")
	}
	r := f.Record.Clone()
	from, before := r.State, r.Rank
	if c.State != "" {
		if err := r.Move(c.State); err != nil {
			return Change{}, err
		}
	}
	if c.Kind != "" {
		r.Kind = c.Kind
	}
	if c.Category != "" {
		r.Report.Category = c.Category
	}
	if c.Factors != nil {
		r.Report.Factors = c.Factors
	}
	if c.Document != "" {
		r.Report.Document = strings.TrimPrefix(c.Document, "-")
	}
	if c.Harm != nil {
		r.Report.Second, r.Report.SecondBy = c.Harm, f.Actor.Person
		r.Kind = KindFrom(r.Kind, r.Report.Reached, c.Harm)
	}
	r.Rank = routingRank(r)
	change := Change{Records: []*Record{r}, Events: []Event{{Record: r.ID, Name: "triaged", Data: map[string]string{"from": string(from), "to": string(r.State), "rank": fmt.Sprint(int(r.Rank))}}}}
	if c.Silence != "" && c.Silence != r.Climb.Silence.Chosen() {
		after, off, ok := SilenceNamed(c.Silence)
		if !ok {
			return Change{}, Invalid("silence", "problem.silence")
		}
		r.chooseSilence(&change, after, off)
	}
	if r.Owner != 0 {
		r.heard(&change, f, reviewTime)
	}
	if r.State.Ended() {
		r.ClosedAt = f.Now
		change.Timers, change.Clear = nil, allTimers(r.ID)
		change.Settle = closedCards(r)
		change.Notices = append(change.Notices, r.toldEnd(f)...)
	} else if r.Rank > before && r.Owner != f.Actor.Person {
		rankChanged(&change, r, f, before)
	}
	if !c.Quiet {
		change.Notices = append(change.Notices, answer(r, f, "triaged", "owner.triaged", Args{"code": Text(r.Name()), "state": Term("state." + string(r.State)), "rank": rankTerm(r)}))
	}
	return change, nil
}

// ended triages a report that has ended: all that can be done is to take it up again.
func (c Triage) ended(f Facts) (Change, error) {
	if c.State != Reopened {
		return Change{}, &MoveError{Code: f.Record.Code, From: f.Record.State, To: c.State}
	}
	return Reopen{Record: c.Record}.Decide(f)
}

// triaged reports whether triage leads to a state. The others are reached by a command of their own: Release, Acknowledge, AskReporter,
// CloseReport, WithdrawReport.
func triaged(to State) bool {
	return to != New && to != Acknowledged && to != NeedsReporter && to != Closed && to != Withdrawn
}

// Triaged returns the states that triage can choose, in the order offered: staying first, where a report can stay under review.
func (s State) Triaged() []State {
	next := slices.DeleteFunc(slices.Clone(s.Next()), func(to State) bool { return !triaged(to) })
	if s == InReview || s == OnHold || s == NeedsReporter {
		return slices.Insert(next, 0, s)
	}
	return next
}

// closedCards ends what was asked about a record that has ended, and takes the buttons off its owner's messages.
func closedCards(r *Record) []Settle {
	ended := Settle{Subject: r.ID.Subject(), Topic: "escalation", Key: "card.closed", Args: Args{"code": Text(r.Name())}, Silent: true}
	owners, silent := ended, ended
	owners.Topic, silent.Topic = ownerTopic, silentTopic
	return []Settle{ended, owners, silent}
}

// reviewTime is how long an owner has after triage before being reminded. Target median life of a report is 14 days.
const reviewTime = 14 * 24 * time.Hour

// toldEnd tells the reporter that a report ended without a learning line: duplicate or not reportable.
func (r *Record) toldEnd(f Facts) []Notice {
	if !r.answers() {
		return nil
	}
	return []Notice{{
		ID: r.ID.notice(fmt.Sprintf("ended/%d", f.Now.UnixMicro())), To: r.reporter(Actor{}), Topic: "feedback", Subject: r.ID.Subject(), Key: "feedback.ended",
		Args: Args{"code": Text(r.Name()), "state": Term("state." + string(r.State))}, Urgency: Routine, Class: Once,
	}}
}

// QuestionLimit is the longest question that, in every language's frame, fits one text. Characters.
const QuestionLimit = 90

// LearningLimit is the longest learning line that, in every language's frame, fits one text. Characters.
const LearningLimit = 70

// Textable says why a line must not be texted: empty, too long, letters that need the costly alphabet, or an identifier in it.
func Textable(field, line string, limit int) error {
	plain := gsm.Plain(strings.TrimSpace(line))
	switch {
	case plain == "":
		return Invalid(field, "problem.empty")
	case len([]rune(plain)) > limit:
		return &InvalidError{Field: field, Reason: "problem.too_long", Args: Args{"limit": Number(limit)}}
	case len(mask.Text(plain).Found) > 0 || slices.ContainsFunc(mask.Kinds, func(k mask.Kind) bool { return strings.Contains(plain, k.Mark()) }):
		return Invalid(field, "problem.identifier")
	case gsm.Segments(plain).Encoding != gsm.GSM7 && len([]rune(plain)) > limit/3:
		return &InvalidError{Field: field, Reason: "problem.too_long", Args: Args{"limit": Number(limit / 3)}}
	default:
		return nil
	}
}

// AskReporter puts a question to the reporter, hidden or not, through the bot.
type AskReporter struct {
	Record RecordID
	Text   string
}

// CommandName is not registered: it carries text.
func (AskReporter) CommandName() string { return "ask_reporter@1" }

// Needs the record.
func (c AskReporter) Needs() Needs { return Needs{Record: c.Record} }

// Decide sends the question; the next bare reply of the reporter is the answer.
func (c AskReporter) Decide(f Facts) (Change, error) {
	if err := MayWork(f, f.Record); err != nil {
		return Change{}, err
	}
	if err := Textable("question", c.Text, QuestionLimit); err != nil {
		return Change{}, err
	}
	r := f.Record.Clone()
	if !r.answers() {
		return Change{}, Invalid("question", "problem.no_way_back")
	}
	if err := r.Move(NeedsReporter); err != nil {
		return Change{}, err
	}
	change := Change{
		Records:  []*Record{r},
		Passages: []Passage{{Record: r.ID, Kind: Question, Author: f.Actor.Handle(), At: f.Now, Text: c.Text}},
		Events:   []Event{{Record: r.ID, Name: "reporter_asked"}},
		Notices: []Notice{
			{
				ID: r.ID.notice(fmt.Sprintf("ask/%d", f.Now.UnixMicro())), To: r.reporter(Actor{}), Topic: "question", Subject: r.ID.Subject(), Key: "feedback.question",
				Args:    Args{"code": Text(r.Name()), "bare": Text(string(r.Code)), "question": Text(sentence(gsm.Plain(c.Text)))},
				Urgency: Routine, Class: Once, Ask: &Ask{Flow: "answer", Start: Args{"record": recordArg(r.ID)}, Question: "text"},
				Replies: []Reply{{Letter: "R", Key: "reply.answer", Flow: "answer", Start: Args{"record": recordArg(r.ID)}, Style: "primary"}},
			},
			answer(r, f, "asked", "owner.asked", Args{"code": Text(r.Name())}),
		},
	}
	if r.Owner != 0 { // asking is doing something; the answer may take a while
		r.heard(&change, f, max(r.DueAt.Sub(f.Now), r.Ladder.Triage))
	}
	return change, nil
}

// CloseReport ends a report with what was learnt from it.
type CloseReport struct {
	Record   RecordID
	Learning string
	Textable Answer // Yes: its author confirms that the line may be texted
}

// CommandName is not registered: it carries text.
func (CloseReport) CommandName() string { return "close_report@1" }

// Needs the record.
func (c CloseReport) Needs() Needs { return Needs{Record: c.Record} }

// Decide closes the report and takes the learning line to whoever reported it. Feedback mode D.
func (c CloseReport) Decide(f Facts) (Change, error) {
	if err := MayWork(f, f.Record); err != nil {
		return Change{}, err
	}
	if err := Textable("learning", c.Learning, LearningLimit); err != nil {
		return Change{}, err
	}
	if c.Textable != Yes {
		return Change{}, Invalid("textable", "problem.confirm_textable")
	}
	r := f.Record.Clone()
	if r.State.Ended() {
		return Change{}, &MoveError{Code: r.Code, From: r.State, To: Closed}
	}
	if err := r.Move(Closed); err != nil {
		return Change{}, err
	}
	if r.Owner == 0 {
		r.Owner, r.OwnedAt = f.Actor.Person, f.Now
	}
	r.ClosedAt = f.Now
	if r.answers() {
		r.Report.feedback("D", f.Now, r.CreatedAt)
	}
	days := int(f.Now.Sub(r.CreatedAt) / (24 * time.Hour))
	change := Change{
		Records:  []*Record{r},
		Passages: []Passage{{Record: r.ID, Kind: Learning, Author: f.Actor.Handle(), At: f.Now, Text: c.Learning}},
		Events:   []Event{{Record: r.ID, Name: "closed", Data: map[string]string{"days": fmt.Sprint(days)}}},
		Clear:    allTimers(r.ID),
		Settle:   closedCards(r),
		Notices:  []Notice{answer(r, f, "closed", "owner.closed", Args{"code": Text(r.Name()), "count": Number(max(days, 1))})},
	}
	if r.Rank >= scale.Severe && r.Report.Document != "" {
		change.Timers = append(change.Timers, flagged(r, f))
	}
	if !r.answers() {
		change.Notices[0].Key = "owner.closed_untold"
	} else {
		change.Notices = append(change.Notices, Notice{
			ID: r.ID.notice(fmt.Sprintf("learning/%d", f.Now.UnixMicro())), To: r.reporter(Actor{}), Topic: "feedback", Subject: r.ID.Subject(), Key: "feedback.closed",
			Args:    Args{"code": Text(r.Name()), "learning": Text(sentence(gsm.Plain(c.Learning))), "count": Number(max(days, 1))},
			Urgency: Routine, Class: Once, Ask: &Ask{Flow: "useful", Start: Args{"record": recordArg(r.ID)}, Question: "useful"},
			Replies: AnswerReplies("useful", Args{"record": recordArg(r.ID)}, "useful", Yes, No),
		})
	}
	return change, nil
}

// RateFeedback is the reporter's verdict on what came of their report.
type RateFeedback struct {
	Record RecordID
	Useful Answer
}

var _ = Register(RateFeedback{})

// CommandName is the stored name.
func (RateFeedback) CommandName() string { return "rate_feedback@1" }

// Needs the record.
func (c RateFeedback) Needs() Needs { return Needs{Record: c.Record} }

// Decide keeps the verdict.
func (c RateFeedback) Decide(f Facts) (Change, error) {
	if !f.Actor.Reporter {
		return Change{}, ErrForbidden
	}
	if c.Useful == Open {
		return Change{}, nil
	}
	r := f.Record.Clone()
	r.Report.Useful = c.Useful
	return Change{
		Records: []*Record{r},
		Events:  []Event{{Record: r.ID, Name: "feedback_rated", Data: map[string]string{"useful": c.Useful.String()}}},
		Notices: []Notice{answer(r, f, "rated", "feedback.thanks", Args{"code": Text(r.Name())})},
	}, nil
}

// Reopen takes an ended report up again.
type Reopen struct{ Record RecordID }

var _ = Register(Reopen{})

// CommandName is the stored name.
func (Reopen) CommandName() string { return "reopen@1" }

// Needs the record.
func (c Reopen) Needs() Needs { return Needs{Record: c.Record} }

// Decide gives the report to whoever reopens it.
func (c Reopen) Decide(f Facts) (Change, error) {
	if err := MayOwn(f, f.Record); err != nil {
		return Change{}, err
	}
	r := f.Record.Clone()
	if !r.State.Ended() {
		return Change{}, &MoveError{Code: r.Code, From: r.State, To: Reopened}
	}
	if err := r.Move(Reopened); err != nil {
		return Change{}, err
	}
	r.ClosedAt = time.Time{}
	return takeOwnership(r, f, f.Actor.Person, "reopened"), nil
}
