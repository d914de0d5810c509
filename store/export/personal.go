package export

import (
	"strconv"
	"time"

	"goodcatch/domain"
	"goodcatch/store"
)

// Personal is what one person has signed and passed, for their own appraisal. It alone among the exports tells scores: to whose they are.
type Personal struct {
	Person *domain.Person
	Signed []store.PersonalDocument
	Passed []store.PersonalCourse
	Zone   *time.Location
	At     time.Time
}

var personalHeads = []string{"name", "what", "code", "version", "title", "at", "zone", "receipt", "meaning", "assurance", "sha256", "score"}

// Table prints it, in the order of the page.
func (p Personal) Table() *Table {
	t := &Table{
		Title: "Signed and passed: " + p.Person.Name, Heads: personalHeads, Made: "Made " + readable(p.At, p.Zone) + " " + p.Zone.String(),
		Summary: []string{plural(len(p.Signed), "signature", "signatures") + " and " + plural(len(p.Passed), "course passed", "courses passed") + "."},
	}
	for _, d := range p.Signed {
		t.Rows = append(t.Rows, cells(personalHeads, map[string]string{
			"name": p.Person.Name, "what": "document", "code": d.Code, "version": strconv.Itoa(d.Number), "title": d.Title, "at": stamp(d.At, in(d.Zone, p.Zone)), "zone": d.Zone,
			"receipt": domain.ReceiptNumber(d.Receipt), "meaning": d.Sentence, "assurance": "A" + strconv.Itoa(d.Level), "sha256": d.Hash,
		}))
	}
	for _, c := range p.Passed {
		t.Rows = append(t.Rows, cells(personalHeads, map[string]string{
			"name": p.Person.Name, "what": "course", "code": c.Code, "title": c.Title, "at": stamp(c.At, p.Zone), "zone": p.Zone.String(), "score": strconv.Itoa(c.Score),
		}))
	}
	return t
}
