package conversations

import (
	"iter"

	"goodcatch/domain"
)

// A Visit is one turn that Walk came by.
type Visit struct {
	Turn
	Form bool // a modal or web form: all open questions stand side by side
}

// Bounds of a walk: a flow has few questions, but a question may offer a hundred units.
const (
	mostVisits = 4000
	mostTries  = 8  // options tried of one question
	mostDeep   = 16 // answers given one after another
)

// walkWords is what a walk writes where words are wanted.
const walkWords = "left shelf, second drawer"

// Walk runs a flow through every branch on the same facts: by SMS each option of each question that comes up, one after another; as a
// form first empty and then with each option of each question alone. It ends after a bounded number of turns.
func (f Flow) Walk(start domain.Args, facts domain.Facts) iter.Seq[Visit] {
	return func(yield func(Visit) bool) {
		w := walk{flow: f, facts: facts, left: mostVisits, yield: yield}
		s := Session{Flow: f.Name, Start: start}
		if w.texts(s) {
			w.form(s)
		}
	}
}

type walk struct {
	flow  Flow
	facts domain.Facts
	left  int
	yield func(Visit) bool
}

// visit hands a turn out. It returns false when the walk is over.
func (w *walk) visit(t Turn, form bool) bool {
	w.left--
	return w.left >= 0 && w.yield(Visit{t, form})
}

// texts goes on from a session by every answer to its first open question.
func (w *walk) texts(s Session) bool {
	t := w.flow.Resume(s, w.facts)
	if !w.visit(t, false) {
		return false
	}
	if t.Done || len(s.Answers) == mostDeep {
		return true
	}
	q := t.Open[0]
	for _, v := range q.tries() {
		if !w.texts(s.with(Answer{q.ID, v})) {
			return false
		}
	}
	return true
}

func (w *walk) form(s Session) bool {
	t := w.flow.AsForm(s, w.facts)
	if !w.visit(t, true) {
		return false
	}
	for _, q := range t.Open {
		for _, v := range q.tries() {
			if !w.visit(w.flow.AsForm(s.with(Answer{q.ID, v}), w.facts), true) {
				return false
			}
		}
	}
	return true
}

// tries are the answers a walk gives: words, or the first options.
func (q Question) tries() []string {
	if q.Shape == Words {
		return []string{walkWords}
	}
	var values []string
	for _, o := range q.Options[:min(len(q.Options), mostTries)] {
		values = append(values, o.Value)
	}
	return values
}
