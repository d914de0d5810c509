package emulator

import (
	"context"
	"sync"
)

// keptUnseen bounds a feed that nobody reads, as in a long demo.
const keptUnseen = 10000

// A feed hands out what arrived at one person, each item once and in order, to whoever waits for it.
type feed[T any] struct {
	mu    sync.Mutex
	items []*arrival[T]
	wake  chan struct{}
}

// An arrival keeps its place in the order from the moment the provider accepts it, and is seen once it has landed: after the provider's
// answer has gone out.
type arrival[T any] struct {
	item   T
	landed bool
}

// add queues an item and returns the function that lets it be seen.
func (f *feed[T]) add(item T) (land func()) {
	a := &arrival[T]{item: item}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.items = append(f.items, a)
	if len(f.items) > keptUnseen {
		f.items = f.items[len(f.items)-keptUnseen:]
	}
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		a.landed = true
		if f.wake != nil {
			close(f.wake)
			f.wake = nil
		}
	}
}

// take waits for the next item.
func (f *feed[T]) take(ctx context.Context) (T, error) {
	for {
		f.mu.Lock()
		if len(f.items) > 0 && f.items[0].landed {
			item := f.items[0].item
			f.items = f.items[1:]
			f.mu.Unlock()
			return item, nil
		}
		if f.wake == nil {
			f.wake = make(chan struct{})
		}
		wake := f.wake
		f.mu.Unlock()
		select {
		case <-wake:
		case <-ctx.Done():
			var none T
			return none, ctx.Err()
		}
	}
}

// unseen lists what was not taken yet; forget also drops it.
func (f *feed[T]) unseen(forget bool) []T {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []T
	for _, a := range f.items {
		out = append(out, a.item)
	}
	if forget {
		f.items = nil
	}
	return out
}

// flight counts webhooks under way.
type flight struct {
	mu   sync.Mutex
	n    int
	idle chan struct{}
}

func (f *flight) begin() {
	f.mu.Lock()
	f.n++
	f.mu.Unlock()
}

func (f *flight) end() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.n--; f.n == 0 && f.idle != nil {
		close(f.idle)
		f.idle = nil
	}
}

// Settled waits until no webhook or callback is under way. Those held back by a fault or by HoldCallbacks do not count.
func (e *Emulator) Settled(ctx context.Context) error {
	for {
		e.flight.mu.Lock()
		if e.flight.n == 0 {
			e.flight.mu.Unlock()
			return nil
		}
		if e.flight.idle == nil {
			e.flight.idle = make(chan struct{})
		}
		idle := e.flight.idle
		e.flight.mu.Unlock()
		select {
		case <-idle:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Kinds of change.
const (
	ChangeSMS       = "sms"       // subject: the phone's number
	ChangeStatus    = "status"    // subject: the message's SID
	ChangeMessage   = "message"   // subject: the channel
	ChangeEphemeral = "ephemeral" // subject: the user
	ChangeView      = "view"      // subject: the user
	ChangeHome      = "home"      // subject: the user
	ChangeSetting   = "setting"   // people, phones, channels, faults, sockets
	ChangeCall      = "call"      // subject: the phone's number
	ChangeViolation = "violation"
)

// A Change says that something in the [Snapshot] is no longer what it was.
type Change struct {
	Seq     int64  `json:"seq"`
	Kind    string `json:"kind"`
	Subject string `json:"subject"`
}

const keptChanges = 4096

type changeLog struct {
	mu   sync.Mutex
	last int64
	kept []Change
	wake chan struct{}
}

func (e *Emulator) changed(kind, subject string) {
	c := &e.changes
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last++
	c.kept = append(c.kept, Change{Seq: c.last, Kind: kind, Subject: subject})
	if len(c.kept) > 2*keptChanges {
		c.kept = append([]Change(nil), c.kept[len(c.kept)-keptChanges:]...)
	}
	if c.wake != nil {
		close(c.wake)
		c.wake = nil
	}
}

// after returns the changes later than seq, or a channel closed at the next one.
func (c *changeLog) after(seq int64) ([]Change, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last > seq {
		first := c.last - int64(len(c.kept)) // sequence before the oldest kept
		skip := max(0, seq-first)
		return append([]Change(nil), c.kept[skip:]...), nil
	}
	if c.wake == nil {
		c.wake = make(chan struct{})
	}
	return nil, c.wake
}

// Changes sends every change from now on until ctx is done, then closes the channel. A reader more than 4,096 changes behind misses the
// oldest ones and should read the Snapshot again: sequence numbers have a gap then.
func (e *Emulator) Changes(ctx context.Context) <-chan Change {
	e.changes.mu.Lock()
	seq := e.changes.last
	e.changes.mu.Unlock()
	out := make(chan Change)
	go func() {
		defer close(out)
		for {
			news, wake := e.changes.after(seq)
			for _, change := range news {
				select {
				case out <- change:
					seq = change.Seq
				case <-ctx.Done():
					return
				}
			}
			if wake == nil {
				continue
			}
			select {
			case <-wake:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}
