package jobs

import (
	"context"
	"fmt"
	"time"
)

// How the words of texts are blanked at the provider: a stretch of time after the other, each to its end before the next. What is
// older than the furthest look back, at the first start, stays the operator's.
const (
	blankStretch  = 7 * 24 * time.Hour
	blankLookBack = 30 * 24 * time.Hour
	blankFor      = 2 * time.Minute // bounds one round
)

const blankMark = "blanked"

// blank has the provider forget the words of texts that have had their time there. The provider's clock is the wall's.
func (w *Worker) blank(ctx context.Context) error {
	if w.Blank == nil {
		return nil
	}
	org, err := w.DB.Organisation(ctx)
	if err != nil {
		return fmt.Errorf("blank: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, blankFor)
	defer cancel()
	return w.BlankUpTo(ctx, time.Now().Add(-org.Settings.Retention.Kept().AtProvider))
}

// BlankUpTo blanks the texts sent before a moment, from where it ended last. Nothing is passed over: when the provider cannot be asked, the
// next round begins with the same stretch.
func (w *Worker) BlankUpTo(ctx context.Context, end time.Time) error {
	from, err := w.DB.Mark(ctx, blankMark)
	if err != nil {
		return fmt.Errorf("blank: %w", err)
	}
	if first := end.Add(-blankLookBack); from.Before(first) {
		from = first
	}
	for from.Before(end) {
		to := from.Add(blankStretch)
		if to.After(end) {
			to = end
		}
		if err := w.Blank(ctx, from, to); err != nil {
			return fmt.Errorf("blank: %w", err)
		}
		if err := w.DB.SetMark(ctx, blankMark, to); err != nil {
			return fmt.Errorf("blank: %w", err)
		}
		from = to
	}
	return nil
}
