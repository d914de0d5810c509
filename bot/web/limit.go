package web

import (
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Limits of requests a minute. A whole hospital may share one address: what comes from one is bounded widely, what asks for one page
// tightly. They are each process's own; nothing secret depends on them, for tokens hold 58 random bits.
const (
	perPage    = 30
	perAddress = 600
)

// limits counts requests of the current minute. The zero value is ready.
type limits struct {
	mu     sync.Mutex
	minute time.Time
	seen   map[string]int
}

// allow counts a request and reports whether it may go on.
func (l *limits) allow(r *http.Request) bool {
	minute := time.Now().Truncate(time.Minute)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen == nil || !l.minute.Equal(minute) {
		l.minute, l.seen = minute, map[string]int{}
	}
	if !l.count("a/"+address(r), perAddress) {
		return false
	}
	return r.Method != http.MethodPost || !strings.HasPrefix(r.URL.Path, "/s/") || l.count("p"+r.URL.Path, perPage)
}

func (l *limits) count(key string, most int) bool {
	l.seen[key]++
	return l.seen[key] <= most
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
