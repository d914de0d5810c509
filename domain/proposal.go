package domain

import (
	"fmt"
	"slices"
	"time"

	"goodcatch/domain/scale"
)

// What makes reports propose a quiz.
const (
	causeWindow  = 14 * 24 * time.Hour
	causeReports = 3
	causeRank    = scale.Rank(2)
	quizItems    = 3 // questions of such a quiz
)

// A Sign is what the search for causes looks at of a report: facets, never words.
type Sign struct {
	Record    RecordID
	Category  string
	Unit      UnitCode
	Rank      scale.Rank
	Counts    bool // neither withdrawn, duplicate, about a manager, nor good care
	CreatedAt time.Time
}

// A ProposalState is what became of a proposal.
type ProposalState string

// The states of a proposal.
const (
	ProposalOpen    ProposalState = "open"
	ProposalSent    ProposalState = "sent"
	ProposalRefused ProposalState = "refused"
)

// A Proposal is a quiz that reports ask for: three of one category in one part of the house within 14 days, or one of rank 2 or more.
// It says what of, where and how many; nothing in it comes from what anybody wrote.
type Proposal struct {
	ID        int64
	Category  string
	Code      Code     // what is typed to decide about it
	Top       UnitCode // the wards at risk: this unit and those below it
	Reports   int
	Serious   bool // one of them has rank 2 or more
	State     ProposalState
	Title     string
	Items     []Item // drafts from the bank
	Reason    string // of a refusal: one of RefusalReasons
	Course    string // what came of it
	CreatedAt time.Time
	DecidedAt time.Time
}

// RefusalReasons are why a proposed quiz is not sent.
var RefusalReasons = []string{"planned", "unrelated", "busy", "other"}

// A BankItem is a question in stock for a category.
type BankItem struct {
	Category string
	Title    string // of a quiz about the category
	Item     Item
}

// An Annotation is a date worth marking on a unit's charts. Its text is a key of the catalogue.
type Annotation struct {
	At      time.Time
	Unit    UnitCode
	Kind    string
	Subject string
	Key     string
}

// Entries of quizzes that reports cause.
type (
	// SavedProposal is a proposal, new or decided.
	SavedProposal struct{ Proposal Proposal }
	// SavedBank replaces the questions in stock.
	SavedBank struct{ Items []BankItem }
)

// Entry marks an entry.
func (SavedProposal) Entry() {}

// Entry marks an entry.
func (SavedBank) Entry() {}

// Entry marks an entry.
func (Annotation) Entry() {}

// ConsiderQuiz looks whether a report whose category, rank or place is new makes a quiz worth proposing. The worker asks for it, once a
// change, off the way of the report.
type ConsiderQuiz struct{ Record RecordID }

// CommandName is not registered: the worker asks at once.
func (ConsiderQuiz) CommandName() string { return "consider_quiz@1" }

// Needs the like reports of the last 14 days, what was proposed for them, and the questions in stock.
func (c ConsiderQuiz) Needs() Needs { return Needs{Sign: c.Record, Codes: 1} }

// Decide proposes at most one quiz for a category and a part of the house within 14 days. "other" is no category to teach about, and
// without questions in stock nothing is proposed.
func (c ConsiderQuiz) Decide(f Facts) (Change, error) {
	i := slices.IndexFunc(f.Signs, func(x Sign) bool { return x.Record == c.Record })
	if i < 0 || !f.Signs[i].Counts || f.Signs[i].Category == "other" || len(f.Bank) < quizItems {
		return Change{}, nil
	}
	at := f.Signs[i]
	like := slices.DeleteFunc(slices.Clone(f.Signs), func(x Sign) bool {
		return !x.Counts || x.Category != at.Category || x.CreatedAt.Before(f.Now.Add(-causeWindow))
	})
	if !slices.ContainsFunc(like, func(x Sign) bool { return x.Record == at.Record }) {
		return Change{}, nil
	}
	top, ok := atRisk(f.Org, at, like)
	if !ok || proposed(f, top) {
		return Change{}, nil
	}
	p := Proposal{ID: f.NextID, Category: at.Category, Top: top, State: ProposalOpen, Code: f.Codes[0], Title: f.Bank[0].Title, CreatedAt: f.Now}
	for _, x := range like {
		if f.Org.Within(x.Unit, top) {
			p.Reports++
			p.Serious = p.Serious || x.Rank >= causeRank
		}
	}
	for n, b := range f.Bank[:quizItems] {
		b.Item.Key = fmt.Sprintf("q%d", n+1)
		p.Items = append(p.Items, b.Item)
	}
	change := Change{Entries: []Entry{SavedProposal{p}, GivenCode{Code: p.Code, Subject: p.Subject()}}, Events: []Event{proposalEvent("quiz_proposed", p, "reports", fmt.Sprint(p.Reports))}}
	for _, e := range educatorsOf(f.Org, top) {
		change.Notices = append(change.Notices, p.card(e))
	}
	return change, nil
}

// atRisk is the smallest part of the house around a report with enough like ones in it; the whole house is none, unless the report comes
// from there. A serious report needs no others.
func atRisk(o *Organisation, at Sign, like []Sign) (UnitCode, bool) {
	root := o.Root()
	for _, u := range o.Ancestors(at.Unit) {
		if u.Code == root && at.Unit != root {
			break
		}
		n := 0
		for _, x := range like {
			if o.Within(x.Unit, u.Code) {
				n++
			}
		}
		if n >= causeReports {
			return u.Code, true
		}
	}
	return at.Unit, at.Rank >= causeRank
}

// proposed reports whether a quiz for the category was proposed lately for a part of the house that holds this one, or lies in it.
func proposed(f Facts, top UnitCode) bool {
	return slices.ContainsFunc(f.Proposals, func(p Proposal) bool {
		return p.CreatedAt.After(f.Now.Add(-causeWindow)) && (f.Org.Within(p.Top, top) || f.Org.Within(top, p.Top))
	})
}

// educatorsOf are who is asked about the training of a unit: its nearest educators, else any, else the quality office.
func educatorsOf(o *Organisation, unit UnitCode) []*Person {
	if near := o.With(Educator, unit); len(near) > 0 {
		return near
	}
	if all := o.Anyone(Educator); len(all) > 0 {
		return all
	}
	return o.Anyone(Quality)
}

// Subject names the proposal in messages, and is what its code stands for.
func (p *Proposal) Subject() string { return fmt.Sprintf("q%d", p.ID) }

func proposalEvent(name string, p Proposal, more ...string) Event {
	return Event{Name: name, Data: map[string]string{"proposal": fmt.Sprint(p.ID), "category": p.Category, "unit": string(p.Top)}}.with(more)
}

// ProposalStart is the start of the forms about a proposal.
func ProposalStart(id int64) Args { return Args{"proposal": Number(int(id))} }

// Args are the values of the texts about a proposal.
func (p *Proposal) Args() Args {
	return Args{"title": Text(p.Title), "category": Term("category." + p.Category), "unit": Text(string(p.Top)), "bare": Text(string(p.Code)), "count": Number(p.Reports)}
}

// card asks an educator.
func (p *Proposal) card(e *Person) Notice {
	n := Notice{
		ID: fmt.Sprintf("proposal/%d/p%d", p.ID, e.ID), To: Recipient{Person: e.ID}, Topic: "proposal", Subject: p.Subject(), Key: "proposal.new", Args: p.Args(),
		Urgency: Routine, Class: Once,
		Replies: []Reply{
			{Letter: "E", Key: "reply.proposal_edit", Flow: "proposal_edit", Start: ProposalStart(p.ID), Style: "primary"},
			{Letter: "S", Key: "reply.proposal_send", Command: SendProposal{Proposal: p.ID}},
			{Letter: "N", Key: "reply.proposal_refuse", Flow: "proposal_refuse", Start: ProposalStart(p.ID)},
		},
	}
	if p.Serious {
		n.Key = "proposal.serious"
	}
	return n
}
