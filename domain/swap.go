package domain

import (
	"fmt"
	"slices"
	"time"
)

// A Swap is a shift that one person offers to a colleague, for one of theirs or for nothing. Accepted, it overrules whatever the rota says of
// that time, both halves at once.
type Swap struct {
	ID      int64
	Post    Post
	From    time.Time
	Until   time.Time
	Giver   PersonID
	Taker   PersonID
	Back    SwapShift // the taker's, which the giver takes in return; none: it is only given
	State   SwapState
	AskedAt time.Time
}

// A SwapState is what became of an offer.
type SwapState string

// The states of a swap. Only one that is asked can be answered.
const (
	SwapAsked    SwapState = "asked"
	SwapAccepted SwapState = "accepted"
	SwapDeclined SwapState = "declined"
	SwapExpired  SwapState = "expired" // nobody answered in time: the shift stays where it was
)

// SavedSwap is a swap as a decision leaves it.
type SavedSwap struct{ Swap }

// Entry makes it part of a change.
func (SavedSwap) Entry() {}

const (
	swapTopic  = "swap"
	swapAhead  = 28 * day       // how far ahead shifts are offered
	swapBefore = 12 * time.Hour // how long before the shift an offer that nobody answered ends
)

func (s *Swap) subject() string { return fmt.Sprintf("swap%d", s.ID) }

func (s *Swap) expiry() TimerKey { return TimerKey{Subject: s.subject(), Name: "expire"} }

func (s *Swap) args(o *Organisation) Args {
	args := s.Given().Args()
	args["name"], args["for"] = Text(o.NameOf(s.Giver)), Text(o.NameOf(s.Taker))
	if !s.Back.None() {
		for name, value := range s.Back.Args() {
			args["back_"+name] = value
		}
	}
	return args
}

// key is the text for something that becomes of the swap: one that names both shifts has words of its own.
func (s *Swap) key(what string) string {
	if s.Back.None() {
		return "swap." + what
	}
	return "swap." + what + "_both"
}

func (s *Swap) event(name string) Event {
	e := Event{Name: name, Data: map[string]string{
		"swap": fmt.Sprint(s.ID), "giver": fmt.Sprintf("p%d", s.Giver), "taker": fmt.Sprintf("p%d", s.Taker), "role": string(s.Post.Role), "unit": string(s.Post.Unit),
		"from": s.From.UTC().Format(time.RFC3339),
	}}
	if b := s.Back; !b.None() {
		e.Data["back_role"], e.Data["back_unit"], e.Data["back_from"] = string(b.Post.Role), string(b.Post.Unit), b.From.UTC().Format(time.RFC3339)
	}
	return e
}

func (s *Swap) tell(f Facts, to PersonID, what string) Notice {
	return Notice{
		ID: fmt.Sprintf("%s/%s/p%d/%d", s.subject(), what, to, f.Now.UnixMicro()), To: Recipient{Person: to}, Topic: "swap_told", Subject: s.subject(), Key: s.key(what), Args: s.args(f.Org),
		Urgency: Routine, Class: Once,
	}
}

// acceptKey are the words of the button that says yes.
func (s *Swap) acceptKey() string {
	if s.Back.None() {
		return "reply.swap_accept"
	}
	return "reply.swap_accept_both"
}

// Swappable are the shifts that a person can offer to somebody: their own of the next four weeks.
func (o *Organisation) Swappable(id PersonID, now time.Time) []Swap {
	start := DateOf(now, o.Zone).Add(-8).At(0, o.Zone)
	var own []Swap
	for _, post := range o.Posts() {
		for _, s := range o.ShiftsOf(id, post, start, now.Add(2*swapAhead)) {
			if s.Until.After(now) && s.From.Before(now.Add(swapAhead)) {
				own = append(own, Swap{Post: post, From: s.From.UTC(), Until: s.Until.UTC(), Giver: id})
			}
		}
	}
	slices.SortStableFunc(own, func(a, b Swap) int { return a.From.Compare(b.From) })
	return own
}

// Takers are who can be asked to take a person's shifts: in Slack, who holds one of their roles or is on one of their rotas, nearest first.
func (o *Organisation) Takers(p *Person, now time.Time) []*Person {
	found := StandInsFor(o, p, now)
	for _, r := range o.Rotas {
		var ids []PersonID
		for _, rotation := range r.Rotations {
			ids = append(ids, rotation.People...)
		}
		if !slices.Contains(ids, p.ID) {
			continue
		}
		for _, id := range ids {
			if q := o.People[id]; q != nil && q.Active && q.ID != p.ID && !slices.Contains(found, q) {
				found = append(found, q)
			}
		}
	}
	return slices.DeleteFunc(found, func(q *Person) bool { return !q.Slack.Usable() })
}

// OfferSwap asks a colleague to take a shift of the actor's, for one of the colleague's or for nothing.
type OfferSwap struct {
	Post        Post
	From, Until time.Time
	Taker       PersonID
	Back        SwapShift
}

// CommandName is not registered: only the form runs it.
func (OfferSwap) CommandName() string { return "offer_swap@1" }

// Needs a number for the swap.
func (OfferSwap) Needs() Needs { return Needs{NewSwap: true} }

// Decide asks the colleague by a card, for as long as there is time before the shift.
func (c OfferSwap) Decide(f Facts) (Change, error) {
	p, to := f.Org.People[f.Actor.Person], f.Org.People[c.Taker]
	if p == nil || !p.Active || f.Actor.Level < A1 {
		return Change{}, ErrForbidden
	}
	if to == nil || !slices.Contains(f.Org.Takers(p, f.Now), to) {
		return Change{}, Invalid("to", "problem.swap_person")
	}
	s := Swap{ID: f.NextID, Post: c.Post, From: c.From, Until: c.Until, Giver: p.ID, Taker: to.ID, Back: c.Back, State: SwapAsked, AskedAt: f.Now}
	if err := s.possible(f); err != nil {
		return Change{}, err
	}
	card := s.tell(f, to.ID, "asked")
	card.Topic, card.Only, card.Urgency = swapTopic, Slack, Prompt
	card.Replies = []Reply{
		{Letter: "A", Key: s.acceptKey(), Command: AnswerSwap{Swap: s.ID, Accept: true}, Style: "primary"},
		{Letter: "D", Key: "reply.swap_decline", Command: AnswerSwap{Swap: s.ID}},
	}
	sent := s.tell(f, p.ID, "sent")
	sent.To, sent.Urgency = Recipient{Address: f.Actor.Address}, Prompt
	return Change{
		Entries: []Entry{SavedSwap{s}}, Events: []Event{s.event("swap_asked")}, Notices: []Notice{card, sent},
		Timers: []Timer{{Key: s.expiry(), At: s.ends(f.Now), Command: ExpireSwap{Swap: s.ID}}},
	}, nil
}

// stands reports whether the shift is still ahead, at least in part, and still the giver's.
func (s *Swap) stands(f Facts) bool {
	at := s.From
	if f.Now.After(at) {
		at = f.Now
	}
	return at.Before(s.Until) && slices.ContainsFunc(f.Org.Swappable(s.Giver, f.Now), func(o Swap) bool {
		return o.Post == s.Post && !o.From.After(at) && !o.Until.Before(s.Until)
	})
}

// free refuses a taker who is on leave or on duty there already, for any part of the shift.
func (s *Swap) free(o *Organisation) error {
	if s.takerAway(o) {
		return Invalid("to", "problem.swap_away")
	}
	if len(o.ShiftsOf(s.Taker, s.Post, s.From, s.Until)) > 0 {
		return Invalid("to", "problem.swap_busy")
	}
	return nil
}

// AnswerSwap is the colleague's yes or no.
type AnswerSwap struct {
	Swap   int64
	Accept bool
}

var _ = Register(AnswerSwap{})

// CommandName is the stored name.
func (AnswerSwap) CommandName() string { return "answer_swap@1" }

// Needs the swap.
func (c AnswerSwap) Needs() Needs { return Needs{Swap: c.Swap} }

// Decide takes the answer of who was asked, once, and their card says so: the same answer again is said again, and one that comes too late
// is told so.
func (c AnswerSwap) Decide(f Facts) (Change, error) {
	if f.Swap == nil {
		return Change{}, ErrNotFound
	}
	s := *f.Swap
	to := f.Org.People[s.Taker]
	if f.Actor.Person != s.Taker || f.Actor.Level < A1 || to == nil {
		return Change{}, ErrForbidden
	}
	state, key := SwapDeclined, "declined"
	if c.Accept {
		state, key = SwapAccepted, "accepted"
	}
	switch {
	case s.State == state:
		back := s.tell(f, s.Taker, key+"_by_you")
		back.To, back.Urgency = Recipient{Address: f.Actor.Address}, Prompt
		return Change{Notices: []Notice{back}}, nil
	case s.State != SwapAsked:
		return Change{}, Invalid("swap", "problem.swap_over")
	}
	if c.Accept {
		if err := s.possible(f); err != nil {
			return Change{}, err
		}
		s.begin(f.Now)
	}
	s.State = state
	return Change{
		Entries: []Entry{SavedSwap{s}}, Events: []Event{s.event("swap_" + key)}, Notices: []Notice{s.tell(f, s.Giver, key)}, Clear: []TimerKey{s.expiry()},
		Settle: []Settle{{Subject: s.subject(), Topic: swapTopic, Key: s.key(key + "_by_you"), Args: s.args(f.Org), Silent: true}},
	}, nil
}

// ExpireSwap ends an offer that nobody answered.
type ExpireSwap struct{ Swap int64 }

var _ = Register(ExpireSwap{})

// CommandName is the stored name.
func (ExpireSwap) CommandName() string { return "expire_swap@1" }

// Needs the swap.
func (c ExpireSwap) Needs() Needs { return Needs{Swap: c.Swap} }

// Decide tells who offered that the shift stays theirs, and does nothing once it was answered.
func (c ExpireSwap) Decide(f Facts) (Change, error) {
	if f.Swap == nil || f.Swap.State != SwapAsked {
		return Change{}, nil
	}
	s := *f.Swap
	s.State = SwapExpired
	return Change{
		Entries: []Entry{SavedSwap{s}}, Events: []Event{s.event("swap_expired")}, Notices: []Notice{s.tell(f, s.Giver, "expired")},
		Settle: []Settle{{Subject: s.subject(), Topic: swapTopic, Key: s.key("over"), Args: s.args(f.Org), Silent: true}},
	}, nil
}
