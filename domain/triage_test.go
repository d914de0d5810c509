package domain

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"goodcatch/domain/scale"
)

// ownedBy4B is a moderate incident that Lee owns.
func ownedBy4B(t *testing.T) *story {
	t.Helper()
	s := begin(t, scale.Moderate)
	s.does(leeOf4B, Acknowledge{Record: 7})
	return s
}

func TestTriageKeepsBothGrades(t *testing.T) {
	t.Parallel()
	s := ownedBy4B(t)
	change := s.does(leeOf4B, Triage{Record: 7, Harm: graded(scale.Severe), Category: "fall", Factors: []string{"staffing", "lookalike"}, State: InReview})
	rep := s.r.Report
	if rep.Actual.Rank != scale.Moderate || rep.Second.Rank != scale.Severe || rep.SecondBy != leeOf4B || s.r.Rank != scale.Severe {
		t.Errorf("report %+v, rank %v", rep, s.r.Rank)
	}
	if rep.Category != "fall" || !slices.Equal(rep.Factors, []string{"staffing", "lookalike"}) || s.r.State != InReview {
		t.Errorf("report %+v in %s", rep, s.r.State)
	}
	if nudge, ok := timerOf(change, nudgeTimer); !ok || !nudge.At.Equal(s.now.Add(reviewTime)) || !s.r.DueAt.Equal(nudge.At) {
		t.Errorf("nudge %+v", nudge)
	}
	if change.Events[0].Data["from"] != "acknowledged" || change.Events[0].Data["to"] != "in_review" || change.Events[0].Data["rank"] != "3" {
		t.Errorf("event %+v", change.Events[0])
	}
}

func TestTriageLeadsOnlyWhereItMay(t *testing.T) {
	t.Parallel()
	for _, to := range everyState {
		s := ownedBy4B(t)
		_, err := s.try(by(s.org, leeOf4B), Triage{Record: 7, State: to})
		switch to {
		case Acknowledged, InReview, OnHold, Duplicate, NotReportable:
			if err != nil || s.r.State != to {
				t.Errorf("%s: %v", to, err)
			}
		case Reopened:
			if !errors.Is(err, ErrConflict) {
				t.Errorf("%s: %v", to, err)
			}
		default: // another command leads there
			if !isInvalid(err, "state") {
				t.Errorf("%s: %v", to, err)
			}
		}
	}
	s := begin(t, scale.Moderate)
	if _, err := s.try(by(s.org, quinn), Triage{Record: 7, State: InReview}); !errors.Is(err, ErrConflict) {
		t.Errorf("in review without an owner: %v", err)
	}
}

func TestDuplicateWithoutAnOwnerEndsItsLadderAndItsCards(t *testing.T) {
	t.Parallel()
	s := begin(t, scale.Moderate)
	change := s.does(quinn, Triage{Record: 7, State: Duplicate})
	if !cleared(change, escalateTimer) || !cleared(change, nudgeTimer) || len(change.Timers) != 0 || !s.r.ClosedAt.Equal(s.now) {
		t.Errorf("record %+v, timers %v, clears %v", s.r, change.Timers, change.Clear)
	}
	if _, ok := settled(change, "card.closed"); !ok {
		t.Error("the cards still ask for an owner")
	}
	if n, ok := noticed(change, "feedback.ended"); !ok || n.Args["state"] != Term("state.duplicate") {
		t.Errorf("the reporter is told %+v", n)
	}
}

func TestTriageReopensAnEndedReport(t *testing.T) {
	t.Parallel()
	s := ownedBy4B(t)
	s.does(leeOf4B, Triage{Record: 7, State: NotReportable})
	s.does(quinn, Triage{Record: 7, State: Reopened})
	if s.r.State != Reopened || s.r.Owner != quinn || !s.r.ClosedAt.IsZero() {
		t.Errorf("record %+v", s.r)
	}
	if _, err := s.try(by(s.org, quinn), Reopen{Record: 7}); !errors.Is(err, ErrConflict) {
		t.Errorf("reopened twice: %v", err)
	}
}

func TestQualityRaisesAnUnownedRankAndTheLadderStartsAgain(t *testing.T) {
	t.Parallel()
	s := begin(t, scale.Mild)
	change := s.does(quinn, Triage{Record: 7, Harm: graded(scale.Severe)})
	if !slices.Equal(asked(change), []PersonID{leeOf4B, omarOf4B}) || !s.r.Ladder.Urgent {
		t.Errorf("asked %v on %+v", asked(change), s.r.Ladder)
	}
	s = ownedBy4B(t)
	change = s.does(quinn, Triage{Record: 7, Harm: graded(scale.Death), State: InReview})
	if n, ok := noticed(change, "owner.raised"); !ok || n.To.Person != leeOf4B || n.Urgency != Urgent {
		t.Errorf("the owner is told %+v", n)
	}
}

func TestWhoMayWorkOnAReport(t *testing.T) {
	t.Parallel()
	about := func(s *story) { s.r.Report.AboutManager = true }
	for name, c := range map[string]struct {
		who     PersonID
		level   Assurance
		prepare func(*story)
		own     bool // may acknowledge, decline
		work    bool // may triage, ask, close, hand over
		read    bool
	}{
		"owner in Slack":                   {who: leeOf4B, level: A2, own: true, work: true, read: true},
		"owner by SMS":                     {who: leeOf4B, level: A1, own: true, work: true},
		"owner by an unknown phone":        {who: leeOf4B, level: A0},
		"colleague who was asked":          {who: omarOf4B, level: A2, own: true, read: true},
		"manager above":                    {who: doraOfMED, level: A2, own: true, read: true},
		"lead above":                       {who: miaLead, level: A2, own: true, read: true},
		"quality office":                   {who: quinn, level: A2, own: true, work: true, read: true},
		"executive":                        {who: eve, level: A2, own: true, read: true},
		"reporter":                         {who: nurse, level: A2},
		"administrator":                    {who: maxAdmin, level: A2},
		"nobody":                           {who: 99, level: A2},
		"leaver":                           {who: leeOf4B, level: A2, prepare: func(s *story) { s.org.People[leeOf4B].Active = false }},
		"owner whom it is about":           {who: leeOf4B, level: A2, prepare: about},
		"manager above, about the manager": {who: doraOfMED, level: A2, prepare: about},
		"quality, about the manager":       {who: quinn, level: A2, prepare: about, own: true, work: true, read: true},
	} {
		s := ownedBy4B(t)
		if c.prepare != nil {
			c.prepare(s)
		}
		f := Facts{Now: s.now, Org: s.org, Record: s.r, Actor: Actor{Person: c.who, Level: c.level}}
		for what, got := range map[string][2]bool{"own": {MayOwn(f, s.r) == nil, c.own}, "work": {MayWork(f, s.r) == nil, c.work}, "read": {MayRead(f, s.r) == nil, c.read}} {
			if got[0] != got[1] {
				t.Errorf("%s may %s: %v", name, what, got[0])
			}
		}
		for _, cmd := range []Command{Triage{Record: 7, State: OnHold}, AskReporter{Record: 7, Text: "Where?"}, CloseReport{Record: 7, Learning: "Gel refilled", Textable: Yes}, HandOver{Record: 7, To: eve}} {
			if _, err := cmd.Decide(f); errors.Is(err, ErrForbidden) == c.work {
				t.Errorf("%s: %s: %v", name, cmd.CommandName(), err)
			}
		}
	}
}

func TestTextableSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ line, reason string }{
		{"Gel is refilled each morning", ""},
		{"  Señales nuevas en la puerta 3  ", ""},
		{"Shelves “swapped”…", ""}, // plain letters serve
		{"", "problem.empty"},
		{" \n\t", "problem.empty"},
		{strings.Repeat("x", LearningLimit), ""},
		{strings.Repeat("x", LearningLimit+1), "problem.too_long"},
		{"Mr Smith was moved", "problem.identifier"},
		{"Ring 07700 900123", "problem.identifier"},
		{"药品已分开存放", ""},
		{strings.Repeat("药", LearningLimit/3+1), "problem.too_long"},
	} {
		err := Textable("learning", c.line, LearningLimit)
		var invalid *InvalidError
		switch {
		case c.reason == "" && err != nil:
			t.Errorf("%q: %v", c.line, err)
		case c.reason != "" && (!errors.As(err, &invalid) || invalid.Reason != c.reason || invalid.Field != "learning"):
			t.Errorf("%q: %v, want %s", c.line, err, c.reason)
		}
	}
}

func TestQuestionGoesToTheReporterAndTheAnswerBack(t *testing.T) {
	t.Parallel()
	s := ownedBy4B(t)
	change := s.does(leeOf4B, AskReporter{Record: 7, Text: "Which drawer was it?"})
	q, ok := noticed(change, "feedback.question")
	if !ok || q.To.Address != s.r.From || q.Ask == nil || q.Ask.Flow != "answer" || s.r.State != NeedsReporter {
		t.Fatalf("question %+v in %s", q, s.r.State)
	}
	change = s.reports(AddToReport{Record: 7, Text: "The left one"})
	if change.Passages[0].Kind != Response || change.Passages[0].Author != "reporter" || s.r.State != InReview {
		t.Errorf("passage %+v in %s", change.Passages[0], s.r.State)
	}
	if n, ok := noticed(change, "owner.response"); !ok || n.To.Person != leeOf4B {
		t.Errorf("the owner is told %+v", n)
	}
	change = s.reports(AddToReport{Record: 7, Text: "And the right one", Masked: []string{"name"}, Quiet: true})
	if _, ok := noticed(change, "owner.added"); !ok || change.Passages[0].Kind != Addition || len(change.Notices) != 1 {
		t.Errorf("more words later: %+v", change.Notices)
	}
}

func TestNobodyToAskBackIsSaid(t *testing.T) {
	t.Parallel()
	s := ownedBy4B(t)
	s.r.From, s.r.Reporter = 0, 0 // a web form without login
	if _, err := s.try(by(s.org, leeOf4B), AskReporter{Record: 7, Text: "Where?"}); !isInvalid(err, "question") {
		t.Errorf("got %v", err)
	}
	change := s.does(leeOf4B, CloseReport{Record: 7, Learning: "Gel is refilled each morning", Textable: Yes})
	if _, told := noticed(change, "feedback.closed"); told {
		t.Error("nobody is told what was learnt")
	}
}

func TestClosingTellsTheReporterWhatWasLearnt(t *testing.T) {
	t.Parallel()
	s := ownedBy4B(t)
	for field, cmd := range map[string]CloseReport{
		"textable": {Record: 7, Learning: "Gel is refilled each morning", Textable: No},
		"learning": {Record: 7, Learning: "Mr Smith was moved", Textable: Yes},
	} {
		if _, err := s.try(by(s.org, leeOf4B), cmd); !isInvalid(err, field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	s.now = s.now.Add(50 * time.Hour)
	change := s.does(leeOf4B, CloseReport{Record: 7, Learning: " Gel is refilled each morning. ", Textable: Yes})
	n, ok := noticed(change, "feedback.closed")
	if !ok || n.To.Address != s.r.From || n.Args["learning"] != Text("Gel is refilled each morning.") || n.Args["count"] != Number(2) || n.Ask.Flow != "useful" {
		t.Errorf("feedback %+v", n)
	}
	if s.r.State != Closed || s.r.ClosedAt.IsZero() || !cleared(change, nudgeTimer) || !cleared(change, escalateTimer) {
		t.Errorf("record %+v, clears %v", s.r, change.Clear)
	}
	var modes []string
	for _, f := range s.r.Report.Feedback {
		modes = append(modes, f.Mode)
	}
	if !slices.Equal(modes, []string{"A", "B", "D"}) || s.r.Report.Feedback[2].Days != 2 {
		t.Errorf("feedback %+v", s.r.Report.Feedback)
	}
	if s.reports(RateFeedback{Record: 7, Useful: Yes}); s.r.Report.Useful != Yes {
		t.Error("the verdict is lost")
	}
	if open := s.reports(RateFeedback{Record: 7}); len(open.Records) != 0 {
		t.Error("silence is a verdict")
	}
	if _, err := s.try(by(s.org, leeOf4B), RateFeedback{Record: 7, Useful: No}); !errors.Is(err, ErrForbidden) {
		t.Errorf("the owner rates: %v", err)
	}
}

func TestTriageMayStayUnderReview(t *testing.T) {
	t.Parallel()
	for state, want := range map[State]State{Acknowledged: InReview, InReview: InReview, OnHold: OnHold, NeedsReporter: NeedsReporter, Reopened: InReview, Closed: Reopened} {
		if next := state.Triaged(); len(next) == 0 || next[0] != want {
			t.Errorf("%s: offered %v", state, next)
		}
	}
	s := ownedBy4B(t)
	s.does(leeOf4B, AskReporter{Record: 7, Text: "Which bed?"})
	if s.does(leeOf4B, Triage{Record: 7, Harm: graded(scale.Mild), State: NeedsReporter}); s.r.State != NeedsReporter || s.r.Report.Second == nil {
		t.Errorf("record %+v", s.r)
	}
}

func TestWhatCameAfterTheEndOffersOnlyToTakeItUpAgain(t *testing.T) {
	t.Parallel()
	s := ownedBy4B(t)
	change := s.does(leeOf4B, CloseReport{Record: 7, Learning: "Gel is refilled each morning.", Textable: Yes})
	if n, ok := noticed(change, "feedback.closed"); !ok || n.Args["count"] != Number(1) || s.r.Report.Feedback[2].Days != 0 {
		t.Errorf("closed on the day it came: %+v", n.Args)
	}
	change = s.reports(AddToReport{Record: 7, Text: "and another thing"})
	n, ok := noticed(change, "owner.added")
	if !ok || len(n.Replies) != 2 || n.Replies[0].Letter != "T" || n.Replies[1].Letter != "?" {
		t.Errorf("offered %+v", n.Replies)
	}
}
