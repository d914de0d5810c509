package importer_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"goodcatch/domain"
	"goodcatch/store/importer"
	"goodcatch/store/storetest"
)

func TestMusterPointsAreReadAndChecked(t *testing.T) {
	t.Parallel()
	house := "name: Practice\nemergency_number: \"112\"\nregion: GB\nzone: Europe/London\nmuster_points:\n"
	db := storetest.Open(t)
	imported(t, db, small(map[string]string{"organisation.yaml": house + "  - {unit: 4b, at: ED muster B}\n  - {unit: 4B, at: Staff entrance, answers: [2, 3]}\n"}), false)
	want := []domain.MusterPoint{{Unit: "4B", At: "ED muster B"}, {Unit: "4B", At: "Staff entrance", Answers: []int{2, 3}}}
	if diff := cmp.Diff(want, organisation(t, db).Settings.MusterPoints); diff != "" {
		t.Error(diff)
	}
	for bad, want := range map[string]string{
		"  - {unit: 4B, at: A, answers: [4]}\n": "answers are some of 1", "  - {unit: 4B, at: A, answers: [0]}\n": "answers are some of 1", "  - {unit: 4B, at: A, answers: [2, 2]}\n": "answers are some of 1",
		"  - {unit: 4B, at: A, answers: [two]}\n": "organisation.yaml:6:", "  - {unit: 4B, answers: [2]}\n": "a muster point is", "  - {unit: 4BB, at: A}\n": `unit "4BB" of a muster point is not a unit. Did you mean 4B?`,
		"  - {unit: 4B, at: A}\n  - {unit: 4b, at: B}\n": "organisation.yaml:7:", "  - {unit: 4B, at: A, answers: [1, 2]}\n  - {unit: 4B, at: B, answers: [2, 3]}\n": "has a muster point already",
		"  - {unit: 4B, at: " + strings.Repeat("P", domain.MusterRoom+1) + ", answers: [2]}\n": "it would not fit a text",
	} {
		if _, err := importer.Read(small(map[string]string{"organisation.yaml": house + bad}), empty(), spoken); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
