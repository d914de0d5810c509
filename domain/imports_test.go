package domain_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// allowed says which of our rooms a room may import, beside itself and its own folders.
var allowed = map[string][]string{
	"domain":        {},
	"conversations": {"domain"},
	"store":         {"domain"},
	"jobs":          {"domain", "conversations", "store"},
	"bot":           {"domain", "conversations", "store"},
}

// support are packages that only tests and the demo use: they stand beside what they serve, and may see the whole program.
var support = regexp.MustCompile(`^(bot/bottest|bot/emulator/page|store/storetest)`)

// TestRoomsImportOnlyDownwards holds the direction of the house.
func TestRoomsImportOnlyDownwards(t *testing.T) {
	each(t, func(file, room string, imports []string) {
		may, fixed := allowed[room]
		if !fixed || strings.HasSuffix(file, "_test.go") || support.MatchString(file) {
			return
		}
		for _, i := range imports {
			ours, ok := strings.CutPrefix(i, "goodcatch/")
			if !ok {
				continue
			}
			other, _, _ := strings.Cut(ours, "/")
			if other != room && !slices.Contains(may, other) {
				t.Errorf("%s imports %s", file, i)
			}
		}
	})
}

// TestDomainAndConversationsArePure forbids the clock, randomness, the network and the disk, and the domain anything but the standard library.
func TestDomainAndConversationsArePure(t *testing.T) {
	impure := []string{"net/http", "math/rand", "math/rand/v2", "crypto/rand", "os", "net", "database/sql"}
	each(t, func(file, room string, imports []string) {
		if room != "domain" && room != "conversations" || strings.HasSuffix(file, "_test.go") {
			return
		}
		for _, i := range imports {
			if slices.Contains(impure, i) {
				t.Errorf("%s imports %s", file, i)
			}
			if room == "domain" && strings.Contains(strings.Split(i, "/")[0], ".") {
				t.Errorf("%s imports %s: the domain uses the standard library only", file, i)
			}
		}
		if usesNow(t, file) {
			t.Errorf("%s asks for the time", file)
		}
	})
}

func each(t *testing.T, check func(file, room string, imports []string)) {
	t.Helper()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") && d.Name() != ".." {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		var imports []string
		for _, i := range f.Imports {
			imports = append(imports, strings.Trim(i.Path.Value, `"`))
		}
		file, err := filepath.Rel("..", path)
		if err != nil {
			return err
		}
		room, _, _ := strings.Cut(filepath.ToSlash(file), "/")
		check(filepath.ToSlash(file), room, imports)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// usesNow looks for a call of time.Now in a file's code, not in its comments.
func usesNow(t *testing.T, file string) bool {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", file), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	inspect(f, func(pkg, name string) {
		if pkg == "time" && (name == "Now" || name == "Since" || name == "Until" || name == "After" || name == "NewTimer") {
			found = true
		}
	})
	return found
}
