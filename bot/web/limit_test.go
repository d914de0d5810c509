package web

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
)

// readers makes tasks for more people and returns the tokens of their pages.
func (s *site) readers(n int) []string {
	s.t.Helper()
	if _, err := s.db.Pool.Exec(s.t.Context(), `
		WITH p AS (INSERT INTO people (name, unit, roles) SELECT 'Nurse ' || i, '4B', '{staff}' FROM generate_series(1, $1::int) AS g (i) RETURNING id), v AS (SELECT max(id) AS id FROM document_versions)
		INSERT INTO tasks (person_id, kind, subject, state, token, word, flag, created_at, due_at) SELECT p.id, 'document', v.id, 'open', 'nurse' || p.id, '', '', now(), now() FROM p, v`, n); err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.db.Pool.Exec(s.t.Context(), `UPDATE organisation SET version = version + 1`); err != nil {
		s.t.Fatal(err)
	}
	rows, err := s.db.Pool.Query(s.t.Context(), `SELECT token FROM tasks WHERE token LIKE 'nurse%' ORDER BY id`)
	if err != nil {
		s.t.Fatal(err)
	}
	defer rows.Close()
	var tokens []string
	for rows.Next() {
		var token string
		if err := rows.Scan(&token); err != nil {
			s.t.Fatal(err)
		}
		tokens = append(tokens, token)
	}
	return tokens
}

// from asks for a page from an address, as a proxy hands it on.
func (s *site) from(address, method, path string) int {
	s.t.Helper()
	var form url.Values
	if method == http.MethodPost {
		form = url.Values{"do": {"open"}}
	}
	status, _, _ := s.do(method, path, form, "X-Forwarded-For", address)
	return status
}

// A minute may end while a test counts: it asks for twice as many as are allowed.

func TestAHospitalBehindOneAddressOpensItsLinks(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for n, token := range s.readers(2*perAddress + 10) {
		method := http.MethodGet
		if n%10 == 0 {
			method = http.MethodPost
		}
		if status := s.from("203.0.113.7", method, "/s/"+token); status != 200 {
			t.Fatalf("link %d: %d", n, status)
		}
	}
}

func TestOneLinkIsSlowedDownByItself(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for name, x := range map[string]struct {
		method, path string
		most         int
	}{
		"posts": {http.MethodPost, "/s/" + s.token, perPage}, "own page": {http.MethodPost, s.personalPage(), perPage}, "looks": {http.MethodGet, s.personalPage(), perLink},
	} {
		last := 0
		for n := 0; n < 2*x.most+4 && last != 429; n++ {
			last = s.from(fmt.Sprintf("203.0.113.%d", n), x.method, x.path) // from wherever it is asked
		}
		if last != 429 {
			t.Errorf("%s: never slowed", name)
		}
	}
	if status := s.from("203.0.113.1", http.MethodGet, s.personalPage()); status != 200 {
		t.Errorf("another link from there: %d", status)
	}
}

func TestWrongLinksAreCountedAgainstTheirAddressAndHinderNoGoodOne(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if status := s.from("203.0.113.7", http.MethodGet, "/s/"+s.token); status != 200 {
		t.Fatal(status)
	}
	last := 0
	for n := 0; n < 2*perAddress+4 && last != 429; n++ {
		path := []string{"/s/", "/my/", "/console/"}[n%3] + fmt.Sprintf("wrong%d", n)
		if last = s.from("203.0.113.7", http.MethodGet, path); last != 404 && last != 429 {
			t.Fatalf("%s: %d", path, last)
		}
	}
	if last != 429 {
		t.Error("guessing is never slowed")
	}
	if status := s.from("203.0.113.7", http.MethodPost, "/s/"+s.token); status != 200 {
		t.Errorf("a good link from there: %d", status)
	}
	if status := s.from("203.0.113.8", http.MethodGet, "/s/wrong"); status != 404 {
		t.Errorf("another address: %d", status)
	}
}

func TestPagesWithoutALinkAreBoundedByAddress(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	last := 0
	for n := 0; n < 2*perAddress+4 && last != 429; n++ {
		last = s.from("203.0.113.7", http.MethodGet, "/f/status")
	}
	if last != 429 {
		t.Errorf("never slowed: %d", last)
	}
	if status := s.from("203.0.113.8", http.MethodGet, "/f/status"); status != 200 {
		t.Errorf("another address: %d", status)
	}
}

func TestALinkThatIsOverIsForgotten(t *testing.T) {
	t.Parallel()
	var l limits
	get := func(path string) *http.Request {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://q.hosp.org"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.RemoteAddr = "203.0.113.7:1"
		return r
	}
	for path, want := range map[string]string{"/s/abc": "s/abc", "/s/abc/file": "s/abc", "/console/abc/IC-04": "console/abc", "/my/abc": "my/abc", "/f/4B": "", "/healthz": "", "/": "", "/s": ""} {
		if got := linkOf(get(path)); got != want {
			t.Errorf("%s: %q", path, got)
		}
	}
	l.right(get("/s/abc"))
	l.wrong(get("/s/abc"))
	if len(l.good) != 0 || l.seen["wrong/203.0.113.7"] != 1 {
		t.Errorf("%v %v", l.good, l.seen)
	}
	for n := range mostLinks + 5 {
		l.right(get(fmt.Sprintf("/s/%d", n)))
	}
	if len(l.good) > mostLinks {
		t.Errorf("%d links remembered", len(l.good))
	}
}
