package web

import (
	"bytes"
	"context"
	"errors"
	"html/template"
	"strings"

	"goodcatch/conversations/redline"
	"goodcatch/domain"
)

// How much of the changes is shown before the text, in bytes: a page weighs 30 kB, and the text comes first.
const (
	pageRoom     = 20 << 10
	mostChanges  = 7 << 10
	leastChanges = 3 << 9
)

// changes are what a version changes of the one before it, as the template part "changes" shows them. The zero value shows nothing: the
// version is the first.
type changes struct {
	Before   int // the version compared with; 0: none
	Passages []passage
	More     int  // passages left out: the text has them all
	Unread   bool // one of the two has no text to compare
}

// A passage is one changed block.
type passage struct {
	Under   string
	Heading bool
	Pieces  []piece
}

// A piece is a run of words: added, removed, or what stands around.
type piece struct {
	Added, Removed bool
	Text           string
}

// changes compares a version, as it is read in a language, with the one in force before it. room is what the page has left for them.
func (s *Server) changes(ctx context.Context, v *domain.DocumentVersion, language string, room int) (changes, error) {
	before, err := s.DB.VersionBefore(ctx, v)
	if errors.Is(err, domain.ErrNotFound) {
		return changes{}, nil
	}
	if err != nil {
		return changes{}, err
	}
	before = v.Matching(before, language)
	c := changes{Before: before.Number}
	if strings.TrimSpace(before.Body) == "" || strings.TrimSpace(v.Body) == "" {
		c.Unread = true
		return c, nil
	}
	shown, more := redline.Passages(redline.Compare(before.Body, v.Body), min(max(room, leastChanges), mostChanges))
	c.More = more
	for _, p := range shown {
		line := passage{Under: p.Under, Heading: p.Kind == redline.Heading}
		for _, x := range p.Pieces {
			line.Pieces = append(line.Pieces, piece{x.Op == redline.Added, x.Op == redline.Removed, x.Text()})
		}
		c.Passages = append(c.Passages, line)
	}
	return c, nil
}

// A manuscript is a version's text as a page shows it, with the file it came in.
type manuscript struct {
	HTML template.HTML // of Markdown
	Lay  []redline.Part
	File *attached
	Scan bool // there is nothing but the file
}

// attached is the file that a page offers.
type attached struct {
	Link, Name, Hash string
	Size             domain.Arg // kilobytes
}

// manuscript draws a version's text, or a part of it: Markdown as it is meant, every other text as it stands. link is where its file is
// handed out.
func (s *Server) manuscript(ctx context.Context, v *domain.DocumentVersion, part, link string) (manuscript, error) {
	m := manuscript{Scan: strings.TrimSpace(v.Body) == ""}
	kind := domain.MarkdownFile
	if v.File != 0 {
		f, err := s.DB.FileFacts(ctx, domain.FileID(v.File))
		if err != nil {
			return m, err
		}
		kind = f.Kind
		m.File = &attached{Link: link, Name: f.Name, Hash: f.SHA256, Size: domain.Number((f.Size + 1023) / 1024)}
	}
	if kind != domain.MarkdownFile {
		m.Lay = redline.Lay(part)
		return m, nil
	}
	var text bytes.Buffer
	err := markdown.Convert([]byte(part), &text)
	m.HTML = template.HTML(text.String())
	return m, err
}

// weight is about how many bytes the text takes on the page.
func (m manuscript) weight() int {
	n := len(m.HTML)
	for _, p := range m.Lay {
		n += len(p.Text) + 30
	}
	return n
}
