package program

import "github.com/prometheus/client_golang/prometheus"

// counts are the counters by channel and outcome.
type counts struct {
	registry *prometheus.Registry
	messages *prometheus.CounterVec
}

func newCounts() *counts {
	c := &counts{registry: prometheus.NewRegistry(), messages: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "goodcatch_messages_total", Help: "Messages in and out, by channel and outcome.",
	}, []string{"channel", "outcome"})}
	c.registry.MustRegister(c.messages)
	return c
}

func (c *counts) add(channel, outcome string) { c.messages.WithLabelValues(channel, outcome).Inc() }
