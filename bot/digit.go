package bot

import (
	"slices"
	"strings"
	"time"

	"goodcatch/domain"
	"goodcatch/domain/words"
)

// An awaited digit is what a bare digit would answer, beside the questions of conversations: a roll-call, its debrief, a run of a playbook.
type awaited struct {
	code  domain.Code
	since time.Time
	with  func(digit int) domain.Command
}

// awaitedDigit takes a bare digit as the answer to what asked this person last. Where another question was put about the same time the code is
// asked for: which one?
func (t *turn) awaitedDigit(text string) (done bool, err error) {
	digit, ok := words.Digit(text)
	if !ok || t.caller.Person == nil {
		return false, nil
	}
	waiting, err := t.awaiting()
	if err != nil || len(waiting) == 0 {
		return false, err
	}
	latest := slices.MaxFunc(waiting, func(a, b awaited) int { return a.since.Compare(b.since) })
	codes := []string{}
	for _, w := range waiting {
		if latest.since.Sub(w.since) < rivalry {
			codes = append(codes, string(w.code))
		}
	}
	if len(t.caller.Sessions) > 0 {
		switch gap := t.caller.Sessions[0].AskedAt.Sub(latest.since); {
		case gap >= rivalry:
			return false, nil
		case gap > -rivalry:
			codes = append(codes, t.rivals()...)
		}
	}
	if len(codes) > 1 {
		return true, t.say("say.which", domain.Args{"codes": domain.Text(strings.Join(codes, ", ")), "first": domain.Text(codes[0]), "answer": domain.Text(strings.TrimSpace(text))})
	}
	_, err = t.do(t.actor(), latest.with(digit))
	return true, err
}

// awaiting lists what waits for a digit of the caller.
func (t *turn) awaiting() (waiting []awaited, err error) {
	id := t.caller.Person.ID
	calls, err := t.tx.CallsOf(t.ctx, id)
	if err != nil {
		return nil, err
	}
	for _, c := range calls {
		if what, since := c.Awaits(c.Seat, t.now); what != domain.CallClosed {
			waiting = append(waiting, awaited{c.Code, since, func(digit int) domain.Command { return what.With(c.ID, digit) }})
		}
	}
	runs, err := t.tx.OpenRuns(t.ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range runs {
		if since, ok := r.Awaits(t.org, id); ok {
			waiting = append(waiting, awaited{r.Code, since, func(digit int) domain.Command { return r.With(t.org, id, digit) }})
		}
	}
	return waiting, nil
}
