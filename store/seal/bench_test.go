package seal

import (
	"bytes"
	"testing"
)

var text200 = bytes.Repeat([]byte("x"), 200)

func BenchmarkSeal(b *testing.B) {
	for name, box := range boxes(b) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := box.Seal(text200, text200[:20]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	for name, box := range boxes(b) {
		sealed := must(b)(box.Seal(text200, text200[:20]))
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := box.Open(sealed, text200[:20]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNewSubjectKey(b *testing.B) {
	k, _ := newKeys(b)
	for b.Loop() {
		if _, _, err := k.NewSubjectKey("record/7"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFingerprint(b *testing.B) {
	k, _ := newKeys(b)
	for b.Loop() {
		k.Fingerprint("phone", "+447700900123")
	}
}
