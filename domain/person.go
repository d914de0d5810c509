package domain

import (
	"fmt"
	"slices"
	"time"
)

// A Role is what a person may be asked and may do. A person in a small practice has several.
type Role string

// The roles, as people.csv spells them.
const (
	Staff     Role = "staff"
	Manager   Role = "manager"   // of their unit
	Lead      Role = "lead"      // of a departmental quality group
	Quality   Role = "quality"   // the quality office
	Committee Role = "committee" // Medical Quality Management Committee
	Executive Role = "executive"
	Educator  Role = "educator"
	Buyer     Role = "buyer"
	Biomed    Role = "biomed"
	Admin     Role = "admin" // settings; sees no narratives
)

// Roles lists every role.
var Roles = []Role{Staff, Manager, Lead, Quality, Committee, Executive, Educator, Buyer, Biomed, Admin}

// A Person is somebody on the roster.
type Person struct {
	ID       PersonID
	External string // the staff number of people.csv, when it has one
	Name     string
	Email    string
	Unit     UnitCode
	Roles    []Role
	Language string         // "en", "es"
	Zone     *time.Location // nil: the organisation's
	Active   bool
	Start    time.Time // midnight UTC of the first day of a new starter; zero: was here before us
	Phone    Address   // zero when there is none
	Slack    Address
	Takes    []Channel // what they chose to be reached by; empty: whatever works
	Leave    []Leave   // in order; those that are over may be missing
}

// Has reports whether the person holds one of the roles.
func (p *Person) Has(roles ...Role) bool {
	return slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(p.Roles, r) })
}

// Leads reports whether the person has a part in running the house, besides doing their own work.
func (p *Person) Leads() bool { return p.Has(Manager, Lead, Quality, Educator, Executive, Admin) }

// An Address is one way to reach a person.
type Address struct {
	ID       AddressID
	Value    string // E.164 number, or Slack user id
	Verified bool   // its holder has proved possession
	Stopped  bool   // its holder opted out; nothing may be sent
	Dead     bool   // the provider says it cannot be reached
	Digest   bool   // a phone that asked for documents as texts
}

// Usable reports whether something may be sent there.
func (a Address) Usable() bool { return a.ID != 0 && !a.Stopped && !a.Dead }

// Reachable reports whether the person can be sent anything at all.
func (p *Person) Reachable() bool { return p.Active && (p.Phone.Usable() || p.Slack.Usable()) }

// Assurance is how sure we are of who acts. Source: reliability rules, after NIST 800-63 in spirit.
type Assurance int

// The levels of assurance.
const (
	A0 Assurance = iota // an unknown phone, or nobody
	A1                  // possession of a linked phone
	A2                  // a Slack session of a matched user
	A3                  // A1 or A2 and a PIN or retyped code
)

// An Actor is who asks for a command.
type Actor struct {
	Person   PersonID // 0: unknown or hidden
	Address  AddressID
	Channel  Channel
	Level    Assurance
	Reporter bool // acts as the reporter of the record at hand; the audit then says "reporter", whoever it is
	Clock    bool // a timer fired
	Operator bool // a command line on the server
}

// Clockwork is the actor of timers.
var Clockwork = Actor{Clock: true}

// Handle is the actor as the audit names it: never a name, and never the person when they act as a reporter.
func (a Actor) Handle() string {
	switch {
	case a.Clock:
		return "clock"
	case a.Operator:
		return "operator"
	case a.Reporter:
		return "reporter"
	case a.Person != 0:
		return fmt.Sprintf("p%d", a.Person)
	default:
		return fmt.Sprintf("a%d", a.Address)
	}
}

// actorOf is the phone or Slack user that acts, to be answered there; a person at neither is answered wherever they are reached.
func actorOf(f Facts) Recipient {
	if f.Actor.Address != 0 {
		return Recipient{Address: f.Actor.Address}
	}
	return Recipient{Person: f.Actor.Person}
}
