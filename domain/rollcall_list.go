package domain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// DrawCallList hands over to people: who rings whom of those nobody has heard of.
type DrawCallList struct{ Call int64 }

var _ = Register(DrawCallList{})

// CommandName is the stored name.
func (DrawCallList) CommandName() string { return "draw_call_list@1" }

// Needs everybody's places.
func (c DrawCallList) Needs() Needs {
	return Needs{RollCall: RollCallQuery{ID: c.Call, Lock: true, Seats: true, Links: true}}
}

// Decide gives everybody who is missing a caller, once, tells who leads where the list is, and each caller where their part of it is.
func (c DrawCallList) Decide(f Facts) (Change, error) {
	if f.RollCall == nil || f.RollCall.State != CallRunning || !f.RollCall.ListedAt.IsZero() {
		return Change{}, nil
	}
	r := *f.RollCall
	r.ListedAt = f.Now
	drawn := r.assign(f.Org, f.Seats)
	drawn.link(f.Tokens)
	change := Change{Entries: []Entry{SavedRollCall{r}, drawn}, Events: []Event{r.event("listed", "people", fmt.Sprint(len(drawn.People)))}, Timers: []Timer{r.boardTimer(f.Now)}}
	if len(drawn.People) == 0 {
		return change, nil
	}
	t := r.Tally(f.Org, f.Seats)
	for _, id := range r.followers(f.Org) {
		change.Notices = append(change.Notices, Notice{
			ID: fmt.Sprintf("%s/list/p%d", r.Subject(), id), To: Recipient{Person: id}, Topic: "list", Subject: r.Subject(), Key: "rollcall.list", Urgency: Urgent, Class: UntilCertain,
			Args: r.Args(Args{"people": Number(len(drawn.People)), "asked": Number(t.Asked + t.Away), "link": Link("/r/" + r.Token)}),
		})
	}
	change.Entries = append(change.Entries, r.toCallers(f.Org, drawn))
	return change, nil
}

// mostToRing bounds the names in a caller's list in Slack; their page has them all.
const mostToRing = 20

// link gives each caller a token of their own. There are never more callers than places.
func (d *DrawnCalls) link(tokens []string) {
	given := map[PersonID]bool{0: true}
	for _, id := range d.Callers {
		if !given[id] {
			given[id] = true
			d.Links = append(d.Links, CallerLink{id, tokens[len(d.Links)]})
		}
	}
}

// toCallers tells each caller how many people they ring, and where their own part of the list is. A text names nobody; in Slack, the names
// stand with it. The numbers are on the page.
func (r *RollCall) toCallers(o *Organisation, drawn DrawnCalls) (mail Mailing) {
	names := map[PersonID][]string{}
	for i, caller := range drawn.Callers {
		p := o.People[drawn.People[i]]
		names[caller] = append(names[caller], fmt.Sprintf("%s (%s)", p.Name, p.Unit))
	}
	for _, l := range drawn.Links {
		id, who := l.Caller, names[l.Caller]
		mail = append(mail, Notice{
			ID: fmt.Sprintf("%s/ring/p%d", r.Subject(), id), To: Recipient{Person: id}, Topic: "ring", Subject: r.Subject(), Key: "rollcall.ring", Urgency: Urgent, Class: UntilCertain, Expires: time.Hour,
			Args: r.Args(Args{"people": Number(len(who)), "names": Text(strings.Join(who[:min(len(who), mostToRing)], ", ")), "link": Link("/c/" + l.Token)}),
		})
	}
	return mail
}

// RemindAllClear says that a roll-call still runs: a forgotten exercise would keep a real one from its people.
type RemindAllClear struct{ Call int64 }

var _ = Register(RemindAllClear{})

// CommandName is the stored name.
func (RemindAllClear) CommandName() string { return "remind_all_clear@1" }

// Needs the roll-call.
func (c RemindAllClear) Needs() Needs { return Needs{RollCall: RollCallQuery{ID: c.Call, Lock: true}} }

// Decide tells who leads it, every hour until the all-clear.
func (c RemindAllClear) Decide(f Facts) (Change, error) {
	if f.RollCall == nil || f.RollCall.State != CallRunning {
		return Change{}, nil
	}
	r := f.RollCall
	change := Change{Timers: []Timer{r.timer("remind", f.Now.Add(remindEvery), c)}}
	for _, id := range r.followers(f.Org) {
		change.Notices = append(change.Notices, Notice{
			ID: fmt.Sprintf("%s/remind/p%d/%d", r.Subject(), id, f.Now.UnixMicro()), To: Recipient{Person: id}, Topic: "remind", Subject: r.Subject(), Key: "rollcall.remind", Urgency: Urgent, Class: Once,
			Args:    r.Args(Args{"at": Moment(r.StartedAt)}),
			Replies: []Reply{{Letter: "C", Key: "reply.rollcall_clear", Command: EndRollCall{Call: r.ID}, Style: "danger"}},
		})
	}
	return change, nil
}

// Missing reports whether a place belongs on the call list: its person is of the audience and nobody has heard of them.
func (s Seat) Missing() bool { return s.Answer == 0 && (s.Asked || s.Away) }

// assign spreads those who are missing evenly over those who can ring, managers and leads first. A caller of one's own unit is preferred.
func (r *RollCall) assign(o *Organisation, seats []Seat) DrawnCalls {
	drawn := DrawnCalls{Call: r.ID}
	callers := r.callers(o, seats)
	load := map[PersonID]int{}
	for _, s := range missingInOrder(o, seats) {
		p := o.People[s.Person]
		caller := PersonID(0)
		if len(callers) > 0 {
			best := slices.MinFunc(callers, func(a, b *Person) int {
				return cmp.Or(cmp.Compare(load[a.ID], load[b.ID]), -cmp.Compare(near(a, p), near(b, p)), -cmp.Compare(leads(a), leads(b)), cmp.Compare(a.ID, b.ID))
			})
			caller = best.ID
			load[caller]++
		}
		drawn.People, drawn.Callers = append(drawn.People, p.ID), append(drawn.Callers, caller)
	}
	return drawn
}

func near(a, b *Person) int {
	if a.Unit == b.Unit {
		return 1
	}
	return 0
}

func leads(p *Person) int {
	if p.Has(Manager, Lead) {
		return 1
	}
	return 0
}

// mostCalls is how many people one caller rings, where there are callers enough: three minutes each make half an hour.
const mostCalls = 10

// callers are those who can ring others: who is on site; while they would have more than mostCalls each, also who will come or come later,
// who can ring from where they are; then the managers of the house, its leads and the quality office, whoever of them is not missing.
func (r *RollCall) callers(o *Organisation, seats []Seat) (callers []*Person) {
	missing, calls := map[PersonID]bool{}, 0
	circles := make([][]*Person, 2, 5)
	for _, s := range seats {
		p := o.People[s.Person]
		switch {
		case s.Missing():
			missing[s.Person] = true
			calls++
		case p == nil || !p.Active:
		case s.Answer == OnSite:
			circles[0] = append(circles[0], p)
		case s.Answer > OnSite && s.Answer < CannotCome:
			circles[1] = append(circles[1], p)
		}
	}
	for _, role := range []Role{Manager, Lead, Quality} {
		circles = append(circles, o.Anyone(role))
	}
	for _, circle := range circles {
		for _, p := range circle {
			if !missing[p.ID] && !slices.Contains(callers, p) {
				callers = append(callers, p)
			}
		}
		if calls <= mostCalls*len(callers) {
			break
		}
	}
	return callers
}

// missingInOrder are the places of those who are missing and still on the roster, by unit and name.
func missingInOrder(o *Organisation, seats []Seat) []Seat {
	list := slices.DeleteFunc(slices.Clone(seats), func(s Seat) bool { p := o.People[s.Person]; return !s.Missing() || p == nil || !p.Active })
	slices.SortFunc(list, func(a, b Seat) int {
		p, q := o.People[a.Person], o.People[b.Person]
		return cmp.Or(cmp.Compare(p.Unit, q.Unit), byName(p, q))
	})
	return list
}

// A CallLine is one line of the call list.
type CallLine struct {
	Person *Person
	Caller *Person   // nil: nobody is there to ring
	Why    string    // a catalogue key
	Tried  time.Time // when their caller last did not reach them
}

// CallList is who is still missing, with who rings them and why nothing has reached them, by caller.
func (r *RollCall) CallList(o *Organisation, seats []Seat) []CallLine {
	var lines []CallLine
	for _, s := range missingInOrder(o, seats) {
		p := o.People[s.Person]
		lines = append(lines, CallLine{Person: p, Caller: o.People[s.Caller], Why: "rollcall_why." + s.why(p), Tried: s.TriedAt})
	}
	name := func(l CallLine) string {
		if l.Caller == nil {
			return ""
		}
		return l.Caller.Name
	}
	slices.SortStableFunc(lines, func(a, b CallLine) int { return cmp.Compare(name(a), name(b)) })
	return lines
}

// why is the reason for which nobody has heard of a person.
func (s Seat) why(p *Person) string {
	switch {
	case s.Away:
		return "away"
	case p.Phone.Stopped:
		return "opted_out"
	case p.Phone.Dead:
		return "dead"
	case p.Phone.ID == 0 && !p.Slack.Usable():
		return "no_address"
	case p.Phone.ID == 0:
		return "no_phone"
	default:
		return "no_answer"
	}
}
