package words

import "testing"

func TestParseCode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, code string
		order      Order
	}{
		{"K7R", "K7R", Order{Do: Status}},
		{"k7r?", "K7R", Order{Do: Status}},
		{"K7R ?", "K7R", Order{Do: Status}},
		{`"K7R?"`, "K7R", Order{Do: Status}},
		{"status K7R", "K7R", Order{Do: Status}},
		{"K7R estado", "K7R", Order{Do: Status}},
		{"K7RA", "K7R", Order{Command, "A"}},
		{"k7r a", "K7R", Order{Command, "A"}},
		{"A K7R", "K7R", Order{Command, "A"}},
		{"a nm-k7r", "K7R", Order{Command, "A"}},
		{"K7R: a.", "K7R", Order{Command, "A"}},
		{"ack k7r", "K7R", Order{Command, "A"}},
		{"K7R ack", "K7R", Order{Command, "A"}},
		{"decline K7R", "K7R", Order{Command, "D"}},
		{"k 7 r", "K7R", Order{Do: Status}},
		{"K-7-R a", "K7R", Order{Command, "A"}},
		{"k7 r?", "K7R", Order{Do: Status}},
		{"NM-K7R", "K7R", Order{Do: Status}},
		{"nm-k7r it was drawer C", "K7R", Order{Add, "it was drawer C"}},
		{"NM K7R more", "K7R", Order{Add, "more"}},
		{"INC-Q9F text", "Q9F", Order{Add, "text"}},
		{"C-T5W A", "T5W", Order{Command, "A"}},
		{"re K7R: pt is fine", "K7R", Order{Add, "pt is fine"}},
		{"K7R C fixed today", "K7R", Order{Add, "C fixed today"}},
		{"Q9F D no time", "Q9F", Order{Add, "D no time"}},
		{"K7R 3", "K7R", Order{Answer, "3"}},
		{"K7R 3 pts now", "K7R", Order{Add, "3 pts now"}},
		{"K7R close vials removed", "K7R", Order{Close, "vials removed"}},
		{"K7R CLOSE: vials removed", "K7R", Order{Close, "vials removed"}},
		{"close K7R vials removed", "K7R", Order{Close, "vials removed"}},
		{"K7R close", "K7R", Order{Do: Close}},
		{"K7R closed the door", "K7R", Order{Add, "closed the door"}},
		{"K7R close to the door", "K7R", Order{Add, "close to the door"}},
		{"K7R wrong ward 5A", "K7R", Order{WrongWard, "5A"}},
		{"k7r Wrong unit: ICU", "K7R", Order{WrongWard, "ICU"}},
		{"K7R sala equivocada 5A", "K7R", Order{WrongWard, "5A"}},
		{"K7R withdraw", "K7R", Order{Do: Withdraw}},
		{"K7R withdraw please", "K7R", Order{Withdraw, "please"}},
		{"withdraw K7R", "K7R", Order{Do: Withdraw}},
		{"K7R withdraw: sent by mistake", "K7R", Order{Withdraw, "sent by mistake"}},
		{"K7R withdraw of consent not recorded", "K7R", Order{Add, "withdraw of consent not recorded"}},
		{"K7R retirar", "K7R", Order{Do: Withdraw}},
		{"K7R same", "K7R", Order{Do: Same}},
		{"K7R same as Q9F", "K7R", Order{Same, "Q9F"}},
		{"K7R mismo", "K7R", Order{Do: Same}},
		{"K7R same bed again", "K7R", Order{Add, "same bed again"}},
		{"K7R4", "K7R4", Order{Do: Status}},
		{"k7r4 a", "K7R4", Order{Command, "A"}},
		{"K7R4M", "K7R4M", Order{Do: Status}},
		{"K7R4M?", "K7R4M", Order{Do: Status}},
		{"K7R I do not understand?", "K7R", Order{Add, "I do not understand?"}},
	} {
		code, rest, ok := ParseCode(c.text)
		if order := ParseOrder(rest); !ok || code != c.code || order != c.order {
			t.Errorf("%q: got %q %+v (rest %q, %v), want %q %+v", c.text, code, order, rest, ok, c.code, c.order)
		}
	}
}

func TestTextsWithoutACode(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "?", "NM wrong vial", "R cedar", "4B pt fell", "10mg given", "K7", "7KR", "K1R", "K0R", "B7R", "KTR", "K7R44", "K7Rabbit", "the K7R bed", "D5W bag leaked", "F2F meeting",
		"A 4 hourly", "1st dose", "H2O", "IC-04", "12", "C5 right arm weak", "A", "ack", "close the door", "G6P level", "K7RAB",
	} {
		if code, rest, ok := ParseCode(text); ok {
			t.Errorf("ParseCode(%q) = %q, %q", text, code, rest)
		}
	}
}

func TestLongCodesHaveTwoReadings(t *testing.T) {
	t.Parallel()
	if code, letter, ok := Shorter("K7R4A"); !ok || code != "K7R4" || letter != "A" {
		t.Errorf("got %q %q %v", code, letter, ok)
	}
	if _, _, ok := Shorter("K7R"); ok {
		t.Error("K7R has one reading")
	}
}

func TestIsCodeLeavesMedicalTermsOut(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{"K7R": true, "K7R4": true, "K7R4M": true, "k7r": false, "D5W": false, "K7": false, "K7R4M2": false, "I7R": false, "K1R": false} {
		if IsCode(code) != want {
			t.Errorf("IsCode(%s) = %v", code, !want)
		}
	}
}
