package web

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
)

var draftField = regexp.MustCompile(`name="draft" value="([0-9a-f-]{36})"`)

func (s *site) draft(path string) string {
	s.t.Helper()
	_, body, _ := s.do("GET", path, nil)
	m := draftField.FindStringSubmatch(body)
	if m == nil {
		s.t.Fatalf("no draft in %s", body)
	}
	return m[1]
}

func TestReportFromTheFormIsOneRecordHoweverOftenItIsSent(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := url.Values{"draft": {s.draft("/f/4B")}, "what": {"wrong vial in drawer B, pt Mary Poppins NHS 943 476 5919"}, "kind": {"near_miss"}, "danger": {"yes"}, "where": {"drawer B"}}
	status, first, _ := s.do("POST", "/f/4B", form)
	if status != 200 {
		t.Fatalf("%d %s", status, first)
	}
	_, second, _ := s.do("POST", "/f/4B", form)
	ref := regexp.MustCompile(`<p class="word"[^>]*>([0-9A-Z]{8})</p>`).FindStringSubmatch(first)
	if ref == nil || !strings.Contains(second, ref[1]) {
		t.Fatalf("no reference, or another one: %s", first)
	}
	for _, want := range []string{"NM-", "2222", "names or numbers"} {
		if !strings.Contains(first, want) {
			t.Errorf("lacks %q: %s", want, first)
		}
	}
	if n := s.count(`SELECT count(*) FROM records WHERE unit = '4B' AND from_id IS NULL AND reporter IS NULL`); n != 1 {
		t.Errorf("%d records", n)
	}
	if n := s.count(`SELECT count(*) FROM addresses WHERE channel = 'web'`); n != 0 {
		t.Errorf("%d addresses kept of visitors", n)
	}
	_, found, _ := s.do("POST", "/f/status", url.Values{"ref": {strings.ToLower(ref[1])}})
	if !strings.Contains(found, ref[1]) || strings.Contains(found, "vial") {
		t.Errorf("status: %s", found)
	}
	status, _, _ = s.do("POST", "/f/status", url.Values{"ref": {"00000000"}})
	if status != 404 {
		t.Errorf("an unknown reference: %d", status)
	}
}

func TestFormKeepsWhatWasTypedWhenItIsRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := url.Values{"draft": {s.draft("/f/4B")}, "what": {""}, "where": {"bed <12>"}, "kind": {"incident"}}
	status, body, _ := s.do("POST", "/f/4B", form)
	if status != 422 || !strings.Contains(body, "bed &lt;12&gt;") || !strings.Contains(body, `value="incident" selected`) || !strings.Contains(body, form.Get("draft")) {
		t.Errorf("%d %s", status, body)
	}
	form.Set("what", "slipped in the bathroom")
	if status, body, _ = s.do("POST", "/f/4B", form); status != 200 {
		t.Errorf("the same draft put right: %d %s", status, body)
	}
}

func TestFormKeepsWhatWasTypedWhenTheRecordIsOutOfReach(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := url.Values{"draft": {s.draft("/f/4B")}, "what": {"slipped in the bathroom"}}
	s.db.Close()
	status, body, _ := s.do("POST", "/f/4B", form)
	if status != 503 || !strings.Contains(body, "slipped in the bathroom") || !strings.Contains(body, form.Get("draft")) {
		t.Errorf("%d %s", status, body)
	}
}

func TestFormSpeaksTheBrowsersLanguageAndOldPostersStillWork(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if _, body, h := s.do("GET", "/f/4B", nil, "Accept-Language", "es-MX,es;q=0.9,en;q=0.5"); !strings.Contains(body, "¿Qué ocurrió?") || h.Get("Content-Language") != "es" {
		t.Errorf("es: %s", body)
	}
	if _, body, _ := s.do("GET", "/f/4B?lang=en", nil, "Accept-Language", "es"); !strings.Contains(body, "What happened?") {
		t.Errorf("asked for en: %s", body)
	}
	_, body, _ := s.do("GET", "/f/GONE", nil)
	if !strings.Contains(body, `name="unit"`) || !strings.Contains(body, "Ward 4B") {
		t.Errorf("an unknown unit asks for none: %s", body)
	}
	status, _, _ := s.do("POST", "/f/GONE", url.Values{"draft": {draftField.FindStringSubmatch(body)[1]}, "what": {"lift stuck"}, "unit": {"4B"}})
	if n := s.count(`SELECT count(*) FROM records WHERE unit = '4B'`); status != 200 || n != 1 {
		t.Errorf("%d, %d records", status, n)
	}
}

func TestHealthAndMetricsAnswer(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for path, want := range map[string]string{"/healthz": "ok\n", "/readyz": "ready\n"} {
		if status, body, _ := s.do("GET", path, nil); status != 200 || body != want {
			t.Errorf("%s: %d %q", path, status, body)
		}
	}
	_, body, _ := s.do("GET", "/metrics", nil)
	for _, want := range []string{`goodcatch_open_records{rank="severe"} 0`, `goodcatch_open_tasks{kind="document"} 1`, "goodcatch_unsealed_seconds", "goodcatch_dead_letters 0", "goodcatch_record_unreadable 0"} {
		if !strings.Contains(body, want) {
			t.Errorf("metrics lack %q", want)
		}
	}
	for _, h := range [][]string{{"X-Forwarded-For", "10.0.0.9"}, {"Authorization", "Bearer wrong"}} {
		if status, _, _ := s.do("GET", "/metrics", nil, h...); status != 403 {
			t.Errorf("%v: %d", h, status)
		}
	}
	if status, _, _ := s.do("GET", "/metrics", nil, "X-Forwarded-For", "10.0.0.9", "Authorization", "Bearer let me in"); status != 200 {
		t.Errorf("with the token: %d", status)
	}
	s.db.Close()
	if status, _, _ := s.do("GET", "/readyz", nil); status != 503 {
		t.Errorf("without PostgreSQL: %d", status)
	}
	if status, _, _ := s.do("GET", "/healthz", nil); status != 200 {
		t.Errorf("alive without PostgreSQL: %d", status)
	}
}
