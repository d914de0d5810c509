package words

import (
	"testing"
	"time"
)

var (
	englishMonths = []string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}
	spanishMonths = []string{"ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"}
	frenchMonths  = []string{"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."}
)

func TestLeaveIsReadAsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	today := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"3D": "2026-11-23 2026-11-25", "1d": "2026-11-23 2026-11-23", "3 days": "2026-11-23 2026-11-25", "10 días": "2026-11-23 2026-12-02", "2 jours": "2026-11-23 2026-11-24", "3天": "2026-11-23 2026-11-25",
		"2 Dec to 5 Dec": "2026-12-02 2026-12-05", "2-5 Dec": "2026-12-02 2026-12-05", "2 to 5 December": "2026-12-02 2026-12-05", "Dec 2 - Dec 5": "2026-12-02 2026-12-05", "2nd dec until 5th dec.": "2026-12-02 2026-12-05",
		"2 Dec": "2026-12-02 2026-12-02", "20 Dec to 3 Jan": "2026-12-20 2027-01-03", "3 Jan to 5 Jan": "2027-01-03 2027-01-05", "20 Nov to 25 Nov": "2026-11-20 2026-11-25",
		"2 dic al 5 dic": "2026-12-02 2026-12-05", "2 de diciembre": "2026-12-02 2026-12-02", "2 déc. au 5 déc.": "2026-12-02 2026-12-05", "12月2日到12月5日": "2026-12-02 2026-12-05",
		"2026-12-02 to 2026-12-05": "2026-12-02 2026-12-05", "tomorrow": "2026-11-24 2026-11-24", "today to 26 nov": "2026-11-23 2026-11-26",
		"3D Ben Okoro": "2026-11-23 2026-11-25 Ben Okoro", "2-5 Dec S010": "2026-12-02 2026-12-05 S010", "2 Dec to 5 Dec, ben": "2026-12-02 2026-12-05 ben",
		"": "", "3": "", "2 to 5": "", "the pump alone": "", "3 pumps at bed 4": "", "31 Feb": "", "5 Dec to": "", "0D": "", "999D": "", "2026-12-05 to 2026-12-02": "", "40 Dec": "",
	} {
		got := ""
		if a, ok := ParseLeave(text, today, englishMonths, spanishMonths, frenchMonths); ok {
			got = a.First.Format(time.DateOnly) + " " + a.Last.Format(time.DateOnly)
			if a.Who != "" {
				got += " " + a.Who
			}
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func FuzzLeave(f *testing.F) {
	f.Add("2-5 Dec Ben")
	f.Add("12月2日到12月5日")
	f.Fuzz(func(t *testing.T, text string) {
		a, ok := ParseLeave(text, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), englishMonths)
		if ok && a.Last.Before(a.First) {
			t.Errorf("%q: %v", text, a)
		}
	})
}
