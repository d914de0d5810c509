package domain

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var everyState = []State{New, Acknowledged, InReview, OnHold, NeedsReporter, Closed, Reopened, Duplicate, NotReportable, Withdrawn}

// drawing is the section of the package documentation about states, without comment marks.
func drawing(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(strings.ReplaceAll(string(text), "//", ""), "# States of a report")
	section, _, _ = strings.Cut(section, "# Stages of")
	return section
}

func named(words string) State { return State(strings.ReplaceAll(strings.TrimSpace(words), " ", "_")) }

func TestTheDrawingShowsEveryMove(t *testing.T) {
	t.Parallel()
	picture, list, _ := strings.Cut(drawing(t), "Whole, by the table")
	for _, s := range everyState {
		if !strings.Contains(picture, strings.ReplaceAll(string(s), "_", " ")) {
			t.Errorf("the picture does not show %s", s)
		}
	}
	drawn := map[State][]State{}
	for line := range strings.Lines(list) {
		from, to, isMove := strings.Cut(line, "->")
		if !isMove {
			continue
		}
		for s := range strings.SplitSeq(to, ",") {
			drawn[named(from)] = append(drawn[named(from)], named(s))
		}
	}
	if diff := cmp.Diff(moves, drawn); diff != "" {
		t.Errorf("table and drawing differ (-table +drawing):\n%s", diff)
	}
}

func TestEveryStateCanBeReachedAndLeft(t *testing.T) {
	t.Parallel()
	for _, s := range everyState {
		if len(s.Next()) == 0 {
			t.Errorf("nothing leads out of %s", s)
		}
		if !CanMove(s, s) {
			t.Errorf("%s cannot stay", s)
		}
		reached := slices.ContainsFunc(everyState, func(from State) bool { return slices.Contains(moves[from], s) })
		if !reached {
			t.Errorf("nothing leads to %s", s)
		}
	}
}

func TestOnlyReopeningLeadsOutOfAnEnd(t *testing.T) {
	t.Parallel()
	ends := []State{Closed, Duplicate, NotReportable, Withdrawn}
	for _, s := range everyState {
		if s.Ended() != slices.Contains(ends, s) {
			t.Errorf("%s ended: %v", s, s.Ended())
		}
		if s.Ended() && !slices.Equal(s.Next(), []State{Reopened}) {
			t.Errorf("%s leads to %v", s, s.Next())
		}
		if !s.Ended() && CanMove(s, Reopened) && s != Reopened {
			t.Errorf("%s can be reopened", s)
		}
	}
}

func TestRefusedMoveChangesNothing(t *testing.T) {
	t.Parallel()
	for _, from := range everyState {
		for _, to := range everyState {
			r := &Record{State: from, Code: "K7R"}
			err := r.Move(to)
			switch want := CanMove(from, to); {
			case want && (err != nil || r.State != to):
				t.Errorf("%s to %s: %v", from, to, err)
			case !want && (err == nil || r.State != from):
				t.Errorf("%s to %s was made: %v", from, to, err)
			}
		}
	}
}

func TestAnswersAreStoredByName(t *testing.T) {
	t.Parallel()
	for _, a := range []Answer{Open, Yes, No, Unsure} {
		if got := ParseAnswer(a.String()); got != a {
			t.Errorf("%v read back as %v", a, got)
		}
		text, err := a.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		var back Answer
		if err := back.UnmarshalJSON(text); err != nil || back != a {
			t.Errorf("%s read back as %v, %v", text, back, err)
		}
	}
	if Answer(9).String() != "" || ParseAnswer("perhaps") != Open {
		t.Error("an answer nobody knows is not open")
	}
	var a Answer
	if a.UnmarshalJSON([]byte("7")) == nil {
		t.Error("a number was taken as an answer")
	}
}
