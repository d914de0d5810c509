package domain

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var everyStage = []VersionState{Draft, InApproval, Approved, Effective, Superseded, Retired}

func TestTheDrawingShowsEveryMoveOfAVersion(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(strings.ReplaceAll(string(text), "//", ""), "# Stages of a document version")
	section, _, _ = strings.Cut(section, "# A decision")
	picture, list, _ := strings.Cut(section, "Whole, by the table")
	stage := func(words string) VersionState {
		return VersionState(strings.ReplaceAll(strings.TrimSpace(words), " ", "_"))
	}
	drawn := map[VersionState][]VersionState{}
	for line := range strings.Lines(list) {
		from, to, isMove := strings.Cut(line, "->")
		if !isMove {
			continue
		}
		for s := range strings.SplitSeq(to, ",") {
			drawn[stage(from)] = append(drawn[stage(from)], stage(s))
		}
	}
	if diff := cmp.Diff(versionMoves, drawn); diff != "" {
		t.Errorf("table and drawing differ (-table +drawing):\n%s", diff)
	}
	for _, s := range everyStage {
		if !strings.Contains(picture, strings.ReplaceAll(string(s), "_", " ")) {
			t.Errorf("the picture does not show %s", s)
		}
	}
}

// A shelf is one document under random commands: what the store would hold of it.
type shelf struct {
	org     *Organisation
	history []*DocumentVersion
	decided []Decision
	chores  []Task
	timers  map[TimerKey]Timer
	codes   map[Code]bool // true: something is asked by it
	next    int64
	now     time.Time
}

func newShelf() *shelf {
	o := house()
	for _, p := range o.People {
		p.Slack = Address{ID: AddressID(100 + p.ID), Value: "U"}
	}
	return &shelf{org: o, timers: map[TimerKey]Timer{}, codes: map[Code]bool{}, now: publishedAt}
}

func (s *shelf) facts(actor Actor, n Needs) Facts {
	f := Facts{Now: s.now, Actor: actor, Org: s.org, Decided: s.decided, Chores: s.chores, Codes: []Code{Code(fmt.Sprintf("K%dR", 2+len(s.codes)))}, NextID: s.next + 1}
	for range n.Tokens {
		f.Tokens = append(f.Tokens, fmt.Sprintf("token%d", len(f.Tokens)))
	}
	for _, v := range s.history {
		c := *v
		if v.ID == n.Life {
			whole := c
			f.Version = &whole
		}
		c.Body = ""
		f.History = append(f.History, &c)
	}
	if n.Document != "" {
		f.Version = InForce(f.History)
	}
	return f
}

// do decides and does with the change what the store does.
func (s *shelf) do(actor Actor, cmd Command) (Change, error) {
	c, err := cmd.Decide(s.facts(actor, cmd.Needs()))
	if err != nil {
		return c, err
	}
	for _, e := range c.Entries {
		s.write(e)
	}
	for _, k := range c.Clear {
		delete(s.timers, k)
	}
	for _, t := range c.Timers {
		s.timers[t.Key] = t
	}
	return c, nil
}

func (s *shelf) write(e Entry) {
	switch e := e.(type) {
	case SavedVersion:
		s.save(e.DocumentVersion)
	case RetiredDocument:
		s.save(e.Version)
	case PublishedDocument:
		s.save(e.Version)
		for _, v := range s.history {
			if e.Previous != nil && v.ID == e.Previous.ID {
				v.State = Superseded
			}
		}
	case Decision:
		s.decided = append(s.decided, e)
	case GivenCode:
		s.codes[e.Code] = true
	case EndedCode:
		s.codes[e.Code] = false
	case AskedTask:
		s.ask(e.Task)
	case SavedTask:
		for i := range s.chores {
			if s.chores[i].ID == e.Task.ID {
				s.chores[i] = e.Task
			}
		}
	}
}

func (s *shelf) ask(t Task) {
	for i, old := range s.chores {
		if old.Person == t.Person && old.Kind == t.Kind && old.Subject == t.Subject {
			s.chores[i].State = TaskOpen
			return
		}
	}
	t.ID = TaskID(len(s.chores) + 1)
	s.chores = append(s.chores, t)
}

func (s *shelf) save(v DocumentVersion) {
	s.next = max(s.next, v.ID)
	for i, old := range s.history {
		if old.ID == v.ID {
			s.history[i] = &v
			return
		}
	}
	s.history = append(s.history, &v)
}

// handed is a version of procedure() to hand in: Quinn's, to be approved by the people given.
func handed(number int, reviewers ...PersonID) DocumentVersion {
	v := procedure()
	v.ID, v.State, v.Number, v.Hash, v.Reviewers = 0, "", number, fmt.Sprintf("hash%d", number), reviewers
	return v
}

func slackOf(id PersonID) Actor {
	return Actor{Person: id, Address: AddressID(100 + id), Channel: Slack, Level: A2}
}

var commandLine = Actor{Operator: true, Level: A3}

func (s *shelf) must(t testing.TB, actor Actor, cmd Command) Change {
	t.Helper()
	c, err := s.do(actor, cmd)
	if err != nil {
		t.Fatalf("%s: %v", cmd.CommandName(), err)
	}
	return c
}

func (s *shelf) stages() string {
	var all []string
	for _, v := range s.history {
		all = append(all, string(v.State))
	}
	return strings.Join(all, " ")
}

func toldBy(c Change) (keys []string) {
	for _, n := range c.Notices {
		keys = append(keys, fmt.Sprintf("%s/p%d", n.Key, n.To.Person))
	}
	return keys
}

func TestAVersionIsInForceWhenEverybodyApprovedTheSameText(t *testing.T) {
	t.Parallel()
	s := newShelf()
	c := s.must(t, commandLine, HandInDocument{Version: handed(7, 3, 4)})
	if got := toldBy(c); !slices.Equal(got, []string{"control.review/p3", "control.review/p4"}) {
		t.Errorf("asked: %v", got)
	}
	s.must(t, slackOf(3), ApproveDocument{1})
	if again := s.must(t, slackOf(3), ApproveDocument{1}); len(again.Entries) != 0 {
		t.Errorf("approved twice: %+v", again.Entries)
	}
	if s.stages() != "in_review" {
		t.Errorf("after one of two: %s", s.stages())
	}
	s.must(t, slackOf(4), ApproveDocument{1})
	if s.stages() != "effective" || s.codes["K2R"] || len(s.timers) != len(ReminderSteps)+1 { // and the periodic review
		t.Errorf("%s, code open %v, timers %v", s.stages(), s.codes["K2R"], s.timers)
	}
	if c := s.must(t, commandLine, HandInDocument{Version: handed(7, 3, 4)}); len(c.Entries)+len(c.Events) != 0 {
		t.Errorf("the same file again: %+v", c)
	}
}

func TestWhoIsNoReviewerCannotApproveNorTheAuthor(t *testing.T) {
	t.Parallel()
	s := newShelf()
	s.must(t, commandLine, HandInDocument{Version: handed(7, 5, 3)}) // Quinn wrote it
	if got := s.history[0].Reviewers; !slices.Equal(got, []PersonID{3}) {
		t.Errorf("reviewers %v", got)
	}
	for _, id := range []PersonID{1, 4, 5} {
		if _, err := s.do(slackOf(id), ApproveDocument{1}); !errors.Is(err, ErrForbidden) {
			t.Errorf("person %d: %v", id, err)
		}
	}
}

func TestAnAuthorWhoIsTheOnlyReviewerIsReplacedByTheQualityGroup(t *testing.T) {
	t.Parallel()
	s := newShelf()
	v := handed(7, 3)
	v.Owner = 3 // Lee of 4B: the lead above is Mia
	s.must(t, commandLine, HandInDocument{Version: v})
	if got := s.history[0].Reviewers; !slices.Equal(got, []PersonID{4}) {
		t.Errorf("reviewers %v", got)
	}
}

func TestAReviewerWhoLeavesIsReplaced(t *testing.T) {
	t.Parallel()
	s := newShelf()
	v := handed(7, 3, 2)
	v.Owner = 1
	s.must(t, commandLine, HandInDocument{Version: v})
	s.must(t, slackOf(2), ApproveDocument{1})
	s.org.People[2].Active = false // has approved: that stands
	s.org.People[3].Active = false
	c := s.must(t, commandLine, ReplaceReviewers{1})
	if got := toldBy(c); !slices.Equal(got, []string{"control.review/p4"}) {
		t.Errorf("asked: %v", got)
	}
	s.must(t, slackOf(4), ApproveDocument{1})
	if s.stages() != "effective" {
		t.Errorf("%s", s.stages())
	}
}

func TestWhenNobodyIsLeftToApproveTheTextIsRefused(t *testing.T) {
	t.Parallel()
	s := newShelf()
	for id, p := range s.org.People {
		p.Active = id == 5
	}
	var invalid *InvalidError
	if _, err := s.do(commandLine, HandInDocument{Version: handed(7, 5)}); !errors.As(err, &invalid) || invalid.Reason != "problem.reviewers" {
		t.Errorf("got %v", err)
	}
}

func TestReturningAsksEverybodyAnew(t *testing.T) {
	t.Parallel()
	s := newShelf()
	s.must(t, commandLine, HandInDocument{Version: handed(7, 3, 4)})
	s.must(t, slackOf(3), ApproveDocument{1})
	c := s.must(t, slackOf(4), ReturnDocument{1, "section 2"})
	if got := toldBy(c); !slices.Contains(got, "control.returned/p5") || s.stages() != "draft" || len(s.timers) != 0 {
		t.Errorf("told %v, %s, timers %v", got, s.stages(), s.timers)
	}
	s.must(t, slackOf(5), SubmitDocument{1})
	s.must(t, slackOf(4), ApproveDocument{1})
	if s.stages() != "in_review" {
		t.Errorf("the approval before the return still counts: %s", s.stages())
	}
}

func TestOnlyOneVersionIsOnItsWay(t *testing.T) {
	t.Parallel()
	s := newShelf()
	s.must(t, commandLine, HandInDocument{Version: handed(7, 3)})
	var invalid *InvalidError
	if _, err := s.do(commandLine, HandInDocument{Version: handed(8, 3)}); !errors.As(err, &invalid) || invalid.Reason != "problem.version_underway" {
		t.Errorf("got %v", err)
	}
	s.must(t, slackOf(3), ReturnDocument{1, "no"})
	s.must(t, commandLine, DraftDocument{handed(9, 3)}) // gives way
	if len(s.history) != 1 || s.history[0].Number != 9 {
		t.Errorf("%+v", s.history)
	}
}

func TestADayAheadIsWaitedForAndMayBeTakenBack(t *testing.T) {
	t.Parallel()
	s := newShelf()
	v := handed(7)
	v.EffectiveOn = publishedAt.Add(48 * time.Hour)
	s.must(t, commandLine, HandInDocument{Version: v})
	if s.stages() != "approved" || len(s.timers) != 1 {
		t.Fatalf("%s, %v", s.stages(), s.timers)
	}
	s.must(t, Clockwork, TakeEffect{1}) // too early: a twin of an old timer
	if s.stages() != "approved" {
		t.Errorf("early: %s", s.stages())
	}
	s.now = v.EffectiveOn
	s.must(t, Clockwork, TakeEffect{1})
	if s.stages() != "effective" {
		t.Errorf("on its day: %s", s.stages())
	}
}

// TestLifeOfADocumentHoldsItsRules plays random commands: whatever happens, one version at most is on its way and one in force, nothing is in
// force that its reviewers have not approved, nobody approves their own text, and a review never stands without a clock.
func TestLifeOfADocumentHoldsItsRules(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newShelf()
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			s.step(t)
			s.holds(t)
		}
	})
}

func (s *shelf) step(t *rapid.T) {
	id := int64(rapid.IntRange(1, 4).Draw(t, "version"))
	who := slackOf(PersonID(rapid.IntRange(1, 5).Draw(t, "who")))
	var cmd Command
	switch rapid.IntRange(0, 11).Draw(t, "command") {
	case 0, 1:
		v := handed(rapid.IntRange(1, 5).Draw(t, "number"), rapid.SliceOfN(rapid.Map(rapid.IntRange(1, 5), func(i int) PersonID { return PersonID(i) }), 0, 3).Draw(t, "reviewers")...)
		v.Hash += rapid.SampledFrom([]string{"", "x"}).Draw(t, "text")
		v.EffectiveOn = s.now.Add(time.Duration(rapid.IntRange(-1, 2).Draw(t, "days")) * day)
		who, cmd = commandLine, HandInDocument{Version: v}
	case 2:
		cmd = DraftDocument{handed(rapid.IntRange(1, 5).Draw(t, "number"), 3)}
	case 3:
		cmd = SubmitDocument{id}
	case 4, 5, 6:
		cmd = ApproveDocument{id}
	case 7:
		cmd = ReturnDocument{id, "why"}
	case 8:
		cmd = rapid.SampledFrom([]Command{StandIn{id}, RetireDocument{id}, ReplaceReviewers{id}}).Draw(t, "other")
	case 9:
		p := s.org.People[PersonID(rapid.IntRange(1, 3).Draw(t, "leaver"))]
		p.Active = !p.Active
		return
	default:
		who, cmd = s.due()
	}
	if cmd != nil {
		if _, err := s.do(who, cmd); err != nil && !refused(err) && !errors.Is(err, ErrNotFound) {
			t.Fatalf("%s: %v", cmd.CommandName(), err)
		}
	}
}

// due is the timer that falls due next; time moves on to it.
func (s *shelf) due() (Actor, Command) {
	var next *Timer
	for _, t := range s.timers {
		if next == nil || t.At.Before(next.At) || t.At.Equal(next.At) && t.Key.Name < next.Key.Name {
			next = &t
		}
	}
	if next == nil {
		return Clockwork, nil
	}
	if next.At.After(s.now) {
		s.now = next.At
	}
	delete(s.timers, next.Key)
	return Clockwork, next.Command
}

func (s *shelf) holds(t *rapid.T) {
	underway, force := 0, 0
	for _, v := range s.history {
		_, by := v.submission(s.decided)
		switch v.State {
		case Draft, InApproval, Approved:
			underway++
		case Effective:
			force++
			if len(v.Reviewers) > 0 && len(v.waiting(by)) > 0 {
				t.Fatalf("%s is in force without the approval of %v", v.Name(), v.waiting(by))
			}
		}
		if slices.Contains(by, v.Owner) {
			t.Fatalf("%s was approved by its author", v.Name())
		}
		if _, clock := s.timers[v.key("chase")]; (v.State == InApproval) != clock {
			t.Fatalf("%s is %s, and its reviewers are chased: %v", v.Name(), v.State, clock)
		}
		if v.State == InApproval && (!s.codes[v.Handle] || len(v.waiting(by)) == 0) {
			t.Fatalf("%s waits for %v under the code %s: %v", v.Name(), v.waiting(by), v.Handle, s.codes[v.Handle])
		}
	}
	if underway > 1 || force > 1 {
		t.Fatalf("%d on their way, %d in force", underway, force)
	}
}
