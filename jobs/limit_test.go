package jobs

import (
	"testing"

	"goodcatch/domain"
	"goodcatch/store"
)

func TestTheRateOfTheSettingsCountsBeforeTheWorkersOwn(t *testing.T) {
	t.Parallel()
	allowed := func(d store.Delivery) (n int) {
		l := NewLimiter(nil, DefaultLimits())
		for range 500 {
			if l.Take(t.Context(), d) == 0 {
				n++
			}
		}
		return n
	}
	for name, c := range map[string]struct {
		d    store.Delivery
		want int
	}{
		"texts, nothing set":  {store.Delivery{Channel: domain.SMS, Urgency: domain.Urgent}, domain.DefaultTextsPerSecond},
		"texts, ten a second": {store.Delivery{Channel: domain.SMS, Urgency: domain.Urgent, PerSecond: 10}, 10},
		"calls, nothing set":  {store.Delivery{Channel: domain.Voice, Urgency: domain.Urgent}, domain.DefaultCallsPerSecond},
		"calls, five":         {store.Delivery{Channel: domain.Voice, Urgency: domain.Urgent, PerSecond: 5}, 5},
	} {
		if got := allowed(c.d); got < c.want || got > 2*c.want { // a second may end meanwhile
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
