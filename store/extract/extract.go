// Package extract tells what a file handed in really is, and reads its text: Markdown and plain text, PDF, DOCX.
//
// Files come from outside and are hostile until shown otherwise: the kind is told by the bytes and never by the name alone, nothing is
// run or fetched, everything has a limit (size, unpacked size, pages, letters, time), and a fault of a library is an answer to the
// author, never the end of the program. The package must not keep or decide anything.
package extract

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"goodcatch/domain"
	"goodcatch/domain/mask"
)

// Bounds of what is read.
const (
	mostText     = 1 << 20 // letters of the text, in bytes
	mostUnpacked = 20 << 20
	readingTime  = 5 * time.Second
)

// Read tells what a file is and reads its text. A file that is not taken is an *domain.InvalidError whose reason is a catalogue key with
// the next step. A PDF without a text, a scan, is taken: its text is empty.
func Read(ctx context.Context, name string, data []byte) (domain.File, error) {
	f := domain.File{Data: data, Size: len(data)}
	kind, err := Sniff(name, data)
	if err != nil {
		return f, err
	}
	sum := sha256.Sum256(data)
	f.Kind, f.Name, f.SHA256 = kind, domain.FileName(name, kind), hex.EncodeToString(sum[:])
	switch kind {
	case domain.PDFFile:
		f.Text, err = guarded(ctx, data, readPDF)
	case domain.WordFile:
		f.Text, err = guarded(ctx, data, readWord)
	default:
		f.Text, err = readText(data)
	}
	return f, err
}

// refused is the answer about a file that is not taken.
func refused(reason string, args ...domain.Arg) error {
	err := &domain.InvalidError{Field: "file", Reason: "files." + reason}
	if len(args) > 0 {
		err.Args = domain.Args{"limit": args[0]}
	}
	return err
}

// Beginnings by which formats are known. Source: the list of file signatures, https://www.garykessler.net/library/file_sigs.html
var (
	pdfMark = []byte("%PDF-")
	zipMark = []byte("PK\x03\x04")
	oleMark = []byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1} // Word until 2003, and DOCX locked with a password
	rtfMark = []byte(`{\rtf`)
)

// textEndings are the names of files that may hold a plain text.
var textEndings = []string{"", ".md", ".markdown", ".txt", ".text"}

// Sniff tells what a file is by its bytes. Of a text the name must say that it is a document: a table or a program is a text as well.
func Sniff(name string, data []byte) (domain.FileKind, error) {
	switch {
	case len(data) == 0:
		return "", refused("empty")
	case len(data) > domain.MostFile:
		return "", refused("large", domain.Number(domain.MostFile>>20))
	case bytes.HasPrefix(data, pdfMark):
		return domain.PDFFile, nil
	case bytes.HasPrefix(data, zipMark):
		return domain.WordFile, checkWord(data)
	case bytes.HasPrefix(data, oleMark):
		if bytes.Contains(data, utf16("EncryptedPackage")) {
			return "", refused("locked")
		}
		return "", refused("old_word")
	case bytes.HasPrefix(data, rtfMark):
		return "", refused("old_word")
	}
	if err := checkText(data); err != nil {
		return "", err
	}
	ending := strings.ToLower(path.Ext(name))
	if strings.ContainsAny(ending, " ") || len(ending) > len(".markdown") { // a name with a point in it, and no ending
		ending = ""
	}
	switch {
	case !slices.Contains(textEndings, ending):
		return "", refused("kind")
	case ending == ".txt" || ending == ".text":
		return domain.TextFile, nil
	}
	return domain.MarkdownFile, nil
}

func utf16(s string) []byte {
	var b []byte
	for _, r := range s {
		b = append(b, byte(r), 0)
	}
	return b
}

// checkText refuses what is no text, or one in letters we cannot know, or a page or drawing that would be run by whoever opens it.
func checkText(data []byte) error {
	if bytes.HasPrefix(data, []byte{0xFF, 0xFE}) || bytes.HasPrefix(data, []byte{0xFE, 0xFF}) {
		return refused("letters")
	}
	odd := 0
	for _, c := range data {
		if c < ' ' && !strings.ContainsRune("\t\n\r\f", rune(c)) {
			odd++
		}
	}
	if odd > 0 {
		return refused("kind")
	}
	if !utf8.Valid(data) {
		return refused("letters")
	}
	begin := strings.ToLower(string(bytes.TrimLeft(data[:min(len(data), 512)], "\ufeff \t\r\n")))
	for _, mark := range []string{"<!doctype", "<html", "<?xml", "<svg", "<script", "<head", "<body"} {
		if strings.HasPrefix(begin, mark) {
			return refused("kind")
		}
	}
	return nil
}

// readText is a text in our line ends.
func readText(data []byte) (string, error) {
	text := string(bytes.TrimPrefix(data, []byte("\ufeff")))
	text = tidy(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\f", "\n\n").Replace(text))
	if text == "" {
		return "", refused("empty")
	}
	if len(text) > mostText {
		return "", refused("long")
	}
	return text, nil
}

// tidy makes a text storable and showable: see mask.Clean. Lines end where their words do.
func tidy(text string) string {
	lines := strings.Split(mask.Clean(text), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRightFunc(l, unicode.IsSpace)
	}
	return strings.Join(lines, "\n")
}

// errSlow ends a reading that takes too long.
var errSlow = errors.New("reading takes too long")

// A limit bounds one reading: every step asks it.
type limit struct {
	ends time.Time
	left int // bytes of text
}

// spend takes letters and looks at the clock. It panics when one of them is up, for libraries in between know no other way out; guarded
// catches it.
func (l *limit) spend(n int) {
	if l.left -= n; l.left < 0 {
		panic(refused("long"))
	}
	if time.Now().After(l.ends) {
		panic(errSlow)
	}
}

// guarded reads on the side: a panic is a broken file, and one that never ends is left behind.
func guarded(ctx context.Context, data []byte, read func(*limit, []byte) (string, error)) (string, error) {
	type outcome struct {
		text string
		err  error
	}
	ctx, cancel := context.WithTimeout(ctx, readingTime)
	defer cancel()
	ends, _ := ctx.Deadline()
	done := make(chan outcome, 1)
	go func() {
		var out outcome
		defer func() {
			if r := recover(); r != nil {
				out.err = fmt.Errorf("panic: %v", r)
				if err, ok := r.(error); ok {
					out.err = err
				}
			}
			done <- out
		}()
		out.text, out.err = read(&limit{ends: ends, left: mostText}, data)
	}()
	select {
	case out := <-done:
		return tidy(out.text), answer(out.err)
	case <-ctx.Done():
		return "", refused("broken")
	}
}

// answer makes whatever went wrong an answer to the author.
func answer(err error) error {
	var invalid *domain.InvalidError
	if err == nil || errors.As(err, &invalid) {
		return err
	}
	return refused("broken")
}
