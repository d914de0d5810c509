package redline

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// marked shows a comparison in one line: [-gone-] {+come+}.
func marked(pieces []Piece) string {
	var b strings.Builder
	for _, p := range pieces {
		switch p.Op {
		case Removed:
			b.WriteString("[-" + strings.TrimSpace(p.Before) + "-] ")
		case Added:
			b.WriteString("{+" + strings.TrimSpace(p.After) + "+} ")
		default:
			b.WriteString(p.After)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

const handsOld = `# Hand hygiene

Use gel after gloves, for 20 seconds.

## When

- before touching a patient
- after touching a patient
- after the bay

Keep 0.5 ml a hand.
`

func TestPassagesShowWhatChangedAndNothingElse(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		edit *strings.Replacer
		want []string // under | passage
	}{
		"a word":              {strings.NewReplacer("after gloves", "before gloves"), []string{"Hand hygiene | Use gel [-after-] {+before+} gloves, for 20 seconds."}},
		"words put in":        {strings.NewReplacer("after gloves", "before and after gloves"), []string{"Hand hygiene | Use gel {+before and+} after gloves, for 20 seconds."}},
		"a number":            {strings.NewReplacer("0.5", "5"), []string{"When | Keep [-0.5-] {+5+} ml a hand."}},
		"an item more":        {strings.NewReplacer("- after the bay\n", "- after the bay\n- before a line\n"), []string{"When | {+before a line+}"}},
		"an item less":        {strings.NewReplacer("- after the bay\n", ""), []string{"When | [-after the bay-]"}},
		"a heading":           {strings.NewReplacer("## When", "## When to do it"), []string{" | When {+to do it+}"}},
		"lines broken anew":   {strings.NewReplacer("gloves, for", "gloves,\nfor", "\n\n##", "\n\n\n\n##"), nil},
		"bold letters":        {strings.NewReplacer("after gloves", "**after** gloves"), nil},
		"nothing":             {strings.NewReplacer(), nil},
		"everything replaced": {strings.NewReplacer(handsOld, "Other words.\n"), []string{" | [-Hand hygiene-]", " | [-Use gel after gloves, for 20 seconds.-]", " | [-When-]", " | [-before touching a patient-]", " | [-after touching a patient-]", " | [-after the bay-]", " | [-Keep 0.5 ml a hand.-]", " | {+Other words.+}"}},
	} {
		blocks := Compare(handsOld, c.edit.Replace(handsOld))
		var got []string
		shown, more := Passages(blocks, 10_000)
		for _, p := range shown {
			got = append(got, p.Under+" | "+marked(p.Pieces))
		}
		if diff := cmp.Diff(c.want, got); diff != "" || more != 0 {
			t.Errorf("%s (-want +got), %d more:\n%s", name, more, diff)
		}
	}
}

func TestScriptsWithoutSpacesAreComparedLetterByLetter(t *testing.T) {
	t.Parallel()
	shown, _ := Passages(Compare("戴手套前使用洗手液。", "戴手套前后使用洗手液。"), 1000)
	if len(shown) != 1 || marked(shown[0].Pieces) != "戴手套前{+后+} 使用洗手液。" {
		t.Errorf("got %v", shown)
	}
}

func TestLongUnchangedStretchesAreShortened(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("word ", 200)
	shown, _ := Passages(Compare(long+"old "+long, long+"new "+long), 10_000)
	if len(shown) != 1 {
		t.Fatalf("%d passages", len(shown))
	}
	if got := marked(shown[0].Pieces); len(got) > 200 || !strings.HasPrefix(got, "…") || !strings.Contains(got, "[-old-] {+new+}") {
		t.Errorf("got %s", got)
	}
}

func TestPassagesEndWhereTheRoomDoes(t *testing.T) {
	t.Parallel()
	var before, after strings.Builder
	for range 100 {
		before.WriteString("- an old step of the way\n")
		after.WriteString("- a new step of the way\n")
	}
	shown, more := Passages(Compare(before.String(), after.String()), 500)
	if len(shown) == 0 || len(shown)+more != 100 || len(shown) > 25 {
		t.Errorf("%d shown, %d more", len(shown), more)
	}
	if shown, more := Passages(Compare("", strings.Repeat("x", 100_000)), 10); len(shown) != 1 || more != 0 || len(shown[0].Pieces[0].After) > 2*longestPiece {
		t.Error("one passage too large is shown shortened")
	}
}

// markdownText draws texts that look like documents, and some that do not.
func markdownText() *rapid.Generator[string] {
	part := rapid.OneOf(
		rapid.SampledFrom([]string{"# ", "## ", "- ", "1. ", "| a | b |\n", "\n", "\n\n", " ", "\r\n", "\t", "**", "`", "0.5", "…", "手", "́", "\x00", "\xff"}),
		rapid.SampledFrom([]string{"gel", "before", "after", "gloves", "always", "never"}),
		rapid.String(),
	)
	return rapid.Map(rapid.SliceOfN(part, 0, 60), func(parts []string) string { return strings.Join(parts, "") })
}

func TestComparisonGivesBackBothTexts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before := markdownText().Draw(t, "before")
		after := before
		if rapid.Bool().Draw(t, "unlike") {
			after = markdownText().Draw(t, "after")
		} else if words := strings.SplitAfter(before, " "); len(words) > 1 {
			at := rapid.IntRange(0, len(words)-1).Draw(t, "at")
			after = strings.Join(words[:at], "") + markdownText().Draw(t, "put in") + strings.Join(words[at+1:], "")
		}
		blocks := Compare(before, after)
		if got := Before(blocks); got != before {
			t.Fatalf("before: got %q, want %q", got, before)
		}
		if got := After(blocks); got != after {
			t.Fatalf("after: got %q, want %q", got, after)
		}
		Passages(blocks, 1000)
		for _, b := range Compare(after, after) {
			if b.Changed() {
				t.Fatalf("a text differs from itself: %v", b)
			}
		}
	})
}

func BenchmarkCompare(b *testing.B) {
	old := strings.Repeat(handsOld, 200)
	new := strings.ReplaceAll(old, "20 seconds", "30 seconds")
	for b.Loop() {
		Compare(old, new)
	}
}
