package bot_test

import (
	"bytes"
	"testing"
	"time"

	"goodcatch/bot"
	"goodcatch/conversations"
	"goodcatch/domain"
)

func TestACertificateIsDrawnInALanguageWhoseLettersAreAtHand(t *testing.T) {
	t.Parallel()
	org := &domain.Organisation{Name: "Riverside", Zone: time.UTC, Language: "en", People: map[domain.PersonID]*domain.Person{5: {ID: 5, Name: "Zoë Łuk", External: "S017"}}}
	pass := domain.Pass{Person: 5, Course: "FALLS", Title: "Falls", Family: domain.OfRisk, PassedAt: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)}
	for _, language := range []string{"en", "es", "fr", "zh-CN"} {
		org.People[5].Language = language
		var b bytes.Buffer
		if err := bot.CertificateOf(conversations.NewCatalog(""), org, pass, pass.PassedAt).Write(&b); err != nil || !bytes.HasPrefix(b.Bytes(), []byte("%PDF-")) {
			t.Errorf("%s: %v", language, err)
		}
	}
}
