package web

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"goodcatch/domain"
	"goodcatch/domain/scale"
	"goodcatch/store"
)

// gauges are read from PostgreSQL at each scrape: they are true whichever process answers, and never drift.
type gauges struct {
	db  *store.DB
	log *slog.Logger
}

func gauge(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("goodcatch_"+name, help, labels, nil)
}

var (
	openRecords    = gauge("open_records", "Records that are not closed, by rank.", "rank")
	overdueRecords = gauge("overdue_records", "Open records whose due time has passed.")
	unownedRecords = gauge("unowned_records", "Open records that nobody owns.")
	openTasks      = gauge("open_tasks", "Documents and courses that wait for somebody, by kind.", "kind")
	oldestUnsent   = gauge("oldest_unsent_seconds", "Age of the oldest message that is due and not sent.")
	oldestTimer    = gauge("oldest_due_timer_seconds", "How late the oldest timer is that is due and has not fired.")
	unknownOutcome = gauge("unknown_outcomes", "Messages of which nobody knows whether they were sent.")
	deadLetters    = gauge("dead_letters", "What waits for an operator: see goodcatch doctor --dead.")
	unsealedTail   = gauge("unsealed_seconds", "Age of the oldest audit event outside the chain. Above 5 is an alarm.")
	foundByPoller  = gauge("found_by_poller", "Inbound messages of the last day that only the poller found. Above 0 the webhook is broken.")
	clockless      = gauge("clockless_matters", "Open matters without a next step. Above 0 is an alarm.")
	alarm          = gauge("alarm", "1 while the administrators have been told that a part has stopped.", "part")
	providerOff    = gauge("provider_off", "1 while an operator has switched this provider off.", "channel")
	providerWaits  = gauge("provider_waiting", "Messages that wait for a provider that is switched off.", "channel")
	textsWeek      = gauge("routine_texts_week", "Routine texts of the last seven days. A bundle is one.")
	textsAHead     = gauge("routine_texts_head_week", "Routine texts of the last seven days for each phone that can be texted.")
	textsMost      = gauge("routine_texts_most_week", "Routine texts of the last seven days to the phone that got most.")
	textsHeld      = gauge("routine_texts_held", "Routine texts that wait because their receiver's week is full.")
	scrapeFailed   = gauge("record_unreadable", "1 when PostgreSQL could not be read for this scrape.")
)

// Describe lists what Collect sends.
func (g gauges) Describe(ch chan<- *prometheus.Desc) { prometheus.DescribeByCollect(g, ch) }

// Collect reads PostgreSQL. When it is away only that is told.
func (g gauges) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	send := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	m, err := g.db.Gauges(ctx)
	if err != nil {
		g.log.Error("gauges not read", "away", store.Away(err), "error_kind", fmt.Sprintf("%T", err))
		send(scrapeFailed, 1)
		return
	}
	send(scrapeFailed, 0)
	for r := scale.Unknown; r <= scale.Death; r++ {
		send(openRecords, float64(m.OpenByRank[int(r)]), r.String())
	}
	for kind, n := range m.OpenTasks {
		send(openTasks, float64(n), kind)
	}
	send(overdueRecords, float64(m.Overdue))
	send(unownedRecords, float64(m.Unowned))
	send(oldestUnsent, m.OldestUnsent.Seconds())
	send(oldestTimer, m.OldestTimer.Seconds())
	send(unknownOutcome, float64(m.Unknown))
	send(deadLetters, float64(m.Dead))
	send(unsealedTail, m.Unsealed.Seconds())
	send(foundByPoller, float64(m.Missed))
	send(clockless, float64(m.Clockless))
	send(textsWeek, float64(m.Load.Texts))
	send(textsAHead, m.Load.AHead())
	send(textsMost, float64(m.Load.Most))
	send(textsHeld, float64(m.Load.Held))
	for _, ch := range domain.Providers {
		waiting, isOff := m.Off[ch]
		off := 0.0
		if isOff {
			off = 1
		}
		send(providerOff, off, string(ch))
		send(providerWaits, float64(waiting), string(ch))
	}
	for _, v := range domain.Vitals {
		stands := 0.0
		if slices.Contains(m.Alarms, v) {
			stands = 1
		}
		send(alarm, stands, string(v))
	}
}
