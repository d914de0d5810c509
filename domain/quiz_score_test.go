package domain

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The state of a person is what their answers make it, whatever is answered, corrected, withdrawn or published in whatever order.
func TestScoreAlwaysEqualsRecomputationFromAnswers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		course := quizCourse()
		for i := range rapid.IntRange(1, 5).Draw(t, "items") {
			course.Items = append(course.Items, quizItem(int64(i+1), rapid.IntRange(0, 2).Draw(t, "right")))
		}
		course.PassMark = rapid.IntRange(1, 100).Draw(t, "mark")
		var attempts []Attempt
		everPassed := map[int]bool{}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			facts := func(actor PersonID) Facts { return teachAs(actor, course, attempts) }
			var change Change
			var err error
			switch rapid.IntRange(0, 4).Draw(t, "step") {
			case 0:
				change, err = BeginQuiz{"FALLS"}.Decide(facts(quizAna))
			case 1, 2:
				number := 1 + rapid.IntRange(0, len(attempts)).Draw(t, "attempt")
				cmd := AnswerItem{"FALLS", number, int64(rapid.IntRange(1, 6).Draw(t, "item")), rapid.IntRange(-1, 3).Draw(t, "choice")}
				change, err = cmd.Decide(facts(quizAna))
			case 3:
				change, err = WithdrawItem{"FALLS", int64(rapid.IntRange(1, 5).Draw(t, "withdraw"))}.Decide(facts(quizEdu))
			default:
				id := int64(rapid.IntRange(1, 5).Draw(t, "edit"))
				change, err = EditItem{"FALLS", quizItem(id, rapid.IntRange(0, 2).Draw(t, "now right"))}.Decide(facts(quizEdu))
			}
			if err != nil {
				continue
			}
			course, attempts = applied(change, course, attempts)
			for _, a := range attempts {
				right, counted := course.Tally(&a)
				if a.Done() && counted > 0 && a.Score != Percent(right, counted) {
					t.Fatalf("attempt %d: score %d, answers make %d of %d", a.Number, a.Score, right, counted)
				}
				if a.Done() && counted > 0 && Percent(right, counted) >= course.PassMark && !a.Passed {
					t.Fatalf("attempt %d reaches the mark and has not passed", a.Number)
				}
				if everPassed[a.Number] && !a.Passed {
					t.Fatalf("attempt %d lost its pass", a.Number)
				}
				everPassed[a.Number] = a.Passed
				if next, _, _ := course.Next(&a); a.Done() != (next == nil) && !a.Done() {
					t.Fatalf("attempt %d is open with nothing to ask", a.Number)
				}
			}
		}
	})
}

func teachAs(actor PersonID, c *Course, attempts []Attempt) Facts {
	f := teaching(c, attempts...)
	f.Actor.Person = actor
	f.Attempt = nil
	if n := len(attempts); n > 0 {
		f.Attempt = &attempts[n-1]
	}
	return f
}

// applied does what the store does with the entries of a change.
func applied(change Change, c *Course, attempts []Attempt) (*Course, []Attempt) {
	attempts = slices.Clone(attempts)
	save := func(a *Attempt) {
		for n := range attempts {
			if attempts[n].Number == a.Number {
				attempts[n] = *a
				return
			}
		}
		attempts = append(attempts, *a)
	}
	for _, e := range change.Entries {
		switch e := e.(type) {
		case SavedCourse:
			c = e.Course
		case GivenAnswer:
			save(e.Attempt)
		case SavedAttempts:
			for _, a := range e.Attempts {
				save(a)
			}
		}
	}
	return c, attempts
}
