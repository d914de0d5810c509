package domain

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// NudgeRest reminds, for whoever answers for them, exactly those who have not signed and can be reached; to whom the last message did not
// get through, one is tried again. Nobody is nudged for the same document twice on one day, however many managers press.
type NudgeRest struct{ Version int64 }

var _ = Register(NudgeRest{})

// CommandName is the stored name.
func (NudgeRest) CommandName() string { return "nudge_rest@1" }

// Needs the version, locked, so that two who press at once do not both remind, with its tasks.
func (c NudgeRest) Needs() Needs {
	return Needs{Version: c.Version, Tending: true, Tasks: everybodys(c.Version)}
}

// A Nudged is tasks whose people are reminded now.
type Nudged struct {
	Tasks []TaskID
	At    time.Time
}

// Entry makes it part of a change.
func (Nudged) Entry() {}

// Decide reminds, and says how many, and who cannot be reached: by name, and so in Slack only. Who presses on their page sees all that
// there, and gets no message.
func (c NudgeRest) Decide(f Facts) (Change, error) {
	if f.Version == nil {
		return Change{}, ErrNotFound
	}
	top, ok := f.Version.Sees(f.Org, f.Actor.Person)
	if !ok || f.Actor.Level < A1 {
		return Change{}, ErrForbidden
	}
	if f.Version.State != Effective {
		return Change{}, &InvalidError{Field: "task", Reason: "campaign.over", Args: Args{"doc": Text(f.Version.Code), "version": Number(f.Version.Number)}}
	}
	var nudged Nudged
	var mail Mailing
	var missing []*Person
	nudged.At = f.Now
	again := 0
	today := DateOf(f.Now, f.Org.Zone)
	for _, t := range f.Tasks {
		p := f.Org.People[t.Person]
		if p == nil || !f.Org.below(p.Unit, top) {
			continue
		}
		if f.Org.cutOff(t, f.Now) {
			missing = append(missing, p)
		}
		switch f.Org.rest(t, f.Now) {
		case restAgain:
			again++
		case restNudge:
			nudged.Tasks = append(nudged.Tasks, t.ID)
			mail = append(mail, askToRead(f.Version.In(f.Org.LanguageOf(t.Person)), t, "nudge/"+today.String(), "campaign.nudge", Routine))
		}
	}
	var change Change
	if f.Actor.Channel != Web {
		change.Notices = []Notice{c.answer(f, len(mail), again, missing)}
	}
	if len(mail) > 0 {
		change.Entries = []Entry{nudged, mail}
		change.Events = []Event{{Name: "document_nudged", Data: map[string]string{"code": f.Version.Code, "number": fmt.Sprint(f.Version.Number), "people": fmt.Sprint(len(mail)), "unit": string(top)}}}
	}
	return change, nil
}

// A rest is what a nudge does about one task.
type rest int

// The rests.
const (
	restNone  rest = iota // signed, away, disputed, asked no more, or nowhere to be reached
	restNudge             // reminded now
	restAgain             // reminded today already
)

// rest says what a nudge does now about a task.
func (o *Organisation) rest(t Task, now time.Time) rest {
	at := o.Standing(t, now)
	switch {
	case at != StandsRead && at != StandsWaiting && at != StandsMissing || o.People[t.Person].Missing() != "":
		return restNone
	case !t.NudgedAt.IsZero() && DateOf(t.NudgedAt, o.Zone) == DateOf(now, o.Zone):
		return restAgain
	default:
		return restNudge
	}
}

// cutOff reports whether a task's person has to be told by somebody else.
func (o *Organisation) cutOff(t Task, now time.Time) bool {
	at := o.Standing(t, now)
	return at == StandsMissing || at == StandsRead && o.People[t.Person].Missing() != ""
}

// mostNames bounds the names in one answer.
const mostNames = 20

func (c NudgeRest) answer(f Facts, reminded, again int, missing []*Person) Notice {
	slices.SortFunc(missing, byName)
	var names []string
	for _, p := range missing[:min(len(missing), mostNames)] {
		names = append(names, p.Name)
	}
	n := Notice{
		ID: fmt.Sprintf("%s/nudged/p%d/%d", f.Version.Subject(), f.Actor.Person, f.Now.UnixMicro()), To: Recipient{Address: f.Actor.Address}, Topic: "answer", Subject: f.Version.Subject(),
		Key: "campaign.nudged", Urgency: Prompt, Class: Once,
		Args: Args{"doc": Text(f.Version.Code), "count": Number(reminded), "again": Number(again), "unreached": Number(len(missing)), "names": Text(strings.Join(names, ", "))},
	}
	return n
}
