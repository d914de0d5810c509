package domain

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"goodcatch/domain/gsm"
)

// A DocumentVersion is one version of a controlled document, at whatever stage of its life.
type DocumentVersion struct {
	ID          int64
	Kind        DocumentKind
	Code        string // IC-04
	Title       string
	Number      int // the version: 7
	State       VersionState
	Owner       PersonID
	Due         time.Duration // how long the audience has
	Changed     string        // the what-changed line
	Question    string
	Options     []string // lettered A, B, C in order
	Right       int      // index into Options
	Body        string   // Markdown, or the text of another file; white space: a scan, which must be opened itself
	Hash        string   // SHA-256 of the file, hex
	File        int64    // the file as it was handed in: see File; 0: none is kept
	Audience    Audience
	Meaning     Meaning    // what its readers are asked for
	Reviewers   []PersonID // who must approve it; none: it came approved
	Handle      Code       // what people type to decide about it (K7R A); empty until it is asked for
	CreatedAt   time.Time
	EffectiveOn time.Time     // not before; zero: as soon as it is approved
	PublishedAt time.Time     // when it took effect
	ReviewEvery time.Duration // how long it stands unreviewed
	ReviewAt    time.Time     // when it must have been reviewed; zero: not in force
	Review      ReviewStage   // of the periodic review under way
	Cause       Cause         // why it is under way
	Digest      []string      // the text for feature phones: four texts at most; empty: none
	Duties      *Duties       // of a responsibility chart
	// Translations by language, beside the original's own.
	Translations map[string]Translation
}

// An Audience is who must read or learn something: people with one of the roles, in one of the units or below, and whoever is named
// besides. Empty means everyone; names alone mean nobody else.
type Audience struct {
	Roles []Role     `json:"roles,omitempty"`
	Units []UnitCode `json:"units,omitempty"`
	Named []PersonID `json:"people,omitempty"`
}

// Includes reports whether the audience holds this person. Nobody who has left belongs to one.
func (a Audience) Includes(o *Organisation, p *Person) bool {
	switch {
	case !p.Active:
		return false
	case slices.Contains(a.Named, p.ID):
		return true
	case len(a.Named) > 0 && len(a.Roles)+len(a.Units) == 0, len(a.Roles) > 0 && !p.Has(a.Roles...):
		return false
	}
	return len(a.Units) == 0 || slices.ContainsFunc(a.Units, func(top UnitCode) bool { return o.Within(p.Unit, top) })
}

// People lists the audience, ordered by id.
func (a Audience) People(o *Organisation) []PersonID {
	var ids []PersonID
	for id, p := range o.People {
		if a.Includes(o, p) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// Name is what a version is called in texts: IC-04 v7.
func (v *DocumentVersion) Name() string { return fmt.Sprintf("%s v%d", v.Code, v.Number) }

// Subject names the version in timers.
func (v *DocumentVersion) Subject() string { return fmt.Sprintf("v%d", v.ID) }

// Letter is how an option is answered: A for the first.
func Letter(option int) string { return string(rune('A' + option)) }

// RightAnswer is the right option as it is shown: "C always".
func (v *DocumentVersion) RightAnswer() string { return Letter(v.Right) + " " + v.Options[v.Right] }

// QuestionLine is the question with its lettered options, as one SMS shows it.
func (v *DocumentVersion) QuestionLine() string {
	var b strings.Builder
	b.WriteString(v.Question)
	for i, o := range v.Options {
		b.WriteString(" " + Letter(i) + " " + o)
	}
	return b.String()
}

// Reading speed and its bounds. Source: 200 words a minute is slow silent reading of non-fiction (Brysbaert 2019 found 238); whoever
// takes less than 60 % of that has not read it.
const (
	wordsAMinute  = 200
	leastDwell    = 20 * time.Second
	mostDwell     = 5 * time.Minute
	readingShares = 60 // per cent
)

// MinimumDwell is how long reading the text takes at the very least.
func (v *DocumentVersion) MinimumDwell(s Settings) time.Duration {
	floor := s.MinimumDwell
	if floor == 0 {
		floor = leastDwell
	}
	reading := time.Duration(len(strings.Fields(v.Body))) * time.Minute / wordsAMinute * readingShares / 100
	return max(floor, min(reading, mostDwell))
}

// Longest values that still let every text about a document fit one SMS.
const (
	longestCode     = 10
	longestTitle    = 24
	longestChanged  = 40
	longestQuestion = 120 // GSM-7 units, with the lettered options
)

// Check reports what keeps a version from being published: an *InvalidError.
func (v *DocumentVersion) Check() error {
	long := func(field string, most int) error {
		return &InvalidError{Field: field, Reason: "problem.too_long", Args: Args{"limit": Number(most)}}
	}
	switch {
	case v.Code == "" || v.Title == "" || v.Changed == "" || v.Question == "" || v.Hash == "" || strings.TrimSpace(v.Body) == "" && v.File == 0:
		return Invalid("document", "problem.document_incomplete")
	case v.Number < 1 || v.Due < 24*time.Hour:
		return Invalid("document", "problem.document_incomplete")
	case len(v.Code) > longestCode:
		return long("code", longestCode)
	case len([]rune(v.Title)) > longestTitle:
		return long("title", longestTitle)
	case len([]rune(v.Changed)) > longestChanged:
		return long("changed", longestChanged)
	case len(v.Options) < 2 || len(v.Options) > 4 || slices.Contains(v.Options, "") || v.Right < 0 || v.Right >= len(v.Options):
		return Invalid("options", "problem.options")
	}
	if err := v.checkTranslations(); err != nil {
		return err
	}
	if c := gsm.Segments(gsm.Plain(v.QuestionLine())); c.Encoding == gsm.GSM7 && c.Units > longestQuestion || c.Encoding == gsm.UCS2 && c.Units > longestQuestion/3 {
		return long("question", longestQuestion)
	}
	return v.checkDigest()
}

// PublishDocument puts a version in force: whoever must read it gets one task and one message, and the version before it ends with all
// its open tasks. Publishing the same file again does nothing.
type PublishDocument struct{ Version DocumentVersion }

// CommandName is not registered: a version is never published later by the clock.
func (PublishDocument) CommandName() string { return "publish_document@1" }

// Needs the version in force, locked.
func (c PublishDocument) Needs() Needs { return Needs{Document: c.Version.Code} }

// Decide checks the version and lets the store write it for everyone at once.
func (c PublishDocument) Decide(f Facts) (Change, error) {
	if err := mayPublish(f); err != nil {
		return Change{}, err
	}
	v := c.Version.WithDefaults()
	if err := v.Check(); err != nil {
		return Change{}, err
	}
	var previous *DocumentVersion
	if f.Version != nil {
		if f.Version.sameFiles(&v) {
			return Change{}, nil
		}
		if v.Number <= f.Version.Number {
			return Change{}, &InvalidError{Field: "version", Reason: "problem.version_old", Args: Args{"code": Text(f.Version.Name())}}
		}
		previous = f.Version
	}
	v.ID, v.State, v.CreatedAt = f.NextID, Approved, f.Now
	return v.takeEffect(f, previous)
}

// mayPublish decides who puts procedures in force: the command line, an educator, or the quality office, in a session we are sure of.
func mayPublish(f Facts) error {
	if f.Actor.Operator {
		return nil
	}
	p := f.Org.People[f.Actor.Person]
	if p == nil || !p.Active || !p.Has(Educator, Quality) || f.Actor.Level < A2 {
		return ErrForbidden
	}
	return nil
}

// dueAt is the end of the last day.
func (v *DocumentVersion) dueAt(zone *time.Location) time.Time {
	return v.dueFrom(v.PublishedAt, zone)
}

// dueFrom is the end of the last day of somebody who is asked at that time.
func (v *DocumentVersion) dueFrom(at time.Time, zone *time.Location) time.Time {
	return DateOf(at, zone).Add(int(v.Due/(24*time.Hour))).At(24*60-1, zone).UTC()
}

// A PublishedDocument is a version to put in force: written by a few statements, however many people must read it.
type PublishedDocument struct {
	Version  DocumentVersion
	Previous *DocumentVersion // superseded; nil for the first
	People   []PersonID
	DueAt    time.Time
}

// Entry makes it part of a change.
func (PublishedDocument) Entry() {}

// Notice is the message that asks one person to read the version, once their task has its number and token.
func (e PublishedDocument) Notice(t Task, language string) Notice {
	return askToRead(e.Version.In(language), t, "new", "doc.new", Routine)
}

// askToRead is a message about a document task: in Slack a card, by SMS the link.
func askToRead(v *DocumentVersion, t Task, what, key string, u Urgency) Notice {
	start := Args{"task": Number(int(t.ID))}
	return Notice{
		ID: t.ID.Subject() + "/" + what, To: Recipient{Person: t.Person}, Topic: "document", Subject: t.ID.Subject(), Key: key, Args: documentArgs(v, t), Urgency: u, Class: Once,
		Replies: []Reply{
			{Letter: "R", Key: "reply.read", Flow: "read_document", Start: start, Style: "primary"},
			{Letter: "U", Key: "reply.unclear", Flow: "ask_author", Start: start},
			{Letter: "N", Key: "reply.not_mine", Command: NotMyJob{Task: t.ID}},
		},
	}
}

// documentArgs are the values of every text about a document task. Texts with a review day that has passed say so: see the catalogue.
func documentArgs(v *DocumentVersion, t Task) Args {
	args := Args{"doc": Text(v.Code), "version": Number(v.Number), "title": Text(v.Title), "changed": Text(v.Changed), "due": Day(t.DueAt), "link": Link("/s/" + t.Token)}
	if !v.ReviewAt.IsZero() {
		args["review"] = Day(v.ReviewAt)
	}
	return args
}

// TaskArgs are the values of every text about one person's task to read the version.
func (v *DocumentVersion) TaskArgs(t Task) Args { return documentArgs(v, t) }
