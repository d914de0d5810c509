package conversations

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"goodcatch/domain"
)

// The longest values of texts about documents.
func init() {
	for name, v := range map[string]domain.Arg{
		"receipt": domain.Text("H4D2-2PKX"), "asked": domain.Text(strings.Repeat("q", 120)), "solution": domain.Text(strings.Repeat("r", 80)), "newer": domain.Number(12),
		"names": domain.Text("Ana"), "text": domain.Text(strings.Repeat("t", 80)),
		"doc1": domain.Text("MED-114"), "doc2": domain.Text("MED-114"), "doc3": domain.Text("IC-04"),
		"link1": domain.Link("/s/Kd9X2mQw8a"), "link2": domain.Link("/s/Kd9X2mQw8a"), "link3": domain.Link("/s/Kd9X2mQw8a"),
	} {
		if _, there := longest[name]; !there {
			longest[name] = v
		}
	}
}

func documentFacts() domain.Facts {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	return domain.Facts{
		Now: now, Actor: domain.Actor{Person: 5, Level: domain.A1},
		Org:      &domain.Organisation{People: map[domain.PersonID]*domain.Person{5: {ID: 5, Name: "Ana", Active: true}}},
		Tasks:    []domain.Task{{ID: 9, Person: 5, Kind: domain.ReadDocument, Subject: 3, State: domain.TaskOpen, OpenedAt: now, ProvedAt: now}},
		Versions: map[int64]*domain.DocumentVersion{3: {ID: 3, Code: "IC-04", Number: 7, Question: "Gel?", Options: []string{"no", "only if soiled", "always"}, Right: 2, Body: "# Gel\n\nAlways **before** and after.\n"}},
	}
}

func TestBareLetterAnswersTheQuestionOfADocument(t *testing.T) {
	t.Parallel()
	s := Session{Flow: "attest", Start: StartTask(9)}
	for text, want := range map[string]int{"C": 2, "c.": 2, "a": 0, "always": 2} {
		turn := Attest.Reply(s, documentFacts(), text)
		cmd, ok := turn.Command.(domain.AnswerDocument)
		if !ok || cmd.Option != want || cmd.Task != 9 || !turn.Done {
			t.Errorf("%q: got %+v, problem %v", text, turn.Command, turn.Problem)
		}
	}
	for _, text := range []string{"D", "thanks", "1 patient fell"} {
		if turn := Attest.Reply(s, documentFacts(), text); turn.Command != nil {
			t.Errorf("%q: got %+v", text, turn.Command)
		}
	}
}

func TestNobodyElseIsAskedTheQuestionOfADocument(t *testing.T) {
	t.Parallel()
	f := documentFacts()
	f.Actor.Person = 6
	for _, flow := range []Flow{Attest, ReadDocument, AskAuthor} {
		if turn := flow.AsForm(Session{Flow: flow.Name, Start: StartTask(9)}, f); turn.Command != nil || len(turn.Open) > 0 || len(turn.Shown) > 0 {
			t.Errorf("%s: got %+v", flow.Name, turn)
		}
	}
}

func TestReadingFormShowsTheTextAndThenTheQuestion(t *testing.T) {
	t.Parallel()
	s := Session{Flow: "read_document", Start: StartTask(9)}
	turn := ReadDocument.AsForm(s, documentFacts())
	if got := fmt.Sprint(turn.Shown[1].Args["text"]); got != "Gel\n\nAlways before and after." {
		t.Errorf("text: %q", got)
	}
	if len(turn.Open) != 2 || turn.Open[0].ID != "read_it" || turn.Open[1].ID != "answer" {
		t.Errorf("open: %+v", turn.Open)
	}
	sent := ReadDocument.Answer(s, documentFacts(), Answer{"read_it", "yes"}, Answer{"answer", "C"})
	if cmd, ok := sent.Command.(domain.AnswerDocument); !ok || !cmd.Form || !cmd.Read || cmd.Option != 2 {
		t.Errorf("got %+v, problem %v", sent.Command, sent.Problem)
	}
}
