package words

import (
	"os"
	"strings"
	"testing"
)

type labelled struct {
	report     bool
	lang, text string
}

func readLabelled(t testing.TB, file string) (rows []labelled) {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(cells) != 3 || cells[0] != "report" && cells[0] != "other" || cells[1] != "en" && cells[1] != "es" {
			t.Fatalf("%s: bad line %q", file, line)
		}
		rows = append(rows, labelled{cells[0] == "report", cells[1], cells[2]})
	}
	return rows
}

type tally struct{ reports, found, others, offered int }

func (c tally) recall() float64      { return 100 * float64(c.found) / float64(c.reports) }
func (c tally) falseOffers() float64 { return 100 * float64(c.offered) / float64(c.others) }

func measure(t testing.TB, rows []labelled, anyLanguage bool) (c tally) {
	t.Helper()
	for _, row := range rows {
		lang := row.lang
		if anyLanguage {
			lang = ""
		}
		got := LooksLikeReport(row.text, lang)
		switch {
		case row.report && got:
			c.found++
		case got:
			c.offered++
		}
		if row.report {
			c.reports++
		} else {
			c.others++
		}
		if got != row.report && !anyLanguage {
			t.Logf("%s %q: got %v", row.lang, row.text, got)
		}
	}
	return c
}

// The held-out file was written after the stems and they were not tuned on it, so
// its figures are what to expect of strangers' texts: lower than the aim of 95 and
// 5 per cent. The bounds here only stop them from getting worse.
func TestMostReportsAreRecognisedAndFewOthers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file                string
		anyLanguage         bool
		recall, falseOffers float64
	}{
		{"reports.tsv", false, 95, 5},
		{"reports.tsv", true, 95, 5},
		{"reports_heldout.tsv", false, 88, 10},
	} {
		got := measure(t, readLabelled(t, c.file), c.anyLanguage)
		t.Logf("%s, language unknown %v: recall %d/%d = %.1f %%, false offers %d/%d = %.1f %%", c.file, c.anyLanguage,
			got.found, got.reports, got.recall(), got.offered, got.others, got.falseOffers())
		if got.recall() < c.recall || got.falseOffers() > c.falseOffers {
			t.Errorf("%s: want recall of %v %% and %v %% false offers", c.file, c.recall, c.falseOffers)
		}
	}
	if n := len(readLabelled(t, "reports.tsv")); n < 160 {
		t.Errorf("only %d labelled texts", n)
	}
}

// Nothing labelled as talk or a report may be taken for an opt-out, or an ordinary
// sentence for a command.
func TestLabelledTextsAreNoOptOut(t *testing.T) {
	t.Parallel()
	wanted := map[string]bool{"stop sending these please": true, "no me mandeis mas mensajes": true, "please take me off this": true}
	for _, file := range []string{"reports.tsv", "reports_heldout.tsv"} {
		for _, row := range readLabelled(t, file) {
			if got := OptOut(row.text) != NotOptOut; got != wanted[row.text] {
				t.Errorf("OptOut(%q): %v", row.text, got)
			}
			if said, ok := Keyword(row.text); ok && !said.Word.IsReport() && len(strings.Fields(row.text)) > 1 {
				t.Errorf("Keyword(%q): %+v", row.text, said)
			}
		}
	}
}

func BenchmarkLooksLikeReport(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		LooksLikeReport("wrong strength heparin vial in drawer B took it out before use", "en")
	}
}
