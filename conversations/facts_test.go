package conversations

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"goodcatch/domain"
	"goodcatch/domain/scale"
)

// stage is the time at which flows are played.
var stage = time.Date(2026, 12, 28, 22, 2, 0, 0, time.UTC)

// A scene is a flow with what it looks at.
type scene struct {
	flow  string
	start domain.Args
	facts domain.Facts
}

// stageHospital has the longest names that an import takes.
func stageHospital() *domain.Organisation {
	o := &domain.Organisation{
		Emergency: "22222", Zone: time.UTC, Units: map[domain.UnitCode]*domain.Unit{}, People: map[domain.PersonID]*domain.Person{}, Ladders: domain.DefaultLadders(),
	}
	for _, code := range []domain.UnitCode{"ENDOSCOPY-EAST", "4B", "ED"} {
		o.Units[code] = &domain.Unit{Code: code, Name: "Ward " + string(code)}
	}
	for id, roles := range map[domain.PersonID][]domain.Role{5: {domain.Staff}, 6: {domain.Manager}, 7: {domain.Quality}, 8: {domain.Educator}} {
		o.People[id] = &domain.Person{
			ID: id, Name: strings.Repeat("M", 17) + fmt.Sprint(id), Unit: "ENDOSCOPY-EAST", Roles: roles, Active: true, Slack: domain.Address{ID: domain.AddressID(id), Verified: true},
		}
	}
	return o
}

func stageRecord(kind domain.Kind, state domain.State) *domain.Record {
	grade, _ := scale.AHRQ.ForRank(scale.Moderate)
	g, _ := scale.AHRQ.Grade(grade.Code)
	return &domain.Record{
		ID: 7, Ref: "H4D22PKX", Code: "K7R4", Kind: kind, State: state, Unit: "ENDOSCOPY-EAST", Rank: 2, Reporter: 5, From: 5, Owner: 6, OwnedAt: stage, CreatedAt: stage, DueAt: stage,
		Ladder: domain.DefaultLadders().For(2), Report: &domain.Report{Verified: true, Actual: &g, Where: "bay 2", Category: ""}, Version: 3,
	}
}

// stageFacts are those of a person who looks at a record.
func stageFacts(person domain.PersonID, r *domain.Record) domain.Facts {
	f := domain.Facts{Now: stage, Org: stageHospital(), Record: r, Actor: domain.Actor{Person: person, Address: domain.AddressID(person), Level: domain.A2, Channel: domain.Slack}}
	if r != nil {
		for _, kind := range []domain.PassageKind{domain.Narrative, domain.Addition, domain.Question, domain.Response, domain.Reason, domain.Learning, domain.Correction} {
			f.Passages = append(f.Passages, domain.Passage{Record: r.ID, Kind: kind, At: stage, Text: "words"})
		}
	}
	return f
}

// scenes play every flow, each in the situations that make it ask different things.
func scenes() []scene {
	record := StartRecord(7)
	var all []scene
	for _, kind := range append([]domain.Kind{""}, domain.ReportKinds...) {
		start := domain.Args{}
		if kind != "" {
			start["kind"] = domain.Text(string(kind))
		}
		all = append(all, scene{"report", start, stageFacts(5, nil)})
	}
	for _, kind := range append([]domain.Kind{domain.Unsorted}, domain.ReportKinds...) {
		all = append(all, scene{"enrich", record, stageFacts(5, stageRecord(kind, domain.New))})
		stranger := stageFacts(0, stageRecord(kind, domain.New))
		stranger.Record.Report.Verified = false
		all = append(all, scene{"enrich", record, stranger})
	}
	for _, f := range []domain.Facts{stageFile(8), stageFile(5)} {
		all = append(all, scene{"hand_in", domain.StartFile(3), f})
	}
	for _, flow := range []string{"decline", "details", "ask_reporter", "close", "hand_over", "answer", "useful"} {
		all = append(all, scene{flow, record, stageFacts(6, stageRecord(domain.Incident, domain.Acknowledged))})
	}
	for _, s := range []domain.State{domain.New, domain.Acknowledged, domain.InReview, domain.OnHold, domain.NeedsReporter, domain.Closed, domain.Reopened, domain.Withdrawn} {
		all = append(all, scene{"triage", record, stageFacts(6, stageRecord(domain.NearMiss, s))})
	}
	all = append(all, scene{"details", record, stageFacts(5, stageRecord(domain.Incident, domain.New))}) // who may not read
	told := stageFacts(7, stageRecord(domain.Incident, domain.Acknowledged))
	for _, state := range domain.ToldStates {
		told.Told = append(told.Told, domain.Told{Person: 6, Channel: domain.SMS, State: state, At: stage})
	}
	told.Told[len(told.Told)-1].Channel = ""
	all = append(all, scene{"details", record, told})
	return slices.Concat(all, documentScenes(), controlScenes(), courseScenes(), rollCallScenes(), recoveryScenes(), dutyScenes(), providerScenes())
}

func dutyScenes() (all []scene) {
	rota := stageFacts(8, nil)
	rota.Org.Rotas = []domain.Rota{{Role: domain.Manager, Unit: "4B", Source: "rota.csv", Rotations: []domain.Rotation{{People: []domain.PersonID{8, 6}, First: domain.DateOf(stage, time.UTC), Every: 1}}}}
	all = append(all, scene{"swap", nil, rota}, scene{"swap", nil, stageFacts(8, nil)}, scene{"swap", nil, stageFacts(0, nil)})
	own := rota.Org.Swappable(8, stage)
	for _, start := range []domain.Args{{"shift": domain.Text(shiftValue(own[1].Given())), "to": domain.Text("6")}, {"shift": domain.Text(shiftValue(own[1].Given())), "to": domain.Text("5")}, {"shift": domain.Text("gone"), "to": domain.Text("6")}, {}} {
		all = append(all, scene{"swap_back", start, rota})
	}
	for _, person := range []domain.PersonID{5, 6, 8} { // who is staff only has no deputy
		all = append(all, scene{"deputy", domain.Args{"first": domain.Text("2026-12-02")}, stageFacts(person, nil)})
	}
	return all
}

func providerScenes() []scene {
	admin := stageFacts(7, nil)
	admin.Org.People[7].Roles = append(admin.Org.People[7].Roles, domain.Admin)
	admin.Org.Off = map[domain.Channel]domain.SwitchOff{domain.SMS: {Channel: domain.SMS, Until: stage, Why: "maintenance"}}
	return []scene{{"provider", nil, admin}, {"provider", nil, stageFacts(5, nil)}}
}

func rollCallScenes() []scene {
	led := stageFacts(7, nil)
	led.RollCall = domain.NewRollCall(domain.Live)
	led.RollCall.Code, led.RollCall.Title, led.RollCall.State = "K7R4", "Mass casualty plan", domain.CallRunning
	asked := led
	asked.Actor.Person = 5
	run := stageFacts(7, nil)
	run.Library = []domain.Playbook{{Code: "POWER", Number: 2, Title: "Power failure"}}
	run.Run = domain.NewRun(domain.Live, domain.InSteps)
	run.Run.Objectives = []domain.RunObjective{{Text: "Life support holds"}, {Text: "Wards know", Result: domain.ObjectivePartly}}
	run.Run.Code, run.Run.Title, run.Run.State = "K7R4", "Power failure", domain.RunRunning
	bystander := run
	bystander.Actor.Person = 5
	return []scene{
		{"drills", nil, run}, {"drills", nil, bystander}, {"playbook", nil, run}, {"playbook", nil, bystander}, {"playbook", nil, stageFacts(7, nil)}, {"run_action", domain.RunStart(1), run}, {"run_judge", domain.RunStart(1), run}, {"run_judge", domain.RunStart(1), bystander}, {"run_action", domain.RunStart(1), bystander},
		{"rollcall", nil, stageFacts(7, nil)}, {"rollcall_action", domain.RollCallStart(1), led}, {"rollcall_action", domain.RollCallStart(1), asked},
	}
}

func recoveryScenes() []scene {
	owner := stageFacts(6, nil)
	pharmacy := domain.Activity{Code: "PHA", Name: "Pharmacy", Unit: "ENDOSCOPY-EAST", Owner: domain.Manager, RTO: 4 * time.Hour, MTPD: 24 * time.Hour, Staff: 2}
	owner.Org.Activities = []domain.Activity{pharmacy, {Code: "LAB", Name: "Laboratory", Unit: "ENDOSCOPY-EAST", Owner: domain.Manager, RTO: time.Hour, MTPD: 8 * time.Hour, Staff: 1}}
	owner.Disruption = domain.NewDisruption(domain.Live)
	owner.Disruption.Code, owner.Disruption.Title = "K7R4", "Ransomware"
	owner.Disruption.Outages = []domain.Outage{{Activity: pharmacy, State: domain.Down, DownAt: stage, At: stage}}
	stranger := owner
	stranger.Actor.Person = 5
	return []scene{{"recovery", nil, owner}, {"recovery", nil, stageFacts(7, nil)}, {"recovery_update", domain.RecoveryStart(1), owner}, {"recovery_update", domain.RecoveryStart(1), stranger}, {"recovery_update", domain.RecoveryStart(2), stageFacts(7, nil)}}
}

func documentScenes() []scene {
	facts := func(state domain.TaskState) domain.Facts {
		f := stageFacts(5, nil)
		f.Tasks = []domain.Task{{ID: 9, Person: 5, Kind: domain.ReadDocument, Subject: 3, State: state, OpenedAt: stage, ProvedAt: stage, DueAt: stage}}
		f.Versions = map[int64]*domain.DocumentVersion{3: {
			ID: 3, Code: "MED-114", Number: 12, Title: strings.Repeat("T", 24), Changed: strings.Repeat("c", 40), Owner: 6, Body: "# Gel\n\nAlways.",
			Question: strings.Repeat("q", 50) + "?", Options: []string{strings.Repeat("a", 16), strings.Repeat("b", 16), strings.Repeat("c", 16)}, Right: 2,
		}}
		return f
	}
	var all []scene
	signing := facts(domain.TaskOpen)
	signing.Versions[3].Meaning, signing.Tasks[0].Retype = domain.Signed, "TRK MPW"
	all = append(all, scene{"read_document", StartTask(9), signing})
	for _, flow := range []string{"attest", "read_document", "ask_author", "sign_document"} {
		for _, state := range []domain.TaskState{domain.TaskOpen, domain.TaskDone, domain.TaskWithdrawn} {
			all = append(all, scene{flow, StartTask(9), facts(state)})
		}
	}
	return all
}

func courseScenes() []scene {
	course := &domain.Course{ID: 3, Code: "FALLS", Title: strings.Repeat("T", domain.TitleRoom), Educator: 8, PassMark: 60}
	for n := range int64(99) {
		course.Items = append(course.Items, domain.Item{
			ID: 11 + n, Text: strings.Repeat("q", 80) + "?", Options: []string{"one", "two", "three"}, Right: 1, Explanation: strings.Repeat("w", domain.ExplanationRoom), Revision: 1,
		})
	}
	facts := func(person domain.PersonID) domain.Facts {
		f := stageFacts(person, nil)
		f.Course, f.Attempt = course, &domain.Attempt{Course: 3, Person: person, Number: 1}
		for id := range domain.PersonID(9) {
			f.Tasks = append(f.Tasks, domain.Task{ID: domain.TaskID(id), Person: id, Kind: domain.TakeCourse, Subject: 3, State: domain.TaskOpen})
			f.Attempts = append(f.Attempts, domain.Attempt{Course: 3, Person: id, Number: 1, Given: map[int64]int{11: 1}, DoneAt: stage})
		}
		return f
	}
	choice := make([]domain.Course, MostCourses)
	for n := range choice {
		choice[n] = domain.Course{Code: fmt.Sprintf("C-%d", n), Title: strings.Repeat("T", domain.TitleRoom)}
	}
	all := []scene{{"quiz", domain.QuizStart("FALLS", 1, 11), facts(5)}, {"quiz_choice", StartChoice(choice), stageFacts(5, nil)}}
	again := facts(5)
	again.Recalls = []domain.Recall{{Person: 5, Course: "FALLS", Title: course.Title, Item: course.Items[0], Asked: 1, Waiting: true}}
	all = append(all, scene{"recall", domain.RecallStart(&again.Recalls[0]), again})
	for _, person := range []domain.PersonID{5, 7, 8} {
		list := facts(person)
		for id, standing := range map[domain.PersonID]domain.Standing{5: domain.Current, 6: domain.Due, 7: domain.Stuck} {
			list.Competence = append(list.Competence, domain.Competence{Unit: "4B", Person: id, Course: "FALLS", Title: course.Title, Family: domain.OfRisk, Standing: standing})
		}
		all = append(all, scene{"competence", StartUnit("4B"), list}, scene{"competence", StartUnit("XX"), list}, scene{"competence", StartUnit("4B"), facts(person)})
	}
	for _, person := range []domain.PersonID{5, 8} {
		path := facts(person)
		path.Org.Settings.Path = []domain.PathStep{{Course: "FALLS"}, {Course: "GEL", Day: 7}, {Course: "HAND", Day: 30}}
		path.Org.People[5].Start, path.Org.People[6].Start = stage, stage.AddDate(0, 0, 3)
		path.Competence = []domain.Competence{{Person: 5, Course: "FALLS", Standing: domain.Current}, {Person: 5, Course: "GEL", Standing: domain.Due}}
		all = append(all, scene{"starters", nil, path}, scene{"starters", nil, facts(person)})
	}
	analysed := facts(8)
	for n := range 25 {
		given := map[int64]int{11: 0, 12: 1, 13: n % 3, 14: n / 20}
		analysed.Attempts = append(analysed.Attempts, domain.Attempt{Course: 3, Person: domain.PersonID(100 + n), Number: 1, Given: given, DoneAt: stage})
	}
	all = append(all, scene{"item_analysis", domain.Args{"course": domain.Text("FALLS")}, analysed}, scene{"item_analysis", domain.Args{"course": domain.Text("FALLS")}, facts(7)})
	for _, person := range []domain.PersonID{5, 8} {
		asked := facts(person)
		asked.Proposal = &domain.Proposal{ID: 4, Category: "communication", Code: "K7R4", Top: "ENDOSCOPY-EAST", Reports: 12, State: domain.ProposalOpen, Title: course.Title, Items: course.Items[:3]}
		over := asked
		over.Proposal = &domain.Proposal{ID: 4, State: domain.ProposalSent}
		for _, flow := range []string{"proposal_edit", "proposal_refuse"} {
			all = append(all, scene{flow, domain.ProposalStart(4), asked}, scene{flow, domain.ProposalStart(4), over})
		}
	}
	for _, person := range []domain.PersonID{5, 7, 8} {
		alerted := facts(person)
		alerted.Alert = &domain.SafetyAlert{ID: 4, Code: "K7R4", Title: strings.Repeat("A", domain.AlertTitleRoom), Action: "Take it out of use.", Wards: []domain.AlertWard{{Unit: "4B", Asked: []domain.PersonID{7}}, {Unit: "ENDOSCOPY-EAST", Asked: []domain.PersonID{7}}}}
		all = append(all, scene{"safety_alert", nil, alerted}, scene{"alert_answer", domain.AlertStart(4), alerted}, scene{"alert_answer", domain.AlertStart(5), facts(person)})
	}
	for _, flow := range []string{"course_preview", "course_send", "course_results", "item_edit", "item_withdraw"} {
		all = append(all, scene{flow, domain.Args{"course": domain.Text("FALLS")}, facts(8)}, scene{flow, domain.Args{"course": domain.Text("FALLS")}, facts(5)})
	}
	return all
}

// stageFile are the facts of an educator's file about a document that is in force, as somebody sees it.
func stageFile(person domain.PersonID) domain.Facts {
	f := stageFacts(person, nil)
	f.File = &domain.File{ID: 3, Person: 8, Name: "IC-04.pdf", Kind: domain.PDFFile, Text: "words", Says: domain.DocumentVersion{Code: "IC-04"}, Faults: []string{"line 4: due_days must be 1 to 365."}}
	f.Standing = &domain.DocumentVersion{Code: "IC-04", Title: "Hand hygiene", Number: 7, Due: 14 * 24 * time.Hour, Question: "Gel?", Options: []string{"no", "yes"}, Right: 1, Reviewers: []domain.PersonID{7}}
	return f
}
