package web

import (
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Limits of requests a minute. A whole hospital may share one address, and open thousands of links in the minute after a procedure took
// effect: each link is bounded by itself, an address only by its wrong guesses at links and by what needs none. They are each process's
// own; nothing secret depends on them, for tokens hold 58 random bits and more.
const (
	perLink    = 60  // any request
	perPage    = 30  // of those, posts
	perAddress = 600 // wrong links; pages without one
)

// mostLinks bounds how many good links are remembered. When there are more, all are forgotten, and learnt again by being asked for.
const mostLinks = 50_000

// limits counts requests of the current minute. The zero value is ready.
type limits struct {
	mu     sync.Mutex
	minute time.Time
	seen   map[string]int
	good   map[string]bool // links that led somewhere
}

// linkOf is the link that a request came by, whichever of its pages is asked for; empty for pages that need none.
func linkOf(r *http.Request) string {
	part := strings.SplitN(r.URL.Path, "/", 4) // "", "s", token, …
	if len(part) < 3 || part[1] != "s" && part[1] != "my" && part[1] != "console" && part[1] != "c" {
		return ""
	}
	return part[1] + "/" + part[2]
}

// allow counts a request and reports whether it may go on. One by a link that was never good goes on while its address has not guessed
// too often: whether it is wrong is counted when it is known.
func (l *limits) allow(r *http.Request) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turn()
	link := linkOf(r)
	switch {
	case link == "":
		return l.count("a/"+address(r), perAddress)
	case l.good[link]:
		return l.count(link, perLink) && (r.Method != http.MethodPost || l.count("post/"+link, perPage))
	default:
		return l.seen["wrong/"+address(r)] < perAddress
	}
}

// turn begins a new minute when the last is over.
func (l *limits) turn() {
	minute := time.Now().Truncate(time.Minute)
	if l.seen == nil || !l.minute.Equal(minute) {
		l.minute, l.seen = minute, map[string]int{}
	}
}

func (l *limits) count(key string, most int) bool {
	l.seen[key]++
	return l.seen[key] <= most
}

// right remembers that the link of a request is one.
func (l *limits) right(r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.good == nil || len(l.good) >= mostLinks {
		l.good = map[string]bool{}
	}
	l.good[linkOf(r)] = true
}

// wrong counts a link that leads nowhere, or no longer, against its address.
func (l *limits) wrong(r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turn()
	delete(l.good, linkOf(r))
	l.count("wrong/"+address(r), perAddress)
}

// address is where a request comes from: behind a proxy of ours what that proxy saw, which is the last it added.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	ip := net.ParseIP(host)
	if forwarded := r.Header.Values("X-Forwarded-For"); len(forwarded) > 0 && ip != nil && (ip.IsLoopback() || ip.IsPrivate()) {
		hops := strings.Split(forwarded[len(forwarded)-1], ",")
		return strings.TrimSpace(hops[len(hops)-1])
	}
	return host
}
