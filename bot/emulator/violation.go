package emulator

import (
	"fmt"
	"time"
)

// A Violation is something the product did that the real provider forbids, or a call the emulator does not know. Tests fail on it.
type Violation struct {
	At       time.Time `json:"at"`
	Provider string    `json:"provider"` // twilio or slack
	Call     string    `json:"call"`
	Problem  string    `json:"problem"`
}

// String is one line for a test log.
func (v Violation) String() string { return v.Provider + " " + v.Call + ": " + v.Problem }

// Violations lists what was held against the product so far.
func (e *Emulator) Violations() []Violation {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]Violation(nil), e.violations...)
}

// ForgiveViolations returns the violations and forgets them, for a test that provokes one.
func (e *Emulator) ForgiveViolations() []Violation {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := e.violations
	e.violations = nil
	return out
}

// violate records a violation. The caller holds the lock.
func (e *Emulator) violate(provider, call, format string, args ...any) {
	e.violations = append(e.violations, Violation{At: e.opt.Now(), Provider: provider, Call: call, Problem: fmt.Sprintf(format, args...)})
	e.changed(ChangeViolation, call)
}
