package importer

import (
	"context"
	"errors"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"goodcatch/domain"
	"goodcatch/store/extract"
)

// refusals say in words why a file is not taken, for the command line.
var refusals = map[string]string{
	"files.kind":     "is no Markdown, plain text, PDF or DOCX. Save it as one of these.",
	"files.empty":    "holds nothing to read.",
	"files.large":    "is larger than 10 MB. Make it smaller.",
	"files.long":     "holds more text than one document can. Split it.",
	"files.old_word": "is an older Word or rich text file. Save it as DOCX or PDF.",
	"files.macros":   "brings macros along. Save it as a DOCX without them.",
	"files.locked":   "is locked with a password. Save it without one.",
	"files.broken":   "cannot be read: it seems to be broken. Open it and save it anew.",
	"files.letters":  "is not UTF-8.",
}

// file tells what a file is and reads its text; false when it is not taken.
func (r *reading) file(src *source, data []byte) (domain.File, bool) {
	f, err := extract.Read(context.Background(), src.name, data) // bounded by itself
	var invalid *domain.InvalidError
	if errors.As(err, &invalid) {
		r.refuse(place{file: src}, "%s", refusals[invalid.Reason])
		return f, false
	}
	return f, err == nil
}

// settingsOf is the name of the file with a document's settings: IC-04.yaml beside IC-04.pdf.
func settingsOf(name string) string { return strings.TrimSuffix(name, path.Ext(name)) + ".yaml" }

// documentBeside reads a PDF or DOCX, and its settings from the file beside it.
func (r *reading) documentBeside(src *source, data []byte) (Document, bool, error) {
	beside, text, found, err := r.open(settingsOf(src.name))
	if err != nil {
		return Document{}, false, err
	}
	if !found {
		r.refuse(place{file: src}, "needs %s beside it, with the document's settings: the same keys as at the head of a Markdown document.", path.Base(settingsOf(src.name)))
		return Document{}, false, nil
	}
	file, ok := r.file(src, data)
	if !ok {
		return Document{}, false, nil
	}
	d, ok := r.settings(beside, 0, text, file)
	return d, ok, nil
}

// lonelySettings refuses settings without a document, which somebody forgot or named otherwise.
func (r *reading) lonelySettings(documents []string) error {
	settings, err := r.list("documents", ".yaml")
	if err != nil {
		return err
	}
	for _, name := range settings {
		if !slices.ContainsFunc(documents, func(d string) bool { return path.Ext(d) != ".md" && settingsOf(d) == name }) {
			bare := strings.TrimSuffix(path.Base(name), ".yaml")
			r.refuse(place{file: &source{name: name}}, "holds settings, but %s.pdf or %s.docx is not beside it.", bare, bare)
		}
	}
	return nil
}

// mostFaults is how many faults of one file an author is shown.
const mostFaults = 5

// Describe puts to a file what it says about itself, for whoever hands it in: the settings at the head of Markdown, with what of them
// cannot stand; of other files what its name and its first line tell.
func Describe(org *domain.Organisation, author *domain.Person, f *domain.File) {
	front, body, ok := "", "", false
	if f.Kind == domain.MarkdownFile {
		front, body, ok = frontMatter(f.Text)
	}
	if !ok {
		f.Says = guess(f.Name, f.Text)
		return
	}
	r := newReading(nil, org, Options{})
	r.author = author
	f.Text = strings.TrimSpace(body)
	d, _ := r.settings(newSource(f.Name, []byte(f.Text)), 1, []byte(front), *f)
	d.Reviewers, d.Audience.Named = ids(d.reviewers), ids(d.named)
	if d.owner != nil {
		d.Owner = d.owner.ID
	}
	d.Body, d.Hash = "", ""
	f.Says = d.DocumentVersion
	for _, fault := range r.faults.sorted()[:min(len(r.faults), mostFaults)] {
		f.Faults = append(f.Faults, lineOf(fault))
	}
}

// lineOf is a fault in one line, as a person says it.
func lineOf(f Fault) string {
	if f.Line == 0 {
		return f.Problem
	}
	return "line " + strconv.Itoa(f.Line) + ": " + f.Problem
}

// codeWithin finds a document's code in a name or a title: IC-04.
var codeWithin = regexp.MustCompile(`\b[A-Z]{1,5}(-[A-Z]{1,4})?-[0-9]{1,4}\b`)

// guess takes the code from a file's name or the first lines of its text, and a short first line as the title.
func guess(name, text string) domain.DocumentVersion {
	first, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	v := domain.DocumentVersion{Code: codeWithin.FindString(strings.ReplaceAll(name, "_", " "))}
	if v.Code == "" {
		v.Code = codeWithin.FindString(text[:min(len(text), 300)])
	}
	title := strings.TrimSpace(strings.TrimLeft(first, "# "))
	if after, ok := strings.CutPrefix(title, v.Code); ok && v.Code != "" {
		title = strings.Trim(after, " :-–")
	}
	if len([]rune(title)) <= maxTitle {
		v.Title = title
	}
	return v
}
