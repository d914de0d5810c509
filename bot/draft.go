package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"goodcatch/conversations"
	"goodcatch/domain"
)

// A form may reach us more than once: pressed twice, or sent again because our answer was lost, perhaps with other words by then. Its
// draft id tells. The same words again change nothing; other words of a report that was filed are an addition to it, never dropped.

// remember notes what a form held and, of a report, which record it became.
func (t *turn) remember() error {
	all, words := t.sums()
	for _, sum := range []string{all, words} {
		if _, err := t.tx.FirstOf(t.ctx, t.in.Provider, t.in.ID+"/"+sum); err != nil {
			return err
		}
	}
	if _, filed := t.command.(domain.FileReport); filed && len(t.change.Records) > 0 {
		t.record = t.change.Records[0]
		t.tx.DraftBecame(t.in.Provider, t.in.ID, t.record.ID)
	}
	return nil
}

// again takes a form whose draft is known. fresh is false when it says nothing new.
func (t *turn) again() (fresh bool, err error) {
	id, err := t.tx.DraftRecord(t.ctx, t.in.Provider, t.in.ID)
	if err != nil {
		return false, err
	}
	if id != 0 {
		facts, err := t.tx.Facts(t.ctx, t.reporter(), domain.Needs{Record: id})
		if err != nil {
			return false, err
		}
		t.record = facts.Record
	}
	all, words := t.sums()
	if fresh, err = t.tx.FirstOf(t.ctx, t.in.Provider, t.in.ID+"/"+all); err != nil || !fresh {
		return false, err
	}
	otherWords, err := t.tx.FirstOf(t.ctx, t.in.Provider, t.in.ID+"/"+words)
	if err != nil {
		return false, err
	}
	if id == 0 {
		return true, t.run()
	}
	return true, t.addDraft(id, otherWords)
}

// addDraft adds what a report's form says now to the record it became.
func (t *turn) addDraft(id domain.RecordID, otherWords bool) error {
	f, ok := conversations.FlowNamed(t.in.Submit.Flow)
	if !ok {
		return domain.ErrNotFound
	}
	facts, err := t.facts(f, t.in.Submit.Start, nil)
	if err != nil {
		return err
	}
	turn := f.Answer(conversations.Session{Flow: f.Name, Start: t.in.Submit.Start}, facts, t.in.Submit.Answers...)
	if turn.Problem != nil {
		t.problem = turn.Problem
		return nil
	}
	filed, ok := turn.Command.(domain.FileReport)
	if !ok {
		return errors.New("the draft of a report is none any more")
	}
	if otherWords {
		if ok, err := t.do(t.reporter(), domain.AddToReport{Record: id, Text: filed.Text, Masked: filed.Masked, Quiet: t.record.Hidden}); !ok || err != nil {
			return err
		}
	}
	_, err = t.do(t.reporter(), domain.EnrichReport{Record: id, Details: filed.Details})
	return err
}

// sums identify what a form holds: all of it, and its free words. Short ones: they must tell two versions of one draft apart, and not
// allow anybody to prove what was written.
func (t *turn) sums() (all, words string) {
	answers := slices.Clone(t.in.Submit.Answers)
	slices.SortFunc(answers, func(a, b conversations.Answer) int {
		if a.Question < b.Question {
			return -1
		}
		return 1
	})
	whole, free := sha256.New(), sha256.New()
	for _, a := range answers {
		fmt.Fprintf(whole, "%s=%q\n", a.Question, a.Value)
		if a.Question == "what" {
			fmt.Fprintf(free, "%s=%q\n", a.Question, a.Value)
		}
	}
	return "all/" + hex.EncodeToString(whole.Sum(nil)[:4]), "words/" + hex.EncodeToString(free.Sum(nil)[:4])
}
