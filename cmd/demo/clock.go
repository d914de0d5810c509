package demo

import (
	"sync"
	"time"
)

// A Clock is the demo's business time: the wall's, and an offset that can be moved.
type Clock struct {
	mu     sync.Mutex
	offset time.Duration
}

// Now is business time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.offset).UTC()
}

// JumpTo moves business time on to t; it never goes back.
func (c *Clock) JumpTo(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d := time.Until(t); d > c.offset {
		c.offset = d
	}
}

// setBack puts business time before the wall's, at the very beginning.
func (c *Clock) setBack(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset = time.Until(t)
}

// Opening is when the demo begins to be played: now, when it is day on the wards, else ten in the morning. At night routine texts would
// wait, and the demo would seem dead. It is never in the past, because providers are asked for what came since.
func opening(now time.Time, zone *time.Location) time.Time {
	local := now.In(zone)
	if h := local.Hour(); h >= 10 && h < 18 {
		return now
	}
	ten := time.Date(local.Year(), local.Month(), local.Day(), 10, 0, 0, 0, zone)
	if ten.Before(now) {
		ten = time.Date(local.Year(), local.Month(), local.Day()+1, 10, 0, 0, 0, zone)
	}
	return ten
}
