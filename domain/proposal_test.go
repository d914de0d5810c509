package domain

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"
)

// causeFacts are those of a sweep over reports in wards of quizHospital.
func causeFacts(signs ...Sign) Facts {
	f := Facts{Now: quizNow, Org: quizHospital(), Actor: Clockwork, NextID: 7, Codes: []Code{"K7R"}, Signs: signs}
	f.Org.Units["MED"] = &Unit{Code: "MED", Parent: "H"}
	f.Org.Units["4B"].Parent = "MED"
	f.Org.Units["4A"] = &Unit{Code: "4A", Parent: "MED"}
	for n := range int64(4) {
		f.Bank = append(f.Bank, BankItem{Category: "fall", Title: "Falls", Item: quizItem(n, 1)})
	}
	return f
}

func sign(id RecordID, unit UnitCode, rank int, daysAgo int) Sign {
	s := Sign{Record: id, Category: "fall", Unit: unit, Counts: true, CreatedAt: quizNow.AddDate(0, 0, -daysAgo)}
	for range rank {
		s.Rank++
	}
	return s
}

func TestReportsProposeAQuizForTheSmallestPartOfTheHouseAtRisk(t *testing.T) {
	other := func(s Sign) Sign { s.Category = "other"; return s }
	out := func(s Sign) Sign { s.Counts = false; return s }
	before := func(top UnitCode, daysAgo int) func(*Facts) {
		return func(f *Facts) {
			f.Proposals = []Proposal{{Top: top, State: ProposalRefused, CreatedAt: quizNow.AddDate(0, 0, -daysAgo)}}
		}
	}
	for name, c := range map[string]struct {
		signs []Sign
		with  func(*Facts)
		want  string
	}{
		"two are none":                       {[]Sign{sign(1, "4B", 0, 0), sign(2, "4B", 1, 1)}, nil, ""},
		"three in one ward":                  {[]Sign{sign(1, "4B", 0, 0), sign(2, "4B", 1, 1), sign(3, "4B", 1, 13)}, nil, "4B 3 false"},
		"three in one tree":                  {[]Sign{sign(1, "4B", 0, 0), sign(2, "4A", 1, 1), sign(3, "MED", 1, 2)}, nil, "MED 3 false"},
		"three over the whole house":         {[]Sign{sign(1, "4B", 0, 0), sign(2, "ED", 1, 1), sign(3, "ED", 1, 2)}, nil, ""},
		"three at the root itself":           {[]Sign{sign(1, "H", 0, 0), sign(2, "ED", 1, 1), sign(3, "4B", 1, 2)}, nil, "H 3 false"},
		"the third is too old":               {[]Sign{sign(1, "4B", 0, 0), sign(2, "4B", 1, 1), sign(3, "4B", 1, 15)}, nil, ""},
		"the one at hand is too old":         {[]Sign{sign(1, "4B", 3, 15)}, nil, ""},
		"one serious":                        {[]Sign{sign(1, "4B", 2, 0), sign(2, "ED", 1, 1)}, nil, "4B 1 true"},
		"one withdrawn":                      {[]Sign{sign(1, "4B", 0, 0), sign(2, "4B", 1, 1), out(sign(3, "4B", 1, 1))}, nil, ""},
		"the one at hand withdrawn":          {[]Sign{out(sign(1, "4B", 3, 0))}, nil, ""},
		"nothing in common":                  {[]Sign{other(sign(1, "4B", 3, 0))}, nil, ""},
		"another record":                     {[]Sign{sign(9, "4B", 3, 0)}, nil, ""},
		"proposed for the ward":              {[]Sign{sign(1, "4B", 3, 0)}, before("4B", 13), ""},
		"proposed for the house above":       {[]Sign{sign(1, "4B", 3, 0)}, before("MED", 1), ""},
		"proposed for a ward below":          {[]Sign{sign(1, "4B", 0, 0), sign(2, "4A", 1, 1), sign(3, "MED", 1, 2)}, before("4A", 1), ""},
		"proposed beside it":                 {[]Sign{sign(1, "4B", 3, 0)}, before("4A", 1), "4B 1 true"},
		"proposed long ago":                  {[]Sign{sign(1, "4B", 3, 0)}, before("4B", 14), "4B 1 true"},
		"an unknown ward":                    {[]Sign{sign(1, "9Z", 1, 0), sign(2, "9Z", 1, 0), sign(3, "9Z", 1, 0)}, nil, ""},
		"too few questions in stock":         {[]Sign{sign(1, "4B", 3, 0)}, func(f *Facts) { f.Bank = f.Bank[:2] }, ""},
		"nobody asked when nobody can teach": {[]Sign{sign(1, "4B", 3, 0)}, func(f *Facts) { f.Org.People[quizEdu].Active, f.Org.People[quizQuality].Active = false, false }, "4B 1 true"},
	} {
		f := causeFacts(c.signs...)
		if c.with != nil {
			c.with(&f)
		}
		got := ""
		for _, e := range decide(t, ConsiderQuiz{Record: 1}, f).Entries {
			if s, ok := e.(SavedProposal); ok {
				got = fmt.Sprintf("%s %d %v", s.Proposal.Top, s.Proposal.Reports, s.Proposal.Serious)
			}
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func proposalFacts(actor PersonID, level Assurance) Facts {
	f := causeFacts()
	f.Proposal = &Proposal{ID: 7, Category: "fall", Code: "K7R", Top: "4B", Reports: 3, State: ProposalOpen, Title: "Falls", Items: []Item{quizItem(0, 1), quizItem(0, 1), quizItem(0, 1)}, CreatedAt: quizNow}
	for n := range f.Proposal.Items {
		f.Proposal.Items[n].Key = fmt.Sprintf("q%d", n+1)
	}
	f.Actor = Actor{Person: actor, Address: AddressID(actor), Level: level, Channel: SMS}
	return f
}

func TestAProposalIsSentFromAPhoneTooAndOnlyOnce(t *testing.T) {
	f := proposalFacts(quizEdu, A1)
	change := decide(t, SendProposal{Proposal: 7}, f)
	var course *Course
	var marked []Annotation
	for _, e := range change.Entries {
		switch e := e.(type) {
		case SavedCourse:
			course = e.Course
		case Annotation:
			marked = append(marked, e)
		}
	}
	if course == nil || course.Code != "Q-7" || course.Family != OfRisk || !slices.Equal(course.Audience.Units, []UnitCode{"4B"}) || len(course.Items) != 3 || course.Educator != quizEdu {
		t.Fatalf("got %+v", course)
	}
	if want := []Annotation{{At: quizNow, Unit: "4B", Kind: "quiz", Subject: "Q-7", Key: "annotation.quiz"}}; !slices.Equal(marked, want) {
		t.Errorf("got %+v", marked)
	}
	f.Proposal.State = ProposalSent
	var invalid *InvalidError
	for _, cmd := range []Command{SendProposal{Proposal: 7}, RefuseProposal{Proposal: 7, Reason: "busy"}} {
		if _, err := cmd.Decide(f); !errors.As(err, &invalid) {
			t.Errorf("%s again: %v", cmd.CommandName(), err)
		}
	}
}

func TestOnlyTeachersDecideAboutAProposal(t *testing.T) {
	for name, f := range map[string]Facts{"a nurse": proposalFacts(quizAna, A2), "a manager": proposalFacts(quizLee, A2), "an unknown phone": proposalFacts(quizEdu, A0), "nobody": proposalFacts(0, A2)} {
		for _, cmd := range []Command{SendProposal{Proposal: 7}, RefuseProposal{Proposal: 7, Reason: "busy"}} {
			if _, err := cmd.Decide(f); !errors.Is(err, ErrForbidden) {
				t.Errorf("%s, %s: %v", name, cmd.CommandName(), err)
			}
		}
	}
}

func TestABadDraftIsRefusedWhereItStands(t *testing.T) {
	for want, edit := range map[string]func(*SendProposal){
		"proposal_title":     func(c *SendProposal) { c.Title = "A title that is much too long for a text" },
		"proposal_units":     func(c *SendProposal) { c.Units = []UnitCode{"4B", "9Z"} },
		"proposal_text_2":    func(c *SendProposal) { c.Items[1].Text = "" },
		"proposal_options_1": func(c *SendProposal) { c.Items[0].Options = []string{"one"} },
		"proposal_right_3":   func(c *SendProposal) { c.Items[2].Right = 3 },
		"proposal_why_1":     func(c *SendProposal) { c.Items[0].Explanation = "药" },
	} {
		f := proposalFacts(quizEdu, A2)
		cmd := SendProposal{Proposal: 7, Items: slices.Clone(f.Proposal.Items)}
		edit(&cmd)
		var invalid *InvalidError
		if _, err := cmd.Decide(f); !errors.As(err, &invalid) || invalid.Field != want {
			t.Errorf("%s: got %v", want, err)
		}
	}
	if _, err := (RefuseProposal{Proposal: 7, Reason: "because I say so"}).Decide(proposalFacts(quizEdu, A2)); err == nil {
		t.Error("any words are a reason")
	}
}

func TestAPassThatExpiresIsAskedForOnceAndAgainNextTime(t *testing.T) {
	course := quizCourse(quizItem(1, 0))
	course.ValidMonths = 12
	f := quizFacts(quizAna, course)
	f.Actor = Clockwork
	f.Tasks[0].State, f.Tasks[0].DoneAt = TaskDone, quizNow.AddDate(-1, 0, 20)
	change := decide(t, RenewCourse{Course: "FALLS"}, f)
	if got := keysOf(change); !slices.Equal(got, []string{"quiz.renew x1"}) {
		t.Fatalf("got %v", got)
	}
	if e, ok := change.Entries[0].(ReopenedCourse); !ok || e.Due.Before(f.Now) || e.Due.Sub(f.Now) > 21*24*time.Hour {
		t.Errorf("got %+v", change.Entries[0])
	}
	f.Tasks[0].DoneAt = quizNow.AddDate(0, -2, 0)
	change = decide(t, RenewCourse{Course: "FALLS"}, f)
	if len(change.Entries) > 0 || len(change.Timers) != 1 || !change.Timers[0].At.Equal(quizNow.AddDate(0, 10, 0).Add(-renewAhead)) {
		t.Errorf("got %+v", change)
	}
	f.Org.People[quizAna].Roles = []Role{Biomed} // left the audience, with an old pass: no timer that fires for ever
	f.Tasks[0].DoneAt = quizNow.AddDate(-5, 0, 0)
	if change = decide(t, RenewCourse{Course: "FALLS"}, f); len(change.Entries)+len(change.Timers) > 0 {
		t.Errorf("got %+v", change)
	}
}
