package domain

import (
	"errors"
	"testing"
	"time"
)

// trade is a hospital whose Lee and Dora are on duty at 4B by turns, and the swap under way.
type trade struct {
	org  *Organisation
	swap *Swap
	now  time.Time
}

func newTrade(t testing.TB) *trade {
	o := hospital(t)
	o.Rotas = []Rota{{Role: Manager, Unit: "4B", Source: "rota.csv", Rotations: []Rotation{{People: []PersonID{leeOf4B, doraOfMED}, First: dated(23), Every: 1, From: 17 * 60, Until: 8 * 60}}}}
	return &trade{org: o, now: monday}
}

func (tr *trade) does(who PersonID, cmd Command) (Change, error) {
	f := Facts{Now: tr.now, Org: tr.org, NextID: 1, Swap: tr.swap, Actor: Clockwork}
	if who != 0 {
		f.Actor = by(tr.org, who)
	}
	c, err := cmd.Decide(f)
	for _, e := range c.Entries {
		if s, ok := e.(SavedSwap); ok {
			tr.swap = &s.Swap
		}
	}
	return c, err
}

// offered lets Lee offer the first shift to somebody.
func (tr *trade) offered(t testing.TB, to PersonID) (Change, error) {
	t.Helper()
	own := tr.org.Swappable(leeOf4B, tr.now)
	if len(own) == 0 {
		t.Fatal("Lee has no shift")
	}
	return tr.does(leeOf4B, OfferSwap{Post: own[0].Post, From: own[0].From, Until: own[0].Until, Taker: to})
}

func reason(err error) string {
	var invalid *InvalidError
	if errors.As(err, &invalid) {
		return invalid.Reason
	}
	return ""
}

func TestSwapIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	tr := newTrade(t)
	if _, err := tr.offered(t, omarOf4B); err != nil {
		t.Fatal(err)
	}
	if _, err := tr.does(doraOfMED, AnswerSwap{1, true}); !errors.Is(err, ErrForbidden) {
		t.Errorf("somebody else accepts: %v", err)
	}
	if c, err := tr.does(omarOf4B, AnswerSwap{1, true}); err != nil || tr.swap.State != SwapAccepted || len(c.Notices) != 1 || len(c.Clear) != 1 {
		t.Fatalf("%v, %+v", err, c)
	}
	if c, err := tr.does(omarOf4B, AnswerSwap{1, true}); err != nil || len(c.Entries) != 0 || len(c.Notices) != 1 {
		t.Errorf("pressed twice: %v, %+v", err, c)
	}
	if _, err := tr.does(omarOf4B, AnswerSwap{1, false}); reason(err) != "problem.swap_over" {
		t.Errorf("then declined: %v", err)
	}
	if c, err := tr.does(0, ExpireSwap{1}); err != nil || len(c.Entries)+len(c.Notices) != 0 {
		t.Errorf("a late timer: %v, %+v", err, c)
	}
}

func TestOfferThatNobodyAnswersEnds(t *testing.T) {
	t.Parallel()
	tr := newTrade(t)
	c, err := tr.offered(t, omarOf4B)
	if err != nil {
		t.Fatal(err)
	}
	tr.now = c.Timers[0].At
	if c, err = tr.does(0, c.Timers[0].Command); err != nil || tr.swap.State != SwapExpired {
		t.Fatalf("%v, %+v", err, tr.swap)
	}
	if _, told := noticed(c, "swap.expired"); !told {
		t.Error("Lee is not told")
	}
	if _, err := tr.does(omarOf4B, AnswerSwap{1, true}); reason(err) != "problem.swap_over" {
		t.Errorf("too late: %v", err)
	}
}

func TestSwapThatIsRefused(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]struct {
		to      PersonID
		arrange func(tr *trade)
	}{
		"problem.swap_person": {nurse, func(*trade) {}},
		"problem.swap_away":   {omarOf4B, func(tr *trade) { off(tr.org, omarOf4B, monday.Add(10*time.Hour), 1, 0) }},
		"problem.swap_busy": {omarOf4B, func(tr *trade) {
			tr.org.Rotas[0].Shifts = []Shift{{Person: omarOf4B, From: monday.Add(12 * time.Hour), Until: monday.Add(13 * time.Hour)}}
		}},
	} {
		tr := newTrade(t)
		c.arrange(tr)
		if _, err := tr.offered(t, c.to); reason(err) != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	tr := newTrade(t)
	if _, err := tr.does(leeOf4B, OfferSwap{Post: Post{Manager, "4B"}, From: monday.Add(31 * time.Hour), Until: monday.Add(46 * time.Hour), Taker: omarOf4B}); reason(err) != "problem.swap_gone" {
		t.Errorf("Dora's shift: %v", err)
	}
	if _, err := tr.offered(t, omarOf4B); err != nil {
		t.Fatal(err)
	}
	tr.org.Rotas = nil // imported anew
	if _, err := tr.does(omarOf4B, AnswerSwap{1, true}); reason(err) != "problem.swap_gone" {
		t.Errorf("it is Lee's no more: %v", err)
	}
	tr = newTrade(t)
	if _, err := tr.offered(t, omarOf4B); err != nil {
		t.Fatal(err)
	}
	tr.now = tr.swap.Until
	if _, err := tr.does(omarOf4B, AnswerSwap{1, true}); reason(err) != "problem.swap_gone" {
		t.Errorf("the shift is over: %v", err)
	}
}

func TestShiftTakenOnTheWayIsTheGiversUntilThen(t *testing.T) {
	t.Parallel()
	tr := newTrade(t)
	if _, err := tr.offered(t, omarOf4B); err != nil {
		t.Fatal(err)
	}
	began := tr.swap.From
	tr.now = began.Add(2 * time.Hour)
	if _, err := tr.does(omarOf4B, AnswerSwap{1, true}); err != nil || !tr.swap.From.Equal(tr.now) {
		t.Errorf("%v, %+v", err, tr.swap)
	}
}
