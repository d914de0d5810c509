package seal

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
)

func newKeys(t testing.TB) (*Keys, []byte) {
	t.Helper()
	text, err := NewKeyset()
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, text), text
}

func parse(t testing.TB, text []byte) *Keys {
	t.Helper()
	k, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func must(t testing.TB) func([]byte, error) []byte {
	return func(b []byte, err error) []byte {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
}

var narrative = []byte("wrong strength heparin in drawer B, seen before it was drawn up")

// A box is either kind of sealing, so that both keep the same rules.
type box interface {
	Seal(plain, aad []byte) ([]byte, error)
	Open(sealed, aad []byte) ([]byte, error)
}

func boxes(t testing.TB) map[string]box {
	k, _ := newKeys(t)
	s, _, err := k.NewSubjectKey("record/7")
	if err != nil {
		t.Fatal(err)
	}
	return map[string]box{"keys": k, "subject": s}
}

func TestSealedTextOpensOnlyUnalteredAndInItsPlace(t *testing.T) {
	t.Parallel()
	for name, b := range boxes(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			aad := []byte("records.narrative/7")
			sealed := must(t)(b.Seal(narrative, aad))
			if got := must(t)(b.Open(sealed, aad)); !bytes.Equal(got, narrative) {
				t.Errorf("got %q", got)
			}
			if bytes.Contains(sealed, narrative[:8]) {
				t.Error("the text is readable")
			}
			if again := must(t)(b.Seal(narrative, aad)); bytes.Equal(again, sealed) {
				t.Error("equal texts look equal")
			}
			if _, err := b.Open(sealed, []byte("records.narrative/8")); !errors.Is(err, ErrRefused) {
				t.Errorf("another place: got %v", err)
			}
			for i := range sealed {
				bad := bytes.Clone(sealed)
				bad[i] ^= 1
				if _, err := b.Open(bad, aad); !errors.Is(err, ErrRefused) {
					t.Fatalf("byte %d altered: got %v", i, err)
				}
			}
			for i := range sealed {
				if _, err := b.Open(sealed[:i], aad); !errors.Is(err, ErrRefused) {
					t.Fatalf("cut to %d bytes: got %v", i, err)
				}
			}
		})
	}
}

func TestEmptyTextIsSealedToo(t *testing.T) {
	t.Parallel()
	for name, b := range boxes(t) {
		sealed := must(t)(b.Seal(nil, nil))
		if got, err := b.Open(sealed, nil); err != nil || len(got) != 0 {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}

func TestRotatedKeysetOpensTheOldAndSealsWithTheNew(t *testing.T) {
	t.Parallel()
	old, text := newKeys(t)
	sealed := must(t)(old.Seal(narrative, nil))
	_, wrapped, err := old.NewSubjectKey("record/7")
	if err != nil {
		t.Fatal(err)
	}
	fresh := parse(t, must(t)(Rotate(text)))
	if got := must(t)(fresh.Open(sealed, nil)); !bytes.Equal(got, narrative) {
		t.Errorf("got %q", got)
	}
	if _, err := old.Open(must(t)(fresh.Seal(narrative, nil)), nil); !errors.Is(err, ErrRefused) {
		t.Errorf("the old keyset opens what the new key sealed: %v", err)
	}
	again, changed, err := fresh.Rewrap("record/7", wrapped)
	if err != nil || !changed {
		t.Fatalf("rewrap: changed %v, %v", changed, err)
	}
	if _, err := fresh.OpenSubject("record/7", again); err != nil {
		t.Error(err)
	}
	if same, changed, err := fresh.Rewrap("record/7", again); err != nil || changed || !bytes.Equal(same, again) {
		t.Errorf("rewrapped twice: %v, %v", changed, err)
	}
	if fresh.Len() != 2 {
		t.Errorf("%d keys", fresh.Len())
	}
}

func TestFingerprintSurvivesRotationAndKeepsPurposesApart(t *testing.T) {
	t.Parallel()
	k, text := newKeys(t)
	rotated := parse(t, must(t)(Rotate(must(t)(Rotate(text)))))
	want := k.Fingerprint("phone", "+447700900123")
	if got := rotated.Fingerprint("phone", "+447700900123"); !bytes.Equal(got, want) {
		t.Error("a rotation changed it")
	}
	other, _ := newKeys(t)
	for name, got := range map[string][]byte{
		"another value":          k.Fingerprint("phone", "+447700900124"),
		"another purpose":        k.Fingerprint("proof", "+447700900123"),
		"border moved":           k.Fingerprint("phone+", "447700900123"),
		"another installation's": other.Fingerprint("phone", "+447700900123"),
	} {
		if bytes.Equal(got, want) {
			t.Errorf("%s gives the same fingerprint", name)
		}
	}
	if len(want) != 32 {
		t.Errorf("%d bytes", len(want))
	}
}

func TestSubjectKeyBelongsToItsSubject(t *testing.T) {
	t.Parallel()
	k, _ := newKeys(t)
	s, wrapped, err := k.NewSubjectKey("record/7")
	if err != nil {
		t.Fatal(err)
	}
	sealed := must(t)(s.Seal(narrative, nil))
	opened, err := k.OpenSubject("record/7", wrapped)
	if err != nil {
		t.Fatal(err)
	}
	if got := must(t)(opened.Open(sealed, nil)); !bytes.Equal(got, narrative) {
		t.Errorf("got %q", got)
	}
	if _, err := k.OpenSubject("record/8", wrapped); !errors.Is(err, ErrRefused) {
		t.Errorf("another subject: got %v", err)
	}
	if _, err := (Subject{}).Seal(narrative, nil); err == nil {
		t.Error("the zero subject sealed a text")
	}
	if _, err := (Subject{}).Open(sealed, nil); err == nil {
		t.Error("the zero subject opened a text")
	}
}

func TestParseTakesBase64AndRefusesTheRestWithoutQuotingIt(t *testing.T) {
	t.Parallel()
	k, text := newKeys(t)
	sealed := must(t)(k.Seal(narrative, nil))
	b64 := parse(t, []byte(" "+base64.StdEncoding.EncodeToString(text)+"\n"))
	if got := must(t)(b64.Open(sealed, nil)); !bytes.Equal(got, narrative) {
		t.Errorf("got %q", got)
	}
	secret := keyValue(t, text)
	for name, bad := range map[string]string{
		"empty":        "",
		"not base64":   "not a keyset " + secret,
		"cut":          string(text[:len(text)-3]),
		"value spoilt": strings.Replace(string(text), secret, "!"+secret[1:], 1),
		"other type":   strings.Replace(string(text), "AesGcmKey", "HmacKey", 1),
		"no keys":      `{"primaryKeyId":1,"key":[]}`,
	} {
		_, err := Parse([]byte(bad))
		if !errors.Is(err, ErrKeyset) {
			t.Errorf("%s: got %v", name, err)
			continue
		}
		if strings.Contains(err.Error(), secret[1:8]) {
			t.Errorf("%s: the error quotes the key", name)
		}
	}
}

func TestPrintingShowsNoKey(t *testing.T) {
	t.Parallel()
	k, text := newKeys(t)
	s, _, err := k.NewSubjectKey("record/7")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := base64.StdEncoding.DecodeString(keyValue(t, text))
	if err != nil {
		t.Fatal(err)
	}
	printed := fmt.Sprintf("%v %+v %#v %s %v %+v %#v", k, k, k, k, s, s, s)
	if strings.Contains(printed, string(raw[4:])) || strings.Contains(printed, keyValue(t, text)) {
		t.Errorf("shows the key: %s", printed)
	}
	if want := "seal.Keys(1) seal.Keys(1) seal.Keys(1) seal.Keys(1) seal.Subject seal.Subject seal.Subject"; printed != want {
		t.Errorf("got %s", printed)
	}
}

// keyValue is the base64 text of the first key in a keyset.
func keyValue(t *testing.T, text []byte) string {
	t.Helper()
	var ks struct {
		Key []struct{ KeyData struct{ Value string } }
	}
	if err := json.Unmarshal(text, &ks); err != nil || len(ks.Key) == 0 {
		t.Fatalf("keyset: %v", err)
	}
	return ks.Key[0].KeyData.Value
}

func TestManyGoroutinesMaySealAtOnce(t *testing.T) {
	t.Parallel()
	k, _ := newKeys(t)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			subject := fmt.Sprint(i)
			s, wrapped, err := k.NewSubjectKey(subject)
			if err != nil {
				t.Error(err)
				return
			}
			for range 50 {
				sealed, _ := s.Seal(narrative, []byte(subject))
				again, _ := k.OpenSubject(subject, wrapped)
				if got, err := again.Open(sealed, []byte(subject)); err != nil || !bytes.Equal(got, narrative) {
					t.Errorf("got %q, %v", got, err)
				}
				k.Fingerprint("phone", subject)
			}
		})
	}
	wg.Wait()
}

func FuzzOpenNeverPanics(f *testing.F) {
	k, _ := newKeys(f)
	s, wrapped, err := k.NewSubjectKey("x")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(wrapped)
	f.Add([]byte{format})
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := s.Open(b, nil); err == nil {
			t.Error("opened")
		}
		_, _ = k.OpenSubject("y", b)
		_, _, _ = k.Rewrap("y", b)
	})
}
