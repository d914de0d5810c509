package web

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"goodcatch/bot"
	"goodcatch/conversations"
	"goodcatch/domain"
	"goodcatch/store"
	"goodcatch/store/storetest"
)

// A site is the pages on a database with one ward, one nurse and one procedure to sign.
type site struct {
	t     *testing.T
	db    *store.DB
	url   string
	ana   domain.PersonID
	token string
}

func newSite(t *testing.T) *site {
	t.Helper()
	db := storetest.Open(t)
	w := &site{t: t, db: db, url: serve(t, db)}
	w.roster()
	w.publish(7)
	return w
}

// serve is the address of the pages on a database.
func serve(t *testing.T, db *store.DB) string {
	t.Helper()
	catalog := conversations.NewCatalog("https://q.hosp.org")
	mux := http.NewServeMux()
	s := &Server{
		DB: db, Catalog: catalog, Log: slog.New(slog.DiscardHandler), PublicURL: "https://q.hosp.org", Metrics: prometheus.NewRegistry(), MetricsToken: "let me in",
		Bot: &bot.Bot{DB: db, Catalog: catalog, Log: slog.New(slog.DiscardHandler)},
	}
	s.Routes(mux)
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return srv.URL
}

func (s *site) roster() {
	s.t.Helper()
	err := s.db.InTx(s.t.Context(), func(tx *store.Tx) error {
		org, err := tx.LockRoster(s.t.Context())
		if err != nil {
			return err
		}
		house := *org
		house.Emergency = "2222"
		if err := tx.SaveOrganisation(&house); err != nil {
			return err
		}
		tx.SaveUnit(domain.Unit{Code: "4B", Name: "Ward 4B"})
		ids, err := tx.NewPersonIDs(s.t.Context(), 1)
		if err != nil {
			return err
		}
		s.ana = ids[0]
		tx.SavePerson(&domain.Person{ID: s.ana, Name: "Ana Ruiz", Unit: "4B", Roles: []domain.Role{domain.Staff}, Phone: domain.Address{Value: "+447700900001"}})
		return tx.RosterChanged(s.t.Context(), domain.Event{Name: "roster_imported"})
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) publish(number int) {
	s.t.Helper()
	v := domain.DocumentVersion{
		Code: "IC-04", Title: "Hand hygiene", Number: number, Owner: s.ana, Due: 14 * 24 * time.Hour, Changed: "gel before AND after gloves",
		Question: "You leave the bay. Gel?", Options: []string{"no", "only if soiled", "always"}, Right: 2,
		Body: "# Hand hygiene\n\nGel <script>alert(1)</script> [x](javascript:alert(1)) **always**.\n\n" + strings.Repeat("Wash and dry your hands. ", 250), Hash: fmt.Sprint(number),
	}
	if _, err := s.db.Do(s.t.Context(), domain.Actor{Operator: true}, domain.PublishDocument{Version: v}); err != nil {
		s.t.Fatal(err)
	}
	if err := s.db.Pool.QueryRow(s.t.Context(), `SELECT token FROM tasks ORDER BY id DESC LIMIT 1`).Scan(&s.token); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) do(method, path string, form url.Values, headers ...string) (status int, body string, header http.Header) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		s.holds(path, string(text), res.Header)
	}
	return res.StatusCode, string(text), res.Header
}

// holds checks what every page promises.
func (s *site) holds(path, page string, h http.Header) {
	s.t.Helper()
	if len(page) > 30<<10 {
		s.t.Errorf("%s: %d bytes", path, len(page))
	}
	for _, bad := range []string{"<script", "javascript:", " onclick", "style=\"", "http://", "<no value>", "web."} {
		if strings.Contains(page, bad) {
			s.t.Errorf("%s holds %q", path, bad)
		}
	}
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin", "Cache-Control": "no-store",
	} {
		if !strings.HasPrefix(h.Get(name), want) {
			s.t.Errorf("%s: %s is %q", path, name, h.Get(name))
		}
	}
	if !regexp.MustCompile(`<html lang="[\w-]+" dir="(ltr|rtl)">`).MatchString(page) || !strings.Contains(page, "<h1>") || !strings.Contains(page, "width=device-width") {
		s.t.Errorf("%s: no language, heading or viewport", path)
	}
	for _, id := range regexp.MustCompile(`<(?:textarea|select|input type="text") id="(\w+)"`).FindAllStringSubmatch(page, -1) {
		if !strings.Contains(page, `<label for="`+id[1]+`"`) {
			s.t.Errorf("%s: %s has no label", path, id[1])
		}
	}
}

func (s *site) count(sql string) (n int) {
	s.t.Helper()
	if err := s.db.Pool.QueryRow(s.t.Context(), sql).Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	return n
}

func TestOnlyAPostOpensAProcedure(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	status, body, _ := s.do("GET", "/s/"+s.token, nil)
	if status != 200 || !strings.Contains(body, "gel before AND after gloves") || strings.Contains(body, "Wash and dry") {
		t.Errorf("the cover: %d %s", status, body)
	}
	if n := s.count(`SELECT count(*) FROM tasks WHERE opened_at IS NOT NULL`); n != 0 {
		t.Error("a GET opened it")
	}
	_, body, _ = s.do("POST", "/s/"+s.token, url.Values{"do": {"open"}})
	word := regexp.MustCompile(`<p class="word"[^>]*>([a-z]+)</p>`).FindStringSubmatch(body)
	if word == nil || !strings.Contains(body, "<strong>always</strong>") || !strings.Contains(body, "Wash and dry") {
		t.Fatalf("no text with a word at its end: %s", body)
	}
	if n := s.count(`SELECT count(*) FROM tasks WHERE opened_at IS NOT NULL AND word = '` + word[1] + `'`); n != 1 {
		t.Errorf("the word %q is not stored", word[1])
	}
	if _, again, _ := s.do("POST", "/s/"+s.token, url.Values{"do": {"open"}}); !strings.Contains(again, ">"+word[1]+"<") {
		t.Error("opened again it shows another word")
	}
}

func TestProcedureIsSignedOnThePageAfterOneMoreTry(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if status, body, _ := s.do("POST", "/s/"+s.token, url.Values{"do": {"answer"}, "answer": {"C"}}); status != 422 || strings.Contains(body, "Receipt") {
		t.Errorf("signed without opening: %d", status)
	}
	s.do("POST", "/s/"+s.token, url.Values{"do": {"open"}})
	if status, _, _ := s.do("POST", "/s/"+s.token, url.Values{"do": {"answer"}}); status != 422 {
		t.Errorf("no answer chosen: %d", status)
	}
	if _, body, _ := s.do("POST", "/s/"+s.token, url.Values{"do": {"answer"}, "answer": {"A"}}); !strings.Contains(body, "Right is: C always") {
		t.Errorf("wrong answer: %s", body)
	}
	_, body, _ := s.do("POST", "/s/"+s.token, url.Values{"do": {"answer"}, "answer": {"C"}})
	for _, want := range []string{"Ana Ruiz", "I have read this procedure", "Receipt"} {
		if !strings.Contains(body, want) {
			t.Errorf("the receipt lacks %q", want)
		}
	}
	if n := s.count(`SELECT count(*) FROM attestations WHERE channel = 'web' AND tries = 1 AND level = 1`); n != 1 {
		t.Errorf("%d attestations", n)
	}
	if n := s.count(`SELECT count(*) FROM outbox WHERE topic = 'attestation'`); n != 1 {
		t.Errorf("%d receipts to the phone", n)
	}
	if _, body, _ := s.do("POST", "/s/"+s.token, url.Values{"do": {"answer"}, "answer": {"C"}}); !strings.Contains(body, "You signed IC-04 v7") {
		t.Errorf("signed twice: %s", body)
	}
}

func TestOldPageLeadsToTheNewVersionAndUnknownOnesNowhere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	old := s.token
	s.publish(8)
	if _, body, _ := s.do("GET", "/s/"+old, nil); !strings.Contains(body, `href="/s/`+s.token+`"`) {
		t.Errorf("got %s", body)
	}
	status, first, _ := s.do("GET", "/s/AAAAAAAAAA", nil)
	_, second, _ := s.do("POST", "/s/unknown", url.Values{"do": {"open"}})
	if status != 404 || first != second {
		t.Errorf("status %d, and two unknown pages differ: %v", status, first != second)
	}
}

func TestAnotherSiteCannotPost(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, h := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}} {
		if status, _, _ := s.do("POST", "/s/"+s.token, url.Values{"do": {"open"}}, h...); status != 403 {
			t.Errorf("%v: %d", h, status)
		}
	}
	if status, _, _ := s.do("POST", "/s/"+s.token, url.Values{"do": {"open"}}, "Origin", "https://q.hosp.org"); status != 200 {
		t.Errorf("our own public address: %d", status)
	}
}
