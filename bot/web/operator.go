package web

import (
	"context"
	"crypto/subtle"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// operatorRoutes adds what machines ask: is it alive, is it ready, how is it doing.
func (s *Server) operatorRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { plain(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", s.ready)
	if s.Metrics == nil {
		return
	}
	s.Metrics.MustRegister(gauges{db: s.DB, log: s.Log})
	metrics := promhttp.HandlerFor(s.Metrics, promhttp.HandlerOpts{MaxRequestsInFlight: 2, Timeout: 10 * time.Second})
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		if !s.mayMeasure(r) {
			plain(w, http.StatusForbidden, "forbidden")
			return
		}
		metrics.ServeHTTP(w, r)
	})
}

// readyWithin bounds the looking for PostgreSQL and Redis.
const readyWithin = 2 * time.Second

// ready says whether this process can take messages in: it can without Redis, and not without PostgreSQL.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyWithin)
	defer cancel()
	if err := s.DB.Pool.Ping(ctx); err != nil {
		plain(w, http.StatusServiceUnavailable, "database away")
		return
	}
	if s.Redis != nil && s.Redis(ctx) != nil {
		plain(w, http.StatusOK, "degraded: redis away, delivering in process")
		return
	}
	plain(w, http.StatusOK, "ready")
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text+"\n")
}

// mayMeasure lets a scraper on this machine read the metrics, or one that knows the token. What a proxy hands on comes from elsewhere.
func (s *Server) mayMeasure(r *http.Request) bool {
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok && s.MetricsToken != "" {
		return subtle.ConstantTimeCompare([]byte(token), []byte(s.MetricsToken)) == 1
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback() && r.Header.Get("X-Forwarded-For") == "" && r.Header.Get("Forwarded") == ""
}
