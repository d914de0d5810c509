package domain

import (
	"slices"
	"time"
)

// A Vital is a part of the installation that is watched while it works: by every process, so that another one sees what has stopped. What
// no process can see, that all of them are gone, is seen by whoever waits for our heartbeat.
type Vital string

// The vitals, the graver first.
const (
	VitalDatabase Vital = "database" // PostgreSQL answers; each process looks for itself
	VitalBot      Vital = "bot"      // a process takes in what arrives
	VitalWorker   Vital = "worker"   // a process sends and reminds
	VitalTimers   Vital = "timers"   // what is due fires
	VitalOutbox   Vital = "outbox"   // what is due leaves
	VitalSlack    Vital = "slack"    // messages get through
	VitalSMS      Vital = "sms"
	VitalCanary   Vital = "canary"  // the test phone gets its text
	VitalWebhook  Vital = "webhook" // texts are brought by the webhook, not found by the poller
	VitalClocks   Vital = "clocks"  // every open matter has a next step
	VitalUnknown  Vital = "unknown" // unknown outcomes are settled
	VitalChain    Vital = "chain"   // the audit is sealed
	VitalRedis    Vital = "redis"   // Redis answers; each process looks for itself
)

// Vitals lists them.
var Vitals = []Vital{VitalDatabase, VitalBot, VitalWorker, VitalTimers, VitalOutbox, VitalSlack, VitalSMS, VitalCanary, VitalWebhook, VitalClocks, VitalUnknown, VitalChain, VitalRedis}

// How long, in real time, each may go on before it counts as ill. With WatchPatience and the interval of looking, an alarm goes out
// within two minutes.
const (
	silentFor   = 30 * time.Second // a kind of process is not heard of
	lateFor     = 30 * time.Second // due timers, due messages, the audit
	unknownFor  = 45 * time.Second // an unknown outcome: the provider's list may lag
	canaryFor   = 45 * time.Second // a text to the test phone
	stoppedSend = 45 * time.Second // nothing gets through
)

// WatchPatience is how long a process sees a part ill, look after look, before it raises the alarm: a moved clock or a restart is over
// by then.
const WatchPatience = 40 * time.Second

// A Pulse is what one look at the installation shows. Times are real ones, but those of timers and messages: they wait in business time.
type Pulse struct {
	DatabaseAway  bool // nothing else is known then
	RedisAway     bool
	Silence       map[Vital]time.Duration // since each kind of process, VitalBot or VitalWorker, was heard of; missing: never
	OldestTimer   time.Duration
	OldestUnsent  time.Duration
	OldestUnknown time.Duration
	Unsealed      time.Duration
	Stuck         map[Channel]time.Duration // since when sending has been tried by a channel with no message getting through
	FoundByPoller int                       // texts of the last five minutes
	Clockless     int                       // open matters without a next step
	Canary        time.Duration             // since the test phone should have got its text
	Off           []Channel                 // switched off by an operator: nothing of theirs is ill
}

// Ill lists what is out of order. What follows from a worker that is gone is not told beside it.
func (p Pulse) Ill() (ill []Vital) {
	if p.DatabaseAway {
		return []Vital{VitalDatabase}
	}
	see := func(v Vital, is bool) {
		if is {
			ill = append(ill, v)
		}
	}
	see(VitalBot, p.silent(VitalBot))
	see(VitalWebhook, p.FoundByPoller > 0)
	see(VitalClocks, p.Clockless > 0)
	see(VitalRedis, p.RedisAway)
	if p.silent(VitalWorker) {
		return append(ill, VitalWorker)
	}
	see(VitalTimers, p.OldestTimer > lateFor)
	see(VitalSlack, p.Stuck[Slack] > stoppedSend && !slices.Contains(p.Off, Slack))
	see(VitalSMS, p.Stuck[SMS] > stoppedSend && !slices.Contains(p.Off, SMS))
	see(VitalOutbox, p.OldestUnsent > lateFor && p.Stuck[Slack] == 0 && p.Stuck[SMS] == 0)
	see(VitalUnknown, p.OldestUnknown > unknownFor)
	see(VitalChain, p.Unsealed > lateFor)
	see(VitalCanary, p.Canary > canaryFor && !slices.Contains(p.Off, SMS))
	return ill
}

func (p Pulse) silent(v Vital) bool {
	d, heard := p.Silence[v]
	return !heard || d > silentFor
}

// A Watch is what one process remembers of its looks.
type Watch struct {
	Patience time.Duration // 0: WatchPatience
	ill      map[Vital]time.Time
	well     map[Vital]time.Time
}

// See takes in one look, in real time. It returns what has been ill for the whole of the patience, and what has been well for as long: a
// part that comes and goes is told of once, not each time.
func (w *Watch) See(ill []Vital, now time.Time) (raise, well []Vital) {
	patience := w.Patience
	if patience == 0 {
		patience = WatchPatience
	}
	isIll, isWell := map[Vital]time.Time{}, map[Vital]time.Time{}
	blind := slices.Contains(ill, VitalDatabase) // nobody could look at the others
	for _, v := range Vitals {
		was, is, list := w.well, isWell, &well
		if slices.Contains(ill, v) {
			was, is, list = w.ill, isIll, &raise
		} else if blind {
			continue
		}
		is[v] = now
		if since, ok := was[v]; ok {
			is[v] = since
		}
		if now.Sub(is[v]) >= patience {
			*list = append(*list, v)
		}
	}
	w.ill, w.well = isIll, isWell
	return raise, well
}

// AlarmChannels are the channels by which an alarm can reach a person: all of theirs but those that have stopped themselves, or are switched
// off.
func AlarmChannels(o *Organisation, p *Person, ill []Vital) (channels []Channel) {
	for _, c := range []struct {
		channel Channel
		vital   Vital
	}{{Slack, VitalSlack}, {SMS, VitalSMS}} {
		if _, ok := p.At(c.channel); ok && !slices.Contains(ill, c.vital) && !o.IsOff(c.channel) {
			channels = append(channels, c.channel)
		}
	}
	return channels
}
