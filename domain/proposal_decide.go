package domain

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// What a quiz that reports cause asks for.
const (
	causedPassMark = 60 // two of three
	causedDue      = 7 * 24 * time.Hour
)

// ProposalCourse is the code of the course that a proposal becomes.
func ProposalCourse(id int64) string { return fmt.Sprintf("Q-%d", id) }

// SendProposal makes a proposal a course of the wards at risk, and sends it. What is left empty is as proposed.
type SendProposal struct {
	Proposal int64
	Title    string
	Units    []UnitCode
	Items    []Item
}

var _ = Register(SendProposal{})

// CommandName is the stored name.
func (SendProposal) CommandName() string { return "send_proposal@1" }

// Needs the proposal, locked, and the course it becomes.
func (c SendProposal) Needs() Needs {
	return Needs{Proposal: c.Proposal, Course: ProposalCourse(c.Proposal), Everyone: true}
}

// Decide publishes an ordinary course, marks the date on the charts of its units, and takes the buttons off the cards.
func (c SendProposal) Decide(f Facts) (Change, error) {
	p, err := openProposal(f)
	if err != nil {
		return Change{}, err
	}
	p.Title = cmp.Or(c.Title, p.Title)
	if len(c.Items) > 0 {
		p.Items = c.Items
	}
	units := c.Units
	if len(units) == 0 {
		units = []UnitCode{p.Top}
	}
	for _, u := range units {
		if f.Org.Units[u] == nil {
			return Change{}, Invalid("proposal_units", "quiz.problem.unit")
		}
	}
	if err := p.checkQuiz(); err != nil {
		return Change{}, err
	}
	course := Course{
		Code: ProposalCourse(p.ID), Title: p.Title, Educator: f.Actor.Person, PassMark: causedPassMark, Due: causedDue, Family: OfRisk,
		Audience: Audience{Roles: []Role{Staff, Manager}, Units: units}, Items: p.Items,
	}
	change, err := PublishCourse{Course: course}.publish(f)
	if err != nil {
		return Change{}, err
	}
	p.State, p.Course, p.DecidedAt = ProposalSent, course.Code, f.Now
	change.Entries = append(change.Entries, SavedProposal{*p})
	for _, u := range units {
		change.Entries = append(change.Entries, Annotation{At: f.Now, Unit: u, Kind: "quiz", Subject: course.Code, Key: "annotation.quiz"})
	}
	change.Events = append(change.Events, proposalEvent("proposal_sent", *p, "course", course.Code))
	change.decided(f, p, "proposal.sent", nil)
	return change, nil
}

// MayPropose decides who may decide about a proposed quiz: educators and the quality office, from a linked phone or better. The questions
// are stock, the wards named: a phone is enough to send them, while editing needs a form.
func MayPropose(f Facts) error {
	if f.Actor.Level < A1 || !Teaches(f.Org.People[f.Actor.Person], nil) {
		return ErrForbidden
	}
	return nil
}

// openProposal finds a proposal that the actor may decide about now.
func openProposal(f Facts) (*Proposal, error) {
	if f.Proposal == nil {
		return nil, ErrNotFound
	}
	if err := MayPropose(f); err != nil {
		return nil, err
	}
	if f.Proposal.State != ProposalOpen {
		return nil, Invalid("proposal_title", "proposal.decided")
	}
	p := *f.Proposal
	p.Items = slices.Clone(p.Items)
	return &p, nil
}

// checkQuiz says what keeps the quiz from being sent, at the question of the form it stands in.
func (p *Proposal) checkQuiz() error {
	if err := fits("proposal_title", p.Title, TitleRoom); err != nil {
		return err
	}
	for n := range p.Items {
		i := &p.Items[n]
		i.Key = cmp.Or(i.Key, fmt.Sprintf("q%d", n+1))
		err := i.check()
		if invalid, ok := err.(*InvalidError); ok {
			field := "text"
			switch {
			case invalid.Field == "quiz_explanation":
				field = "why"
			case invalid.Field == "quiz_right":
				field = "right"
			case invalid.Field != "quiz_text":
				field = "options"
			}
			return &InvalidError{Field: fmt.Sprintf("proposal_%s_%d", field, n+1), Reason: invalid.Reason, Args: invalid.Args}
		}
	}
	return nil
}

// decided edits every card of a proposal.
func (change *Change) decided(f Facts, p *Proposal, key string, more Args) {
	args := p.Args()
	args["by"], args["at"] = Text(f.Org.NameOf(f.Actor.Person)), Day(f.Now)
	for name, value := range more {
		args[name] = value
	}
	change.Entries = append(change.Entries, EndedCode{p.Code})
	change.Settle = append(change.Settle, Settle{Subject: p.Subject(), Topic: "proposal", Key: key, Args: args, Except: f.Actor.Person, Silent: true})
}

// RefuseProposal says not now, and why. The reason is a code: it stays in the audit.
type RefuseProposal struct {
	Proposal int64
	Reason   string
}

// CommandName is not registered: it comes from a form only.
func (RefuseProposal) CommandName() string { return "refuse_proposal@1" }

// Needs the proposal, locked.
func (c RefuseProposal) Needs() Needs { return Needs{Proposal: c.Proposal} }

// Decide records the reason. Nothing like it is proposed for the rest of the 14 days.
func (c RefuseProposal) Decide(f Facts) (Change, error) {
	p, err := openProposal(f)
	if err != nil {
		return Change{}, err
	}
	if !slices.Contains(RefusalReasons, c.Reason) {
		return Change{}, Invalid("proposal_reason", "problem.choice")
	}
	p.State, p.Reason, p.DecidedAt = ProposalRefused, c.Reason, f.Now
	change := Change{Entries: []Entry{SavedProposal{*p}}, Events: []Event{proposalEvent("proposal_refused", *p, "reason", c.Reason)}}
	change.decided(f, p, "proposal.refused", Args{"reason": Term("proposal_reason." + c.Reason)})
	change.Notices = append(change.Notices, Notice{
		ID: fmt.Sprintf("proposal/%d/refused/%d", p.ID, f.Now.UnixMicro()), To: actorOf(f), Topic: "answer", Subject: p.Subject(), Key: "proposal.noted", Args: p.Args(), Urgency: Prompt, Class: Once,
	})
	return change, nil
}

// StockBank replaces the questions in stock for quizzes that reports cause. The operator does, by import.
type StockBank struct{ Items []BankItem }

// CommandName is not registered: it comes from files only.
func (StockBank) CommandName() string { return "stock_bank@1" }

// Needs what is in stock.
func (StockBank) Needs() Needs { return Needs{Bank: true} }

// Decide replaces the stock, or does nothing when it is the same.
func (c StockBank) Decide(f Facts) (Change, error) {
	if !f.Actor.Operator {
		return Change{}, ErrForbidden
	}
	for _, b := range c.Items {
		if !slices.Contains(Categories, b.Category) {
			return Change{}, Invalid("category", "problem.choice")
		}
		if err := fits("title", b.Title, TitleRoom); err != nil {
			return Change{}, err
		}
		if err := b.Item.check(); err != nil {
			return Change{}, err
		}
	}
	same := slices.EqualFunc(c.Items, f.Bank, func(a, b BankItem) bool {
		return a.Category == b.Category && a.Title == b.Title && a.Item.Text == b.Item.Text && a.Item.Right == b.Item.Right && a.Item.Explanation == b.Item.Explanation &&
			slices.Equal(a.Item.Options, b.Item.Options)
	})
	if same {
		return Change{}, nil
	}
	return Change{Entries: []Entry{SavedBank(c)}, Events: []Event{{Name: "bank_stocked", Data: map[string]string{"items": fmt.Sprint(len(c.Items))}}}}, nil
}
