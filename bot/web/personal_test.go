package web

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"
	"testing"
)

// passes lets Ana pass a course.
func (s *site) passes(code, title string) {
	s.t.Helper()
	if _, err := s.db.Pool.Exec(s.t.Context(), `
		WITH c AS (INSERT INTO courses (code, title, educator, pass_mark, due_seconds, audience, source, published_at) VALUES ($1, $2, $3, 80, 86400, '{}', '', now()) RETURNING id)
		INSERT INTO attempts (course_id, person_id, number, started_at, done_at, score, passed) SELECT id, $3, 1, now(), now(), 87, true FROM c`, code, title, int64(s.ana)); err != nil {
		s.t.Fatal(err)
	}
}

func TestCertificatesAreTakenFromThePersonalPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	my := s.personalPage()
	s.passes("FALLS", "Falls & <bruises>")
	if _, page, _ := s.do("POST", my, url.Values{"do": {"open"}}); !strings.Contains(page, "Certificate: Falls &amp; &lt;bruises&gt; (PDF)") || !strings.Contains(page, "87 %") {
		t.Errorf("no certificate is offered: %s", page)
	}
	status, paper, header := s.do("POST", my, url.Values{"do": {"certificate"}, "course": {"FALLS"}})
	if status != 200 || !strings.HasPrefix(paper, "%PDF-") || header.Get("Content-Disposition") != "attachment; filename=certificate-FALLS.pdf" || header.Get("Content-Type") != "application/pdf" {
		t.Errorf("%d %v", status, header)
	}
	for _, other := range []string{"HAND", "", "../FALLS", "falls'--"} {
		if status, body, _ := s.do("POST", my, url.Values{"do": {"certificate"}, "course": {other}}); status != 404 || strings.Contains(body, "%PDF") {
			t.Errorf("%q, not passed: %d", other, status)
		}
	}
	if status, _, _ := s.do("POST", "/my/unknown", url.Values{"do": {"certificate"}, "course": {"FALLS"}}); status != 404 {
		t.Errorf("without a page: %d", status)
	}
	if n := s.count(`SELECT count(*) FROM events WHERE name = 'exported' AND actor = 'p1' AND data->>'what' = 'certificate' AND data->>'code' = 'FALLS' AND data->>'of' = 'p1'`); n != 1 {
		t.Errorf("%d certificates in the audit", n)
	}
}

func TestThePersonalExportStandsInTheAuditWithItsDigest(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.do("POST", "/s/"+s.token, url.Values{"do": {"open"}})
	s.do("POST", "/s/"+s.token, url.Values{"do": {"answer"}, "answer": {"C"}})
	s.passes("FALLS", "=1+1")
	status, file, header := s.do("POST", s.personalPage(), url.Values{"do": {"export"}})
	sum := sha256.Sum256([]byte(file))
	if status != 200 || !strings.Contains(file, "Ana Ruiz,document,IC-04,7,Hand hygiene,") || !strings.Contains(file, "course,FALLS,,'=1+1,") || header.Get("Content-Disposition") != "attachment; filename=signed-and-passed.csv" {
		t.Errorf("%d %v %s", status, header, file)
	}
	if n := s.count(`SELECT count(*) FROM events WHERE name = 'exported' AND actor = 'p1' AND data->>'what' = 'personal' AND data->>'rows' = '2' AND data->>'sha256' = '` + hex.EncodeToString(sum[:]) + `'`); n != 1 {
		t.Error("the audit does not say who took what")
	}
}

func TestOverdueReviewsAreRedOnTheOwnersPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	my := s.personalPage()
	exec := func(sql string) {
		t.Helper()
		if _, err := s.db.Pool.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	page := func() string {
		_, body, _ := s.do("POST", my, url.Values{"do": {"open"}})
		return body
	}
	if body := page(); strings.Contains(body, "Documents to decide about") || strings.Contains(body, "review overdue") {
		t.Errorf("nothing is to be decided: %s", body)
	}
	exec(`UPDATE document_versions SET review_at = now() - interval '3 days'`)
	if body := page(); !strings.Contains(body, `<b>IC-04 v7 Hand hygiene</b> <b class="late">review overdue: was due`) {
		t.Errorf("not red: %s", body)
	}
	exec(`INSERT INTO tasks (person_id, kind, subject, state, token, word, flag, created_at, due_at) SELECT owner, 'review', id, 'open', 'review', '', '', now(), now() FROM document_versions`)
	if body := page(); !strings.Contains(body, `<a href="/s/review">IC-04 v7 Hand hygiene</a> (in force) <b class="late">review overdue: was due`) || strings.Count(body, "review overdue") != 1 {
		t.Errorf("the review is not linked, or said twice: %s", body)
	}
	exec(`UPDATE document_versions SET review_at = now() + interval '30 days'`)
	if body := page(); strings.Contains(body, "review overdue") || !strings.Contains(body, `<a href="/s/review">`) {
		t.Errorf("red before its time: %s", body)
	}
}
