package main

import (
	"io"
	"log/slog"
	"os"
	"regexp"
)

// loggable are the attributes a log line may carry: handles, counts and outcomes. A value under any other key is dropped, so that a
// careless line cannot tell a narrative, a name or a number.
var loggable = map[string]bool{
	"actor": true, "addr": true, "at": true, "attempt": true, "away": true, "bytes": true, "channel": true, "class": true, "code": true, "command": true, "component": true,
	"count": true, "duration": true, "err": true, "error": true, "error_kind": true, "event": true, "fired": true, "flow": true, "id": true, "inbound": true, "job": true, "key": true,
	"kind": true, "left": true, "limit": true, "loop": true, "method": true, "mode": true, "op": true, "outbox": true, "outcome": true, "page": true, "panic": true, "part": true, "path": true, "pattern": true, "provider": true, "queue": true, "reason": true,
	"record": true, "ref": true, "retry_after": true, "role": true, "rung": true, "schema": true, "seq": true, "signal": true, "status": true, "subject": true,
	"timer": true, "took": true, "topic": true, "unit": true, "version": true,
	slog.TimeKey: true, slog.LevelKey: true, slog.MessageKey: true, slog.SourceKey: true,
}

const dropped = "[dropped]"

// newLogger writes JSON lines, or text for people; auto is text on a terminal.
func newLogger(w io.Writer, format, level string) *slog.Logger {
	var at slog.Level
	if err := at.UnmarshalText([]byte(level)); err != nil {
		at = slog.LevelInfo
	}
	o := &slog.HandlerOptions{Level: at, ReplaceAttr: redact}
	if format == "text" || format == "auto" && isTerminal(w) {
		return slog.New(slog.NewTextHandler(w, o))
	}
	return slog.New(slog.NewJSONHandler(w, o))
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	fi, err := f.Stat()
	return err == nil && fi.Mode()&os.ModeCharDevice != 0
}

// redact drops values of unknown keys, and scrubs the texts of the known ones: errors of drivers quote what they were given.
func redact(_ []string, a slog.Attr) slog.Attr {
	if !loggable[a.Key] {
		return slog.String(a.Key, dropped)
	}
	switch a.Value.Kind() {
	case slog.KindString:
		return slog.String(a.Key, scrub(a.Value.String()))
	case slog.KindAny:
		switch v := a.Value.Any().(type) {
		case error:
			return slog.String(a.Key, scrub(v.Error()))
		case *slog.Source:
			return a
		default:
			return slog.String(a.Key, scrub(a.Value.String()))
		}
	}
	return a
}

// Secrets and personal things that errors are known to carry: passwords in addresses, tokens, telephone numbers, e-mail addresses.
var scrubs = []struct {
	find *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`://[^/@\s]+@`), "://***@"},
	{regexp.MustCompile(`password=\S+`), "password=***"},
	{regexp.MustCompile(`\b(xox[a-z.]*|xapp)-[A-Za-z0-9-]+`), "$1-***"},
	{regexp.MustCompile(`[\w.+-]+@[\w-]+\.[\w.]+`), "***@***"},
	{regexp.MustCompile(`\+\d[\d ()-]{5,}\d`), "+***"},
}

// scrub takes out what no log may hold.
func scrub(s string) string {
	for _, x := range scrubs {
		s = x.find.ReplaceAllString(s, x.with)
	}
	return s
}
