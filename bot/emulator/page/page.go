// Package page is the demo's page: the emulator's phones and its Slack workspace side by side, the clock, and a panel that breaks things.
//
// It shows what the emulator holds and does what a person at a phone or in Slack can do, through the same signed webhooks. It must know
// nothing of the product: no store, no records, no flows. It is plain HTML, CSS and JavaScript modules from this binary; the browser
// fetches nothing from anywhere else. It answers on loopback names only, because whoever reaches it may act as anybody.
//
// Paths served: / , /demo/assets/… , /demo/state, /demo/feed, POST /demo/do/ACTION and POST /demo/suggest.
package page

import (
	"context"
	"embed"
	"io/fs"
	"mime"
	"net"
	"net/http"
	"path"
	"time"

	"goodcatch/bot/emulator"
)

//go:embed assets
var assets embed.FS

// A Stage is what the page shows and moves.
type Stage struct {
	Emulator *emulator.Emulator
	Hospital string   // its name
	Public   string   // the address that links in texts begin with
	Zone     string   // its time zone, like Europe/London; empty: the browser's
	People   []Person // in the order to list them, the most interesting first
	// Now is the business clock.
	Now func() time.Time
	// Next tells the next thing that falls due; ok is false when nothing waits.
	Next func(ctx context.Context) (due Due, ok bool, err error)
	// Step moves the clock exactly to the next due thing and returns once what it led to has settled.
	Step func(ctx context.Context) error
	// Advance moves the clock on and returns once what fell due has settled.
	Advance func(ctx context.Context, by time.Duration) error
	// Healed is told when the providers are well again. It may be nil.
	Healed func(ctx context.Context) error
}

// A Person is somebody who can be played.
type Person struct {
	Name  string `json:"name"`
	Role  string `json:"role"`  // in words: "Ward manager, 4B"
	Phone string `json:"phone"` // E.164; empty: none
	Slack string `json:"slack"` // member id; empty: none
	Part  string `json:"part"`  // who they are in the suggestions: "reporter", "manager" or nothing
	// Pinned ones stand in the row of faces, not only in the list of all.
	PinPhone bool `json:"pin_phone"`
	PinSlack bool `json:"pin_slack"`
}

// A Due is the next thing that happens by itself.
type Due struct {
	At   time.Time `json:"at"`
	What string    `json:"what"`
}

// contentSecurity lets the page load from its own origin only, and be framed by nobody.
const contentSecurity = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Handler serves the page.
func (s *Stage) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", asset("index.html"))
	mux.HandleFunc("GET /demo/assets/{name}", func(w http.ResponseWriter, r *http.Request) { asset(r.PathValue("name"))(w, r) })
	mux.HandleFunc("GET /demo/state", s.serveState)
	mux.HandleFunc("GET /demo/feed", s.serveFeed)
	mux.HandleFunc("POST /demo/do/{action}", s.serveAction)
	mux.HandleFunc("POST /demo/suggest", s.serveSuggestions)
	return guard(http.NewCrossOriginProtection().Handler(mux))
}

// guard sets what every answer carries, and refuses names that are not this machine's: a page elsewhere may have pointed its own name here.
func guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !loopback(r.Host) {
			http.Error(w, "the demo answers on localhost only", http.StatusMisdirectedRequest)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", contentSecurity)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

func loopback(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	ip := net.ParseIP(name)
	return name == "localhost" || ip != nil && ip.IsLoopback()
}

func asset(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := fs.ReadFile(assets, path.Join("assets", path.Base("/"+name)))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
		_, _ = w.Write(body)
	}
}
