package conversations

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// keyShape is what a key of the catalogue looks like, prefixShape the beginning of one that the code completes.
var (
	keyShape    = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[A-Za-z0-9_]+)+$`)
	prefixShape = regexp.MustCompile(`^[a-z][a-z0-9_]*\.([A-Za-z0-9_]+[._])*$`)
)

// literals returns every string of the program's code and pages that looks like a key, with a file it stands in. Tests do not count.
func literals(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	add := func(text, file string) {
		text, _, _ = strings.Cut(text, "%")
		if keyShape.MatchString(text) || prefixShape.MatchString(text) {
			found[text] = file
		}
	}
	inPage := regexp.MustCompile(`"([a-z][\w.]+)"`)
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") && d.Name() != ".." || d.Name() == "testdata" || d.Name() == "emulator"):
			return fs.SkipDir
		case strings.HasSuffix(path, ".html"):
			text, err := os.ReadFile(path)
			for _, m := range inPage.FindAllStringSubmatch(string(text), -1) {
				add(m[1], path)
			}
			return err
		case strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go"):
			return inCode(path, add)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// inCode reports every string literal of a file.
func inCode(path string, add func(text, file string)) error {
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if _, imports := n.(*ast.ImportSpec); imports {
			return false
		}
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if text, err := strconv.Unquote(lit.Value); err == nil {
				add(text, path)
			}
		}
		return true
	})
	return nil
}

// builtFrom are keys whose names the code puts together otherwise than from a literal prefix.
var builtFrom = regexp.MustCompile(`^ask\.|^form\.\w+\.(title|submit)$|^rank\.|^status\.\w+_staff$|^language\.`)

// bareKey is a key without what a channel adds to it.
func bareKey(key string) string {
	for _, suffix := range []string{".slack", ".voice", ".label", ".hint", ".title", ".short"} {
		key = strings.TrimSuffix(key, suffix)
	}
	return key
}

func TestEveryKeyIsUsed(t *testing.T) {
	t.Parallel()
	used := literals(t)
	var prefixes []string
	for l := range used {
		if prefixShape.MatchString(l) {
			prefixes = append(prefixes, l)
		}
	}
	c := NewCatalog("")
	for _, key := range c.Keys(Fallback) {
		bare := bareKey(key)
		if used[key] != "" || used[bare] != "" || builtFrom.MatchString(key) || slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(key, p) }) {
			continue
		}
		t.Errorf("nobody says %s", key)
	}
}

func TestEveryKeyThatIsSaidExists(t *testing.T) {
	t.Parallel()
	c := NewCatalog("")
	rooms := map[string]bool{} // first words of keys
	for _, key := range c.Keys(Fallback) {
		first, _, _ := strings.Cut(key, ".")
		rooms[first] = true
	}
	for l, file := range literals(t) {
		first, _, _ := strings.Cut(l, ".")
		unused := strings.HasPrefix(l, "scale.") && !strings.HasPrefix(l, "scale.ahrq.") // schemes that no flow offers yet
		if !rooms[first] || prefixShape.MatchString(l) || c.Has(l) || c.Has(l+".label") || notKeys.MatchString(l) || unused {
			continue
		}
		t.Errorf("%s says %s, which is not in the catalogue", file, l)
	}
	for name, f := range Flows() {
		if f.FormOnly && !c.Has("form."+name+".title") {
			t.Errorf("the form of %s has no title", name)
		}
	}
}

// notKeys are strings that look like keys and are names of something else.
var notKeys = regexp.MustCompile(`\.(go|yaml|csv|json|md|html|com|org|txt)$`)
