package bot

import (
	"strings"

	"goodcatch/domain"
	"goodcatch/domain/mask"
	"goodcatch/domain/words"
)

// runSubject is a run of a playbook, to whoever has to do with it.
func (t *turn) runSubject(id int64) (subject, error) {
	facts, err := t.tx.Facts(t.ctx, t.actor(), domain.Needs{Run: domain.RunQuery{ID: id}})
	if err != nil {
		return subject{}, err
	}
	r := facts.Run
	if r == nil || t.caller.Person == nil || r.State == domain.RunDropped || !r.Knows(facts) {
		return subject{}, domain.ErrNotFound
	}
	return subject{
		status:    func() error { _, err := t.do(t.actor(), domain.ShowRun{Run: id}); return err },
		other:     func(o words.Order) error { return t.runOrder(r, o) },
		unoffered: func(letter string) (bool, error) { return t.runLetter(r, letter) },
	}, nil
}

// runOrder takes a digit with the code as an answer, two as the answer to a step, and words as what there is to say about the run.
func (t *turn) runOrder(r *domain.Run, o words.Order) error {
	if answer, ok := r.ReadAnswer(t.org, t.caller.Person.ID, o.Text); ok {
		_, err := t.do(t.actor(), answer)
		return err
	}
	text := strings.TrimSpace(o.Text)
	text, action := cutAction(text)
	_, err := t.do(t.actor(), domain.NoteRun{Run: r.ID, Text: mask.Text(mask.Clean(text)).Text, Action: action})
	return err
}

// cutAction cuts the word that makes a note something to be done: "action: batteries for the radios".
func cutAction(text string) (rest string, action bool) {
	word, rest, _ := strings.Cut(text, " ")
	if strings.EqualFold(strings.TrimRight(word, ":"), "action") {
		return strings.TrimSpace(rest), true
	}
	return text, false
}

// runLetter is what who leads can do by letter although nothing offered it to them.
func (t *turn) runLetter(r *domain.Run, letter string) (bool, error) {
	commands := map[string]domain.Command{"S": domain.StartRun{Run: r.ID}, "X": domain.DropRun{Run: r.ID}, "C": domain.EndRun{Run: r.ID}}
	cmd := commands[letter]
	if cmd == nil {
		return false, nil
	}
	_, err := t.do(t.actor(), cmd)
	return true, err
}
