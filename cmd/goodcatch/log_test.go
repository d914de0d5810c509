package main

import (
	"bytes"
	"errors"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"
)

// settingFlags maps the environment variable of each setting to its flag.
func settingFlags(t *testing.T) map[string]string {
	t.Helper()
	flags := map[string]string{}
	typ := reflect.TypeFor[Settings]()
	for i := range typ.NumField() {
		if !typ.Field(i).IsExported() {
			continue
		}
		tag := typ.Field(i).Tag
		if tag.Get("name") == "" || tag.Get("help") == "" {
			t.Errorf("%s has no flag or no help", typ.Field(i).Name)
		}
		flags[tag.Get("env")] = tag.Get("name")
	}
	return flags
}

func TestLogDropsWhatIsNotOnTheList(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"json", "text"} {
		var out bytes.Buffer
		log := newLogger(&out, format, "info")
		log = log.With("phone", "+447700900123", "channel", "sms")
		log.WithGroup("person").Info("turn done", "record", 7, "name", "Ana Ruiz", "text", "wrong heparin", "took", time.Second,
			"err", errors.New(`dial postgres://app:hunter2@db/x: unknown number +44 7700 900123 of ana.ruiz@example.org, token xoxb-12-ab`),
			slog.Group("inner", "narrative", "fell", "status", 204))
		log.Debug("not at this level")
		got := out.String()
		for _, secret := range []string{"+4477", "Ana", "heparin", "hunter2", "900123", "ana.ruiz", "12-ab", "fell", "not at this level"} {
			if strings.Contains(got, secret) {
				t.Errorf("%s: %q is in %s", format, secret, got)
			}
		}
		for _, kept := range []string{"turn done", "sms", "record", "204", "dial postgres"} {
			if !strings.Contains(got, kept) {
				t.Errorf("%s: %q is not in %s", format, kept, got)
			}
		}
	}
}

func TestAutoIsJSONWhereNobodyReads(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	newLogger(&out, "auto", "info").Info("started", "version", 1)
	if !strings.HasPrefix(out.String(), "{") {
		t.Errorf("got %s", out.String())
	}
}
