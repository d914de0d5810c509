package domain

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

var musterAt = time.Date(2026, 11, 23, 3, 40, 0, 0, time.UTC) // at night: no quiet hour counts

// muster is a house with a ward of eight and an emergency department of three.
func muster() *Organisation {
	o := &Organisation{
		Zone: time.UTC, Quiet: Window{21 * 60, 8 * 60}, People: map[PersonID]*Person{}, Holders: map[AddressID]PersonID{},
		Units: map[UnitCode]*Unit{"H": {Code: "H"}, "4B": {Code: "4B", Parent: "H"}, "ED": {Code: "ED", Parent: "H"}},
	}
	add := func(id PersonID, unit UnitCode, phone, slack Address, roles ...Role) *Person {
		p := &Person{ID: id, Name: fmt.Sprintf("P%02d", id), Unit: unit, Roles: roles, Active: true, Phone: phone, Slack: slack}
		o.People[id] = p
		return p
	}
	phone := func(id AddressID) Address { return Address{ID: 100 + id, Value: fmt.Sprint(id)} }
	slack := func(id AddressID) Address { return Address{ID: 200 + id, Value: "U"} }
	add(1, "4B", phone(1), slack(1), Staff)
	add(2, "4B", phone(2), Address{}, Staff)
	add(3, "4B", Address{ID: 103, Stopped: true}, Address{}, Staff)
	add(4, "4B", Address{ID: 104, Dead: true}, slack(4), Staff)
	add(5, "4B", Address{}, slack(5), Staff)
	add(6, "4B", Address{}, Address{}, Staff)
	add(7, "4B", phone(7), Address{}, Staff).Leave = []Leave{{From: musterAt.AddDate(0, 0, -1), Until: musterAt.AddDate(0, 0, 5)}}
	add(8, "4B", phone(8), slack(8), Manager)
	add(20, "ED", phone(20), Address{}, Staff)
	add(21, "ED", phone(21), Address{}, Staff).Takes = []Channel{Slack}
	add(22, "ED", phone(22), slack(22), Manager)
	add(30, "H", phone(30), slack(30), Quality)
	return o
}

// A field is one roll-call as the store would hold it.
type field struct {
	t      *testing.T
	o      *Organisation
	now    time.Time
	r      *RollCall
	seats  []Seat
	others []*RollCall
	links  []CallerLink
	timers map[TimerKey]Timer
	all    []Change
}

func (s *field) facts(a Actor, q RollCallQuery) Facts {
	f := Facts{Now: s.now, Actor: a, Org: s.o, RollCall: s.r, NextID: 12, Codes: []Code{"K7R"}, Tokens: []string{"token"}, Running: s.others}
	for _, seat := range s.seats {
		if q.Seats || q.Mine && seat.Person == a.Person || q.Of != 0 && seat.Person == q.Of {
			f.Seats = append(f.Seats, seat)
		}
		if q.Links {
			f.Tokens = append(f.Tokens, fmt.Sprint("link", len(f.Tokens)))
		}
	}
	return f
}

func (s *field) do(a Actor, cmd Command) (Change, error) {
	change, err := cmd.Decide(s.facts(a, cmd.Needs().RollCall))
	if err != nil {
		return change, err
	}
	s.all = append(s.all, change)
	for _, e := range change.Entries {
		switch e := e.(type) {
		case SavedRollCall:
			r := e.RollCall
			s.r = &r
		case TakenSeats:
			s.seats = slices.Clone(e.Seats)
		case CallAnswer:
			s.put(e.Seat)
		case DrawnCalls:
			s.links = e.Links
			for n, id := range e.People {
				s.seats[slices.IndexFunc(s.seats, func(x Seat) bool { return x.Person == id })].Caller = e.Callers[n]
			}
		}
	}
	for _, k := range change.Clear {
		delete(s.timers, k)
	}
	for _, t := range change.Timers {
		s.timers[t.Key] = t
	}
	return change, nil
}

func (s *field) put(seat Seat) {
	if i := slices.IndexFunc(s.seats, func(x Seat) bool { return x.Person == seat.Person }); i >= 0 {
		s.seats[i] = seat
		return
	}
	s.seats = append(s.seats, seat)
}

func (s *field) must(a Actor, cmd Command) Change {
	s.t.Helper()
	change, err := s.do(a, cmd)
	if err != nil {
		s.t.Fatalf("%s: %v", cmd.CommandName(), err)
	}
	return change
}

func from(id PersonID, ch Channel) Actor {
	a := Actor{Person: id, Address: AddressID(100 + id), Channel: ch, Level: A1}
	if ch == Slack {
		a.Level, a.Address = A2, AddressID(200+id)
	}
	return a
}

// begun is a roll-call of ward 4B that has just begun.
func begun(t *testing.T, m Mode) *field {
	t.Helper()
	s := &field{t: t, o: muster(), now: musterAt, timers: map[TimerKey]Timer{}}
	s.must(from(30, Slack), PlanRollCall{Mode: m, Title: "Mass casualty plan", Audience: Audience{Units: []UnitCode{"4B"}}})
	s.must(from(30, Slack), StartRollCall{Call: 12})
	return s
}

func mailOf(c Change) (mail Mailing) {
	for _, e := range c.Entries {
		switch e := e.(type) {
		case CallWave:
			mail = append(mail, e.Mail...)
		case Mailing:
			mail = append(mail, e...)
		}
	}
	return mail
}

// sent lists who gets what: p1 sms.
func sent(c Change) string {
	var list []string
	for _, n := range mailOf(c) {
		list = append(list, fmt.Sprintf("p%d %s", n.To.Person, n.Only))
	}
	return strings.Join(list, ", ")
}

func (s *field) wave(n int) Change {
	s.now = s.r.StartedAt.Add(Waves[n].After)
	return s.must(Clockwork, SendWave{Call: 12, Wave: n})
}

func TestARollCallAsksTextsThenRingsWhoHasNotAnswered(t *testing.T) {
	t.Parallel()
	s := begun(t, Exercise)
	if got, want := sent(s.all[1]), "p1 sms, p1 slack, p2 sms, p4 slack, p5 slack, p8 sms, p8 slack"; got != want {
		t.Errorf("at once: %s, want %s", got, want)
	}
	for _, n := range mailOf(s.all[1]) {
		if n.Urgency != Urgent || n.Expires == 0 || len(n.Replies) != CallAnswers {
			t.Errorf("%s: %+v", n.ID, n)
		}
	}
	if len(s.timers) != len(Waves)-1+3 {
		t.Errorf("timers: %v", s.timers)
	}
	s.must(from(1, SMS), AnswerRollCall{12, OnSite})
	if got, want := sent(s.wave(1)), "p2 sms, p4 slack, p5 slack, p8 sms"; got != want {
		t.Errorf("at 3 minutes: %s, want %s", got, want)
	}
	s.must(from(8, Slack), AnswerRollCall{12, WithinHalf})
	if got, want := sent(s.wave(2)), "p2 voice, p3 voice, p4 voice"; got != want { // who takes no texts can be rung
		t.Errorf("at 5 minutes: %s, want %s", got, want)
	}
	s.must(from(2, Voice), AnswerRollCall{12, CannotCome})
	if got, want := sent(s.wave(3)), "p3 voice, p4 voice"; got != want {
		t.Errorf("at 10 minutes: %s, want %s", got, want)
	}
	if change := s.must(Clockwork, SendWave{Call: 12, Wave: 2}); len(change.Entries) != 0 {
		t.Error("a wave went out twice")
	}
}

func TestTheCallListHoldsExactlyWhoIsMissing(t *testing.T) {
	t.Parallel()
	s := begun(t, Live)
	s.must(from(1, SMS), AnswerRollCall{12, OnSite})
	s.must(from(8, Slack), AnswerRollCall{12, OnSite})
	s.must(from(2, SMS), AnswerRollCall{12, Later})
	s.must(from(20, SMS), AnswerRollCall{12, OnSite}) // nobody asked them
	s.now = s.now.Add(CallListAfter)
	change := s.must(Clockwork, DrawCallList{12})
	if len(change.Notices) != 1 || change.Notices[0].To.Person != 30 || change.Notices[0].Urgency != Urgent {
		t.Errorf("told: %+v", change.Notices)
	}
	list := func() string {
		var lines []string
		for _, l := range s.r.CallList(s.o, s.seats) {
			caller := "nobody"
			if l.Caller != nil {
				caller = l.Caller.Name
			}
			lines = append(lines, fmt.Sprintf("%s rings %s: %s", caller, l.Person.Name, strings.TrimPrefix(l.Why, "rollcall_why.")))
		}
		return strings.Join(lines, "; ")
	}
	if got, want := list(), "P01 rings P04: dead; P01 rings P07: away; P08 rings P03: opted_out; P08 rings P06: no_address; P20 rings P05: no_phone"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	s.must(from(5, Slack), AnswerRollCall{12, OnSite})
	if strings.Contains(list(), "P05") {
		t.Error("who has answered is still on the list")
	}
	if again := s.must(Clockwork, DrawCallList{12}); len(again.Entries) != 0 {
		t.Error("the list was drawn twice")
	}
}

func TestWhoRings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answers map[PersonID]int // P08 is a manager who is missing, where they have not answered
		missing int
		want    []PersonID
	}{
		"who is on site": {map[PersonID]int{1: OnSite, 2: Later}, 10, []PersonID{1}},
		"more than they can ring: who comes later":  {map[PersonID]int{1: OnSite, 2: Later}, 11, []PersonID{1, 2}},
		"nobody on site: who is on the way":         {map[PersonID]int{2: WithinHour}, 5, []PersonID{2}},
		"who cannot come is left alone":             {map[PersonID]int{1: OnSite, 2: CannotCome}, 11, []PersonID{1, 22}},
		"nobody: managers who are not missing":      {nil, 5, []PersonID{22}},
		"not even those are enough: quality office": {nil, 25, []PersonID{22, 30}},
		"nobody twice": {map[PersonID]int{22: OnSite}, 11, []PersonID{22, 30}},
	} {
		t.Run(name, func(t *testing.T) {
			seats := []Seat{{Person: 8, Asked: true}}
			for n := range c.missing - 1 {
				seats = append(seats, Seat{Person: PersonID(100 + n), Asked: true})
			}
			for _, id := range []PersonID{1, 2, 22} {
				if answer := c.answers[id]; answer != 0 {
					seats = append(seats, Seat{Person: id, Asked: true, Answer: answer})
				}
			}
			var got []PersonID
			for _, p := range NewRollCall(Exercise).callers(muster(), seats) {
				got = append(got, p.ID)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

func TestALaterAnswerCountsAndADoubledOneDoesNot(t *testing.T) {
	t.Parallel()
	s := begun(t, Exercise)
	s.now = s.now.Add(time.Minute)
	s.must(from(1, SMS), AnswerRollCall{12, Later})
	s.now = s.now.Add(time.Minute)
	if again := s.must(from(1, SMS), AnswerRollCall{12, Later}); len(again.Entries)+len(again.Events) != 0 || len(again.Notices) != 1 {
		t.Errorf("the same again: %+v", again)
	}
	change := s.must(from(1, Voice), AnswerRollCall{12, OnSite})
	seat := s.seats[0]
	if seat.Answer != OnSite || seat.FirstAt != musterAt.Add(time.Minute) || seat.At != s.now || seat.Channel != Voice {
		t.Errorf("%+v", seat)
	}
	if len(change.Settle) != 1 || change.Settle[0].Topic != "ask/p1" || change.Settle[0].Except != 1 || !change.Settle[0].Silent || len(change.Settle[0].Replies) != CallAnswers {
		t.Errorf("what else asks: %+v", change.Settle)
	}
	if text := s.must(from(1, SMS), AnswerRollCall{12, Later}); text.Settle[0].Except != 0 {
		t.Error("a call goes on ringing after a text")
	}
	if _, err := s.do(from(1, SMS), AnswerRollCall{12, 6}); err == nil {
		t.Error("6 is an answer")
	}
}

func TestVolunteersCountApart(t *testing.T) {
	t.Parallel()
	s := begun(t, Exercise)
	change := s.must(from(20, SMS), AnswerRollCall{12, OnSite})
	if change.Notices[0].Key != "rollcall.volunteer" || len(change.Settle) != 0 {
		t.Errorf("%+v", change)
	}
	s.must(from(7, SMS), AnswerRollCall{12, WithinHour}) // on leave
	tally := s.r.Tally(s.o, s.seats)
	if tally.Asked != 7 || tally.Answered != 0 || tally.By[OnSite] != 1 || tally.By[0] != 7 || tally.Away != 0 || tally.Volunteers != 1 {
		t.Errorf("%+v", tally)
	}
	if _, err := s.do(Actor{Address: 999, Channel: SMS}, AnswerRollCall{12, OnSite}); !errors.Is(err, ErrForbidden) {
		t.Errorf("an unknown phone: %v", err)
	}
}

func TestAllClearReachesEverybodyAskedAndLateAnswersAreKeptApart(t *testing.T) {
	t.Parallel()
	s := begun(t, Live)
	s.now = s.now.Add(2 * time.Minute)
	s.must(from(1, SMS), AnswerRollCall{12, OnSite})
	s.must(from(20, SMS), AnswerRollCall{12, OnSite})
	s.now = s.now.Add(10 * time.Minute)
	change := s.must(from(30, SMS), EndRollCall{12}) // Slack may be down
	if got, want := sent(change), "p1 sms, p2 sms, p4 slack, p5 slack, p8 sms, p20 sms"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for k := range s.timers {
		if k.Name != "board" && k.Name != "debrief" {
			t.Errorf("%s still waits", k.Name)
		}
	}
	s.now = s.now.Add(time.Minute)
	if late := s.must(from(2, SMS), AnswerRollCall{12, Later}); late.Notices[0].Key != "rollcall.late" || len(late.Settle[0].Replies) != 0 {
		t.Errorf("%+v", late)
	}
	tally := s.r.Tally(s.o, s.seats)
	if tally.Answered != 1 || tally.Late != 1 || tally.By[0] != 6 || tally.By[Later] != 0 {
		t.Errorf("%+v", tally)
	}
	if again := s.must(from(30, SMS), EndRollCall{12}); len(again.Entries) != 0 {
		t.Error("ended twice")
	}
	s.now = s.now.Add(debriefAfter)
	if got, want := sent(s.must(Clockwork, AskDebrief{12})), "p1 sms, p2 sms, p20 sms"; got != want {
		t.Errorf("debrief: %s, want %s", got, want)
	}
	if what, _ := s.r.Awaits(s.seats[0], s.now); what != CallDebrief {
		t.Errorf("a digit of p1 is %v", what)
	}
	if what, _ := s.r.Awaits(s.seats[0], s.now.Add(debriefOpen+time.Hour)); what != CallClosed {
		t.Error("a digit answers the debrief for ever")
	}
}

func TestWhoComesReportsToTheNearestMusterPoint(t *testing.T) {
	t.Parallel()
	o := hospital(t)
	o.Settings.MusterPoints = []MusterPoint{
		{"H", "Main gate", nil}, {"MED", "Dining hall", nil}, {"MED", "Staff entrance", []int{WithinHalf, WithinHour}}, {"4B", "Day room", []int{OnSite}}, {"ED", "Ambulance hall", []int{WithinHour}},
	}
	for name, c := range map[string]struct {
		unit   UnitCode
		answer int
		want   string
	}{
		"the ward's, for that answer": {"4B", OnSite, "Day room"}, "the department's, for that answer": {"4B", WithinHalf, "Staff entrance"}, "the department's": {"MED", OnSite, "Dining hall"},
		"the house's, for another answer": {"ED", WithinHalf, "Main gate"}, "the unit's own": {"ED", WithinHour, "Ambulance hall"},
		"later": {"4B", Later, ""}, "cannot": {"4B", CannotCome, ""}, "not answered": {"4B", 0, ""},
	} {
		if got := o.reportsTo(&Person{Unit: c.unit}, c.answer); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestABoardClosesThirtyDaysAfterTheAllClear(t *testing.T) {
	t.Parallel()
	r := NewRollCall(Exercise)
	r.State, r.EndedAt = CallEnded, monday
	for after, closed := range map[time.Duration]bool{0: false, 30 * day: false, 30*day + time.Minute: true} {
		if got := r.BoardClosed(monday.Add(after)); got != closed {
			t.Errorf("after %v: closed %v", after, got)
		}
	}
	if r.State = CallRunning; r.BoardClosed(monday.AddDate(1, 0, 0)) {
		t.Error("a board closes while people are still asked")
	}
}
