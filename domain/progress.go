package domain

import (
	"cmp"
	"time"
)

// Progress says how signing a document version goes, in part of the house. Everybody who is asked is counted once: in Signed, Read,
// Waiting, Away, Disputed or one of Unreached. Late counts some of them again. It says how many, never who.
type Progress struct {
	Signed    int
	Read      int // opened, not signed
	Waiting   int // not opened
	Away      int // on leave: asked when they return
	Disputed  int // say that it is not for their job, and wait for a manager's word
	Unreached map[Unreached]int
	Excused   int // a manager agreed that it is not for their job: not asked
	Late      int // past their due day: of Read, Waiting, Disputed and Unreached
}

// Unreached says why somebody cannot be reached.
type Unreached string

// The reasons.
const (
	NoAddress   Unreached = "no_address"   // neither phone nor Slack
	OptedOut    Unreached = "opted_out"    // they wrote STOP
	DeadEnd     Unreached = "dead"         // the provider says that the number is no good
	NotArriving Unreached = "not_arriving" // the last message about it did not get there: a phone that is off, a carrier that refuses
)

// Reasons lists the reasons.
var Reasons = []Unreached{NoAddress, OptedOut, DeadEnd, NotArriving}

// Missing is why a person cannot be reached; empty when they can.
func (p *Person) Missing() Unreached {
	switch {
	case p.Phone.Usable() || p.Slack.Usable():
		return ""
	case p.Phone.Stopped || p.Slack.Stopped:
		return OptedOut
	case p.Phone.Dead || p.Slack.Dead:
		return DeadEnd
	default:
		return NoAddress
	}
}

// unreached is why a task's person cannot be reached about it; empty when they can.
func (p *Person) unreached(t Task) Unreached {
	if why := p.Missing(); why != "" || !t.Lost {
		return why
	}
	return NotArriving
}

// Asked counts everybody who is to sign, whether they have or not.
func (p Progress) Asked() int {
	return p.Signed + p.Open()
}

// Open counts those who have not signed.
func (p Progress) Open() int { return p.Read + p.Waiting + p.Away + p.Disputed + p.NotReached() }

// NotReached counts those who cannot be reached, for whatever reason.
func (p Progress) NotReached() int {
	n := 0
	for _, count := range p.Unreached {
		n += count
	}
	return n
}

// add counts another part of the house.
func (p *Progress) add(q Progress) {
	p.Signed += q.Signed
	p.Read += q.Read
	p.Waiting += q.Waiting
	p.Away += q.Away
	p.Disputed += q.Disputed
	p.Excused += q.Excused
	p.Late += q.Late
	for why, n := range q.Unreached {
		p.unreached(why, n)
	}
}

func (p *Progress) unreached(why Unreached, n int) {
	if p.Unreached == nil {
		p.Unreached = map[Unreached]int{}
	}
	p.Unreached[why] += n
}

// A TaskStanding is where one person's task stands in a Progress.
type TaskStanding string

// The standings, in the order in which they are looked for.
const (
	StandsSigned   TaskStanding = "signed"
	StandsExcused  TaskStanding = "excused"
	StandsNowhere  TaskStanding = "" // withdrawn, or the person left
	StandsAway     TaskStanding = "away"
	StandsDisputed TaskStanding = "disputed"
	StandsMissing  TaskStanding = "unreached"
	StandsRead     TaskStanding = "read"
	StandsWaiting  TaskStanding = "waiting"
)

// Standing is where a task stands. Who cannot be reached but opened the text all the same has read it.
func (o *Organisation) Standing(t Task, now time.Time) TaskStanding {
	p := o.People[t.Person]
	switch {
	case p == nil || !p.Active:
		return StandsNowhere
	case t.State == TaskDone:
		return StandsSigned
	case t.State == TaskWithdrawn && t.Flag == Excused:
		return StandsExcused
	case t.State != TaskOpen:
		return StandsNowhere
	case o.Back(p.ID, now).After(now):
		return StandsAway
	case t.Flag == NotMine:
		return StandsDisputed
	case !t.OpenedAt.IsZero():
		return StandsRead
	case p.unreached(t) != "":
		return StandsMissing
	default:
		return StandsWaiting
	}
}

// ProgressByUnit counts the tasks of a version by the unit people work in.
func (o *Organisation) ProgressByUnit(tasks []Task, now time.Time) map[UnitCode]*Progress {
	by := map[UnitCode]*Progress{}
	for _, t := range tasks {
		at := o.Standing(t, now)
		if at == StandsNowhere {
			continue
		}
		person := o.People[t.Person]
		p := by[person.Unit]
		if p == nil {
			p = &Progress{}
			by[person.Unit] = p
		}
		p.count(at, person.unreached(t))
		if t.State == TaskOpen && at != StandsAway && t.DueAt.Before(now) {
			p.Late++
		}
	}
	return by
}

func (p *Progress) count(at TaskStanding, why Unreached) {
	switch at {
	case StandsSigned:
		p.Signed++
	case StandsExcused:
		p.Excused++
	case StandsAway:
		p.Away++
	case StandsDisputed:
		p.Disputed++
	case StandsMissing:
		p.unreached(why, 1)
	case StandsRead:
		p.Read++
	case StandsWaiting:
		p.Waiting++
	}
}

// ProgressBelow sums what was counted by unit over the tree below a unit; an empty one is the whole house.
func (o *Organisation) ProgressBelow(by map[UnitCode]*Progress, top UnitCode) Progress {
	var sum Progress
	for unit, p := range by {
		if top == "" || o.Within(unit, top) {
			sum.add(*p)
		}
	}
	return sum
}

// Sees says of which part of the house a person may see the progress of a version: managers and leads of their unit's tree; its author,
// the quality office and executives of the whole house, which is the empty unit.
func (v *DocumentVersion) Sees(o *Organisation, id PersonID) (top UnitCode, ok bool) {
	p := o.People[id]
	switch {
	case p == nil || !p.Active:
		return "", false
	case id == v.Owner || p.Has(Quality, Executive):
		return "", true
	case p.Has(Manager, Lead):
		return p.Unit, true
	default:
		return "", false
	}
}

// byName orders people as lists show them.
func byName(a, b *Person) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) }
