package domain_test

import (
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"goodcatch/domain"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestEveryStoredCommandStillDecodes reads one stored form of every version of every command ever shipped. A stored command waits in
// timers and buttons: what was written by an older program must be understood by this one. A new command adds a file; a changed one gets
// a new version and keeps its old file.
func TestEveryStoredCommandStillDecodes(t *testing.T) {
	for _, name := range domain.Registered() {
		file := filepath.Join("testdata/commands", strings.ReplaceAll(name, "@", "_v")+".json")
		golden, err := os.ReadFile(file)
		if os.IsNotExist(err) && *update {
			writeGolden(t, file, name)
			continue
		}
		if err != nil {
			t.Errorf("%s has no stored form (go test ./domain -update): %v", name, err)
			continue
		}
		cmd, err := domain.Decode(name, golden)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, again, err := domain.Encode(cmd); err != nil || strings.TrimSpace(string(golden)) != string(again) {
			t.Errorf("%s: stored %s, now written as %s (%v)", name, golden, again, err)
		}
	}
}

func writeGolden(t *testing.T, file, name string) {
	t.Helper()
	zero, err := domain.Decode(name, []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	v := reflect.New(reflect.TypeOf(zero)).Elem()
	for i := range v.NumField() {
		f := v.Field(i)
		if !f.CanSet() {
			t.Fatalf("%s has a field that is never stored: %s", name, v.Type().Field(i).Name)
		}
		switch f.Kind() { // nested values stay empty
		case reflect.Int, reflect.Int64:
			f.SetInt(int64(i + 1))
		case reflect.String:
			f.SetString("x")
		}
	}
	_, args, err := domain.Encode(v.Interface().(domain.Command))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, append(args, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestStoredFormsAreOfKnownCommands(t *testing.T) {
	files, err := filepath.Glob("testdata/commands/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no stored forms", err)
	}
	for _, f := range files {
		name := strings.ReplaceAll(strings.TrimSuffix(filepath.Base(f), ".json"), "_v", "@")
		if !slices.Contains(domain.Registered(), name) {
			t.Errorf("%s: this program no longer knows %s", f, name)
		}
	}
}

func TestUnknownFieldsAreRefused(t *testing.T) {
	if _, err := domain.Decode("acknowledge@1", []byte(`{"Record":7,"Force":true}`)); err == nil {
		t.Error("a field nobody knows was accepted")
	}
	if _, err := domain.Decode("acknowledge@9", []byte(`{}`)); err == nil {
		t.Error("a version nobody knows was accepted")
	}
}
