package domain

import (
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"goodcatch/domain/mask"
)

// A FileKind is what a document file holds, by its bytes and never by its name alone.
type FileKind string

// The kinds of file that are taken.
const (
	MarkdownFile FileKind = "markdown"
	TextFile     FileKind = "text"
	PDFFile      FileKind = "pdf"
	WordFile     FileKind = "docx" // Office Open XML
)

// fileKinds are the media type and the ending of each kind.
var fileKinds = map[FileKind][2]string{
	MarkdownFile: {"text/markdown; charset=utf-8", ".md"},
	TextFile:     {"text/plain; charset=utf-8", ".txt"},
	PDFFile:      {"application/pdf", ".pdf"},
	WordFile:     {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"},
}

// ContentType is the media type under which the file is handed out.
func (k FileKind) ContentType() string { return fileKinds[k][0] }

// Ending is what the file's name ends with.
func (k FileKind) Ending() string { return fileKinds[k][1] }

// MostFile bounds a document file, in bytes.
const MostFile = 10 << 20

// UnusedFile is how long a file is kept that never became a document, or whose draft took another.
const UnusedFile = 30 * day

// A FileID numbers a file.
type FileID int64

// Subject names the file in messages.
func (id FileID) Subject() string { return "f" + strconv.FormatInt(int64(id), 10) }

// A File is a document file as it was handed in.
type File struct {
	ID     FileID
	Person PersonID // who handed it in; 0: imported
	At     time.Time
	Name   string // see FileName
	Kind   FileKind
	Size   int
	SHA256 string // of the whole file, hex
	Data   []byte // the whole file; only where it is kept or handed out
	Text   string // what could be read of it; empty: a scan
	Says   DocumentVersion
	Faults []string // what of it cannot be taken as it stands, each with its line
}

// Body is the text as a document version holds it. It is never empty: a scan's is white space.
func (f *File) Body() string { return strings.TrimSpace(f.Text) + "\n" }

// Complete reports whether the file says everything that a review needs, so that nobody has to fill in a form.
func (f *File) Complete() bool {
	v := f.Says.WithDefaults()
	v.Body, v.Hash, v.File = f.Body(), f.SHA256, int64(f.ID)
	return v.Number > 0 && len(v.Reviewers) > 0 && len(f.Faults) == 0 && v.Check() == nil
}

// longestName bounds the name of a file, in letters before its ending.
const longestName = 60

// FileName makes a name from outside harmless: no folders, no controls or direction marks, nothing that looks like an identifier, not
// too long, and with the ending of what the file really is.
func FileName(name string, kind FileKind) string {
	name = path.Base(strings.ReplaceAll(mask.Clean(name), `\`, "/"))
	if ending := path.Ext(name); len(ending) <= len(".markdown") {
		name = strings.TrimSuffix(name, ending)
	}
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || strings.ContainsRune(`"<>:|?*;%`, r) {
			return ' '
		}
		return r
	}, mask.Text(name).Text)
	name = strings.Trim(strings.Join(strings.Fields(name), " "), ". ")
	if runes := []rune(name); len(runes) > longestName {
		name = strings.TrimSpace(string(runes[:longestName]))
	}
	if name == "" || name == "/" {
		name = "document"
	}
	return name + kind.Ending()
}

// Authors are the roles that may hand in documents.
var Authors = []Role{Educator, Quality, Lead, Manager}

// MayHandIn decides who may hand in a document: an author, in a session we are sure of, or the command line.
func MayHandIn(f Facts) error {
	if f.Actor.Operator {
		return nil
	}
	p := f.Org.People[f.Actor.Person]
	switch {
	case p == nil:
		return Invalid("file", "files.unlinked")
	case !p.Active || !p.Has(Authors...):
		return Invalid("file", "files.not_author")
	case f.Actor.Level < A2:
		return ErrForbidden
	}
	return nil
}

// KeepFile keeps a document file that was handed in, and asks its author for what the file does not say about itself.
type KeepFile struct{ File File }

// CommandName is not registered: a file is never kept later by the clock.
func (KeepFile) CommandName() string { return "keep_file@1" }

// Needs a number for the file.
func (KeepFile) Needs() Needs { return Needs{NewFile: true} }

// Decide checks the right and the size; what the file holds was read before.
func (c KeepFile) Decide(f Facts) (Change, error) {
	if err := MayHandIn(f); err != nil {
		return Change{}, err
	}
	file := c.File
	if len(file.Data) == 0 || len(file.Data) > MostFile || fileKinds[file.Kind] == [2]string{} {
		return Change{}, Invalid("file", "files.kind")
	}
	var change Change
	kept := change.keep(file, f)
	change.Notices = []Notice{kept.card()}
	return change, nil
}

// keep adds a file to a change, before what refers to it. The audit's line holds no name: people put names of patients into those.
func (c *Change) keep(file File, f Facts) File {
	file.ID, file.Person, file.At, file.Size = f.NextFile, f.Actor.Person, f.Now, len(file.Data)
	c.Entries = append([]Entry{KeptFile{file}}, c.Entries...)
	c.Events = append(c.Events, Event{Name: "file_kept", Data: map[string]string{
		"file": file.ID.Subject(), "kind": string(file.Kind), "size": strconv.Itoa(file.Size), "sha256": file.SHA256,
	}})
	return file
}

// A KeptFile is a file to write, sealed under its own key.
type KeptFile struct{ File File }

// Entry makes it part of a change.
func (KeptFile) Entry() {}

// card tells the author what was read, and offers the next step.
func (f *File) card() Notice {
	n := Notice{
		ID: f.ID.Subject() + "/card", To: Recipient{Person: f.Person}, Topic: "file", Subject: f.ID.Subject(), Urgency: Prompt, Class: Once, Only: Slack, Key: "files.read",
		Args: Args{"file": Text(f.Name), "doc": Text(f.Says.Code), "title": Text(f.Says.Title), "version": Number(f.Says.Number), "faults": Text(strings.Join(f.Faults, "\n"))},
	}
	fill := Reply{Letter: "F", Key: "reply.fill_in", Flow: "hand_in", Start: StartFile(f.ID), Style: "primary"}
	switch {
	case f.Complete():
		n.Key = "files.complete"
		send := Reply{Letter: "S", Key: "reply.send_review", Command: SubmitFile{File: f.ID, Code: f.Says.Code}, Style: "primary"}
		fill.Key, fill.Style = "reply.change", ""
		n.Replies = []Reply{send, fill}
		return n
	case len(f.Faults) > 0:
		n.Key = "files.faulty"
	case strings.TrimSpace(f.Text) == "":
		n.Key = "files.scan"
	}
	n.Replies = []Reply{fill}
	return n
}

// StartFile is the start of every flow about a file.
func StartFile(id FileID) Args { return Args{"file": Number(int(id))} }

// MayFillIn decides who may make a document of a file: whoever handed it in, while they may, or the quality office.
func MayFillIn(f Facts) error {
	if f.File == nil {
		return ErrNotFound
	}
	if err := MayHandIn(f); err != nil {
		return err
	}
	if f.Actor.Person != f.File.Person && !slices.Contains(f.Org.People[f.Actor.Person].Roles, Quality) {
		return ErrNotFound
	}
	return nil
}
