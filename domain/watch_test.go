package domain

import (
	"slices"
	"testing"
	"time"
)

func TestEachPartThatStopsIsSeen(t *testing.T) {
	alive := map[Vital]time.Duration{VitalBot: time.Second, VitalWorker: time.Second}
	for name, c := range map[string]struct {
		pulse Pulse
		want  []Vital
	}{
		"all well":                  {Pulse{Silence: alive}, nil},
		"database":                  {Pulse{DatabaseAway: true}, []Vital{VitalDatabase}},
		"never a bot":               {Pulse{Silence: map[Vital]time.Duration{VitalWorker: 0}}, []Vital{VitalBot}},
		"bot gone":                  {Pulse{Silence: map[Vital]time.Duration{VitalWorker: 0, VitalBot: time.Minute}}, []Vital{VitalBot}},
		"worker, with what follows": {Pulse{Silence: map[Vital]time.Duration{VitalBot: 0, VitalWorker: time.Minute}, OldestTimer: time.Hour, OldestUnsent: time.Hour}, []Vital{VitalWorker}},
		"timers":                    {Pulse{Silence: alive, OldestTimer: time.Minute}, []Vital{VitalTimers}},
		"outbox":                    {Pulse{Silence: alive, OldestUnsent: time.Minute}, []Vital{VitalOutbox}},
		"Slack, and so its outbox":  {Pulse{Silence: alive, OldestUnsent: time.Minute, Stuck: map[Channel]time.Duration{Slack: time.Minute}}, []Vital{VitalSlack}},
		"texts":                     {Pulse{Silence: alive, Stuck: map[Channel]time.Duration{SMS: time.Minute}}, []Vital{VitalSMS}},
		"texts, switched off":       {Pulse{Silence: alive, Off: []Channel{SMS}, Canary: time.Hour, Stuck: map[Channel]time.Duration{SMS: time.Minute}}, nil},
		"one text a moment late":    {Pulse{Silence: alive, Stuck: map[Channel]time.Duration{SMS: 10 * time.Second}}, nil},
		"settling":                  {Pulse{Silence: alive, OldestUnknown: 2 * time.Minute}, []Vital{VitalUnknown}},
		"sealing":                   {Pulse{Silence: alive, Unsealed: time.Minute}, []Vital{VitalChain}},
		"webhook":                   {Pulse{Silence: alive, FoundByPoller: 1}, []Vital{VitalWebhook}},
		"a clock is missing":        {Pulse{Silence: alive, Clockless: 1}, []Vital{VitalClocks}},
		"canary":                    {Pulse{Silence: alive, Canary: 2 * time.Minute}, []Vital{VitalCanary}},
		"redis":                     {Pulse{Silence: alive, RedisAway: true}, []Vital{VitalRedis}},
	} {
		if got := c.pulse.Ill(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestAnAlarmWaitsOutWhatPassesAndComesWithinTwoMinutes(t *testing.T) {
	const look = 10 * time.Second
	var w Watch
	start := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	for at := time.Duration(0); at < WatchPatience; at += look {
		if raise, well := w.See([]Vital{VitalTimers}, start.Add(at)); len(raise) != 0 || len(well) != 0 {
			t.Fatalf("after %v: raise %v, well %v", at, raise, well)
		}
	}
	if raise, well := w.See([]Vital{VitalTimers, VitalSMS}, start.Add(WatchPatience)); !slices.Equal(raise, []Vital{VitalTimers}) || slices.Contains(well, VitalSMS) || !slices.Contains(well, VitalSlack) {
		t.Errorf("raised %v, well %v", raise, well)
	}
	if _, well := w.See(nil, start.Add(WatchPatience+look)); slices.Contains(well, VitalTimers) {
		t.Error("called well after one look")
	}
	if raise, _ := w.See([]Vital{VitalTimers}, start.Add(WatchPatience+2*look)); len(raise) != 0 {
		t.Errorf("raised %v for something that was well a moment ago", raise)
	}
	if _, well := w.See([]Vital{VitalDatabase}, start.Add(time.Hour)); len(well) != 0 {
		t.Errorf("%v are called well by a process that could not look", well)
	}
	for _, threshold := range []time.Duration{30 * time.Second, time.Minute} { // the longest before a part counts as ill
		if threshold+WatchPatience+2*look > 2*time.Minute {
			t.Errorf("an alarm may come after %v", threshold+WatchPatience+2*look)
		}
	}
}

func TestAnAlarmDoesNotTakeTheChannelThatStopped(t *testing.T) {
	p := &Person{ID: 1, Active: true, Phone: Address{ID: 1, Value: "+447700900001", Verified: true}, Slack: Address{ID: 2, Value: "U1", Verified: true}}
	for _, c := range []struct{ ill, want []string }{
		{nil, []string{"slack", "sms"}}, {[]string{"slack"}, []string{"sms"}}, {[]string{"sms"}, []string{"slack"}}, {[]string{"slack", "sms"}, nil},
	} {
		var ill []Vital
		for _, v := range c.ill {
			ill = append(ill, Vital(v))
		}
		var got []string
		for _, ch := range AlarmChannels(&Organisation{}, p, ill) {
			got = append(got, string(ch))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("ill %v: by %v, want %v", c.ill, got, c.want)
		}
	}
}
