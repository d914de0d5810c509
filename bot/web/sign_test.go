package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"goodcatch/domain"
)

// publishVersion puts a version in force and takes its page.
func (s *site) publishVersion(v domain.DocumentVersion) {
	s.t.Helper()
	v.Code, v.Title, v.Number, v.Owner, v.Due, v.Changed = "HH-02", "Hand hygiene", 1, s.ana, 14*24*time.Hour, "gel"
	v.Question, v.Options, v.Right, v.Hash = "You leave the bay. Gel?", []string{"no", "always"}, 1, "hash"
	if _, err := s.db.Do(s.t.Context(), domain.Actor{Operator: true}, domain.PublishDocument{Version: v}); err != nil {
		s.t.Fatal(err)
	}
	if err := s.db.Pool.QueryRow(s.t.Context(), `SELECT token FROM tasks ORDER BY id DESC LIMIT 1`).Scan(&s.token); err != nil {
		s.t.Fatal(err)
	}
}

// post sends a form of the page and returns what it answers.
func (s *site) post(want int, pairs ...string) string {
	s.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	status, body, _ := s.do(http.MethodPost, "/s/"+s.token, form)
	if status != want {
		s.t.Errorf("%v: status %d, want %d", pairs, status, want)
	}
	return body
}

func TestALongTextComesInPartsAndTheWordOnTheLast(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.publishVersion(domain.DocumentVersion{Body: strings.Repeat("## Section\n\n"+strings.Repeat("wash ", 420)+"\n\n", 3)})
	body := s.post(http.StatusOK, "do", "open")
	if !strings.Contains(body, "Part 1 of 3") || strings.Contains(body, `class="word"`) || strings.Contains(body, `value="answer"`) {
		t.Errorf("the first part: %s", body)
	}
	if body = s.post(http.StatusUnprocessableEntity, "do", "part", "part", "3"); !strings.Contains(body, "go through all 3 parts") {
		t.Errorf("a part skipped: %s", body)
	}
	if body = s.post(http.StatusUnprocessableEntity, "do", "answer", "answer", "B"); !strings.Contains(body, "go through all 3 parts") {
		t.Errorf("answered before the end: %s", body)
	}
	s.post(http.StatusOK, "do", "part", "part", "2")
	if body = s.post(http.StatusOK, "do", "open"); !strings.Contains(body, "Part 2 of 3") {
		t.Errorf("it does not go on where it was left: %s", body)
	}
	if body = s.post(http.StatusOK, "do", "part", "part", "3"); !strings.Contains(body, `class="word"`) || !strings.Contains(body, "Part before") {
		t.Errorf("the last part: %s", body)
	}
	if body = s.post(http.StatusOK, "do", "part", "part", "1"); !strings.Contains(body, "Part 1 of 3") {
		t.Errorf("back: %s", body)
	}
	for _, bad := range []string{"0", "-1", "x", "", "9"} {
		status, _, _ := s.do(http.MethodPost, "/s/"+s.token, url.Values{"do": {"part"}, "part": {bad}})
		if status >= 500 {
			t.Errorf("part %q: %d", bad, status)
		}
	}
	if body = s.post(http.StatusOK, "do", "answer", "answer", "B"); !strings.Contains(body, "You have signed") {
		t.Errorf("the answer: %s", body)
	}
	if n := s.count(`SELECT count(*) FROM attestations WHERE reached = 3 AND parts = 3 AND read_as = 'page'`); n != 1 {
		t.Error("the attestation does not say that three of three parts were reached")
	}
	if n := s.count(`SELECT count(*) FROM events WHERE name = 'document_part_reached'`); n != 2 {
		t.Errorf("%d parts in the audit", n)
	}
}

func TestAPageSignsWithAPINChosenThere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.publishVersion(domain.DocumentVersion{Body: "Gel.", Meaning: domain.Signed})
	body := s.post(http.StatusOK, "do", "open")
	if !strings.Contains(body, `name="pin"`) || !strings.Contains(body, `name="pin_again"`) || !strings.Contains(body, "I sign it: I will follow it.") {
		t.Errorf("the page asks for no PIN: %s", body)
	}
	for name, c := range map[string][3]string{"none": {"", "", "4 to 8 digits"}, "a row": {"1234", "1234", "too easy"}, "two": {"4826", "4862", "not the same"}, "once": {"4826", "", "not the same"}} {
		if body := s.post(http.StatusUnprocessableEntity, "do", "answer", "answer", "B", "pin", c[0], "pin_again", c[1]); !strings.Contains(body, c[2]) {
			t.Errorf("%s: %s", name, body)
		}
	}
	if body := s.post(http.StatusOK, "do", "answer", "answer", "A", "pin", "4826", "pin_again", "4826"); !strings.Contains(body, "Not quite") || s.count(`SELECT count(*) FROM pins`) != 0 {
		t.Errorf("a wrong answer is one whatever the PIN: %s", body)
	}
	if body := s.post(http.StatusOK, "do", "answer", "answer", "B", "pin", "4826", "pin_again", "4826"); !strings.Contains(body, "You have signed") || !strings.Contains(body, "I sign it: I will follow it.") {
		t.Errorf("not signed: %s", body)
	}
	if n := s.count(`SELECT count(*) FROM attestations WHERE level = 3 AND meaning = 'signed' AND channel = 'web' AND inbound LIKE 'web/%' AND sentence LIKE '%I sign it%'`); n != 1 {
		t.Error("the attestation is not one of two components")
	}
	if n := s.count(`SELECT count(*) FROM outbox WHERE key = 'signature.pin_set'`); n != 1 {
		t.Error("the person does not hear that a PIN was chosen on their page")
	}
}

func TestAPageLocksAfterFiveWrongPINs(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if _, err := s.db.Pool.Exec(t.Context(), `INSERT INTO pins (person_id, hash, tries, waiting) VALUES ($1, $2, 0, '')`, int64(s.ana), s.db.HashPIN(s.ana, "4826")); err != nil {
		t.Fatal(err)
	}
	s.publishVersion(domain.DocumentVersion{Body: "Gel.", Meaning: domain.Signed})
	s.post(http.StatusOK, "do", "open")
	if body := s.post(http.StatusUnprocessableEntity, "do", "answer", "answer", "B", "pin", "5555"); !strings.Contains(body, "4 more tries") || !strings.Contains(body, `value="sign"`) || strings.Contains(body, `name="answer"`) {
		t.Errorf("after a right answer only the PIN is missing: %s", body)
	}
	for range 3 {
		s.post(http.StatusUnprocessableEntity, "do", "sign", "pin", "5555")
	}
	if body := s.post(http.StatusUnprocessableEntity, "do", "sign", "pin", "5555"); !strings.Contains(body, "Five wrong PINs") {
		t.Errorf("the fifth: %s", body)
	}
	if body := s.post(http.StatusUnprocessableEntity, "do", "sign", "pin", "4826"); !strings.Contains(body, "Five wrong PINs") || s.count(`SELECT count(*) FROM attestations`) != 0 {
		t.Errorf("the right one, locked: %s", body)
	}
	if n := s.count(`SELECT count(*) FROM events WHERE name = 'pin_locked'`); n != 1 {
		t.Errorf("%d locks in the audit", n)
	}
}
