package domain

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// texts sent so long before now, the oldest first.
func sentBefore(now time.Time, ago ...time.Duration) (sent []time.Time) {
	for _, d := range ago {
		sent = append(sent, now.Add(-d))
	}
	return sent
}

func TestBurdenDecidesWhatGoesNowWhatWaitsAndWhatGoesAsOne(t *testing.T) {
	t.Parallel()
	const day, week = 24 * time.Hour, BurdenWeek
	noon := at(t, "2026-11-24T12:00:00Z")
	night := at(t, "2026-11-24T22:30:00Z")
	dawn := at(t, "2026-11-25T08:00:00Z")
	routine := func(key string) WaitingText { return WaitingText{Key: key, Since: noon} }
	held := func(key string, since time.Duration) WaitingText {
		return WaitingText{Key: key, Since: noon.Add(-since), Held: true}
	}
	urgent := WaitingText{Key: "card.new", Topic: "escalation", Urgency: Urgent, Since: noon}
	told, card, late, learning := routine("ward.told"), routine("card.new"), routine("doc.remind_late"), routine("doc.new")
	full := sentBefore(noon, 5*day, 4*day, 3*day, 2*day)
	for _, c := range []struct {
		name   string
		next   WaitingText
		others []WaitingText
		sent   []time.Time
		now    time.Time
		want   Dispatch
	}{
		{name: "the first of a week", next: told},
		{name: "two at once: each for itself", next: told, others: []WaitingText{learning}},
		{name: "three at once: one", next: told, others: []WaitingText{learning, card}, want: Dispatch{Bundle: true}},
		{name: "two at once and room for one: one", next: told, others: []WaitingText{learning}, sent: sentBefore(noon, 3*day, 2*day, day), want: Dispatch{Bundle: true}},
		{name: "a due day is not one of three", next: told, others: []WaitingText{learning, late}},
		{name: "a recall question is not one of three", next: told, others: []WaitingText{learning, routine("recall.question")}},

		{name: "one a minute", next: told, sent: sentBefore(noon, 20*time.Second), want: Dispatch{Until: noon.Add(40 * time.Second)}},
		{name: "a minute later", next: told, sent: sentBefore(noon, time.Minute)},
		{name: "a due day keeps the minute too", next: late, sent: sentBefore(noon, 20*time.Second), want: Dispatch{Until: noon.Add(40 * time.Second)}},
		{name: "five in 15 minutes", next: late, sent: sentBefore(noon, 14*time.Minute, 10*time.Minute, 8*time.Minute, 6*time.Minute, 2*time.Minute), want: Dispatch{Until: noon.Add(time.Minute)}},
		{name: "eleven an hour", next: late, sent: sentBefore(noon, 59*time.Minute, 55*time.Minute, 50*time.Minute, 45*time.Minute, 40*time.Minute, 35*time.Minute, 30*time.Minute,
			25*time.Minute, 20*time.Minute, 17*time.Minute, 5*time.Minute), want: Dispatch{Until: noon.Add(time.Minute)}},
		{name: "the pace leads into the night", next: told, now: at(t, "2026-11-24T20:59:30Z"), sent: []time.Time{at(t, "2026-11-24T20:59:10Z")}, want: Dispatch{Until: dawn}},

		{name: "the week is full", next: told, sent: full, want: Dispatch{Until: noon.Add(2 * day), Held: true}},
		{name: "there is room again at the very moment", next: told, sent: sentBefore(noon, week, 4*day, 3*day, 2*day)},
		{name: "and what is held goes as one", next: held("ward.told", day), others: []WaitingText{held("doc.new", day)}, sent: sentBefore(noon, week, 4*day, 3*day, 2*day), want: Dispatch{Bundle: true}},
		{name: "or as it is, alone", next: held("ward.told", day), sent: sentBefore(noon, week, 4*day, 3*day, 2*day)},
		{name: "a card waits an hour", next: card, sent: full, want: Dispatch{Until: noon.Add(time.Hour), Held: true}},
		{name: "then it goes", next: held("card.new", time.Hour), sent: full},
		{name: "and takes the others along", next: held("card.new", time.Hour), others: []WaitingText{held("ward.told", day)}, sent: full, want: Dispatch{Bundle: true}},
		{name: "an approval waits a day", next: routine("control.approve"), sent: full, want: Dispatch{Until: noon.Add(day), Held: true}},
		{name: "a due day goes", next: late, sent: full},
		{name: "what became of a report waits a day", next: routine("feedback.owned"), sent: full, want: Dispatch{Until: noon.Add(day), Held: true}},
		{name: "so does what the quality office asks the reporter", next: routine("feedback.question"), sent: full},
		{name: "and the debrief of a roll-call", next: routine("rollcall.debrief"), sent: full},
		{name: "more than the week allows went out", next: told, sent: sentBefore(noon, 6*day, 5*day, 4*day, 3*day, 2*day, day), want: Dispatch{Until: noon.Add(3 * day), Held: true}},
		{name: "room at night is room in the morning", next: told, now: dawn, sent: []time.Time{at(t, "2026-11-20T03:00:00Z"), dawn.Add(-3 * day), dawn.Add(-2 * day), dawn.Add(-day)},
			want: Dispatch{Until: at(t, "2026-11-27T08:00:00Z"), Held: true}},
		{name: "a recall question waits for room, alone", next: routine("recall.question"), others: []WaitingText{told, learning}, sent: full, want: Dispatch{Until: noon.Add(2 * day), Held: true}},

		{name: "night", next: told, now: night, want: Dispatch{Until: dawn}},
		{name: "a due day at night", next: late, now: night, want: Dispatch{Until: dawn}},
		{name: "an answer at night, the week full, the minute not over", next: WaitingText{Key: "status.open", Urgency: Prompt}, now: night, sent: append(full, night)},
		{name: "urgent, the same", next: urgent, now: night, sent: append(full, night)},
		{name: "two urgent cards: one", next: urgent, others: []WaitingText{urgent}, now: night, sent: append(full, night), want: Dispatch{Bundle: true}},
		{name: "a roll-call is read as it stands", next: WaitingText{Key: "rollcall.ask", Topic: "ask/p1", Urgency: Urgent}, others: []WaitingText{urgent, urgent}},
		{name: "beside a roll-call a card goes for itself", next: urgent, others: []WaitingText{{Key: "rollcall.ask", Topic: "ask/p1", Urgency: Urgent}}},
	} {
		b := Burden{Sent: c.sent, AWeek: 4, Quiet: Window{21 * 60, 8 * 60}, Zone: time.UTC, Now: noon}
		if !c.now.IsZero() {
			b.Now = c.now
		}
		if diff := cmp.Diff(c.want, b.Dispatch(c.next, c.others)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.name, diff)
		}
	}
}

// TestQuietHoursAreTheReceiversOwn: the same moment in six zones, two of them on the day their clocks change.
func TestQuietHoursAreTheReceiversOwn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ zone, now, want string }{
		{"Europe/London", "2026-11-24T20:30:00Z", ""},
		{"Europe/Madrid", "2026-11-24T20:30:00Z", "2026-11-25T07:00:00Z"},
		{"America/New_York", "2026-11-24T20:30:00Z", ""},
		{"Asia/Kolkata", "2026-11-24T20:30:00Z", "2026-11-25T02:30:00Z"},
		{"Asia/Shanghai", "2026-11-24T20:30:00Z", "2026-11-25T00:00:00Z"},
		{"Pacific/Auckland", "2026-11-24T20:30:00Z", ""}, // 09:30 there
		{"Europe/London", "2026-03-28T22:00:00Z", "2026-03-29T07:00:00Z"},
		{"America/New_York", "2026-11-01T03:00:00Z", "2026-11-01T13:00:00Z"},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		b := Burden{AWeek: 4, Quiet: Window{21 * 60, 8 * 60}, Zone: zone, Now: at(t, c.now)}
		var want Dispatch
		if c.want != "" {
			want.Until = at(t, c.want)
		}
		if got := b.Dispatch(WaitingText{Key: "feedback.owned"}, nil); !got.Until.Equal(want.Until) {
			t.Errorf("%s at %s: until %s, want %s", c.zone, c.now, got.Until, c.want)
		}
	}
}

// TestAWeekBringsNoMoreThanItsTexts plays a month of news, three a day, to one phone.
func TestAWeekBringsNoMoreThanItsTexts(t *testing.T) {
	t.Parallel()
	b := Burden{AWeek: 4, Quiet: Window{21 * 60, 8 * 60}, Zone: time.UTC, Now: monday}
	var waiting []WaitingText
	stood := 0
	wake := map[int]time.Time{}
	for range 30 * 24 * 6 {
		b.Now = b.Now.Add(10 * time.Minute)
		if h := b.Now.Hour(); b.Now.Minute() == 0 && (h == 9 || h == 14 || h == 23) {
			wake[len(waiting)] = b.Now
			waiting = append(waiting, WaitingText{Key: "ward.told", Since: b.Now})
		}
		for i := 0; i < len(waiting); i++ {
			if wake[i].After(b.Now) {
				continue
			}
			d := b.Dispatch(waiting[i], append(append([]WaitingText(nil), waiting[:i]...), waiting[i+1:]...))
			if !d.Until.IsZero() {
				wake[i], waiting[i].Held = d.Until, d.Held
				continue
			}
			if b.Quiet.Contains(b.Now, b.Zone) {
				t.Fatalf("sent at %s", b.Now)
			}
			b.Sent = append(b.Sent, b.Now)
			gone := 1
			if d.Bundle {
				gone = len(waiting)
			}
			stood += gone
			if d.Bundle {
				waiting, wake = nil, map[int]time.Time{}
			} else {
				waiting = append(waiting[:i], waiting[i+1:]...)
				again := map[int]time.Time{}
				for j, w := range wake {
					switch {
					case j < i:
						again[j] = w
					case j > i:
						again[j-1] = w
					}
				}
				wake = again
			}
			break
		}
		week := 0
		for _, s := range b.Sent {
			if s.After(b.Now.Add(-BurdenWeek)) {
				week++
			}
		}
		if week > 4 {
			t.Fatalf("%d texts in the week up to %s", week, b.Now)
		}
	}
	if len(b.Sent) < 15 || stood+len(waiting) != 90 {
		t.Errorf("%d texts stood for %d, %d wait; want all 90 in some 17 texts", len(b.Sent), stood, len(waiting))
	}
}
