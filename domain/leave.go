package domain

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Back returns when the person is there again: the time itself when they are not away. Leaves that follow each other are one.
func (o *Organisation) Back(id PersonID, at time.Time) time.Time {
	for l, away := o.Away(id, at); away; l, away = o.Away(id, at) {
		at = l.Until
	}
	return at
}

// NextTurn returns when somebody next goes on leave or comes back. ok is false when nobody does.
func (o *Organisation) NextTurn(after time.Time) (at time.Time, ok bool) {
	for _, p := range o.People {
		for _, l := range p.Leave {
			for _, turn := range []time.Time{l.From, l.Until} {
				if turn.After(after) && (!ok || turn.Before(at)) {
					at, ok = turn, true
				}
			}
		}
	}
	return at, ok
}

// RosterPrint identifies, in hex, all that audiences depend on: who works where, in which roles, in which tree of units, and who is on
// leave. Names, addresses and languages change without it.
func (o *Organisation) RosterPrint() string {
	var b strings.Builder
	for _, id := range sortedKeys(o.People) {
		p := o.People[id]
		if !p.Active {
			continue
		}
		fmt.Fprintf(&b, "p%d %s %v\n", id, p.Unit, p.Roles)
		if !p.Start.IsZero() {
			fmt.Fprintf(&b, "since %d\n", p.Start.Unix())
		}
		for _, l := range p.Leave {
			fmt.Fprintf(&b, "away %d %d\n", l.From.Unix(), l.Until.Unix())
		}
	}
	for _, code := range sortedKeys(o.Units) {
		fmt.Fprintf(&b, "u%s %s\n", code, o.Units[code].Parent)
	}
	for _, s := range o.Settings.Path {
		fmt.Fprintf(&b, "path %s %d\n", s.Course, s.Day)
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}

func sortedKeys[K PersonID | UnitCode, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// away reports whether a person is on leave at the time of the decision.
func (f Facts) away(id PersonID) bool { return f.Org.Back(id, f.Now).After(f.Now) }
