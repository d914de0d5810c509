package export

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"goodcatch/domain"
	"goodcatch/store"
)

// A Proof answers "can we prove that ward 4B knew IC-04?": whoever had to know one version of a document, and what is known of each.
type Proof struct {
	Version *domain.DocumentVersion
	Unit    domain.UnitCode // with all below it
	Readers []store.Reader
	Org     *domain.Organisation
	At      time.Time
	By      time.Time // signed before counts; zero: each by their own due time
}

// proofHeads are the columns of a proof.
var proofHeads = []string{
	"person", "staff_id", "name", "roles", "unit", "unit_now", "document", "version", "asked_at", "due_at", "opened_at", "seconds", "read_as", "parts_reached", "parts", "word_right_at",
	"wrong_tries", "signed_at", "zone", "meaning", "sentence", "channel", "assurance", "receipt", "provider_id", "sha256", "flags", "not_signed_because",
}

// Table prints the proof: its summary first.
func (p Proof) Table() *Table {
	t := &Table{
		Title: fmt.Sprintf("Proof: %s %s and %s", p.Version.Name(), p.Version.Title, p.UnitName()), Heads: proofHeads, Summary: p.Summary(),
		Made: "Made " + readable(p.At, p.Org.Zone) + " " + p.Org.Zone.String(),
	}
	for _, r := range p.Readers {
		t.Rows = append(t.Rows, p.row(r))
		t.lines = append(t.lines, p.line(r))
	}
	return t
}

// UnitName is the unit's code and name.
func (p Proof) UnitName() string {
	if u := p.Org.Units[p.Unit]; u != nil && u.Name != string(u.Code) {
		return fmt.Sprintf("%s %s", u.Code, u.Name)
	}
	return string(p.Unit)
}

// A Count is what a proof comes to.
type Count struct {
	People, Signed, InTime, Fast int
	Open                         []store.Reader // who had to and have not
	Excepted                     []store.Reader // who did not have to: excused, left, on leave, never asked
}

// Count counts.
func (p Proof) Count() Count {
	c := Count{People: len(p.Readers)}
	for _, r := range p.Readers {
		switch {
		case r.Signed != nil:
			c.Signed++
			if !p.late(r) {
				c.InTime++
			}
			if r.Signed.Fast {
				c.Fast++
			}
		case p.excepted(r):
			c.Excepted = append(c.Excepted, r)
		default:
			c.Open = append(c.Open, r)
		}
	}
	return c
}

// Summary says in sentences what the rows prove.
func (p Proof) Summary() []string {
	c := p.Count()
	v := p.Version
	by := "by their due day"
	if !p.By.IsZero() {
		by = "before " + readable(p.By, p.Org.Zone)
	}
	first := fmt.Sprintf("Of %s of %s, %d signed %s (%s), %d of them %s.", plural(c.People, "person", "people"), p.UnitName(), c.Signed, v.Name(), meanings[v.Meaning], c.InTime, by)
	lines := []string{first}
	if c.People == 0 {
		lines = []string{fmt.Sprintf("Nobody of %s was asked to know %s, and nobody works there now.", p.UnitName(), v.Name())}
	}
	if c.Fast > 0 {
		lines = append(lines, fmt.Sprintf("%d signed faster than the text can be read; each is marked fast.", c.Fast))
	}
	if len(c.Open) > 0 {
		lines = append(lines, "Not signed: "+p.reasons(c.Open)+".")
	}
	if len(c.Excepted) > 0 {
		lines = append(lines, "Did not have to, or cannot now: "+p.reasons(c.Excepted)+".")
	}
	return append(lines, fmt.Sprintf("%s %s, in force since %s, SHA-256 of its file %s.", v.Name(), v.Title, readable(v.PublishedAt, p.Org.Zone), v.Hash))
}

// reasons are people with why they have not signed: "Ana Silva: not opened; Bo Li: on leave".
func (p Proof) reasons(readers []store.Reader) string {
	list := make([]string, len(readers))
	for i, r := range readers {
		list[i] = p.Name(r) + ": " + p.Because(r)
	}
	return strings.Join(list, "; ")
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// meanings are what a signature says, in the words of an auditor.
var meanings = map[domain.Meaning]string{domain.Read: "acknowledged as read and understood", domain.Signed: "signed with two components"}

// Name is the printed name of who signed, else the name they have now.
func (p Proof) Name(r store.Reader) string {
	if r.Signed != nil && r.Signed.Name != "" {
		return r.Signed.Name
	}
	if r.Signed != nil {
		return "(erased)"
	}
	return p.Org.NameOf(r.Person)
}

// late reports whether somebody signed after their time.
func (p Proof) late(r store.Reader) bool {
	by := p.By
	if by.IsZero() && r.Task != nil {
		by = r.Task.DueAt
	}
	return !by.IsZero() && !r.Signed.At.Before(by)
}

// excepted reports whether a person who has not signed did not have to, or cannot be asked now.
func (p Proof) excepted(r store.Reader) bool {
	return p.gone(r) || r.Task == nil || r.Task.State == domain.TaskWithdrawn
}

// gone reports whether a person has left, or is on leave.
func (p Proof) gone(r store.Reader) bool {
	person := p.Org.People[r.Person]
	_, away := p.Org.Away(r.Person, p.At)
	return away || person == nil || !person.Active
}

// Because says why somebody has not signed; empty when they have.
func (p Proof) Because(r store.Reader) string {
	person := p.Org.People[r.Person]
	_, away := p.Org.Away(r.Person, p.At)
	t := r.Task
	switch {
	case r.Signed != nil:
		return ""
	case t != nil && t.Flag == domain.Excused:
		return "excused by a manager"
	case person == nil || !person.Active:
		return "has left"
	case away:
		return "on leave"
	case t == nil && !p.Version.Audience.Includes(p.Org, person):
		return "not asked: not of the audience"
	case t == nil:
		return "not asked"
	case t.State == domain.TaskWithdrawn && !p.Version.Audience.Includes(p.Org, person):
		return "withdrawn: moved to another job"
	case t.State == domain.TaskWithdrawn:
		return "withdrawn: another version followed"
	case t.Flag == domain.NotMine:
		return "says it is not for their job; undecided"
	}
	return p.standing(r)
}

// standing says how far somebody has come.
func (p Proof) standing(r store.Reader) string {
	t := r.Task
	person := p.Org.People[r.Person]
	switch {
	case r.PINLock.After(p.At):
		return "PIN locked after five wrong tries"
	case !t.AnsweredAt.IsZero():
		return "answered; the signature is missing"
	case !t.ProvedAt.IsZero() && !t.RetryAfter.IsZero():
		return "answered wrongly; to try again"
	case !t.ProvedAt.IsZero():
		return "read; the question is not answered"
	case !t.OpenedAt.IsZero() && p.Version.Unread(*t) > 0:
		return fmt.Sprintf("opened; %d of %d parts", t.Reached, len(p.Version.Parts()))
	case !t.OpenedAt.IsZero():
		return "opened; the word did not come"
	case !person.Reachable():
		return "cannot be reached"
	}
	return "not opened"
}

// flags mark what is unusual.
func (p Proof) flags(r store.Reader) string {
	var flags []string
	add := func(flag string, is bool) {
		if is {
			flags = append(flags, flag)
		}
	}
	person := p.Org.People[r.Person]
	_, away := p.Org.Away(r.Person, p.At)
	add("fast", r.Signed != nil && r.Signed.Fast)
	add("late", r.Signed != nil && p.late(r))
	add("overdue", r.Signed == nil && !p.gone(r) && r.Task != nil && r.Task.State == domain.TaskOpen && r.Task.DueAt.Before(p.At))
	add("excused", r.Task != nil && r.Task.Flag == domain.Excused)
	add("on_leave", away)
	add("not_asked", r.Task == nil)
	add("left", person == nil || !person.Active)
	add("moved", person != nil && person.Active && person.Unit != r.Unit)
	return strings.Join(flags, " ")
}

// row is one person's line of the table.
func (p Proof) row(r store.Reader) []string {
	org := p.Org
	row := map[string]string{
		"person": fmt.Sprintf("p%d", r.Person), "name": p.Name(r), "roles": roles(r.Roles), "unit": string(r.Unit), "document": p.Version.Code, "version": strconv.Itoa(p.Version.Number),
		"flags": p.flags(r), "not_signed_because": p.Because(r), "sha256": p.Version.Hash,
	}
	if person := org.People[r.Person]; person != nil {
		row["staff_id"], row["unit_now"] = person.External, string(person.Unit)
	}
	if t := r.Task; t != nil {
		row["asked_at"], row["due_at"], row["opened_at"] = stamp(t.CreatedAt, org.Zone), stamp(t.DueAt, org.Zone), stamp(t.OpenedAt, org.Zone)
		row["word_right_at"], row["wrong_tries"] = stamp(t.ProvedAt, org.Zone), strconv.Itoa(t.Tries)
		row["read_as"], row["parts_reached"], row["parts"] = string(t.ReadAs), strconv.Itoa(t.Reached), strconv.Itoa(len(p.Version.Parts()))
		if !t.ProvedAt.IsZero() {
			row["seconds"] = strconv.Itoa(int(t.Dwell.Seconds()))
		}
	}
	if s := r.Signed; s != nil {
		row["signed_at"], row["zone"] = stamp(s.At, in(s.Zone, org.Zone)), s.Zone
		row["meaning"], row["sentence"], row["channel"], row["assurance"] = string(s.Meaning), s.Sentence, string(s.Channel), fmt.Sprintf("A%d", s.Level)
		row["receipt"], row["provider_id"], row["sha256"] = domain.ReceiptNumber(s.Receipt), s.Inbound, s.Hash
	}
	return cells(proofHeads, row)
}

// line is the same for people. Source of what stands under a signature: 21 CFR 11.50 (a), printed name, date and time, meaning.
func (p Proof) line(r store.Reader) line {
	l := line{head: fmt.Sprintf("%s, %s, %s", p.Name(r), roles(r.Roles), r.Unit)}
	if s := r.Signed; s != nil {
		l.notes = append(l.notes, signedNotes(*s, p.Org.Zone)...)
	} else {
		l.notes = append(l.notes, "Not signed: "+p.Because(r)+".")
	}
	if t := r.Task; t != nil {
		l.notes = append(l.notes, fmt.Sprintf("Asked %s, due %s, opened %s; %d of %d parts; wrong tries %d.",
			readable(t.CreatedAt, p.Org.Zone), readable(t.DueAt, p.Org.Zone), or(readable(t.OpenedAt, p.Org.Zone), "never"), t.Reached, len(p.Version.Parts()), t.Tries))
	}
	if flags := p.flags(r); flags != "" {
		l.notes = append(l.notes, "Flags: "+flags)
	}
	return l
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func roles(list []domain.Role) string {
	names := make([]string, len(list))
	for i, r := range list {
		names[i] = string(r)
	}
	return strings.Join(names, " ")
}
