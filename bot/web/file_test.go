package web

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"goodcatch/domain"
)

// handIn puts a version of IC-04 in force whose text came in a file.
func (s *site) handIn(number int, kind domain.FileKind, text, hash string) {
	s.t.Helper()
	v := domain.DocumentVersion{
		Code: "IC-04", Title: "Hand hygiene", Number: number, Owner: s.ana, Due: 14 * 24 * time.Hour, Changed: "gel before AND after gloves",
		Question: "You leave the bay. Gel?", Options: []string{"no", "only if soiled", "always"}, Right: 2, Body: text + "\n", Hash: hash,
	}
	file := &domain.File{Name: "Händehygiene \"4\".pdf", Kind: kind, Data: []byte("%PDF-" + text), SHA256: hash, Text: text}
	if _, err := s.db.Do(s.t.Context(), domain.Actor{Operator: true}, domain.HandInDocument{Version: v, File: file}); err != nil {
		s.t.Fatal(err)
	}
	if err := s.db.Pool.QueryRow(s.t.Context(), `SELECT token FROM tasks ORDER BY id DESC LIMIT 1`).Scan(&s.token); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) opened() string {
	s.t.Helper()
	_, body, _ := s.do("POST", "/s/"+s.token, url.Values{"do": {"open"}})
	return body
}

func TestTheFileIsHandedOutToWhoeverHoldsTheTask(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if status, _, _ := s.do("GET", "/s/"+s.token+"/file", nil); status != 404 {
		t.Errorf("a version without a file: %d", status)
	}
	s.handIn(8, domain.PDFFile, "Take <K 3.5> tubes.\n# Not Markdown: *stars*", "c0ffee")
	page := s.opened()
	for _, want := range []string{`href="/s/` + s.token + `/file"`, "SHA-256 c0ffee", "Take &lt;K 3.5&gt; tubes.", "*stars*"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	status, body, header := s.do("GET", "/s/"+s.token+"/file", nil)
	if status != 200 || !strings.HasPrefix(body, "%PDF-Take <K 3.5>") {
		t.Errorf("%d %q", status, body)
	}
	for name, want := range map[string]string{"Content-Type": "application/pdf", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; sandbox"} {
		if got := header.Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	if got := header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment;") || strings.ContainsAny(got, "\r\n") {
		t.Errorf("Content-Disposition: %s", got)
	}
	if status, _, _ := s.do("GET", "/s/AAAAAAAAAA/file", nil); status != 404 {
		t.Errorf("another token: %d", status)
	}
	if n := s.count(`SELECT count(*) FROM tasks WHERE opened_at IS NOT NULL`); n != 1 {
		t.Error("handing the file out opened something")
	}
	if n := s.count(`SELECT count(*) FROM files WHERE position('tubes' in encode(content || reading || name, 'escape')) > 0`); n != 0 {
		t.Error("the file can be read in the database")
	}
}

func TestThePageShowsTheChangedWordsFirst(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if page := s.opened(); strings.Contains(page, "<ins>") || strings.Contains(page, "What changed since") {
		t.Errorf("the first version has changes: %s", page)
	}
	old := "# Hands\n\n## When\n\n- before a patient\n- after a patient\n\nTake 0.5 ml <of gel>.\n"
	s.handIn(8, domain.MarkdownFile, old, "v8")
	s.handIn(9, domain.MarkdownFile, strings.NewReplacer("after a", "after every", "0.5", "5").Replace(old), "v9")
	page := s.opened()
	for _, want := range []string{
		"What changed since v8", "<b class=\"soft\">When: </b>", "<del>[− a  −]</del> <ins>[+ every  +]</ins>", "<del>[− 0.5  −]</del> <ins>[+ 5  +]</ins>", "&lt;of gel&gt;",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s in\n%s", want, page)
		}
	}
	if strings.Index(page, "<ins>") > strings.Index(page, `<div class="text">`) {
		t.Error("the text stands before what changed")
	}
	s.handIn(10, domain.PDFFile, strings.NewReplacer("after a", "after every", "0.5", "5").Replace(old), "v10")
	if page := s.opened(); !strings.Contains(page, "Only the settings changed") {
		t.Errorf("the same words: %s", page)
	}
	s.handIn(11, domain.PDFFile, "", "v11")
	if page := s.opened(); !strings.Contains(page, "no text that could be compared") || !strings.Contains(page, "Please open the file itself") {
		t.Errorf("a scan: %s", page)
	}
}

func TestManyChangesAreCutSoThatThePageStaysLight(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	var before, after strings.Builder
	for range 200 { // a page of text in words, and every line of it changed
		before.WriteString("- 先用洗手液再戴手套，并等待其完全干燥\n")
		after.WriteString("- 先用洗手液后戴手套，并等待它完全干燥\n")
	}
	s.handIn(8, domain.MarkdownFile, before.String(), "v8")
	s.handIn(9, domain.MarkdownFile, after.String(), "v9")
	if page := s.opened(); !strings.Contains(page, "more changed passages are not shown here") {
		t.Errorf("nothing is said of the rest, on a page of %d bytes", len(page))
	}
}
