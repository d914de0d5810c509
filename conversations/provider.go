package conversations

import (
	"slices"
	"time"

	"goodcatch/domain"
)

// offTimes are how long a provider is switched off from a form, in hours.
var offTimes = []string{"1", "2", "4", "8", "24", "168"}

// Provider switches a provider off for a while, or on again: a form for administrators, with what is off now at its head.
var Provider = register(Flow{Name: "provider", FormOnly: true, Run: func(c *Conv) domain.Command {
	if domain.MaySwitch(c.Facts) != nil {
		c.Show("problem.not_yours", nil)
		return nil
	}
	c.Show("form.provider.head", nil)
	org := c.organisation()
	for _, s := range org.OffNow() {
		c.Show("form.provider.off", domain.Args{"channel": domain.Term("channel." + string(s.Channel)), "until": domain.Moment(s.Until), "by": s.ByOf(org), "why": domain.Text(s.Why)})
	}
	channels := make([]string, len(domain.Providers))
	for i, ch := range domain.Providers {
		channels[i] = string(ch)
	}
	channel := domain.Channel(c.Pick("provider", Terms("channel.", channels, 0)))
	do := c.Pick("provider_do", Terms("provider_do.", []string{"off", "on"}, 0), Default("off"))
	hours := c.Pick("provider_for", Terms("provider_for.", offTimes, 0), Default("2"), Optional)
	why := c.Text("provider_why", Optional, Limit(domain.WhyLimit))
	switch {
	case !slices.Contains(domain.Providers, channel):
		return nil
	case do == "on":
		return domain.SwitchProviderOn{Channel: channel}
	case do == "off":
		length, err := time.ParseDuration(hours + "h")
		if err != nil {
			return nil
		}
		return domain.SwitchProviderOff{Channel: channel, For: length, Why: why}
	}
	return nil
}})
