package bot_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"
	"time"

	"goodcatch/bot/bottest"
	"goodcatch/domain"
)

// escalations is how many reports TestEscalationsMinuteByMinute files: go test ./bot -run EscalationsMinute -escalations 500 -v
var escalations = flag.Int("escalations", 25, "how many escalations are played through the whole program")

// The play: how long reports come in, and how long it is looked at.
const (
	playFiles = 12 * time.Hour
	playLasts = 24 * time.Hour
	tooLate   = 2 * time.Second // after somebody owns it, no request to own it may start
)

// A play is many escalations at the same time, in the whole program: people text, press buttons and telephone keys, providers fail.
type play struct {
	scene
	rnd   *rand.Rand
	org   *domain.Organisation
	marks []mark
}

// A mark is a moment by both clocks. Business time jumps only there.
type mark struct{ wall, business time.Time }

// business is what business time was when the wall's clock, by which the emulator writes its log, showed at.
func (p *play) business(at time.Time) time.Time {
	i, exact := slices.BinarySearchFunc(p.marks, at, func(m mark, at time.Time) int { return m.wall.Compare(at) })
	if !exact && i > 0 {
		i--
	}
	return p.marks[i].business.Add(at.Sub(p.marks[i].wall))
}

// An open record is one that is not closed, with its clocks.
type open struct {
	ID        domain.RecordID
	Code      string
	Owner     domain.PersonID
	CreatedAt time.Time
	DueAt     *time.Time
	Ladder    domain.Ladder
	Climb     domain.Climb
	Climbs    *time.Time // when the next level is asked
	Reaches   *time.Time // when somebody is tried another way
	Reminds   *time.Time // when the owner is reminded
	Asks      int        // requests to own it that are still to be sent
}

func (p *play) open() []open {
	p.t.Helper()
	rows, err := p.DB.Pool.Query(p.t.Context(), `
		SELECT r.id, code, coalesce(owner, 0), created_at, r.due_at, ladder, climb, c.due_at, f.due_at, n.due_at,
		       (SELECT count(*) FROM outbox o WHERE o.subject = 'r' || r.id AND o.topic = 'escalation' AND o.op = 'send' AND o.state IN ('pending', 'sending')) FROM records r
		LEFT JOIN timers c ON c.subject = 'r' || r.id AND c.name = 'escalate' AND NOT c.dead
		LEFT JOIN timers f ON f.subject = 'r' || r.id AND f.name = 'reach' AND NOT f.dead
		LEFT JOIN timers n ON n.subject = 'r' || r.id AND n.name = 'nudge' AND NOT n.dead
		WHERE closed_at IS NULL ORDER BY r.id`)
	if err != nil {
		p.t.Fatal(err)
	}
	defer rows.Close()
	var list []open
	for rows.Next() {
		var o open
		if err := rows.Scan(&o.ID, &o.Code, &o.Owner, &o.CreatedAt, &o.DueAt, &o.Ladder, &o.Climb, &o.Climbs, &o.Reaches, &o.Reminds, &o.Asks); err != nil {
			p.t.Fatal(err)
		}
		list = append(list, o)
	}
	return list
}

// clocked holds what is true at every minute: whoever owns it is reminded of it and nobody else is asked, and what nobody owns has its next
// step within the interval of its policy.
func (o open) clocked(now time.Time) error {
	const night = 11 * time.Hour // a routine step may wait from 21:00 to 08:00
	if o.Owner != 0 {
		latest := now.Add(domain.LongestSilence)
		if o.DueAt != nil && o.DueAt.After(now) {
			latest = o.DueAt.Add(domain.LongestSilence)
		}
		if o.Climbs != nil || o.Reaches != nil || o.Reminds == nil || o.Reminds.After(latest.Add(night)) || o.Asks > 0 {
			return fmt.Errorf("owned by p%d: climbs %v, tries another way %v, reminds %v, %d requests to own it are still to be sent", o.Owner, o.Climbs, o.Reaches, o.Reminds, o.Asks)
		}
		return nil
	}
	latest := now.Add(o.Ladder.Repeat)
	if o.Climb.Level < len(o.Ladder.Steps) {
		latest = o.CreatedAt.Add(o.Ladder.Steps[o.Climb.Level].After)
	} else if !o.Ladder.Urgent {
		latest = now.Add(7 * 24 * time.Hour)
	}
	if !o.Ladder.Urgent {
		latest = latest.Add(night)
	}
	if o.Climbs == nil || o.Climbs.After(latest) && o.Climbs.After(now) {
		return fmt.Errorf("nobody owns it, it is at level %d, and the next step comes at %v, at the latest it must at %s", o.Climb.Level, o.Climbs, latest)
	}
	return nil
}

// minute plays one: what people and providers do, then what is due.
func (p *play) minute(at time.Time) {
	p.Clock.JumpTo(at)
	p.marks = append(p.marks, mark{time.Now(), p.Clock.Now()})
	now := p.open()
	acted := p.rings()
	for _, o := range now {
		acted = p.answers(o) || acted
	}
	switch p.rnd.IntN(200) {
	case 0, 1:
		p.fails()
	case 4:
		p.Emulator.ClearFaults()
	case 5:
		p.away()
		acted = true
	}
	due, ok, err := p.DB.NextDue(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	if acted || ok && !due.After(p.Clock.Now()) {
		p.Fire()
		now = p.open()
	}
	for _, o := range now {
		if err := o.clocked(p.Clock.Now()); err != nil {
			p.t.Fatalf("%s, %s: %v\nladder %+v\nclimb %+v", o.Code, at.Format("Mon 15:04"), err, o.Ladder, o.Climb)
		}
	}
}

// TestEscalationsMinuteByMinute lets many reports climb at the same time through the whole program, with random answers by text, button and
// telephone, failures of both providers, and leave, and looks at each at every minute of business time. At the end the providers' logs are
// held against the audit: nobody was asked to own what somebody had owned for longer than two seconds, and nothing had two owners.
func TestEscalationsMinuteByMinute(t *testing.T) {
	t.Parallel()
	s := newScene(t, bottest.Settings{Patience: 2 * time.Minute}) // a morning's cards of hundreds of reports
	org, err := s.DB.Organisation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p := &play{scene: s, rnd: rand.New(rand.NewPCG(4, 500)), org: org}
	filed := 0
	for at := s.Clock.Now().Truncate(time.Minute).Add(time.Minute); at.Before(bottest.Begin.Add(playLasts)); at = at.Add(time.Minute) {
		for filed < *escalations && at.Sub(bottest.Begin) >= playFiles*time.Duration(filed)/time.Duration(*escalations) {
			p.files(filed)
			filed++
		}
		p.minute(at)
	}
	s.Emulator.ClearFaults()
	owned := p.owned()
	requests := p.requests()
	for _, r := range requests {
		for _, o := range owned[r.record] {
			if r.at.After(o.from.Add(tooLate)) && r.at.Before(o.until) {
				t.Errorf("record %d was owned from %s to %s, and somebody asked to own it by %s at %s", r.record, o.from, o.until, r.channel, r.at)
			}
		}
	}
	var climbed int
	if err := s.DB.Pool.QueryRow(t.Context(), `SELECT count(DISTINCT record_id) FROM events WHERE name = 'escalated'`).Scan(&climbed); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d reports, %d came to be owned, %d climbed, %d requests to own one; calls %v", filed, len(owned), climbed, len(requests), s.Emulator.Calls())
	if len(owned) < filed/2 || climbed == 0 || len(requests) < filed {
		t.Error("the play is too tame")
	}
}

// A span of time in which a record has an owner.
type span struct{ from, until time.Time }

// owned reads from the audit when each record had an owner, and refuses a second one.
func (p *play) owned() map[domain.RecordID][]span {
	p.t.Helper()
	rows, err := p.DB.Pool.Query(p.t.Context(), `
		SELECT at, record_id, name, actor, coalesce(data->>'owner', '') FROM events WHERE name IN ('acknowledged', 'taken_over', 'handed_over', 'released', 'declined') ORDER BY id`)
	if err != nil {
		p.t.Fatal(err)
	}
	defer rows.Close()
	owners, spans := map[domain.RecordID]string{}, map[domain.RecordID][]span{}
	for rows.Next() {
		var at time.Time
		var id domain.RecordID
		var name, actor, owner string
		if err := rows.Scan(&at, &id, &name, &actor, &owner); err != nil {
			p.t.Fatal(err)
		}
		switch {
		case name == "acknowledged" && owners[id] != "":
			p.t.Errorf("record %d is owned by %s, and at %s %s came to own it too", id, owners[id], at, owner)
		case name == "acknowledged":
			owners[id] = owner
			spans[id] = append(spans[id], span{at, p.Clock.Now()})
		case owner != "":
			owners[id] = owner
		case owners[id] != "" && owners[id] == actor:
			owners[id] = ""
			spans[id][len(spans[id])-1].until = at
		}
	}
	return spans
}

// A request to own a record that a provider got.
type request struct {
	record  domain.RecordID
	channel domain.Channel
	at      time.Time // business time
}

// requests lists them, from the providers' logs. What a message was for is in the outbox, which knows it by the provider's name for it.
func (p *play) requests() (list []request) {
	p.t.Helper()
	rows, err := p.DB.Pool.Query(p.t.Context(), `
		SELECT coalesce(b.provider_id, o.provider_id), o.channel, substr(o.subject, 2)::bigint FROM outbox o LEFT JOIN outbox b ON o.state = 'bundled' AND b.id = o.target
		WHERE o.topic = 'escalation' AND o.op = 'send' AND coalesce(b.provider_id, o.provider_id) IS NOT NULL`)
	if err != nil {
		p.t.Fatal(err)
	}
	defer rows.Close()
	type about struct {
		channel domain.Channel
		record  domain.RecordID
	}
	known := map[string][]about{}
	for rows.Next() {
		var id string
		var a about
		if err := rows.Scan(&id, &a.channel, &a.record); err != nil {
			p.t.Fatal(err)
		}
		known[id] = append(known[id], a)
	}
	heard := func(id string, at time.Time) {
		for _, a := range known[id] {
			list = append(list, request{a.record, a.channel, p.business(at)})
		}
	}
	asks := regexp.MustCompile(`Reply \w+ A to own it`)
	for _, phone := range p.Emulator.Phones() {
		for _, m := range phone.Thread() {
			heard(m.SID, m.At)
			if !m.Inbound() && asks.MatchString(m.Body) && known[m.SID] == nil {
				p.t.Errorf("a text that the outbox does not know: %s", m.Body)
			}
		}
	}
	for _, u := range p.Emulator.SlackUsers() {
		for _, m := range u.Messages() {
			heard(m.TS, m.At)
		}
	}
	for _, c := range p.Emulator.Snapshot().Calls {
		heard(c.SID, c.At)
	}
	return list
}
