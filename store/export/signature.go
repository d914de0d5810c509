package export

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"goodcatch/domain"
	"goodcatch/store"
)

// Signatures are everything that was signed in some time, and who approved, returned, reviewed or retired the documents.
type Signatures struct {
	Signed  []store.Signature
	Decided []Decision
	Org     *domain.Organisation
	At      time.Time
	About   string // what was asked for: "IC-04, from 1 Dec 2026"
}

// A Decision is one about a document's version.
type Decision struct {
	domain.Decision
	Code   string
	Number int
	Title  string
}

var signatureHeads = []string{
	"what", "receipt", "person", "staff_id", "name", "roles", "unit", "document", "version", "title", "sha256", "meaning", "sentence", "signed_at", "zone", "channel", "assurance", "provider_id",
	"opened_at", "seconds", "read_as", "parts_reached", "parts", "wrong_tries", "fast",
}

// Table prints them, in the order of time.
func (s Signatures) Table() *Table {
	t := &Table{
		Title: "Signatures: " + s.About, Heads: signatureHeads, Made: "Made " + readable(s.At, s.Org.Zone) + " " + s.Org.Zone.String(),
		Summary: []string{fmt.Sprintf("%s and %s.", plural(len(s.Signed), "signature", "signatures"), plural(len(s.Decided), "decision about a document", "decisions about documents"))},
	}
	type printed struct {
		at   time.Time
		row  []string
		line line
	}
	var all []printed
	for _, g := range s.Signed {
		all = append(all, printed{g.At, s.signatureRow(g), line{head: fmt.Sprintf("%s, %s, %s: %s v%d %s", or(g.Name, "(erased)"), roles(g.Roles), g.Unit, g.Code, g.Number, g.Title),
			notes: append(signedNotes(g, s.Org.Zone), "SHA-256 "+g.Hash)}})
	}
	for _, d := range s.Decided {
		all = append(all, printed{d.At, s.decisionRow(d), line{head: fmt.Sprintf("%s: %s v%d %s, %s", s.decider(d), d.Code, d.Number, d.Title, d.What),
			notes: []string{fmt.Sprintf("%s, %s, A%d", readable(d.At, s.Org.Zone), or(string(d.Channel), "command line"), d.Level), "SHA-256 " + d.Hash}}})
	}
	slices.SortStableFunc(all, func(a, b printed) int { return a.at.Compare(b.at) })
	for _, p := range all {
		t.Rows, t.lines = append(t.Rows, p.row), append(t.lines, p.line)
	}
	return t
}

func cells(heads []string, row map[string]string) []string {
	out := make([]string, len(heads))
	for i, head := range heads {
		out[i] = row[head]
	}
	return out
}

func (s Signatures) signatureRow(g store.Signature) []string {
	return cells(signatureHeads, map[string]string{
		"what": "signature", "receipt": domain.ReceiptNumber(g.Receipt), "person": fmt.Sprintf("p%d", g.Person), "staff_id": g.External, "name": or(g.Name, "(erased)"), "roles": roles(g.Roles),
		"unit": string(g.Unit), "document": g.Code, "version": strconv.Itoa(g.Number), "title": g.Title, "sha256": g.Hash, "meaning": string(g.Meaning), "sentence": g.Sentence,
		"signed_at": stamp(g.At, in(g.Zone, s.Org.Zone)), "zone": g.Zone, "channel": string(g.Channel), "assurance": fmt.Sprintf("A%d", g.Level), "provider_id": g.Inbound,
		"opened_at": stamp(g.OpenedAt, s.Org.Zone), "seconds": strconv.Itoa(int(g.Dwell.Seconds())), "read_as": string(g.ReadAs), "parts_reached": strconv.Itoa(g.Reached),
		"parts": strconv.Itoa(g.Parts), "wrong_tries": strconv.Itoa(g.Tries), "fast": strconv.FormatBool(g.Fast),
	})
}

func (s Signatures) decisionRow(d Decision) []string {
	row := map[string]string{
		"what": string(d.What), "name": s.decider(d), "document": d.Code, "version": strconv.Itoa(d.Number), "title": d.Title, "sha256": d.Hash, "sentence": d.Reason,
		"signed_at": stamp(d.At, s.Org.Zone), "zone": s.Org.Zone.String(), "channel": string(d.Channel), "assurance": fmt.Sprintf("A%d", d.Level),
	}
	if d.Person != 0 {
		row["person"] = fmt.Sprintf("p%d", d.Person)
		if p := s.Org.People[d.Person]; p != nil {
			row["staff_id"] = p.External
		}
	}
	return cells(signatureHeads, row)
}

// decider is who decided: nobody by name when the clock or the command line did.
func (s Signatures) decider(d Decision) string {
	if d.Person == 0 {
		return "goodcatch"
	}
	return or(d.Name, "(erased)")
}

// signedNotes print a signature for people: the time, what it means, how, and by which message.
func signedNotes(s store.Signature, zone *time.Location) []string {
	return []string{
		fmt.Sprintf("Signed %s %s, receipt %s, by %s, assurance A%d. Read for %d s.", readable(s.At, in(s.Zone, zone)), s.Zone, domain.ReceiptNumber(s.Receipt), s.Channel, s.Level, int(s.Dwell.Seconds())),
		"It means: " + s.Sentence, "By message " + s.Inbound,
	}
}
