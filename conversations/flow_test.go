package conversations

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goodcatch/domain"
)

func TestEachReplyAnswersTheFirstOpenQuestion(t *testing.T) {
	t.Parallel()
	facts := stageFacts(5, stageRecord(domain.Incident, domain.New))
	s := Session{Flow: "enrich", Start: StartRecord(7)}
	for _, turn := range []struct{ said, question, value string }{{"1", "danger", "yes"}, {"3", "harm", ""}, {"fall", "category", "fall"}} {
		if q := Enrich.Resume(s, facts).Open[0].ID; q != turn.question {
			t.Fatalf("%s is asked, want %s", q, turn.question)
		}
		after := Enrich.Reply(s, facts, turn.said)
		if after.Problem != nil || len(after.Session.Answers) != len(s.Answers)+1 {
			t.Fatalf("%s: %v", turn.said, after.Problem)
		}
		if got, _ := after.Session.Answers.Get(turn.question); turn.value != "" && got != turn.value {
			t.Errorf("%s is kept as %s", turn.said, got)
		}
		s = after.Session
	}
	end := Enrich.Resume(s, facts)
	cmd, ok := end.Command.(domain.EnrichReport)
	if !end.Done || !ok || cmd.Details.Danger != domain.Yes || cmd.Details.Harm == nil || cmd.Details.Harm.Rank != 3 || cmd.Details.Category != "fall" {
		t.Errorf("got %+v", end)
	}
	if after := Enrich.Reply(s, facts, "1"); len(after.Session.Answers) != len(s.Answers) || !after.Done {
		t.Errorf("a reply after the last question: %+v", after)
	}
}

func TestWhatIsNotUnderstoodLeavesTheSessionAsItWas(t *testing.T) {
	t.Parallel()
	facts := stageFacts(5, stageRecord(domain.Incident, domain.New))
	s := Session{Flow: "enrich", Start: StartRecord(7), Answers: Answers{{"danger", "no"}}, Asked: "harm"}
	for _, text := range []string{"9", "", "perhaps", "1 2", strings.Repeat("3", 400), "\x00", "３"} {
		turn := Enrich.Reply(s, facts, text)
		var invalid *domain.InvalidError
		if turn.Problem == nil && text == "３" {
			continue // a digit of another script may be read
		}
		if !errors.As(turn.Problem, &invalid) || invalid.Field != "harm" || len(turn.Open) == 0 || turn.Open[0].ID != "harm" {
			t.Errorf("%.20q: problem %v", text, turn.Problem)
		}
		if diff := cmp.Diff(s, turn.Session); diff != "" {
			t.Errorf("%.20q changed the session:\n%s", text, diff)
		}
	}
}

func TestReplyNeverWritesIntoASessionSharedWithAnother(t *testing.T) {
	t.Parallel()
	facts := stageFacts(5, stageRecord(domain.Incident, domain.New))
	shared := make(Answers, 1, 8)
	shared[0] = Answer{"danger", "no"}
	s := Session{Flow: "enrich", Start: StartRecord(7), Answers: shared}
	a, b := Enrich.Reply(s, facts, "1"), Enrich.Reply(s, facts, "4")
	if first, _ := a.Session.Answers.Get("harm"); first == "" || first == mustGet(t, b.Session.Answers, "harm") {
		t.Errorf("the second reply overwrote the first: %v, %v", a.Session.Answers, b.Session.Answers)
	}
	if back := Enrich.Back(a.Session, facts); len(back.Session.Answers) != 1 || len(a.Session.Answers) != 2 {
		t.Errorf("going back: %v of %v", back.Session.Answers, a.Session.Answers)
	}
}

func mustGet(t *testing.T, a Answers, q string) string {
	t.Helper()
	v, ok := a.Get(q)
	if !ok {
		t.Fatalf("%s is not answered", q)
	}
	return v
}

func TestBackForgetsTheLastAnswerAndAsksAgain(t *testing.T) {
	t.Parallel()
	facts := stageFacts(5, stageRecord(domain.Incident, domain.New))
	s := Session{Flow: "enrich", Start: StartRecord(7), Answers: Answers{{"danger", "no"}, {"harm", "mild"}}}
	turn := Enrich.Back(s, facts)
	if turn.Open[0].ID != "harm" {
		t.Errorf("%s is asked", turn.Open[0].ID)
	}
	if turn = Enrich.Back(turn.Session, facts); turn.Open[0].ID != "danger" {
		t.Errorf("%s is asked", turn.Open[0].ID)
	}
	if turn = Enrich.Back(turn.Session, facts); turn.Open[0].ID != "danger" || len(turn.Session.Answers) != 0 {
		t.Error("before the first question there is another")
	}
}

func TestLaterAnswerToTheSameQuestionCounts(t *testing.T) {
	t.Parallel()
	a := Answers{{"danger", "no"}, {"harm", "mild"}, {"danger", "yes"}}
	if got := mustGet(t, a, "danger"); got != "yes" {
		t.Errorf("got %s", got)
	}
}

func TestFormTakesManyAnswersAtOnce(t *testing.T) {
	t.Parallel()
	facts := stageFacts(5, nil)
	s := Session{Flow: "report"}
	turn := Report.Answer(s, facts, Answer{"what", "Heparin in drawer B for Mr Smith"}, Answer{"kind", "near_miss"}, Answer{"hide", "yes"}, Answer{"unit", "4B"}, Answer{"harm", ""}, Answer{"nothing", "asks this"})
	cmd, ok := turn.Command.(domain.FileReport)
	if turn.Problem != nil || !ok || cmd.Kind != domain.NearMiss || !cmd.Hidden || cmd.Details.Unit != "4B" || cmd.Details.Harm != nil || !cmd.Form {
		t.Fatalf("got %+v, %v", turn.Command, turn.Problem)
	}
	if strings.Contains(cmd.Text, "Smith") || len(cmd.Masked) != 1 {
		t.Errorf("kept %q, masked %v", cmd.Text, cmd.Masked)
	}
	for name, c := range map[string]struct {
		answers []Answer
		field   string
	}{
		"nothing":             {nil, "kind"},
		"no words":            {[]Answer{{"kind", "incident"}, {"what", "  "}}, "what"},
		"an option of no one": {[]Answer{{"kind", "murder"}, {"what", "x"}}, "kind"},
		"too long":            {[]Answer{{"kind", "incident"}, {"what", "x"}, {"where", strings.Repeat("x", 81)}}, "where"},
	} {
		turn := Report.Answer(s, facts, c.answers...)
		var invalid *domain.InvalidError
		if !errors.As(turn.Problem, &invalid) || invalid.Field != c.field {
			t.Errorf("%s: %v, want one of %s", name, turn.Problem, c.field)
		}
	}
}

func TestSeveralFactorsAreChecked(t *testing.T) {
	t.Parallel()
	facts := stageFacts(6, stageRecord(domain.Incident, domain.Acknowledged))
	answers := func(factors string) []Answer {
		return []Answer{{"kind", "incident"}, {"state", "in_review"}, {"factors", factors}}
	}
	turn := Triage.Answer(Session{Start: StartRecord(7)}, facts, answers("staffing,lookalike")...)
	if cmd, ok := turn.Command.(domain.Triage); !ok || turn.Problem != nil || strings.Join(cmd.Factors, " ") != "staffing lookalike" {
		t.Errorf("got %+v, %v", turn.Command, turn.Problem)
	}
	if turn = Triage.Answer(Session{Start: StartRecord(7)}, facts, answers("staffing,witchcraft")...); turn.Problem == nil {
		t.Error("a factor nobody offers was taken")
	}
}

func TestFlowThatNeedsAFormDoesNothingByText(t *testing.T) {
	t.Parallel()
	facts := stageFacts(6, stageRecord(domain.Incident, domain.Acknowledged))
	for name, f := range Flows() {
		if !f.FormOnly {
			continue
		}
		if turn := f.Resume(Session{Flow: name, Start: StartRecord(7)}, facts); turn.Command != nil || len(turn.Open) != 0 || !turn.Done {
			t.Errorf("%s: %+v", name, turn)
		}
	}
}

// FuzzReply sends any text into any flow: it never panics, never loses an answer, and is understood or refused with a reason.
func FuzzReply(f *testing.F) {
	all := scenes()
	for _, text := range []string{"1", "2", "yes", "NO", "A", "c.", "4B", "", "K7R ?", "STOP", "🙂", "\x00\xff", "3 not sure", "nothing", "Which drawer was it?", "07700 900123", strings.Repeat("a", 200)} {
		f.Add(0, text, "1")
		f.Add(20, text, "2")
	}
	f.Fuzz(func(t *testing.T, n int, first, second string) {
		s := all[(n%len(all)+len(all))%len(all)]
		flow, _ := FlowNamed(s.flow)
		session := Session{Flow: s.flow, Start: s.start}
		for _, text := range []string{first, second, first} {
			turn := flow.Reply(session, s.facts, text)
			added := len(turn.Session.Answers) - len(session.Answers)
			switch {
			case turn.Problem != nil && added != 0:
				t.Fatalf("%s: %q was refused (%v) and kept", s.flow, text, turn.Problem)
			case turn.Problem == nil && added != 1 && !flow.Resume(session, s.facts).Done:
				t.Fatalf("%s: %q was understood and not kept", s.flow, text)
			case turn.Done != (len(turn.Open) == 0):
				t.Fatalf("%s: done %v with %d questions open", s.flow, turn.Done, len(turn.Open))
			}
			session = turn.Session
		}
	})
}

// BenchmarkTurn is one turn of a conversation: the session is run again, the reply understood, the command made. Goal: 20 µs.
func BenchmarkTurn(b *testing.B) {
	facts := stageFacts(5, stageRecord(domain.Incident, domain.New))
	s := Session{Flow: "enrich", Start: StartRecord(7), Answers: Answers{{"danger", "no"}}}
	b.ReportAllocs()
	for b.Loop() {
		if turn := Enrich.Reply(s, facts, "2"); turn.Command == nil || len(turn.Session.Answers) != 2 {
			b.Fatal("not understood")
		}
	}
}

// BenchmarkForm is a whole report form taken at once.
func BenchmarkForm(b *testing.B) {
	facts := stageFacts(5, nil)
	answers := []Answer{{"kind", "near_miss"}, {"what", "Wrong strength heparin in drawer B"}, {"danger", "no"}, {"category", "medication"}, {"unit", "4B"}}
	b.ReportAllocs()
	for b.Loop() {
		if turn := Report.Answer(Session{Flow: "report"}, facts, answers...); turn.Command == nil || turn.Problem != nil {
			b.Fatal(turn.Problem)
		}
	}
}

// BenchmarkCompose renders a card as one SMS.
func BenchmarkCompose(b *testing.B) {
	c := NewCatalog("https://quality.hospital.org")
	v := voice("es")
	b.ReportAllocs()
	for b.Loop() {
		if m := c.Compose(v, domain.SMS, "card.new", longest, nil); m.Text == "" {
			b.Fatal("nothing said")
		}
	}
}
