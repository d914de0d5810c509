package bot

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/store/certificate"
	"goodcatch/store/export"
)

// CertificateOf is the paper of a pass in the holder's language, or in English where no font at hand has the letters of theirs.
func CertificateOf(catalog *conversations.Catalog, org *domain.Organisation, p domain.Pass, now time.Time) certificate.Paper {
	paper := func(language string) certificate.Paper {
		words := catalog.CertificateOf(conversations.Voice{Language: language, Zone: org.ZoneOf(p.Person), Now: now}, org, p)
		return certificate.Paper{Title: words.Title, Heading: words.Heading, Name: words.Name, Lines: words.Lines, Footer: words.Footer, Language: language}
	}
	own := paper(org.LanguageOf(p.Person))
	if _, lacking := certificate.Lacks(strings.Join(append(own.Lines, own.Heading, own.Footer), "\n")); lacking {
		return paper(conversations.Fallback)
	}
	return own
}

// Certificate draws the certificate of a course that the page's owner has passed, and writes into the audit that they took it.
// domain.ErrNotFound: they have not passed it.
func (b *Bot) Certificate(ctx context.Context, p Personal, course string) (Handout, error) {
	passes, err := b.DB.Passes(ctx, p.Person.ID)
	if err != nil {
		return Handout{}, err
	}
	i := slices.IndexFunc(passes, func(x domain.Pass) bool { return x.Course == course })
	if i < 0 {
		return Handout{}, domain.ErrNotFound
	}
	org, err := b.DB.Organisation(ctx)
	if err != nil {
		return Handout{}, err
	}
	var data bytes.Buffer
	if err := CertificateOf(b.Catalog, org, passes[i], p.Voice.Now).Write(&data); err != nil {
		return Handout{}, err
	}
	err = b.DB.RecordExport(ctx, p.actor(), map[string]string{"what": "certificate", "code": course, "of": handleOf(p.Person.ID)})
	return Handout{Name: "certificate-" + course + ".pdf", Title: passes[i].Title, Data: data.Bytes()}, err
}

// ExportMine prints what the page's owner has signed and passed, and writes into the audit that they took it.
func (b *Bot) ExportMine(ctx context.Context, p Personal) (Handout, error) {
	table := export.Personal{Person: p.Person, Signed: p.Signed, Passed: p.Passed, Zone: p.Voice.Zone, At: p.Voice.Now}.Table()
	var data bytes.Buffer
	if err := table.Write(&data, export.CSV); err != nil {
		return Handout{}, err
	}
	err := b.DB.RecordExport(ctx, p.actor(), map[string]string{
		"what": "personal", "of": handleOf(p.Person.ID), "format": string(export.CSV), "rows": fmt.Sprint(len(table.Rows)), "sha256": table.Digest(),
	})
	return Handout{Name: "signed-and-passed.csv", Title: table.Title, Data: data.Bytes()}, err
}

// actor is the page's owner: whoever holds the link holds the phone or account that it was sent to.
func (p Personal) actor() domain.Actor {
	return domain.Actor{Person: p.Person.ID, Channel: domain.Web, Level: domain.A1}
}
