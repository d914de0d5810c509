package conversations

import (
	"strings"
	"testing"

	"goodcatch/domain"
	"goodcatch/domain/gsm"
)

func init() {
	values := domain.Args{
		"item": domain.Text(strings.Repeat("q", 60)), "choices": domain.Text(strings.Repeat("o", domain.ItemRoom-61)), "why": domain.Text(strings.Repeat("w", domain.ExplanationRoom+1)),
		"number": domain.Number(99), "of": domain.Number(99), "right": domain.Number(99), "score": domain.Number(100), "mark": domain.Number(100), "items": domain.Number(99),
		"people": domain.Number(5000), "category": domain.Term("category.communication"), "reason": domain.Term("proposal_reason.planned"), "option": domain.Text(strings.Repeat("o", 70)), "given": domain.Text("D"), "choice": domain.Text(strings.Repeat("o", 70)),
		"a": domain.Text(strings.Repeat("T", 24)), "b": domain.Text(strings.Repeat("T", 24)), "c": domain.Text(strings.Repeat("T", 24)), "d": domain.Text(strings.Repeat("T", 24)),
	}
	for name, value := range values {
		if _, taken := longest[name]; !taken {
			longest[name] = value
		}
	}
}

func falls() *domain.Course {
	return &domain.Course{ID: 3, Code: "FALLS", Title: "Falls", PassMark: 60, Items: []domain.Item{
		{ID: 11, Key: "first", Text: "Patient on the floor: first?", Options: []string{"lift", "check for injury", "call family"}, Right: 1, Explanation: "Check before moving", Revision: 1},
		{ID: 12, Key: "bed", Text: "Bed height at night?", Options: []string{"high", "low"}, Right: 1, Explanation: "Low beds hurt less", Revision: 1},
	}}
}

func learnerFacts(given map[int64]int) domain.Facts {
	org := &domain.Organisation{Units: map[domain.UnitCode]*domain.Unit{"4B": {Code: "4B", Name: "Ward 4B"}}, People: map[domain.PersonID]*domain.Person{
		5: {ID: 5, Name: "Ana", Unit: "4B", Active: true, Roles: []domain.Role{domain.Staff}},
		6: {ID: 6, Name: "Edu", Unit: "4B", Active: true, Roles: []domain.Role{domain.Educator}},
	}}
	return domain.Facts{Org: org, Actor: domain.Actor{Person: 5, Level: domain.A1, Channel: domain.SMS}, Course: falls(), Attempt: &domain.Attempt{Course: 3, Person: 5, Number: 1, Given: given}}
}

func TestALetterAnswersTheOpenQuestionOfTheQuiz(t *testing.T) {
	s := Session{Flow: "quiz", Start: domain.QuizStart("FALLS", 1, 11)}
	turn := Quiz.Reply(s, learnerFacts(nil), "I think B")
	want := domain.AnswerItem{Course: "FALLS", Attempt: 1, Item: 11, Choice: 1}
	if turn.Problem != nil || turn.Command != want || !turn.Done {
		t.Fatalf("got %+v", turn)
	}
	if q := Quiz.Resume(s, learnerFacts(nil)).Open[0]; q.ID != "item11" {
		t.Errorf("question is called %s", q.ID)
	}
}

func TestHostileRepliesAnswerNoQuestion(t *testing.T) {
	s := Session{Flow: "quiz", Start: domain.QuizStart("FALLS", 1, 11)}
	for _, text := range []string{"D", "", "E", "A patient fell in bay 2", "1", "B or C", "A; DROP TABLE items", strings.Repeat("b", 3000), "\x00", "🅱️", "K7R B", "-1"} {
		turn := Quiz.Reply(s, learnerFacts(nil), text)
		if turn.Command != nil || turn.Problem == nil || len(turn.Session.Answers) != 0 {
			t.Errorf("%.20q: got %+v", text, turn.Command)
		}
	}
	for name, f := range map[string]domain.Facts{"answered": learnerFacts(map[int64]int{11: 0}), "no facts": {}} {
		if turn := Quiz.Reply(s, f, "B"); turn.Command != nil || len(turn.Session.Answers) != 0 {
			t.Errorf("%s: got %+v", name, turn)
		}
	}
	for _, start := range []domain.Args{nil, domain.QuizStart("FALLS", 2, 11), domain.QuizStart("FALLS", 1, 99), {"item": "n:x", "attempt": "n:1"}} {
		if turn := Quiz.Reply(Session{Flow: "quiz", Start: start}, learnerFacts(nil), "B"); turn.Command != nil {
			t.Errorf("%v: got %+v", start, turn.Command)
		}
	}
}

func TestEducatorsFormsShowNothingToOthers(t *testing.T) {
	learner := learnerFacts(nil)
	learner.Actor.Level = domain.A2
	teacher := learner
	teacher.Actor.Person = 6
	phone := teacher
	phone.Actor.Level = domain.A1
	start := Session{Start: domain.Args{"course": domain.Text("FALLS")}}
	for _, flow := range []Flow{CoursePreview, CourseSend, CourseResults, ItemEdit, ItemWithdraw} {
		for name, f := range map[string]domain.Facts{"learner": learner, "phone": phone, "nothing": {Org: learner.Org}} {
			turn := flow.AsForm(start, f)
			if len(turn.Open) > 0 || turn.Command != nil || len(turn.Shown) != 1 || turn.Shown[0].Key != "problem.not_yours" {
				t.Errorf("%s of %s: got %+v", flow.Name, name, turn)
			}
		}
		if turn := flow.AsForm(start, teacher); len(turn.Shown) == 0 || turn.Shown[0].Key == "problem.not_yours" {
			t.Errorf("%s of the educator: got %+v", flow.Name, turn)
		}
		if turn := flow.Resume(start, teacher); turn.Command != nil {
			t.Errorf("%s outside a form: got %+v", flow.Name, turn.Command)
		}
	}
}

func TestEmptyFieldsOfTheEditingFormKeepTheirWords(t *testing.T) {
	f := learnerFacts(nil)
	f.Actor = domain.Actor{Person: 6, Level: domain.A2, Channel: domain.Slack}
	turn := ItemEdit.Answer(Session{Start: domain.Args{"course": domain.Text("FALLS")}}, f, Answer{"quiz_item", "12"}, Answer{"quiz_right", "A"}, Answer{"quiz_option_a", "knee high"})
	cmd, ok := turn.Command.(domain.EditItem)
	if !ok || turn.Problem != nil {
		t.Fatalf("got %+v, %v", turn.Command, turn.Problem)
	}
	if cmd.Item.ID != 12 || cmd.Item.Right != 0 || cmd.Item.Text != "Bed height at night?" || strings.Join(cmd.Item.Options, "/") != "knee high/low" || cmd.Item.Explanation != "Low beds hurt less" {
		t.Errorf("got %+v", cmd.Item)
	}
	if f.Course.Items[1].Options[0] != "high" {
		t.Error("the facts were changed")
	}
}

func TestOneOfSeveralCoursesIsChosenByNumber(t *testing.T) {
	courses := []domain.Course{{Code: "FALLS", Title: "Falls"}, {Code: "HH-1", Title: "Hand hygiene"}}
	turn := QuizChoice.Reply(Session{Start: StartChoice(courses)}, domain.Facts{}, "2")
	if turn.Command != (domain.BeginQuiz{Course: "HH-1"}) {
		t.Fatalf("got %+v", turn.Command)
	}
	if got := NewCatalog("").Say(voice("en"), "quiz.choose", StartChoice(courses)); got != "Your tests: 1 Falls 2 Hand hygiene. Reply the number." {
		t.Errorf("got %s", got)
	}
}

func TestAnItemAtItsLimitsFitsOneTextInEveryLanguage(t *testing.T) {
	c := NewCatalog("")
	args := domain.Args{"number": domain.Number(99), "of": domain.Number(99), "title": domain.Text(strings.Repeat("T", domain.TitleRoom)), "item": domain.Text(strings.Repeat("q", 80)), "choices": domain.Text(strings.Repeat("o", domain.ItemRoom-81))}
	for _, lang := range c.Languages() {
		if n := gsm.Segments(gsm.Plain(c.Say(voice(lang), "quiz.question", args))); n.Segments != 1 {
			t.Errorf("%s: %d units", lang, n.Units)
		}
	}
}

func TestACertificateSaysWhoPassedWhatWhenAndNoScore(t *testing.T) {
	c := NewCatalog("")
	o := stageHospital()
	o.Name, o.People[5].External = "Riverside", "S017"
	pass := domain.Pass{Person: 5, Course: "FALLS", Title: "Falls", Family: domain.OfRisk, PassedAt: stage}
	for _, lang := range c.Languages() {
		v := voice(lang)
		words := c.CertificateOf(v, o, pass)
		all := strings.Join(append(words.Lines, words.Title, words.Heading, words.Name, words.Footer), " ")
		for _, want := range []string{"Riverside", "Falls", "FALLS", "2026-12-28", "S017", o.People[5].Name} {
			if !strings.Contains(all, want) {
				t.Errorf("%s: %s is missing: %s", lang, want, all)
			}
		}
		if strings.ContainsAny(all, "%{<") || len(words.Lines) != 2 {
			t.Errorf("%s: %s", lang, all)
		}
		until := pass
		until.Expires = stage.AddDate(1, 0, 0)
		if words := c.CertificateOf(v, o, until); len(words.Lines) != 3 || !strings.Contains(words.Lines[2], "2027-12-28") {
			t.Errorf("%s: %v", lang, words.Lines)
		}
	}
}
