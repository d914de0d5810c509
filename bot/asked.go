package bot

import (
	"errors"
	"maps"
	"slices"

	"goodcatch/conversations"
	"goodcatch/domain"
)

// askAbout puts a question: by text with the digits in its words, in Slack with a button for each answer.
func (t *turn) askAbout(r *domain.Record, f conversations.Flow, start domain.Args, q conversations.Question) error {
	if r == nil || t.in.Channel != domain.Slack || q.Shape != conversations.Choice {
		return t.sayAbout(r, f.AsReporter, q.Key, q.Args)
	}
	n := t.about(r, f.AsReporter, q.Key, q.Args)
	for i, o := range q.Options {
		letter := o.Digit
		if q.Lettered {
			letter = domain.Letter(i)
		}
		if letter != "" {
			n.Replies = append(n.Replies, domain.Reply{Letter: letter, Key: "say.option", Args: domain.Args{"option": o.Label}, Flow: f.Name, Start: start, Question: q.ID})
		}
	}
	if len(n.Replies) > 0 && t.bot.Catalog.Has(q.Key+".label") && q.ID != "danger" { // that one names the emergency number
		n.Key, n.Args = "say.asked", domain.Args{"code": domain.Text(string(r.Code)), "asked": domain.Term(q.Key + ".label")}
	}
	return t.tx.Notify(t.ctx, n)
}

// answerBy takes a button as the answer to its question, as if its digit had been typed: in the conversation that waits for it, or in none,
// when that has ended. An answer to what is answered already replaces it where the decision lets it.
func (t *turn) answerBy(r domain.Reply) error {
	for _, open := range t.caller.Sessions {
		f, s, ok := decodeSession(open)
		if !ok || f.Name != r.Flow || s.Asked != r.Question || !maps.Equal(s.Start, r.Start) {
			continue
		}
		if understood, err := t.reply(open, r.Letter); understood || err != nil {
			return err
		}
	}
	f, ok := conversations.FlowNamed(r.Flow)
	if !ok {
		return t.sayProblem(domain.ErrNotFound)
	}
	facts, err := t.facts(f, r.Start, nil)
	if errors.Is(err, domain.ErrNotFound) {
		return t.sayProblem(err)
	}
	if err != nil {
		return err
	}
	open := f.AsForm(conversations.Session{Flow: f.Name, Start: r.Start}, facts).Open
	i := slices.IndexFunc(open, func(q conversations.Question) bool { return q.ID == r.Question })
	if i < 0 {
		return t.sayProblem(domain.ErrNotFound)
	}
	value, err := open[i].Parse(r.Letter)
	if err != nil {
		return t.sayProblem(err)
	}
	t.tx.EndAsked(t.caller.ID, f.Name, r.Question, r.Start)
	if err := t.submit(Submit{Flow: r.Flow, Start: r.Start, Answers: []conversations.Answer{{Question: r.Question, Value: value}}}); err != nil || t.problem == nil {
		return err
	}
	return t.sayProblem(t.problem)
}
