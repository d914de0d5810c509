// Package web serves the pages that people reach without an account: a procedure to read and sign, a report form, and what operators
// look at (health, metrics), and the boards of a roll-call and of a disruption. Every page works without JavaScript, weighs less than 30 kB (a call list is as
// long as it has to be) and holds to WCAG 2.2 AA.
//
// A page's token is what its reader proves themself with: it was sent to their own phone or Slack account. Links are fetched by previews
// before anybody reads them, so that a GET changes nothing, and only a POST opens, answers or files. What the package must not do:
// decide, or keep anything in a browser: there are no cookies.
package web

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"goodcatch/bot"
	"goodcatch/conversations"
	"goodcatch/store"
)

//go:embed templates
var files embed.FS

//go:embed templates/style.css
var style string

// A Server answers for the pages. It may be used by many goroutines at once.
type Server struct {
	DB        *store.DB
	Bot       *bot.Bot
	Catalog   *conversations.Catalog
	Log       *slog.Logger
	PublicURL string
	// Redis reports whether Redis answers. Nil: there is none, and none is missed.
	Redis func(context.Context) error
	// Metrics are the program's counters. Nil: no /metrics.
	Metrics *prometheus.Registry
	// MetricsToken lets /metrics be read from elsewhere with "Authorization: Bearer …". Empty: from this machine only.
	MetricsToken string

	pages  *template.Template
	limits limits
	policy string
}

// bodyLimit bounds what a form may send.
const bodyLimit = 64 << 10

// Routes adds the pages to a mux.
func (s *Server) Routes(mux *http.ServeMux) {
	s.pages = template.Must(template.New("pages").Funcs(template.FuncMap{
		"style": func() template.CSS { return template.CSS(style) },
		"on":    func(v view, at time.Time) due { return due{v, at} },
		"line":  func(v view, l callerLine) entry { return entry{v, l} },
	}).ParseFS(files, "templates/*.html"))
	sum := sha256.Sum256([]byte(style))
	s.policy = "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	cross := http.NewCrossOriginProtection()
	if u, err := url.Parse(s.PublicURL); err == nil && u.Host != "" {
		_ = cross.AddTrustedOrigin(u.Scheme + "://" + u.Host) // behind a proxy Host may be another
	}
	page := func(pattern string, h http.HandlerFunc) { mux.Handle(pattern, s.guard(cross.Handler(h))) }
	page("GET /s/{token}", s.reading)
	page("POST /s/{token}", s.read)
	page("GET /s/{token}/file", s.download)
	page("GET /my/{token}", s.myCover)
	page("POST /my/{token}", s.my)
	page("GET /console/{token}", s.consoleCover)
	page("POST /console/{token}", s.campaigns)
	page("GET /console/{token}/{code}", s.consoleCover)
	page("POST /console/{token}/{code}", s.campaign)
	page("GET /r/{token}", s.board)
	page("POST /r/{token}", s.callList)
	page("GET /c/{token}", s.callerCover)
	page("POST /c/{token}", s.ring)
	page("GET /v/{token}", s.recovery)
	page("GET /f/{unit}", s.form)
	page("POST /f/{unit}", s.file)
	page("GET /f/status", s.askStatus)
	page("POST /f/status", s.status)
	page("GET /f/{$}", s.form)
	page("POST /f/{$}", s.file)
	s.operatorRoutes(mux)
}

// guard sets the headers that every page has, bounds what is read, and slows floods down.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", s.policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		// Not no-referrer: with it browsers send "Origin: null", and a form over plain HTTP could not be told from a foreign one. No
		// other site ever learns an address of ours either way.
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		h.Set("X-Robots-Tag", "noindex")
		r.Body = http.MaxBytesReader(w, r.Body, bodyLimit)
		if !s.limits.allow(r) {
			s.notice(w, r, http.StatusTooManyRequests, "web.slow", nil)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// A view is what every page knows.
type view struct {
	Lang, Dir string
	Title     string
	Refresh   int // seconds after which the page is drawn anew; 0: never
	say       func(key string, args ...any) string
	Data      any
}

// T says a text of the catalogue in the page's language, with pairs of names and values.
func (v view) T(key string, args ...any) string { return v.say(key, args...) }

// rightToLeft are languages whose pages run from right to left.
var rightToLeft = map[string]bool{"ar": true, "fa": true, "he": true, "ur": true}

// show writes a page.
func (s *Server) show(w http.ResponseWriter, status int, page string, voice conversations.Voice, title string, data any) {
	s.draw(w, status, page, voice, view{Title: title, Data: data})
}

// showFresh writes a page that the browser draws anew after so many seconds; 0 is never.
func (s *Server) showFresh(w http.ResponseWriter, page string, voice conversations.Voice, title string, data any, seconds int) {
	s.draw(w, http.StatusOK, page, voice, view{Title: title, Data: data, Refresh: seconds})
}

func (s *Server) draw(w http.ResponseWriter, status int, page string, voice conversations.Voice, v view) {
	v.Lang, v.Dir = voice.Language, "ltr"
	v.say = func(key string, args ...any) string { return s.Catalog.Say(voice, key, pairs(args)) }
	if rightToLeft[voice.Language] {
		v.Dir = "rtl"
	}
	var b strings.Builder
	if err := s.pages.ExecuteTemplate(&b, page, v); err != nil {
		s.Log.Error("page not drawn", "page", page, "error", err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", voice.Language)
	w.WriteHeader(status)
	_, _ = w.Write([]byte(b.String()))
}

// notice shows a page of one sentence in the browser's language.
func (s *Server) notice(w http.ResponseWriter, r *http.Request, status int, key string, args map[string]string) {
	s.say(w, status, s.voice(r), key, args)
}

// A message is a page of one sentence, and perhaps where to go from there.
type message struct {
	Text     string
	Link, To string
}

func (s *Server) say(w http.ResponseWriter, status int, voice conversations.Voice, key string, args map[string]string) {
	text := s.Catalog.Say(voice, key, texts(args))
	s.show(w, status, "message", voice, s.Catalog.Say(voice, key+".title", texts(args)), message{Text: text})
}

// missing is the one page for every address that is not, or not any more.
func (s *Server) missing(w http.ResponseWriter, r *http.Request) {
	s.notice(w, r, http.StatusNotFound, "web.missing", nil)
}

// failed is the page for a fault of ours: what can be tried again says so.
func (s *Server) failed(w http.ResponseWriter, r *http.Request, err error) {
	if store.Away(err) {
		w.Header().Set("Retry-After", "10")
		s.notice(w, r, http.StatusServiceUnavailable, "web.away", nil)
		return
	}
	s.Log.Error("page failed", "pattern", r.Pattern, "error", safe(err))
	s.notice(w, r, http.StatusInternalServerError, "web.broken", nil)
}

// safe is an error's beginning: our own wrapping, for a driver's message may quote values.
func safe(err error) string {
	text := err.Error()
	return text[:min(len(text), 120)]
}

// businessTime is the clock by which times are shown. It needs no database.
func (s *Server) businessTime(r *http.Request) time.Time {
	at, err := s.DB.BusinessTime(r.Context())
	if err != nil {
		return time.Now()
	}
	return at
}
