package jobs

import (
	"sync"
	"time"

	"goodcatch/conversations"
	"goodcatch/domain"
)

// through remembers by which channels nothing gets through.
type through struct {
	mu      sync.Mutex
	failing map[domain.Channel]failure
}

type failure struct {
	since time.Time
	times int
}

// sent says that a message got through; and so did one that the provider refused for its address or its words: it answers.
func (t *through) sent(ch domain.Channel) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.failing, ch)
}

// failed says why one did not.
func (t *through) failed(ch domain.Channel, why conversations.Reason, now time.Time) {
	switch why {
	case conversations.Unknown, conversations.Revoked, conversations.Throttled: // too much at a time lets something through in between
	default:
		t.sent(ch)
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.failing == nil {
		t.failing = map[domain.Channel]failure{}
	}
	f := t.failing[ch]
	if f.times++; f.times == 1 {
		f.since = now
	}
	t.failing[ch] = f
}

// stuck tells since when each channel has failed, again and again.
func (t *through) stuck(now time.Time) map[domain.Channel]time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	stuck := map[domain.Channel]time.Duration{}
	for ch, f := range t.failing {
		if f.times > 1 {
			stuck[ch] = now.Sub(f.since)
		}
	}
	return stuck
}
