package store

import (
	"crypto/rand"
	"strings"

	"goodcatch/domain"
	"goodcatch/domain/words"
)

// Codes alternate letter and digit and hold nothing that reads like another: no B 8, I 1, L, O 0, S 5, U, Z 2 among the letters, no 0 or 1.
const (
	codeLetters = "ACDEFGHJKMNPQRTVWXY"
	codeDigits  = "23456789"
)

// codeNumber turns the n-th number ever drawn (from 1) into a code. Neighbours look unlike each other, no two numbers share a code, and
// a length is used to half before the next begins: 1,444 codes like K7R, then 11,552 like K7R4, then 219,488 like K7R4M, and so on.
func codeNumber(n int64) string {
	n--
	for length := 3; ; length++ {
		space := codeSpace(length)
		if n < space/2 {
			code := spell(place(n, space), length)
			for !words.IsCode(code) { // D5W is an infusion: its twin of the unused half stands in
				n += space / 2
				code = spell(place(n, space), length)
			}
			return code
		}
		n -= space / 2
	}
}

func place(n, space int64) int64 { return (n%space*stride(space) + space/3) % space }

func codeSpace(length int) int64 {
	space := int64(1)
	for i := range length {
		space *= int64(len(alphabet(i)))
	}
	return space
}

// alphabet returns the characters of a position: letters at even ones, digits at odd ones.
func alphabet(i int) string {
	if i%2 == 0 {
		return codeLetters
	}
	return codeDigits
}

// stride is a step without a common factor with the space (whose only primes are 2 and 19), near the golden section of it.
func stride(space int64) int64 {
	s := space * 618 / 1000
	for s%2 == 0 || s%19 == 0 {
		s++
	}
	return s
}

func spell(n int64, length int) string {
	b := make([]byte, length)
	for i := length - 1; i >= 0; i-- {
		a := alphabet(i)
		b[i] = a[n%int64(len(a))]
		n /= int64(len(a))
	}
	return string(b)
}

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// newRef draws a permanent reference: seven random Crockford characters and a check character (their weighted sum).
func newRef() domain.Ref {
	var b [7]byte
	_, _ = rand.Read(b[:]) // never fails: see crypto/rand
	out := make([]byte, 0, 8)
	for _, c := range b {
		out = append(out, crockford[c%32])
	}
	return domain.Ref(append(out, refCheck(string(out))))
}

// ValidRef reports whether a reference's check character fits. Lower case, O for 0 and I or L for 1 are forgiven.
func ValidRef(s string) (domain.Ref, bool) {
	s = strings.NewReplacer("O", "0", "I", "1", "L", "1", "-", "", " ", "").Replace(strings.ToUpper(s))
	if len(s) != 8 || strings.Trim(s, crockford) != "" || refCheck(s[:7]) != s[7] {
		return "", false
	}
	return domain.Ref(s), true
}

func refCheck(s string) byte {
	sum := 0
	for i, c := range s {
		sum += (2*i + 1) * strings.IndexRune(crockford, c)
	}
	return crockford[sum%32]
}

// Nonce draws a short random mark that makes a message of its own.
func Nonce() string { return string(newRef()) }
