package domain

import (
	"testing"
	"time"
)

// forNight lets Lee offer the first of their shifts for Dora's night after it, or for another.
func (tr *trade) forNight(back SwapShift) (Change, error) {
	own := tr.org.Swappable(leeOf4B, tr.now)[0]
	return tr.does(leeOf4B, OfferSwap{Post: own.Post, From: own.From, Until: own.Until, Taker: doraOfMED, Back: back})
}

// night is the shift of Lee's and Dora's rota that begins so many days after Monday.
func night(days int) SwapShift {
	from := dated(23).Add(days).At(17*60, time.UTC)
	return SwapShift{Post{Manager, "4B"}, from, from.Add(15 * time.Hour)}
}

func newTradeBothWays(t testing.TB) *trade {
	tr := newTrade(t)
	tr.org.Zone = time.UTC
	tr.org.People[doraOfMED].Slack = Address{ID: 940, Value: "UDORA"}
	return tr
}

func TestAnOfferForAShiftInReturnChangesBothAtOnce(t *testing.T) {
	t.Parallel()
	tr := newTradeBothWays(t)
	c, err := tr.forNight(night(1))
	if err != nil {
		t.Fatal(err)
	}
	card, ok := noticed(c, "swap.asked_both")
	if !ok || card.Args["from"] != DayTime(night(0).From) || card.Args["back_from"] != DayTime(night(1).From) || card.Replies[0].Key != "reply.swap_accept_both" {
		t.Errorf("%+v", c.Notices)
	}
	if e := c.Events[0]; e.Data["back_unit"] != "4B" || e.Data["back_from"] != "2026-11-24T17:00:00Z" || e.Data["from"] != "2026-11-23T17:00:00Z" {
		t.Errorf("%+v", e)
	}
	if at := c.Timers[0].At; !at.Equal(night(0).Until) && !at.Equal(night(0).From.Add(-swapBefore)) {
		t.Errorf("it ends at %v", at)
	}
	if c, err = tr.does(doraOfMED, AnswerSwap{1, true}); err != nil || tr.swap.State != SwapAccepted || tr.swap.Back != night(1) {
		t.Fatalf("%v, %+v", err, tr.swap)
	}
	if _, told := noticed(c, "swap.accepted_both"); !told || c.Settle[0].Key != "swap.accepted_by_you_both" {
		t.Errorf("told %+v, the card says %+v", c.Notices, c.Settle)
	}
	// as the store reads it
	tr.org.Rotas = append(tr.org.Rotas, Rota{Role: Manager, Unit: "4B", Shifts: []Shift{
		{Person: doraOfMED, Instead: leeOf4B, From: tr.swap.From, Until: tr.swap.Until}, {Person: leeOf4B, Instead: doraOfMED, From: tr.swap.Back.From, Until: tr.swap.Back.Until},
	}})
	for day, want := range []PersonID{doraOfMED, leeOf4B, leeOf4B, doraOfMED} {
		if on := tr.org.OnDuty(Manager, "4B", night(day).From.Add(time.Hour)); len(on) != 1 || on[0].Person != want {
			t.Errorf("night %d: %+v", day, on)
		}
	}
	if c, err = tr.does(doraOfMED, AnswerSwap{1, true}); err != nil || len(c.Entries) != 0 {
		t.Errorf("pressed twice: %v, %+v", err, c)
	}
}

func TestAnOfferForAShiftInReturnThatIsRefused(t *testing.T) {
	t.Parallel()
	elsewhere := func(id PersonID, from, until time.Time) func(tr *trade) {
		return func(tr *trade) {
			tr.org.Rotas = append(tr.org.Rotas, Rota{Role: Lead, Unit: "MED", Source: "lead.csv", Shifts: []Shift{{Person: id, From: from, Until: until}}})
		}
	}
	for name, c := range map[string]struct {
		back    SwapShift
		arrange func(tr *trade)
		want    string
	}{
		"not Dora's":                         {night(2), nil, "problem.swap_gone"},
		"over":                               {night(-2), nil, "problem.swap_gone"},
		"not of that length":                 {SwapShift{night(1).Post, night(1).From, night(1).Until.Add(time.Hour)}, nil, "problem.swap_gone"},
		"Lee is on leave then":               {night(1), func(tr *trade) { off(tr.org, leeOf4B, night(1).From, 1, 0) }, "problem.swap_leave"},
		"Dora is on leave during Lee's":      {night(1), func(tr *trade) { off(tr.org, doraOfMED, night(0).From, 1, 0) }, "problem.swap_away"},
		"Lee is on duty elsewhere then":      {night(1), elsewhere(leeOf4B, night(1).From.Add(time.Hour), night(1).Until), "problem.swap_twice"},
		"Dora is on duty elsewhere on Lee's": {night(1), elsewhere(doraOfMED, night(0).From, night(0).From.Add(time.Hour)), "problem.swap_twice"},
		"Dora gives what she has elsewhere":  {SwapShift{Post{Lead, "MED"}, night(0).From, night(0).Until}, elsewhere(doraOfMED, night(0).From, night(0).Until), ""},
		"both are there at once": {SwapShift{night(0).Post, night(0).From.Add(time.Hour), night(0).Until}, func(tr *trade) {
			tr.org.Rotas[0].Shifts = []Shift{{Person: doraOfMED, From: night(0).From.Add(time.Hour), Until: night(0).Until}}
		}, "problem.swap_busy"},
	} {
		tr := newTradeBothWays(t)
		if c.arrange != nil {
			c.arrange(tr)
		}
		if _, err := tr.forNight(c.back); reason(err) != c.want || c.want == "" && err != nil {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

func TestAReturnThatIsOverWhenItIsAnsweredIsRefused(t *testing.T) {
	t.Parallel()
	tr := newTradeBothWays(t)
	if _, err := tr.forNight(night(1)); err != nil {
		t.Fatal(err)
	}
	off(tr.org, leeOf4B, night(1).From, 1, 0)
	if _, err := tr.does(doraOfMED, AnswerSwap{1, true}); reason(err) != "problem.swap_leave" || tr.swap.State != SwapAsked {
		t.Errorf("Lee went on leave: %v", err)
	}
	tr.org.People[leeOf4B].Leave = nil
	tr.now = night(0).From.Add(time.Hour)
	if _, err := tr.does(doraOfMED, AnswerSwap{1, true}); err != nil || !tr.swap.From.Equal(tr.now) || !tr.swap.Back.From.Equal(night(1).From) {
		t.Errorf("on the way: %v, %+v", err, tr.swap)
	}
	tr = newTradeBothWays(t)
	later := night(2)
	if _, err := tr.does(leeOf4B, OfferSwap{Post: later.Post, From: later.From, Until: later.Until, Taker: doraOfMED, Back: night(1)}); err != nil {
		t.Fatal(err)
	}
	tr.now = night(1).From.Add(time.Hour)
	if _, err := tr.does(doraOfMED, AnswerSwap{1, true}); err != nil || !tr.swap.Back.From.Equal(tr.now) || !tr.swap.From.Equal(later.From) {
		t.Errorf("the return has begun: %v, %+v", err, tr.swap)
	}
	tr = newTradeBothWays(t)
	if _, err := tr.forNight(night(1)); err != nil {
		t.Fatal(err)
	}
	tr.now = night(1).Until
	if _, err := tr.does(doraOfMED, AnswerSwap{1, true}); reason(err) != "problem.swap_gone" {
		t.Errorf("both are over: %v", err)
	}
}

func TestInReturnListsOnlyWhatBothCan(t *testing.T) {
	t.Parallel()
	tr := newTradeBothWays(t)
	own := tr.org.Swappable(leeOf4B, tr.now)[0]
	own.Taker = doraOfMED
	before := tr.org.InReturn(own, tr.now)
	if len(before) < 10 || before[0] != night(1) {
		t.Fatalf("%+v", before)
	}
	off(tr.org, leeOf4B, night(1).From, 1, 0)
	if after := tr.org.InReturn(own, tr.now); len(after) != len(before)-1 || after[0] != night(3) {
		t.Errorf("%+v", after)
	}
}
