package certificate

import (
	"bytes"
	"strings"
	"testing"
)

func paper(name string) Paper {
	return Paper{
		Title: "Certificate: Falls", Heading: "Riverside Hospital certifies that", Name: name, Lines: []string{"has passed the course Falls (FALLS, risk)", "on 2026-11-23."},
		Footer: "Issued 2026-11-24", Language: "en",
	}
}

func TestACertificateIsOnePageWithTheNameInAnyLettersAtHand(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Ana Silva", "Zoë Łukasiewicz-Ñandú", "Ωμέγα Παππά", "Иванна Ш.", strings.Repeat("M", 18)} {
		var b bytes.Buffer
		if err := paper(name).Write(&b); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !bytes.HasPrefix(b.Bytes(), []byte("%PDF-")) || bytes.Count(b.Bytes(), []byte("/Type /Page\n")) != 1 {
			t.Errorf("%s: %d bytes, %d pages", name, b.Len(), bytes.Count(b.Bytes(), []byte("/Type /Page\n")))
		}
	}
}

func TestALetterThatNoFontHasIsNamedAndNotLost(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	const nobody = "\U000F0000" // private use
	if err := paper("Ana " + nobody).Write(&b); err == nil || !strings.Contains(err.Error(), "U+F0000") || b.Len() > 0 {
		t.Errorf("got %v, %d bytes", err, b.Len())
	}
	err := paper("陈宇").Write(&b)
	if hanFont() == nil && err == nil || hanFont() != nil && err != nil {
		t.Errorf("Chinese: %v", err)
	}
}
