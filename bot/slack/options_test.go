package slack_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"goodcatch/bot/bottest"
	"goodcatch/bot/emulator"
)

// largeHospital is that of the stories with so many wards and managers that no menu holds them.
func largeHospital(t *testing.T) fs.FS {
	t.Helper()
	files := fstest.MapFS{}
	for _, name := range []string{"organisation.yaml", "units.csv", "people.csv"} {
		text, err := os.ReadFile("../bottest/hospital/" + name)
		ok(t, err)
		files[name] = &fstest.MapFile{Data: text}
	}
	for i := range 130 {
		files["units.csv"].Data = fmt.Appendf(files["units.csv"].Data, "W%03d,Annexe hut %03d,H,ward\n", i, i)
		files["people.csv"].Data = fmt.Appendf(files["people.csv"].Data, "Manager %03d,+4477008%05d,,manager,W%03d,en,\n", i, i, i)
	}
	return files
}

func suggested(t *testing.T, u *emulator.SlackUser, label, typed string) []string {
	t.Helper()
	words, err := u.Suggest(label, typed)
	ok(t, err)
	return words
}

func TestMenusOfMoreThanAHundredAreSearched(t *testing.T) {
	t.Parallel()
	for name, socket := range map[string]bool{"webhook": false, "socket": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := bottest.New(t, bottest.Settings{Hospital: largeHospital(t), SocketMode: socket})
			u, _ := openReport(t, w, "U0BEN", "wrong vial in drawer B")
			const where = "Where did it happen?"
			for typed, want := range map[string]string{"w117": "[W117 Annexe hut 117]", "hut 005": "[W005 Annexe hut 005]", "emerg": "[ED Emergency]", "4b": "[4B Ward 4B]", "nowhere": "[]"} {
				if got := fmt.Sprint(suggested(t, u, where, typed)); got != want {
					t.Errorf("%q: got %s, want %s", typed, got, want)
				}
			}
			if got := suggested(t, u, where, "annexe"); len(got) != 100 {
				t.Errorf("%d choices, want 100", len(got))
			}
			ok(t, u.Fill(where, "W117"))
			ok(t, u.Submit())
			if got := number(t, w, `SELECT count(*) FROM records WHERE unit = 'W117'`); got != 1 {
				t.Errorf("%d records of W117, want 1", got)
			}
			clean(t, w)
		})
	}
}

func TestHandingOverFindsColleaguesByNameAndOnlyForTheOwner(t *testing.T) {
	t.Parallel()
	w := bottest.New(t, bottest.Settings{Hospital: largeHospital(t)})
	fileNearMiss(t, w, "NM wrong strength in drawer C")
	lee := w.Emulator.SlackUser("U0LEE")
	ok(t, lee.Press(card(t, lee, "Nobody owns it yet"), "Acknowledge"))
	ok(t, lee.Press(card(t, lee, "You own"), "Hand over"))
	view, err := lee.ExpectView(within(t))
	ok(t, err)
	const to = "Who takes it over?"
	if got := suggested(t, lee, to, "omar"); !slices.Equal(got, []string{"Omar Haddad, 4B"}) {
		t.Errorf("got %v", got)
	}
	if got := suggested(t, lee, to, ""); len(got) != 100 || got[0] != "Omar Haddad, 4B" {
		t.Errorf("%d choices, the first %v: the nearest comes first", len(got), got[:1])
	}
	if got := suggested(t, lee, to, "lee"); len(got) != 0 {
		t.Errorf("the owner can hand over to themself: %v", got)
	}
	if body := forged(t, w, view, "U0BEN"); body != `{"options":[]}` {
		t.Errorf("somebody who may not hand it over sees %s", body)
	}
	ok(t, lee.Fill(to, "Manager 117"))
	ok(t, lee.Submit())
	if got := number(t, w, `SELECT count(*) FROM records r JOIN people p ON p.id = r.owner WHERE p.name = 'Manager 117'`); got != 1 {
		t.Error("it was not handed over")
	}
	clean(t, w)
}

// forged asks for the choices of somebody else's form and returns the answer.
func forged(t *testing.T, w *bottest.World, v emulator.View, user string) string {
	t.Helper()
	o := w.Emulator.Options()
	payload, err := json.Marshal(map[string]any{
		"type": "block_suggestion", "api_app_id": o.AppID, "team": map[string]string{"id": o.TeamID}, "user": map[string]string{"id": user, "team_id": o.TeamID},
		"block_id": "to", "action_id": "a", "value": "", "view": map[string]string{"callback_id": "form", "private_metadata": v.PrivateMetadata},
	})
	ok(t, err)
	status, body := post(t, w, "/slack/options", formBody, url.Values{"payload": {string(payload)}}.Encode())
	if status != 200 {
		t.Fatalf("status %d", status)
	}
	return strings.TrimSpace(body)
}
