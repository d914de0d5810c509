package words

import (
	"fmt"
	"testing"
)

func TestSearchFindsByCodeAndName(t *testing.T) {
	t.Parallel()
	labels := []string{"4A Cardiology", "4B Medical ward", "ED Emergency department", "ICU-2 Intensive care, 4th floor", "MED Medicine", "Inés Núñez, 4B", "急诊科 ED2"}
	for text, want := range map[string]string{
		"": "[0 1 2 3 4 5 6]", "4b": "[1 5]", "med": "[4 1]", "ward med": "[1]", "ed": "[2 6]", "icu-2": "[3]", "nunez": "[5]", "NÚÑEZ 4B": "[5]", "诊": "[6]", "x": "[]", "4": "[0 1 3 5]",
	} {
		if got := fmt.Sprint(Search(text, labels)); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}
