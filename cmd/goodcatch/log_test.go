package main

import (
	"bytes"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"log/slog"
	"path/filepath"
	"reflect"
	"slices"
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

// TestNoLogLineLosesItsValues: whatever key the program logs under is one of those that a line may carry, or its value would never be read.
func TestNoLogLineLosesItsValues(t *testing.T) {
	t.Parallel()
	lines := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !logs(call) {
				return true
			}
			lines++
			for i := 1; i < len(call.Args); i += 2 {
				key, ok := call.Args[i].(*ast.BasicLit)
				if ok && !loggable[strings.Trim(key.Value, `"`)] {
					t.Errorf("%s logs under %s, which is dropped", path, key.Value)
				}
			}
			return true
		})
		return nil
	})
	if err != nil || lines < 40 {
		t.Errorf("%d log lines found (%v)", lines, err)
	}
}

// logs reports whether a call writes a log line: log.Warn, a.Log.Warn.
func logs(call *ast.CallExpr) bool {
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !slices.Contains([]string{"Debug", "Info", "Warn", "Error"}, method.Sel.Name) {
		return false
	}
	switch on := method.X.(type) {
	case *ast.Ident:
		return strings.EqualFold(on.Name, "log")
	case *ast.SelectorExpr:
		return strings.EqualFold(on.Sel.Name, "log")
	default:
		return false
	}
}
