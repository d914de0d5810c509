package seal_test

import (
	"strings"
	"testing"

	"goodcatch/store/seal"
)

func newKeys(t testing.TB) *seal.Keys {
	t.Helper()
	text, err := seal.NewKeyset()
	if err != nil {
		t.Fatal(err)
	}
	k, err := seal.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestAPINMatchesItsHashOnlyForItsHolderAndUnderItsKeys(t *testing.T) {
	t.Parallel()
	k := newKeys(t)
	hash := k.HashPIN("p7", "4711")
	for name, got := range map[string]bool{
		"another PIN":    k.MatchPIN(hash, "p7", "4712"),
		"another holder": k.MatchPIN(hash, "p8", "4711"),
		"other keys":     newKeys(t).MatchPIN(hash, "p7", "4711"),
		"no hash":        k.MatchPIN("", "p7", "4711"),
		"another scheme": k.MatchPIN(strings.Replace(hash, "argon2id", "argon2i", 1), "p7", "4711"),
		"a cut hash":     k.MatchPIN(hash[:len(hash)-2], "p7", "4711"),
		"no parameters":  k.MatchPIN("$argon2id$v=19$m=19456$c2FsdA$aGFzaA", "p7", "4711"),
	} {
		if got {
			t.Errorf("%s matches", name)
		}
	}
	if !k.MatchPIN(hash, "p7", "4711") {
		t.Error("the PIN does not match")
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") || strings.Contains(hash, "4711") {
		t.Errorf("the hash is %s", hash)
	}
	if hash == k.HashPIN("p7", "4711") {
		t.Error("two hashes of one PIN are the same: no salt")
	}
}

func BenchmarkMatchPIN(b *testing.B) {
	k := newKeys(b)
	hash := k.HashPIN("p7", "4711")
	for b.Loop() {
		k.MatchPIN(hash, "p7", "4711")
	}
}
