package domain

import (
	"slices"
)

// What a reporter does with a report they have made: answers what is asked about it, adds words, corrects the ward, withdraws it.

// EnrichReport adds answers to a report. Each answer counts at once; an open one changes nothing.
type EnrichReport struct {
	Record  RecordID
	Details Details
}

var _ = Register(EnrichReport{})

// CommandName is the stored name.
func (EnrichReport) CommandName() string { return "enrich_report@1" }

// Needs the record.
func (c EnrichReport) Needs() Needs { return Needs{Record: c.Record} }

// Decide records what is new, and asks again, louder, when the rank has risen and nobody owns the record yet.
func (c EnrichReport) Decide(f Facts) (Change, error) {
	if !f.Actor.Reporter {
		return Change{}, ErrForbidden
	}
	r := f.Record.Clone()
	unit, before, known := r.Unit, r.Rank, r.RankKey()
	names := c.Details.apply(r)
	if len(names) == 0 {
		return Change{}, nil
	}
	r.Report.Answers += len(names)
	if rank := routingRank(r); rank > r.Rank || r.Owner == 0 && c.Details.Harm != nil {
		r.Rank = rank
	}
	change := Change{Records: []*Record{r}}
	for _, n := range names {
		change.Events = append(change.Events, Event{Record: r.ID, Name: "detail_added", Data: map[string]string{"detail": n}})
	}
	switch {
	case r.Rank != before || r.Unit != unit:
		rankChanged(&change, r, f, before)
	case r.RankKey() != known:
		change.Entries = append(change.Entries, shownAnew(r, f))
	}
	if slices.Contains(names, "danger") && r.Report.Danger == Yes {
		change.Notices = append(change.Notices, answer(r, f, "danger", "receipt.danger", Args{"code": Text(string(r.Code)), "emergency": Text(f.Org.Emergency)}))
	}
	return change, nil
}

// AddToReport adds words to a report, days later too.
type AddToReport struct {
	Record RecordID
	Text   string // masked
	Masked []string
	Quiet  bool // whoever adds is answered by other means
}

// CommandName is not registered: it carries text.
func (AddToReport) CommandName() string { return "add_to_report@1" }

// Needs the record.
func (c AddToReport) Needs() Needs { return Needs{Record: c.Record} }

// Decide keeps the words, tells the reporter that they are kept, and the owner that there is more.
func (c AddToReport) Decide(f Facts) (Change, error) {
	r := f.Record.Clone()
	author := f.Actor.Handle()
	key := "receipt.added"
	if len(c.Masked) > 0 {
		key = "receipt.added_masked"
		r.Report.Masked = append(slices.Clone(r.Report.Masked), c.Masked...)
	}
	change := Change{
		Records:  []*Record{r},
		Passages: []Passage{{Record: r.ID, Kind: Addition, Author: author, At: f.Now, Text: c.Text}},
		Events:   []Event{{Record: r.ID, Name: "added"}},
		Notices:  []Notice{answer(r, f, "added", key, Args{"code": Text(r.Name()), "at": Moment(f.Now), "count": Number(len(c.Masked))})},
	}
	if c.Quiet {
		change.Notices = nil
	}
	if f.Actor.Reporter && r.State == NeedsReporter {
		return c.answered(change, r, f)
	}
	if r.Owner != 0 && r.Owner != f.Actor.Person {
		change.Notices = append(change.Notices, toOwner(r, f, "added", "owner.added", nil))
	}
	return change, nil
}

// answered turns an addition into the answer that the owner waits for.
func (c AddToReport) answered(change Change, r *Record, f Facts) (Change, error) {
	change.Passages[0].Kind = Response
	change.Events[0].Name = "reporter_answered"
	if err := r.Move(InReview); err != nil {
		return Change{}, err
	}
	if r.Owner != 0 {
		change.Notices = append(change.Notices, toOwner(r, f, "response", "owner.response", nil))
	}
	return change, nil
}

// CorrectReport is the reporter's correction of the ward: kept, and marked.
type CorrectReport struct {
	Record RecordID
	Unit   UnitCode
}

var _ = Register(CorrectReport{})

// CommandName is the stored name.
func (CorrectReport) CommandName() string { return "correct_report@1" }

// Needs the record.
func (c CorrectReport) Needs() Needs { return Needs{Record: c.Record} }

// Decide moves the report to the right unit, and the ladder with it when nobody owns it yet.
func (c CorrectReport) Decide(f Facts) (Change, error) {
	if !f.Actor.Reporter {
		return Change{}, ErrForbidden
	}
	u := f.Org.Units[c.Unit]
	if u == nil {
		return Change{}, &InvalidError{Field: "unit", Reason: "problem.unit", Args: Args{"bare": Text(string(f.Record.Code))}}
	}
	r := f.Record.Clone()
	from := r.Unit
	said := Args{"code": Text(r.Name()), "unit": Text(string(u.Code))}
	change := Change{Records: []*Record{r}, Notices: []Notice{answer(r, f, "corrected."+string(u.Code), "receipt.corrected", said)}}
	if r.Owner != 0 || r.State.Ended() || from == u.Code { // nobody else is asked
		change.Notices[0].Key = "receipt.corrected_kept"
	}
	if from == u.Code {
		return change, nil
	}
	if r.Owner != 0 && !r.State.Ended() {
		change.Notices = append(change.Notices, toOwner(r, f, "corrected", "owner.corrected", Args{"unit": said["unit"]}))
	}
	r.Unit = u.Code
	r.Report.Corrected = append(slices.Clone(r.Report.Corrected), "unit")
	change.Events = []Event{{Record: r.ID, Name: "corrected", Data: map[string]string{"detail": "unit", "from": string(from), "to": string(u.Code)}}}
	rankChanged(&change, r, f, r.Rank)
	return change, nil
}

// WithdrawReport is the reporter's withdrawal: the record is kept, marked, and asks nobody any more.
type WithdrawReport struct{ Record RecordID }

var _ = Register(WithdrawReport{})

// CommandName is the stored name.
func (WithdrawReport) CommandName() string { return "withdraw_report@1" }

// Needs the record.
func (c WithdrawReport) Needs() Needs { return Needs{Record: c.Record} }

// Decide marks the report withdrawn and settles what was asked.
func (c WithdrawReport) Decide(f Facts) (Change, error) {
	if !f.Actor.Reporter {
		return Change{}, ErrForbidden
	}
	r := f.Record.Clone()
	if r.State == Withdrawn {
		return Change{Notices: []Notice{answer(r, f, "withdrawn", "receipt.withdrawn", Args{"code": Text(r.Name())})}}, nil
	}
	if err := r.Move(Withdrawn); err != nil {
		return Change{}, err
	}
	r.ClosedAt = f.Now
	change := Change{
		Records: []*Record{r},
		Events:  []Event{{Record: r.ID, Name: "withdrawn"}},
		Clear:   allTimers(r.ID),
		Settle:  []Settle{{Subject: r.ID.Subject(), Topic: "escalation", Key: "card.withdrawn", Args: Args{"code": Text(r.Name())}}},
		Notices: []Notice{answer(r, f, "withdrawn", "receipt.withdrawn", Args{"code": Text(r.Name())})},
	}
	if r.Owner != 0 { // the owner hears it anew: an edit of the old message is silent
		change.Settle[0].Silent = true
		change.Settle = append(change.Settle, Settle{Subject: r.ID.Subject(), Topic: ownerTopic, Key: "card.withdrawn", Args: Args{"code": Text(r.Name())}, Silent: true})
		change.Notices = append(change.Notices, toOwner(r, f, "withdrawn", "owner.withdrawn", nil))
	}
	return change, nil
}
