package domain

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// aPIN is a PIN that was chosen.
func aPIN(person PersonID) *PIN { return &PIN{Person: person, Hash: "hash"} }

// TestASignedDocumentNeverTakesLessThanTwoComponents tries every way to answer, from every channel and assurance: what asks for a
// signature is attested at A3 and by two components, or not at all.
func TestASignedDocumentNeverTakesLessThanTwoComponents(t *testing.T) {
	t.Parallel()
	right, wrong := &PINCheck{Against: "hash", Right: true}, &PINCheck{Against: "hash"}
	ways := map[string]Command{
		"answer":                   AnswerDocument{Task: 101, Option: 2},
		"answer, ticked":           AnswerDocument{Task: 101, Option: 2, Read: true},
		"form":                     AnswerDocument{Task: 101, Option: 2, Form: true, Read: true},
		"form, other letters":      AnswerDocument{Task: 101, Option: 2, Form: true, Read: true, Retyped: "TRK MPX"},
		"form, letters":            AnswerDocument{Task: 101, Option: 2, Form: true, Read: true, Retyped: "trkmpw"},
		"answer and PIN":           AnswerDocument{Task: 101, Option: 2, PIN: right},
		"answer and wrong PIN":     AnswerDocument{Task: 101, Option: 2, PIN: wrong},
		"wrong answer and PIN":     AnswerDocument{Task: 101, Option: 1, PIN: right},
		"wrong answer, letters":    AnswerDocument{Task: 101, Option: 1, Form: true, Read: true, Retyped: "TRK MPW"},
		"PIN":                      EnterPIN{Task: 101, Check: *right},
		"wrong PIN":                EnterPIN{Task: 101, Check: *wrong},
		"letters":                  SignDocument{Task: 101, Retyped: "TRK MPW"},
		"no letters":               SignDocument{Task: 101},
		"PIN of another meanwhile": EnterPIN{Task: 101, Check: PINCheck{Against: "older", Right: true}},
	}
	// Who signs: a PIN from a phone or page we know, letters in a Slack session. Everything else does not.
	signs := map[string]bool{
		"sms/A1/PIN answered": true, "web/A1/PIN answered": true, "slack/A2/letters answered": true, "slack/A2/form, letters": true, "slack/A2/form, letters answered": true,
		"sms/A1/answer and PIN": true, "web/A1/answer and PIN": true, "sms/A1/answer and PIN answered": true, "web/A1/answer and PIN answered": true,
	}
	for _, meaning := range []Meaning{Read, Signed} {
		for _, channel := range []Channel{SMS, Web, Slack, Voice} {
			for _, level := range []Assurance{A0, A1, A2} {
				for _, answered := range []bool{false, true} {
					for way, cmd := range ways {
						name := fmt.Sprintf("%s/A%d/%s", channel, level, way)
						task := openTask(1)
						task.OpenedAt, task.ProvedAt, task.Retype = publishedAt, publishedAt.Add(time.Hour), "TRK MPW"
						if answered {
							name, task.AnsweredAt = name+" answered", publishedAt.Add(time.Hour)
						}
						f := about(publishedAt.Add(time.Hour), Actor{Person: 1, Address: 1, Level: level, Channel: channel}, task)
						f.Versions[12].Meaning, f.PIN = meaning, aPIN(1)
						change, err := cmd.Decide(f)
						a, ok := attested(change)
						switch {
						case err != nil && ok:
							t.Errorf("%s: refused and attested", name)
						case meaning == Signed && ok && (a.Level != A3 || a.Meaning != Signed):
							t.Errorf("%s: attested at A%d as %s", name, a.Level, a.Meaning)
						case meaning == Signed && signs[name] && !ok:
							t.Errorf("%s: not signed: %v", name, err)
						case meaning == Signed && ok && !signs[name] && !mayBoth(channel, level, way):
							t.Errorf("%s: signed", name)
						case meaning == Read && ok && a.Level != level:
							t.Errorf("%s: acknowledged at A%d", name, a.Level)
						}
					}
				}
			}
		}
	}
}

// mayBoth are ways that a surface does not offer, and that hold two components all the same: a PIN beside a Slack session, a phone call.
func mayBoth(channel Channel, level Assurance, way string) bool {
	if level < A1 {
		return false
	}
	pin := way == "PIN" || way == "answer and PIN"
	return pin || level >= A2 && (way == "form, letters")
}

func attested(c Change) (Attestation, bool) {
	for _, e := range c.Entries {
		if a, ok := e.(Attestation); ok {
			return a, true
		}
	}
	return Attestation{}, false
}

func TestPINAloneSignsNothingThatWasNotAnswered(t *testing.T) {
	t.Parallel()
	task := openTask(1)
	task.OpenedAt, task.ProvedAt = publishedAt, publishedAt
	f := about(publishedAt.Add(time.Hour), Actor{Person: 1, Address: 1, Level: A1, Channel: SMS}, task)
	f.Versions[12].Meaning, f.PIN = Signed, aPIN(1)
	var invalid *InvalidError
	if _, err := (EnterPIN{Task: task.ID, Check: PINCheck{Against: "hash", Right: true}}).Decide(f); !errors.As(err, &invalid) {
		t.Errorf("got %v", err)
	}
}

func TestFiveWrongPINsLockForADay(t *testing.T) {
	t.Parallel()
	pin, now := aPIN(1), publishedAt
	for try := 1; try <= 6; try++ {
		f := about(now, Actor{Person: 1, Address: 1, Level: A1, Channel: SMS})
		f.PIN = pin
		change, err := EnterPIN{Check: PINCheck{Against: "hash", Right: try == 6}}.Decide(f)
		if try == 6 {
			var invalid *InvalidError
			if !errors.As(err, &invalid) || invalid.Reason != "signature.pin_locked" {
				t.Fatalf("the right one after five wrong: %v", err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		saved := change.Entries[0].(SavedPIN).PIN
		if saved.Locked(now) != (try == 5) {
			t.Fatalf("try %d: %+v", try, saved)
		}
		pin = &saved
	}
	f := about(now.Add(pinLock+time.Second), Actor{Person: 1, Address: 1, Level: A1, Channel: SMS})
	f.PIN = pin
	if _, err := (EnterPIN{Check: PINCheck{Against: "hash", Right: true}}).Decide(f); err != nil {
		t.Errorf("a day later: %v", err)
	}
}

func TestWeakPINs(t *testing.T) {
	t.Parallel()
	for pin, want := range map[string]string{
		"4826": "", "73058261": "", "1357": "", "123": "problem.pin_shape", "123456789": "problem.pin_shape", "12a4": "problem.pin_shape", "": "problem.pin_shape", "１２３４": "problem.pin_shape",
		"0000": "problem.pin_simple", "11111111": "problem.pin_simple", "1234": "problem.pin_simple", "987654": "problem.pin_simple", "7890": "problem.pin_simple", "3210": "problem.pin_simple",
		"0101": "problem.pin_phone", "900101": "problem.pin_phone",
	} {
		if got := WeakPIN(pin, "+447700900101"); got != want {
			t.Errorf("%q: got %q, want %q", pin, got, want)
		}
	}
}

func TestOnlyTheirHolderInSlackAnAdministratorOrTheServerResetsAPIN(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		actor Actor
		may   bool
	}{
		{Actor{Person: 1, Level: A2}, true}, {Actor{Person: 1, Level: A1}, false}, {Actor{Person: 2, Level: A2}, false}, {Actor{Person: 3, Level: A2}, false},
		{Actor{Person: 6, Level: A2}, true}, {Actor{Person: 6, Level: A1}, false}, {Actor{Operator: true}, true}, {Clockwork, false},
	} {
		f := about(publishedAt, c.actor)
		f.Org.People[6] = &Person{ID: 6, Roles: []Role{Admin}, Active: true}
		if _, err := (ResetPIN{Person: 1}).Decide(f); (err == nil) != c.may {
			t.Errorf("%+v: %v", c.actor, err)
		}
	}
	if _, err := (ResetPIN{Person: 99}).Decide(about(publishedAt, Actor{Operator: true})); !errors.Is(err, ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
}

func TestLongTextsAreCutAtHeadingsAndNothingIsLost(t *testing.T) {
	t.Parallel()
	section := func(title string, words int) string {
		return "## " + title + "\n\n" + strings.Repeat(strings.Repeat("word ", 20)+"\n\n", words/20)
	}
	for name, c := range map[string]struct {
		body  string
		parts int
	}{
		"short":               {"# T\n\nGel.\n", 1},
		"hardly longer":       {section("A", 300) + section("B", 280), 1},
		"two parts":           {section("A", 420) + section("B", 420), 2},
		"small sections":      {section("A", 200) + section("B", 220) + section("C", 200) + section("D", 220), 2},
		"one long section":    {section("A", 1300), 3},
		"a few last lines":    {section("A", 560) + section("B", 60), 1},
		"listing stays whole": {section("A", 500) + "```\n\n# no heading\n\n" + strings.Repeat("x ", 300) + "\n```\n", 2},
		"one long paragraph":  {"# T\n\n" + strings.Repeat("word ", 2000), 1},
	} {
		v := DocumentVersion{Body: c.body}
		parts := v.Parts()
		if len(parts) != c.parts || strings.Join(parts, "") != c.body {
			t.Errorf("%s: %d parts, want %d; whole: %v", name, len(parts), c.parts, strings.Join(parts, "") == c.body)
		}
	}
}

func TestPartsAreReachedInOrderAndTheLastBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	task := openTask(1)
	task.OpenedAt, task.Reached, task.ReadAs = publishedAt, 1, OnPage
	f := about(publishedAt.Add(time.Hour), Actor{Person: 1, Level: A1, Channel: Web}, task)
	f.Versions[12].Body = strings.Repeat("## A\n\n"+strings.Repeat("word ", 420)+"\n\n", 3)
	var invalid *InvalidError
	for _, cmd := range []Command{ReachPart{Task: task.ID, Part: 3}, AnswerDocument{Task: task.ID, Option: 2}} {
		if _, err := cmd.Decide(f); !errors.As(err, &invalid) || invalid.Reason != "problem.doc_part" {
			t.Errorf("%T: %v", cmd, err)
		}
	}
	for part := 2; part <= 3; part++ {
		change, err := ReachPart{Task: task.ID, Part: part}.Decide(f)
		if err != nil {
			t.Fatal(err)
		}
		f.Tasks[0] = change.Entries[0].(SavedTask).Task
	}
	if change, err := (ReachPart{Task: task.ID, Part: 2}).Decide(f); err != nil || len(change.Entries) != 0 {
		t.Errorf("going back: %+v, %v", change, err)
	}
	if _, err := (ReachPart{Task: task.ID, Part: 4}).Decide(f); !errors.As(err, &invalid) {
		t.Errorf("beyond the end: %v", err)
	}
	change, err := AnswerDocument{Task: task.ID, Option: 2}.Decide(f)
	if a, ok := attested(change); err != nil || !ok || a.Task.Reached != 3 || a.Parts != 3 {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestDigestTextsAreAtMostFourAndEndWithTheWord(t *testing.T) {
	t.Parallel()
	long, short := strings.Repeat("l", longestDigest), "short"
	for name, c := range map[string]struct {
		lines []string
		want  string
	}{
		"one":                   {[]string{short}, "last"},
		"the last is long":      {[]string{short, long}, "digest digest word"},
		"four":                  {[]string{long, long, long, short}, "digest digest digest last"},
		"more than are allowed": {[]string{long, long, long, short, short}, "digest digest digest last"},
	} {
		v := procedure()
		v.Digest = c.lines
		var keys []string
		for _, text := range digestTexts(&v) {
			keys = append(keys, strings.TrimPrefix(strings.TrimPrefix(text.key, "signature."), "digest_"))
		}
		if got := strings.Join(keys, " "); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	v := procedure()
	v.Digest = []string{long, long, long, long}
	var invalid *InvalidError
	if err := v.Check(); !errors.As(err, &invalid) || invalid.Field != "digest" {
		t.Errorf("a fourth line without room for the word: %v", err)
	}
}
