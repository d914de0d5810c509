// Package conversations holds what is said: the flows, the catalogue of texts, and the model of a message before a channel renders it.
//
// A flow is an ordinary function that is run again from the top on each reply. A question already answered returns its answer; one
// that is not returns "open". The first open question is the next SMS; all open ones together are the Slack modal or the web form.
// Nothing here knows a provider, a clock or a database: facts come in, a command comes out.
package conversations

import (
	"goodcatch/domain"
)

// A Flow is one conversation.
type Flow struct {
	Name string
	// Needs says which facts Run looks at. It may be nil.
	Needs func(start domain.Args, answers Answers) domain.Needs
	// Run asks its questions of c and returns the command that the answers so far amount to, or nil while there is none.
	// It must not use time, randomness or I/O, and must not index or divide by an answer.
	Run func(c *Conv) domain.Command
	// AsReporter: whoever answers acts as the reporter of the record, known or hidden.
	AsReporter bool
	// Opens is the command that opening the form asks for, or nil: that a text was opened is a fact of its own.
	Opens func(start domain.Args) domain.Command
	// Next is the form that follows once this one is filled in so, or "": nothing is decided before that one is. Nil: no other follows.
	Next func(answers Answers) (flow string, start domain.Args)
	// FormOnly: the flow needs a form. Text by text it asks nothing and does nothing; whoever starts it so is told where the form is.
	FormOnly bool
	// Done is the catalogue key of what is said by SMS when the last question was answered; empty: the command says enough.
	Done string
}

// An Answer is what was said to one question, in its stored form ("yes", "2", a unit code, words).
type Answer struct {
	Question string `json:"q"`
	Value    string `json:"v"`
}

// Answers are all answers of a session, in the order given. A later answer to the same question counts.
type Answers []Answer

// Get returns the answer to a question.
func (a Answers) Get(question string) (string, bool) {
	for i := len(a) - 1; i >= 0; i-- {
		if a[i].Question == question {
			return a[i].Value, true
		}
	}
	return "", false
}

// A Session is all that is stored of a conversation between turns.
type Session struct {
	Flow    string      `json:"flow"`
	Start   domain.Args `json:"start,omitempty"`
	Answers Answers     `json:"answers,omitempty"`
	Asked   string      `json:"asked,omitempty"` // the question that was put last
}

// A Turn is where a conversation stands after a reply.
type Turn struct {
	Session Session
	Open    []Question     // what could be asked, in order; the first is the next SMS
	Problem error          // the reply was not understood: Open[0] is asked again with this reason
	Command domain.Command // of what is answered so far; nil when that is nothing
	Done    bool           // nothing is open any more
	Shown   []Line         // what a form says before its questions
}

// A Conv is what Run sees of a conversation.
type Conv struct {
	Start domain.Args
	Facts domain.Facts
	Form  bool // a modal or web form: every branch is shown

	answers Answers
	open    []Question
	lines   []Line
	asked   map[string]bool
}

// Resume runs the flow on what the session holds.
func (f Flow) Resume(s Session, facts domain.Facts) Turn { return f.run(s, facts, false) }

// AsForm is Resume for a surface that shows all questions at once.
func (f Flow) AsForm(s Session, facts domain.Facts) Turn { return f.run(s, facts, true) }

func (f Flow) run(s Session, facts domain.Facts, form bool) Turn {
	if f.FormOnly && !form {
		return Turn{Session: s, Done: true}
	}
	c := &Conv{Start: s.Start, Facts: facts, Form: form, answers: s.Answers}
	cmd := f.Run(c)
	return Turn{Session: s, Open: c.open, Command: cmd, Done: len(c.open) == 0, Shown: c.lines}
}

// Reply takes a text as the answer to the first open question. What cannot be understood leaves the session as it was.
func (f Flow) Reply(s Session, facts domain.Facts, text string) Turn {
	t := f.Resume(s, facts)
	if t.Done {
		return t
	}
	q := t.Open[0]
	value, err := q.Parse(text)
	if err != nil {
		t.Problem = err
		return t
	}
	return f.Resume(s.with(Answer{q.ID, value}), facts)
}

// Answer takes the answers of a form, many at once. Empty ones are left open. The first that cannot be understood is the problem; all
// understood ones count.
func (f Flow) Answer(s Session, facts domain.Facts, answers ...Answer) Turn {
	var problem error
	questions := map[string]Question{}
	for _, q := range f.AsForm(s, facts).Open {
		questions[q.ID] = q
	}
	for _, a := range answers {
		q, known := questions[a.Question]
		if !known || a.Value == "" {
			continue
		}
		value, err := q.Check(a.Value)
		if err != nil {
			if problem == nil {
				problem = err
			}
			continue
		}
		s = s.with(Answer{q.ID, value})
	}
	t := f.AsForm(s, facts)
	for _, q := range t.Open {
		if problem == nil && !q.Optional {
			problem = domain.Invalid(q.ID, "problem.required")
		}
	}
	t.Problem = problem
	return t
}

// Back forgets the last answer.
func (f Flow) Back(s Session, facts domain.Facts) Turn {
	if n := len(s.Answers); n > 0 {
		s.Answers = s.Answers[: n-1 : n-1]
	}
	return f.Resume(s, facts)
}

func (s Session) with(a Answer) Session {
	s.Answers = append(s.Answers[:len(s.Answers):len(s.Answers)], a)
	return s
}

var flows = map[string]Flow{}

// register makes a flow known by its name.
func register(f Flow) Flow {
	if _, doubled := flows[f.Name]; doubled {
		panic("conversations: two flows are called " + f.Name)
	}
	flows[f.Name] = f
	return f
}

// FlowNamed returns a flow by its stored name.
func FlowNamed(name string) (Flow, bool) {
	f, ok := flows[name]
	return f, ok
}

// Flows returns every flow by name.
func Flows() map[string]Flow { return flows }
