package bottest

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"goodcatch/bot/emulator"
)

var rings = regexp.MustCompile(`^(\S+) by phone (rings out|hangs up)$`)

// A call is one that somebody has picked up, and how much of it a line has spoken of.
type call struct {
	*emulator.Call
	heard int
}

// hears waits for somebody's telephone to ring, unless they are in a call already, and compares what was said since the last line.
func (s *Story) hears(ctx context.Context, who, pattern string) error {
	c := s.calls[who]
	if c == nil || c.heard == len(c.Said) {
		ringing, err := s.phone(who).ExpectCall(ctx)
		if err != nil {
			return err
		}
		if err := ringing.Answer(); err != nil {
			return err
		}
		c = &call{Call: ringing}
		s.calls[who] = c
	}
	said := strings.Join(c.Said[c.heard:], " ")
	c.heard = len(c.Said)
	if !s.matches(pattern, said) {
		return fmt.Errorf("heard: %s", said)
	}
	return nil
}

// presses a key of the telephone; what is said then is for the next line.
func (s *Story) presses(who, key string) error {
	if s.calls[who] == nil {
		return fmt.Errorf("%s is in no call", who)
	}
	return s.calls[who].Press(key)
}

// leave ends a call, or lets one ring that nobody picks up.
func (s *Story) leave(who, how string) error {
	if how == "rings out" {
		ctx, cancel := context.WithTimeout(s.w.TB.Context(), patience)
		defer cancel()
		ringing, err := s.phone(who).ExpectCall(ctx)
		if err != nil {
			return err
		}
		return ringing.Ignore()
	}
	c := s.calls[who]
	if c == nil {
		return fmt.Errorf("%s is in no call", who)
	}
	return c.HangUp()
}
