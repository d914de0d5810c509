package domain

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

var quizNow = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

const (
	quizAna     PersonID = 5 // staff
	quizEdu     PersonID = 6 // the educator
	quizLee     PersonID = 7 // manager of 4B
	quizQuality PersonID = 8
	quizGone    PersonID = 9
)

func quizHospital() *Organisation {
	person := func(id PersonID, unit UnitCode, active bool, roles ...Role) *Person {
		return &Person{ID: id, Name: fmt.Sprintf("P%d", id), Unit: unit, Active: active, Roles: roles, Phone: Address{ID: AddressID(id), Verified: true}}
	}
	return &Organisation{
		Zone: time.UTC, Units: map[UnitCode]*Unit{"H": {Code: "H"}, "4B": {Code: "4B", Parent: "H"}, "ED": {Code: "ED", Parent: "H"}},
		People: map[PersonID]*Person{
			quizAna: person(quizAna, "4B", true, Staff), quizEdu: person(quizEdu, "H", true, Educator), quizLee: person(quizLee, "4B", true, Manager),
			quizQuality: person(quizQuality, "H", true, Quality), quizGone: person(quizGone, "4B", false, Staff),
		},
	}
}

func quizItem(id int64, right int) Item {
	return Item{ID: id, Key: fmt.Sprintf("k%d", id), Text: fmt.Sprintf("Question %d?", id), Options: []string{"one", "two", "three"}, Right: right, Explanation: "Because", Revision: 1}
}

func quizCourse(items ...Item) *Course {
	return &Course{ID: 3, Code: "FALLS", Title: "Falls", Educator: quizEdu, PassMark: 60, Due: 14 * 24 * time.Hour, Audience: Audience{Roles: []Role{Staff}}, Items: items}
}

// quizFacts are those of an actor who has the task of a course.
func quizFacts(actor PersonID, c *Course, attempts ...Attempt) Facts {
	f := Facts{Now: quizNow, Org: quizHospital(), Course: c, Actor: Actor{Person: actor, Address: AddressID(actor), Level: A1, Channel: SMS}, Attempts: attempts,
		Tasks: []Task{{ID: 1, Person: quizAna, Kind: TakeCourse, Subject: 3, State: TaskOpen, CreatedAt: quizNow, DueAt: quizNow.Add(14 * 24 * time.Hour)}}}
	for n := range attempts {
		if attempts[n].Person == actor {
			f.Attempt = &attempts[n]
		}
	}
	return f
}

func keysOf(c Change) []string {
	var keys []string
	for _, n := range c.Notices {
		keys = append(keys, n.Key)
	}
	for _, e := range c.Entries {
		if mail, ok := e.(Mailing); ok && len(mail) > 0 {
			keys = append(keys, fmt.Sprintf("%s x%d", mail[0].Key, len(mail)))
		}
	}
	return keys
}

func savedAttempts(c Change) []*Attempt {
	var all []*Attempt
	for _, e := range c.Entries {
		if s, ok := e.(SavedAttempts); ok {
			all = append(all, s.Attempts...)
		}
	}
	return all
}

func attempt(number int, given map[int64]int) Attempt {
	return Attempt{Course: 3, Person: quizAna, Number: number, StartedAt: quizNow, Given: given}
}

func done(a Attempt, score int, passed bool) Attempt {
	a.DoneAt, a.Score, a.Passed = quizNow, score, passed
	return a
}

func decide(t *testing.T, cmd Command, f Facts) Change {
	t.Helper()
	change, err := cmd.Decide(f)
	if err != nil {
		t.Fatalf("%s: %v", cmd.CommandName(), err)
	}
	return change
}

func TestScoring(t *testing.T) {
	course := quizCourse(quizItem(1, 0), quizItem(2, 1), quizItem(3, 2))
	for name, tt := range map[string]struct {
		withdrawn []int64
		given     map[int64]int
		mark      int
		score     int
		done      bool
		passed    bool
	}{
		"nothing given":                    {nil, nil, 60, 0, false, false},
		"one open":                         {nil, map[int64]int{1: 0, 2: 1}, 60, 0, false, false},
		"all right":                        {nil, map[int64]int{1: 0, 2: 1, 3: 2}, 100, 100, true, true},
		"two of three against 66":          {nil, map[int64]int{1: 0, 2: 1, 3: 0}, 66, 66, true, true},
		"two of three against 67":          {nil, map[int64]int{1: 0, 2: 1, 3: 0}, 67, 66, true, false},
		"withdrawn wrong one":              {[]int64{3}, map[int64]int{1: 0, 2: 1, 3: 0}, 100, 100, true, true},
		"withdrawn right one":              {[]int64{1}, map[int64]int{1: 0, 2: 0, 3: 0}, 1, 0, true, false},
		"withdrawing the only open":        {[]int64{3}, map[int64]int{1: 0, 2: 1}, 60, 100, true, true},
		"an answer to an item long gone":   {nil, map[int64]int{1: 0, 2: 1, 3: 2, 99: 0}, 60, 100, true, true},
		"an option that is out of bounds":  {nil, map[int64]int{1: -4, 2: 99, 3: 2}, 60, 33, true, false},
		"all withdrawn but one unanswered": {[]int64{1, 2}, map[int64]int{1: 0, 2: 1}, 60, 0, false, false},
	} {
		c := course.clone()
		c.PassMark = tt.mark
		for _, id := range tt.withdrawn {
			c.Item(id).Withdrawn = true
		}
		a := attempt(1, tt.given)
		g := c.grade(&a, quizNow)
		if g.Score != tt.score || g.Done() != tt.done || g.Passed != tt.passed {
			t.Errorf("%s: got score %d, done %v, passed %v", name, g.Score, g.Done(), g.Passed)
		}
	}
}

func TestEachAnswerCountsAtOnceAndIsExplained(t *testing.T) {
	course := quizCourse(quizItem(1, 0), quizItem(2, 1))
	f := quizFacts(quizAna, course, attempt(1, nil))
	change := decide(t, AnswerItem{Course: "FALLS", Attempt: 1, Item: 1, Choice: 2}, f)
	if got := keysOf(change); !slices.Equal(got, []string{"quiz.wrong", "quiz.question"}) {
		t.Fatalf("got %v", got)
	}
	args := change.Notices[0].Args
	if args["letter"] != Text("A") || args["why"] != Text("Because.") || args["number"] != Number(1) || args["of"] != Number(2) || args["right"] != Number(0) {
		t.Errorf("got %v", args)
	}
	next := change.Notices[1]
	if next.Ask == nil || next.Ask.Question != "item2" || next.To.Address != AddressID(quizAna) || len(next.Replies) != 3 || next.Replies[1].Command != (AnswerItem{Course: "FALLS", Attempt: 1, Item: 2, Choice: 1}) {
		t.Errorf("got %+v", next)
	}
	if len(change.Settle) != 1 || !change.Settle[0].Silent || change.Settle[0].Topic != "item1/1" {
		t.Errorf("got %+v", change.Settle)
	}
	if f.Attempt.Given[1] != 0 || len(f.Attempt.Given) != 0 {
		t.Error("the facts were changed")
	}
}

func TestInSlackTheQuestionTurnsIntoItsResult(t *testing.T) {
	f := quizFacts(quizAna, quizCourse(quizItem(1, 0), quizItem(2, 1)), attempt(1, nil))
	f.Actor.Channel, f.Actor.Level = Slack, A2
	change := decide(t, AnswerItem{Course: "FALLS", Attempt: 1, Item: 1}, f)
	if got := keysOf(change); !slices.Equal(got, []string{"quiz.question"}) || change.Settle[0].Key != "quiz.right" {
		t.Fatalf("got %v, %+v", got, change.Settle)
	}
}

func TestFirstAnswerStays(t *testing.T) {
	f := quizFacts(quizAna, quizCourse(quizItem(1, 0), quizItem(2, 1)), attempt(1, map[int64]int{1: 2}))
	if change := decide(t, AnswerItem{Course: "FALLS", Attempt: 1, Item: 1, Choice: 2}, f); len(change.Notices)+len(change.Entries)+len(change.Events) != 0 {
		t.Errorf("the same answer twice: %+v", change)
	}
	for name, cmd := range map[string]AnswerItem{
		"quiz.answered_already": {"FALLS", 1, 1, 0}, "quiz.old": {"FALLS", 2, 2, 0}, "problem.choice": {"FALLS", 1, 2, 3},
	} {
		_, err := cmd.Decide(f)
		var invalid *InvalidError
		if !errors.As(err, &invalid) || invalid.Reason != name {
			t.Errorf("want %s, got %v", name, err)
		}
	}
	if _, err := (AnswerItem{"FALLS", 1, 2, -1}).Decide(f); err == nil {
		t.Error("an option below the first was taken")
	}
	if _, err := (AnswerItem{"FALLS", 1, 77, 0}).Decide(f); !errors.Is(err, ErrNotFound) {
		t.Errorf("an item of no course: %v", err)
	}
}

func TestBeginGoesOnWhereItWasLeft(t *testing.T) {
	course := quizCourse(quizItem(1, 0), quizItem(2, 1), quizItem(3, 1))
	change := decide(t, BeginQuiz{"FALLS"}, quizFacts(quizAna, course))
	if a := savedAttempts(change); len(a) != 1 || a[0].Number != 1 || change.Notices[0].Ask.Question != "item1" {
		t.Fatalf("first: %+v", change)
	}
	change = decide(t, BeginQuiz{"FALLS"}, quizFacts(quizAna, course, attempt(1, map[int64]int{1: 0, 2: 2})))
	if len(change.Entries) != 0 || change.Notices[0].Ask.Question != "item3" || change.Notices[0].Args["number"] != Number(3) {
		t.Fatalf("resumed: %+v", change)
	}
	change = decide(t, BeginQuiz{"FALLS"}, quizFacts(quizAna, course, done(attempt(1, map[int64]int{1: 1, 2: 2, 3: 0}), 0, false)))
	if a := savedAttempts(change); len(a) != 1 || a[0].Number != 2 || change.Notices[0].Ask.Question != "item1" {
		t.Fatalf("retake: %+v", change)
	}
}

func TestLastAnswerEndsTheAttempt(t *testing.T) {
	course := quizCourse(quizItem(1, 0), quizItem(2, 1))
	pass := decide(t, AnswerItem{"FALLS", 1, 2, 1}, quizFacts(quizAna, course, attempt(1, map[int64]int{1: 0})))
	if got := keysOf(pass); !slices.Equal(got, []string{"quiz.right", "quiz.passed"}) || savedAttempts(pass)[0].Score != 100 {
		t.Fatalf("got %v", got)
	}
	if !slices.ContainsFunc(pass.Entries, func(e Entry) bool {
		c, ok := e.(ClosedCourse)
		return ok && slices.Equal(c.People, []PersonID{quizAna})
	}) {
		t.Error("the task is not closed")
	}
	fail := decide(t, AnswerItem{"FALLS", 1, 2, 0}, quizFacts(quizAna, course, attempt(1, map[int64]int{1: 0})))
	if got := keysOf(fail); !slices.Equal(got, []string{"quiz.wrong", "quiz.failed"}) {
		t.Fatalf("got %v", got)
	}
	if r := fail.Notices[1].Replies; len(r) != 1 || r[0].Command != (BeginQuiz{"FALLS"}) {
		t.Errorf("no retake offered: %+v", r)
	}
	twice := decide(t, AnswerItem{"FALLS", 2, 2, 0}, quizFacts(quizAna, course, done(attempt(1, map[int64]int{1: 0, 2: 0}), 50, false), attempt(2, map[int64]int{1: 0})))
	if got := keysOf(twice); !slices.Equal(got, []string{"quiz.wrong", "quiz.failed", "quiz.stuck"}) {
		t.Fatalf("got %v", got)
	}
	stuck := twice.Notices[2]
	if stuck.To.Person != quizEdu || len(stuck.Args) != 2 {
		t.Errorf("the educator is told %+v", stuck)
	}
	for _, e := range append(pass.Events, twice.Events...) {
		if e.Data["score"] != "" || e.Data["passed"] != "" {
			t.Errorf("the audit tells a score: %+v", e)
		}
	}
}

func TestOnlyWhoHasTheTaskTakesTheCourse(t *testing.T) {
	course := quizCourse(quizItem(1, 0))
	for name, f := range map[string]Facts{
		"a colleague without the task": quizFacts(quizLee, course), "an unknown phone": quizFacts(0, course), "no such course": quizFacts(quizAna, nil),
	} {
		for _, cmd := range []Command{BeginQuiz{"FALLS"}, AnswerItem{"FALLS", 1, 1, 0}} {
			if _, err := cmd.Decide(f); !errors.Is(err, ErrForbidden) {
				t.Errorf("%s, %s: %v", name, cmd.CommandName(), err)
			}
		}
	}
	f := quizFacts(quizAna, course)
	f.Tasks[0].State = TaskDone
	var invalid *InvalidError
	if _, err := (BeginQuiz{"FALLS"}).Decide(f); !errors.As(err, &invalid) || invalid.Reason != "quiz.passed_already" {
		t.Errorf("passed: %v", err)
	}
	f.Tasks[0].State = TaskWithdrawn
	if _, err := (BeginQuiz{"FALLS"}).Decide(f); !errors.Is(err, ErrForbidden) {
		t.Errorf("withdrawn: %v", err)
	}
}

func TestWhoMayTeachAndWhoMayReadScores(t *testing.T) {
	course := quizCourse(quizItem(1, 0), quizItem(2, 0))
	course.Educator = quizLee
	for _, tt := range []struct {
		actor       PersonID
		level       Assurance
		teach, read bool
	}{
		{quizEdu, A2, true, true}, {quizEdu, A1, false, false}, {quizLee, A2, true, true}, {quizQuality, A2, true, false}, {quizAna, A2, false, true}, {quizAna, A1, false, true}, {0, A2, false, false}, {quizGone, A2, false, false},
	} {
		f := quizFacts(tt.actor, course)
		f.Actor.Level = tt.level
		if got := MayTeach(f, course) == nil; got != tt.teach {
			t.Errorf("p%d at %d teaches: %v", tt.actor, tt.level, got)
		}
		if got := MayReadScore(f, course, quizAna) == nil; got != tt.read {
			t.Errorf("p%d at %d reads Ana's score: %v", tt.actor, tt.level, got)
		}
		for _, cmd := range []Command{EditItem{"FALLS", quizItem(1, 1)}, WithdrawItem{"FALLS", 1}, SendCourse{Course: "FALLS"}, PublishCourse{*course}} {
			if _, err := cmd.Decide(f); errors.Is(err, ErrForbidden) == tt.teach {
				t.Errorf("p%d at %d, %s: %v", tt.actor, tt.level, cmd.CommandName(), err)
			}
		}
	}
	manager := quizFacts(quizLee, quizCourse())
	manager.Actor.Level = A2
	if MayReadScore(manager, quizCourse(), quizAna) == nil {
		t.Error("a manager reads the score of their staff")
	}
}

func teaching(c *Course, attempts ...Attempt) Facts {
	f := quizFacts(quizEdu, c, attempts...)
	f.Actor.Level, f.Actor.Channel = A2, Slack
	return f
}

func TestWithdrawnItemTurnsAFailIntoAPassAndTellsOnce(t *testing.T) {
	course := quizCourse(quizItem(1, 0), quizItem(2, 1))
	failed := done(attempt(1, map[int64]int{1: 0, 2: 0}), 50, false)
	change := decide(t, WithdrawItem{"FALLS", 2}, teaching(course, failed))
	if got := keysOf(change); !slices.Equal(got, []string{"quiz.item_withdrawn", "quiz.corrected x1"}) {
		t.Fatalf("got %v", got)
	}
	if a := savedAttempts(change); len(a) != 1 || a[0].Score != 100 || !a[0].Passed {
		t.Errorf("got %+v", a)
	}
	again := failed
	again.Number = 2
	change = decide(t, WithdrawItem{"FALLS", 2}, teaching(course, failed, again))
	if got := keysOf(change); !slices.Equal(got, []string{"quiz.item_withdrawn", "quiz.corrected x1"}) || len(savedAttempts(change)) != 2 {
		t.Errorf("two attempts: %v", got)
	}
	if course.Items[1].Withdrawn {
		t.Error("the facts were changed")
	}
}

func TestPassIsKeptWhateverIsCorrected(t *testing.T) {
	course := quizCourse(quizItem(1, 0), quizItem(2, 1))
	passed := done(attempt(1, map[int64]int{1: 0, 2: 1}), 100, true)
	f := teaching(course, passed)
	f.Tasks[0].State = TaskDone
	item := quizItem(1, 2)
	change := decide(t, EditItem{"FALLS", item}, f)
	if a := savedAttempts(change); len(a) != 1 || a[0].Score != 50 || !a[0].Passed {
		t.Fatalf("got %+v", a)
	}
	if got := keysOf(change); !slices.Equal(got, []string{"quiz.edited"}) {
		t.Errorf("got %v", got)
	}
	if saved := change.Entries[0].(SavedCourse).Course.Item(1); saved.Right != 2 || saved.Revision != 2 || course.Items[0].Right != 0 {
		t.Errorf("got %+v", saved)
	}
}

func TestWithdrawingTheOnlyOpenQuestionFinishesTheAttempt(t *testing.T) {
	course := quizCourse(quizItem(1, 0), quizItem(2, 1))
	change := decide(t, WithdrawItem{"FALLS", 2}, teaching(course, attempt(1, map[int64]int{1: 1})))
	if got := keysOf(change); !slices.Equal(got, []string{"quiz.item_withdrawn", "quiz.failed x1"}) || !savedAttempts(change)[0].Done() {
		t.Fatalf("got %v", got)
	}
	if _, err := (WithdrawItem{"FALLS", 1}).Decide(teaching(quizCourse(quizItem(1, 0)))); err == nil {
		t.Error("the last item was withdrawn")
	}
	stale := quizFacts(quizAna, quizCourse(quizItem(1, 0), Item{ID: 2, Text: "Gone?", Options: []string{"x", "y"}, Withdrawn: true}), attempt(1, nil))
	change = decide(t, AnswerItem{"FALLS", 1, 2, 0}, stale)
	if got := keysOf(change); !slices.Equal(got, []string{"quiz.question"}) || change.Settle[0].Key != "quiz.withdrawn" || len(change.Entries) != 0 {
		t.Errorf("answer to a withdrawn item: %v", got)
	}
}

func TestResultsCountFirstAttemptsForDifficulty(t *testing.T) {
	course := quizCourse(quizItem(1, 0), quizItem(2, 1))
	lee := done(attempt(1, map[int64]int{1: 0, 2: 1}), 100, true)
	lee.Person = quizLee
	r := course.Results(make([]Task, 4), []Attempt{done(attempt(1, map[int64]int{1: 0, 2: 0}), 50, false), done(attempt(2, map[int64]int{1: 0, 2: 1}), 100, true), lee})
	if r.Assigned != 4 || r.Finished != 2 || r.Passed != 2 || r.FirstTime != 1 {
		t.Errorf("got %+v", r)
	}
	if h := r.Items[0]; h.Item.ID != 2 || h.Answers != 2 || h.Right != 1 {
		t.Errorf("hardest is %+v", h)
	}
	if l := r.Learners[0]; l != (LearnerResult{Person: quizAna, Tries: 2, Best: 100, Passed: true}) {
		t.Errorf("got %+v", l)
	}
}

func TestTextsOfACourseMustFit(t *testing.T) {
	good := *quizCourse(quizItem(1, 0), quizItem(2, 1))
	edit := func(f func(*Course)) Course {
		c := good.clone()
		f(c)
		return *c
	}
	for name, c := range map[string]Course{
		"no code": edit(func(c *Course) { c.Code = "" }), "no title": edit(func(c *Course) { c.Title = " " }), "long title": edit(func(c *Course) { c.Title = strings.Repeat("x", 25) }),
		"no items": edit(func(c *Course) { c.Items = nil }), "too many": edit(func(c *Course) { c.Items = make([]Item, 100) }), "mark 0": edit(func(c *Course) { c.PassMark = 0 }), "mark 101": edit(func(c *Course) { c.PassMark = 101 }),
		"no due": edit(func(c *Course) { c.Due = 0 }), "doubled key": edit(func(c *Course) { c.Items[1].Key = "k1" }), "no key": edit(func(c *Course) { c.Items[1].Key = "" }),
		"one option": edit(func(c *Course) { c.Items[0].Options = []string{"a"} }), "five options": edit(func(c *Course) { c.Items[0].Options = []string{"a", "b", "c", "d", "e"} }),
		"right beyond": edit(func(c *Course) { c.Items[0].Right = 3 }), "right below": edit(func(c *Course) { c.Items[0].Right = -1 }), "no explanation": edit(func(c *Course) { c.Items[0].Explanation = "" }),
		"long explanation": edit(func(c *Course) { c.Items[0].Explanation = strings.Repeat("x", 91) }), "long item": edit(func(c *Course) { c.Items[0].Text = strings.Repeat("x", 110) }),
		"long option": edit(func(c *Course) { c.Items[0].Options = []string{strings.Repeat("x", 71), "b"} }), "chinese": edit(func(c *Course) { c.Items[0].Text = "跌倒?" }),
		"identifier": edit(func(c *Course) { c.Items[0].Text = "NHS 943 476 5919?" }), "empty option": edit(func(c *Course) { c.Items[0].Options = []string{"", "b"} }),
	} {
		f := quizFacts(quizEdu, nil)
		f.Actor.Operator = true
		var invalid *InvalidError
		if _, err := (PublishCourse{c}).Decide(f); !errors.As(err, &invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
