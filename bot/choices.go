package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/domain/words"
	"goodcatch/store"
)

// A Pickable is one choice in the words of who is to choose.
type Pickable struct{ Value, Label string }

// Choices finds the options of one question of a form by what was typed, at most so many: by code and by name, and only what the flow
// offers to this very person. Unlike Form it opens nothing and leaves no trace. A form that is not theirs has none.
func (b *Bot) Choices(ctx context.Context, ch domain.Channel, from string, s Submit, question, typed string, most int) (found []Pickable, err error) {
	f, ok := conversations.FlowNamed(s.Flow)
	if !ok {
		return nil, nil
	}
	err = b.DB.InTx(ctx, func(tx *store.Tx) error {
		t, err := b.visit(ctx, tx, ch, from)
		if err != nil {
			return err
		}
		facts, err := t.facts(f, s.Start, nil)
		if err != nil {
			return err
		}
		open := f.AsForm(conversations.Session{Flow: s.Flow, Start: s.Start}, facts).Open
		i := slices.IndexFunc(open, func(q conversations.Question) bool { return q.ID == question })
		if i < 0 {
			return nil
		}
		found = pickable(b.Catalog, t.voice(), open[i].Options, typed, most)
		return nil
	})
	if errors.Is(err, domain.ErrNotFound) || errors.Is(err, domain.ErrForbidden) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find choices of %s: %w", s.Flow, err)
	}
	return found, nil
}

func pickable(c *conversations.Catalog, v conversations.Voice, options []conversations.Option, typed string, most int) []Pickable {
	labels := make([]string, len(options))
	for i, o := range options {
		labels[i] = c.Label(v, o.Label)
	}
	at := words.Search(typed, labels)
	found := make([]Pickable, 0, min(len(at), most))
	for _, i := range at[:min(len(at), most)] {
		found = append(found, Pickable{Value: options[i].Value, Label: labels[i]})
	}
	return found
}
