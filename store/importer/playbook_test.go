package importer_test

import (
	"strings"
	"testing"

	"goodcatch/domain"
	"goodcatch/store/importer"
	"goodcatch/store/storetest"
)

const floodPlan = `code: FLOOD
title: Flood
scenario: flood
objectives: [Nobody is in a flooded room]
steps:
  - text: Switch power off where water comes
    responsible: manager PRAC
    accountable: quality
    within: 10m
  - text: Count beds
    responsible: manager
    accountable: quality
    informed: [staff]
    tell: Beds are counted.
    after: 1
    within: 20m
injects:
  - {at: 5m, text: Wet feet?}
  - {at: 9m, text: Wet knees?}
`

func TestBadPlaybooksAreRefusedAtTheirLine(t *testing.T) {
	t.Parallel()
	for want, change := range map[string][2]string{
		"flood.yaml:3:11: scenario":                                                     {"scenario: flood", "scenario: flod"},
		"Did you mean flood?":                                                           {"scenario: flood", "scenario: flod"},
		"flood.yaml:2:8: title says whether it is an exercise":                          {"title: Flood", "title: LIVE flood"},
		"flood.yaml:6:11: text says whether it is an exercise":                          {"Switch power off where water comes", "This is a drill, get up"},
		"flood.yaml:6:11: text of 96 letters":                                           {"Switch power off where water comes", strings.Repeat("Switch power off ", 6)[:96]},
		"flood.yaml:6:11: text holds what looks like a number":                          {"Switch power off where water comes", "Ring 07700 900123 and ask"},
		"flood.yaml:7:18: role \"boss\" is not known":                                   {"responsible: manager PRAC", "responsible: boss PRAC"},
		"flood.yaml:7:18: unit \"ICU\" is not known":                                    {"responsible: manager PRAC", "responsible: manager ICU"},
		"flood.yaml:8:5: \"accountible\" is no setting here. Did you mean accountable?": {"    accountable: quality\n    within: 10m", "    accountible: quality\n    within: 10m"},
		"flood.yaml:9:13: want a length of time":                                        {"within: 10m", "within: soon"},
		"flood.yaml:9:13: within is 1m to 24h":                                          {"within: 10m", "within: 3d"},
		"flood.yaml:15:12: after is the number of a step above":                         {"after: 1", "after: 2"},
		"flood.yaml:14:11: informed is missing":                                         {"    informed: [staff]\n", "    consulted: [staff]\n"},
		"flood.yaml:10:5: tell is missing":                                              {"    tell: Beds are counted.\n", ""},
		"flood.yaml:19:10: at is the time from the start":                               {"at: 9m", "at: 5m"},
		"flood.yaml: objectives are 1 to 6":                                             {"objectives: [Nobody is in a flooded room]\n", ""},
		"flood.yaml:6:11: text has 27 characters. With the letter '关' a text holds 70 instead of 160; EXERCISE or LIVE, the code and the words around it take 46 of them, so 24 are left. Say it in fewer, or in plain letters (76).": {"Switch power off where water comes", strings.Repeat("关闭进水区域的电源", 3)},
		"flood.yaml:2:8: title has 9 characters":                                               {"title: Flood", "title: 关闭进水区域的电源"},
		"flood.yaml:9:11: each asks the manager of every ward, responsible names that of PRAC": {"    within: 10m", "    each: ward\n    within: 10m"},
		"flood.yaml:9:11: each is \"ward\", every ward of the house, or the code of a unit":    {"    within: 10m", "    each: wards\n    within: 10m"},
		"Did you mean ward?": {"    within: 10m", "    each: wards\n    within: 10m"},
		"flood.yaml:15:11: 4B has no wards below it. Write responsible: manager 4B": {"    after: 1", "    each: 4b\n    after: 1"},
		"flood.yaml:11:11: text of 64 letters":                                      {"  - text: Count beds\n", "  - each: ward\n    text: " + strings.Repeat("Count beds and trolleys ", 3)[:64] + "\n"},
	} {
		text := strings.Replace(floodPlan, change[0], change[1], 1)
		if text == floodPlan {
			t.Fatalf("%s: nothing replaced", want)
		}
		_, err := importer.Read(small(map[string]string{"playbooks/flood.yaml": text}), empty(), spoken)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", want, err)
		}
	}
}

func TestAPlaybookIsImportedOnceAndAChangedOneAnew(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	first := imported(t, db, small(map[string]string{"playbooks/flood.yaml": floodPlan}), false)
	if again := imported(t, db, small(map[string]string{"playbooks/flood.yaml": floodPlan}), false); len(first.Playbooks) != 1 || len(again.Playbooks) != 0 {
		t.Errorf("first %v, again %v", first.Playbooks, again.Playbooks)
	}
	changed := strings.Replace(floodPlan, "within: 10m", "within: 5m", 1)
	imported(t, db, small(map[string]string{"playbooks/flood.yaml": changed}), false)
	library, err := db.Playbooks(t.Context())
	if err != nil || len(library) != 1 || library[0].Number != 2 || library[0].Steps[1].After != 1 || len(library[0].Injects) != 2 {
		t.Errorf("%+v %v", library, err)
	}
}

func TestAPlaybookInAnyScriptThatAsksEachWardIsTaken(t *testing.T) {
	t.Parallel()
	text := strings.NewReplacer("title: Flood", "title: 水灾", "Switch power off where water comes", "关闭进水区域的电源，告知本科", "text: Count beds", "text: 清点本病区空床和平车", "    after: 1", "    each: ward\n    after: 1",
		"Beds are counted.", "各病区空床已清点。", "Wet feet?", "脚湿了吗？", "Nobody is in a flooded room", "进水房间内无人").Replace(floodPlan)
	plan, err := importer.Read(small(map[string]string{"playbooks/flood.yaml": text}), empty(), spoken)
	if err != nil {
		t.Fatal(err)
	}
	if got := plan.Playbooks[0].Steps; got[0].Text != "关闭进水区域的电源，告知本科" || got[1].Each != domain.EachWard {
		t.Errorf("%+v", got)
	}
	if want := "1 of 1 wards have no manager of their own: 4B"; !strings.Contains(strings.Join(plan.Warnings, "\n"), want) {
		t.Errorf("lacks %s: %v", want, plan.Warnings)
	}
}

func TestDrillIntervalsAreReadAndChecked(t *testing.T) {
	t.Parallel()
	house := "name: Practice\nemergency_number: \"112\"\nregion: GB\nzone: Europe/London\nsettings:\n  drills: {communications: 3, live: 0}\n"
	if _, err := importer.Read(small(map[string]string{"organisation.yaml": house}), empty(), spoken); err == nil || !strings.Contains(err.Error(), "organisation.yaml:6:37: live is 1 to 120 months") {
		t.Errorf("got %v", err)
	}
	db := storetest.Open(t)
	imported(t, db, small(map[string]string{"organisation.yaml": strings.Replace(house, "live: 0", "live: 24", 1)}), false)
	if got := organisation(t, db).Settings.Drills; got.Every(domain.CommunicationsDrill) != 3 || got.Every(domain.TabletopDrill) != 12 || got.Every(domain.LiveDrill) != 24 {
		t.Errorf("%+v", got)
	}
}
