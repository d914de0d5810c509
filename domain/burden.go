package domain

import (
	"slices"
	"strings"
	"time"
)

// How many routine texts a person gets in a week: settings of organisation.yaml.
const (
	DefaultTextsAWeek = 4
	MostTextsAWeek    = 70
)

// BurdenWeek is the time over which routine texts are counted, up to the very moment.
const BurdenWeek = 7 * 24 * time.Hour

// BundleFrom is how many routine texts that wait at the same moment become one. Two say more each for itself.
const BundleFrom = 3

// BundleTopic is the topic of a text that stands for others, which point to it.
const BundleTopic = "bundle"

// paces bound routine texts to one phone, whatever the week allows. Source: rate limits of on-call platforms (GoAlert, PagerDuty).
var paces = []struct {
	texts int
	in    time.Duration
}{{1, time.Minute}, {5, 15 * time.Minute}, {11, time.Hour}}

// patience is how long a kind of routine text may wait when the week is full, by the beginning of its key; the first that fits counts.
// What asks somebody for something that climbs or falls due meanwhile waits little; where a day has come, or somebody waits for an answer,
// it does not wait; what became of somebody's own report waits a day; what only tells waits until the week has room again.
var patience = []struct {
	key  string
	wait time.Duration
}{
	{"doc.remind_today", 0}, {"doc.remind_late", 0}, {"quiz.late_educator", 24 * time.Hour}, {"quiz.late", 0},
	{"feedback.question", 0}, {"feedback.", 24 * time.Hour}, {"rollcall.", 0}, {"alert.", 0}, {"alarm.", 0}, {"watch.", 0},
	{"card.", time.Hour}, {"swap.", time.Hour}, {"leave.", time.Hour}, {"signature.pin_locked_told", time.Hour},
	{"owner.", 24 * time.Hour}, {"control.", 24 * time.Hour}, {"proposal.", 24 * time.Hour}, {"doc.overdue", 24 * time.Hour}, {"doc.unclear", 24 * time.Hour},
	{"doc.not_mine", 24 * time.Hour}, {"signature.remind_digest", 24 * time.Hour}, {"quiz.stuck", 24 * time.Hour},
}

// A WaitingText is a text on its way to one phone.
type WaitingText struct {
	ID      int64
	Key     string
	Topic   string
	Subject string
	Urgency Urgency
	Since   time.Time // when it was written
	Held    bool      // it waits because the week was full
}

// patience is how long the text may wait for room in the week.
func (t WaitingText) patience() time.Duration {
	for _, p := range patience {
		if strings.HasPrefix(t.Key, p.key) {
			return p.wait
		}
	}
	return BurdenWeek
}

// Bundles reports whether the text may be one of several that go as one: their names, and how to see them. An urgent card may; a question
// of a roll-call or an alert has to be read as it stands.
func (t WaitingText) Bundles() bool {
	switch t.Urgency {
	case Prompt:
		return false
	case Urgent:
		return t.Topic == "escalation"
	default:
		return t.patience() > 0 && !t.alone()
	}
}

// alone reports whether the text is a question whose answer is a letter without a code: one that is not seen cannot be answered.
func (t WaitingText) alone() bool { return t.Key == "recall.question" }

// Overtaken reports whether one of the texts, written later, asks once more for the same.
func (t WaitingText) Overtaken(by []WaitingText) bool {
	switch t.Topic {
	case "document", "course", "escalation":
		return t.Subject != "" && slices.ContainsFunc(by, func(o WaitingText) bool { return o.ID > t.ID && o.Topic == t.Topic && o.Subject == t.Subject })
	default:
		return false // another thing about the same
	}
}

// A Burden is what one phone is asked to bear: the routine texts it got, and the limits.
type Burden struct {
	Sent  []time.Time // routine texts of the last week or longer, the oldest first
	AWeek int         // how many go out in a week
	Quiet Window
	Zone  *time.Location // the receiver's
	Now   time.Time
	// Unbounded lets every text go as it is, but for the quiet hours: in a demo, where a visitor plays weeks in minutes.
	Unbounded bool
}

// A Dispatch says what becomes of a text whose turn it is. The zero value: it goes out now, as it is.
type Dispatch struct {
	Until  time.Time // not before; zero: now
	Held   bool      // because the week is full
	Bundle bool      // now, as one with the others that may be bundled
}

// Dispatch decides about a text that is due, among the others of its urgency that are due to the same phone or held for it.
//
// An answer to what the receiver just did never waits. An urgent text never waits either; several cards go as one. A routine one waits for
// the end of the quiet hours and keeps the paces. When the week has no room it is held: until there is room, or its patience ends, and
// then everything that is held goes as one. So what a week asks of a person is its few texts, and beyond them only what must not wait.
func (b Burden) Dispatch(next WaitingText, others []WaitingText) Dispatch {
	together := 1
	held := next.Held
	for _, o := range others {
		if o.Bundles() {
			together++
			held = held || o.Held
		}
	}
	several := next.Bundles() && together > 1
	switch {
	case next.Urgency == Prompt:
		return Dispatch{}
	case next.Urgency == Urgent:
		return Dispatch{Bundle: several}
	case b.Quiet.Contains(b.Now, b.Zone):
		return Dispatch{Until: b.Quiet.After(b.Now, b.Zone)}
	case b.Unbounded:
		return Dispatch{}
	}
	if at := b.paced(); at.After(b.Now) {
		return Dispatch{Until: b.Quiet.After(at, b.Zone), Held: next.Held}
	}
	if next.patience() == 0 {
		return Dispatch{}
	}
	room, frees := b.room()
	if room > 0 {
		return Dispatch{Bundle: several && (together >= BundleFrom || together > room || held)}
	}
	if ends := next.Since.Add(next.patience()); ends.Before(frees) {
		frees = ends
	}
	if !frees.After(b.Now) {
		return Dispatch{Bundle: several}
	}
	return Dispatch{Until: b.Quiet.After(frees, b.Zone), Held: true}
}

// paced is when the paces let the next routine text out.
func (b Burden) paced() time.Time {
	var at time.Time
	for _, p := range paces {
		if n := len(b.Sent); n >= p.texts {
			if next := b.Sent[n-p.texts].Add(p.in); next.After(at) {
				at = next
			}
		}
	}
	return at
}

// room is how many routine texts the week has left; none: when it has one again.
func (b Burden) room() (room int, frees time.Time) {
	n := len(b.Sent)
	if n < b.AWeek {
		return b.AWeek - n, time.Time{}
	}
	first := n - b.AWeek
	for i := first; i < n; i++ {
		if !b.Sent[i].Add(BurdenWeek).After(b.Now) {
			room++
		}
	}
	return room, b.Sent[first].Add(BurdenWeek)
}

// Named is how a bundle names a text with these values: by the code that shows what it is about. Empty: by none.
func Named(args Args) string {
	for _, name := range []string{"code", "doc", "course"} {
		if a := args[name]; a != "" {
			return a.String()
		}
	}
	return ""
}

// TextsInAWeek is the setting, or the default.
func (s Settings) TextsInAWeek() int {
	if s.TextsAWeek == 0 {
		return DefaultTextsAWeek
	}
	return s.TextsAWeek
}
