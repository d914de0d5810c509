package mask

import (
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Each line of the table is "text => masked text", or a text alone that must
// stay as it is.
func TestText(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/mask.txt")
	if err != nil {
		t.Fatal(err)
	}
	rows, changed := 0, 0
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "//") {
			continue
		}
		rows++
		text, want, found := strings.Cut(line, " => ")
		if !found {
			want = text
		} else {
			changed++
		}
		got := Text(text)
		if got.Text != want {
			t.Errorf("%s\n got: %s\nwant: %s", text, got.Text, want)
		}
		if (len(got.Found) > 0) != (got.Text != text) {
			t.Errorf("%s: found %v", text, got.Found)
		}
	}
	if rows < 120 || changed < 60 {
		t.Errorf("only %d rows, %d of them masked", rows, changed)
	}
}

func TestFoundListsKindsInOrder(t *testing.T) {
	t.Parallel()
	got := Text("Mr Smith NHS 943 476 5919 dob 12/03/1956 MRN 445566, ring 07700 900123 or ana@example.org")
	want := []Kind{Name, NHSNumber, DateOfBirth, RecordNumber, Phone, Email}
	if !slices.Equal(got.Found, want) {
		t.Errorf("got %v in %q, want %v", got.Found, got.Text, want)
	}
	for _, k := range Kinds {
		if k.Mark() == "" || !strings.HasPrefix(k.Key(), "mask.") {
			t.Errorf("kind %q: mark %q, key %q", k, k.Mark(), k.Key())
		}
	}
}

func TestEmailHidesPlusAndAccents(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"to josé.o'hara+x@mail.example.es now": "to [e-mail] now",
		"mail (ana_b@x-y.org).":                "mail ([e-mail]).",
		"@4B and a@b":                          "@4B and a@b",
		"seen @ 14:02":                         "seen @ 14:02",
	} {
		if got := Text(text).Text; got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

// Every number with a right check digit goes, however it is written.
func TestEveryNHSNumberGoes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.StringMatching(`[1-9][0-9]{8}`).Draw(t, "nine")
		sum := 0
		for i := range 9 {
			sum += int(n[i]-'0') * (10 - i)
		}
		check := (11 - sum%11) % 11
		if check == 10 {
			t.Skip("no such NHS number")
		}
		n += string(rune('0' + check))
		sep := rapid.SampledFrom([]string{"", " ", "-"}).Draw(t, "separator")
		written := n[:3] + sep + n[3:6] + sep + n[6:]
		got := Text("found notes of " + written + " in bay 4B").Text
		if got != "found notes of [NHS no.] in bay 4B" && got != "found notes of [phone] in bay 4B" {
			t.Fatalf("%s: %s", written, got)
		}
	})
}

func TestMaskingTwiceIsMaskingOnce(t *testing.T) {
	t.Parallel()
	pieces := []string{"Mr", "mrs", "pt", "Patient", "Sr.", "doña", "Smith", "JONES", "maria", "in", "fell", "J.", "de la", "O'Brien", "Dr",
		"943 476 5919", "9434765919", "07700 900123", "+44 7700", "900123", "12/03/1956", "12 March", "1956", "dob", "born", "MRN", "A123456", "hosp no", "NHS",
		"tel", "a@b.org", "x.y", "@", "[name]", "[phone]", "[", "]", "-", ".", "/", ":", ",", "\n", "4B", "10 mg", "14:02", "12345678Z", "123-45-6789", "(020)", "name is"}
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 14).Draw(t, "words")
		gap := rapid.SampledFrom([]string{" ", "", "  "}).Draw(t, "gap")
		once := Text(strings.Join(words, gap))
		twice := Text(once.Text)
		if twice.Text != once.Text || len(twice.Found) > 0 {
			t.Fatalf("once %q, twice %q", once.Text, twice.Text)
		}
	})
}

func hostile() map[string]string {
	return map[string]string{
		"prose":     strings.Repeat("pt slipped in the bathroom on 4B at 14:02, small bruise, Mr Smith told. ", 1400),
		"digits":    strings.Repeat("1", 100_000),
		"groups":    strings.Repeat("123 ", 25_000),
		"at signs":  strings.Repeat("a@", 50_000),
		"local":     strings.Repeat("a.", 50_000),
		"labels":    strings.Repeat("no ", 33_000),
		"titles":    strings.Repeat("Mr ", 33_000),
		"names":     "Mr " + strings.Repeat("Smith-", 16_000),
		"marks":     strings.Repeat("[name] ", 14_000),
		"brackets":  strings.Repeat("[", 100_000),
		"combining": "e" + strings.Repeat("\u0301", 50_000),
		"phones":    strings.Repeat("07700 900123 ", 7_700),
		"emails":    strings.Repeat("ana@example.org ", 6_200),
	}
}

// A search that is not linear would not come to an end with these.
func TestHostileTextsComeToAnEnd(t *testing.T) {
	t.Parallel()
	for name, text := range hostile() {
		long := strings.Repeat(text, 3)
		if once := Text(long); len(Text(once.Text).Found) > 0 {
			t.Errorf("%s: more found the second time", name)
		}
	}
}

func BenchmarkText(b *testing.B) {
	b.Run("report", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Text("INC pt slipped in bathroom 4B at 14:02, small bruise on arm, Mr Smith NHS 943 476 5919 told")
		}
	})
	for name, text := range hostile() {
		b.Run("100kB of "+name, func(b *testing.B) {
			for b.Loop() {
				Text(text)
			}
		})
	}
}

func FuzzText(f *testing.F) {
	f.Add("Mr Smith 943 476 5919 dob 12/03/1956")
	f.Add("pt. J. O'Brien-Jones, MRN A-12 34 56 / tel +44 (0)7700 900123")
	f.Add("sra. de la \u0301Cruz a@b.org\x00\xff")
	f.Fuzz(func(t *testing.T, s string) {
		once := Text(s)
		if twice := Text(once.Text); twice.Text != once.Text {
			t.Errorf("%q: once %q, twice %q", s, once.Text, twice.Text)
		}
	})
}
