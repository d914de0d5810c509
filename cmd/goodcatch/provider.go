package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"goodcatch/domain"
	"goodcatch/domain/mask"
	"goodcatch/store"
)

type providerCmd struct {
	List providerListCmd `cmd:"" default:"1" help:"What is switched off, how many messages wait, and the last switches."`
	Off  providerOffCmd  `cmd:"" help:"Send nothing by slack, sms or voice for a while."`
	On   providerOnCmd   `cmd:"" help:"Use it again now."`
}

// Help is shown by goodcatch provider --help.
func (providerCmd) Help() string {
	return `  goodcatch provider off sms --for 2h --why "the carrier drops half of them"
  goodcatch provider on sms
  goodcatch provider

While a provider is off nothing is sent there, by any process: messages take the next channel (Slack off, then texts, and back), and what has no
other channel waits. It comes back by itself at the end. Administrators are told, and can do the same in Slack: /quality provider. What
comes in is still taken in, and forms that somebody opens in Slack still open.`
}

type providerOffCmd struct {
	Channel string        `arg:"" enum:"slack,sms,voice" help:"slack, sms or voice."`
	For     time.Duration `default:"2h" help:"For how long: 5m to 168h."`
	Why     string        `help:"For who looks later; no names."`
}

// Run switches off.
func (c providerOffCmd) Run(ctx context.Context, a *app) error {
	db, org, err := a.openToExport(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	change, err := db.Do(ctx, operatorActor, domain.SwitchProviderOff{Channel: domain.Channel(c.Channel), For: c.For, Why: mask.Text(mask.Clean(c.Why)).Text})
	var invalid *domain.InvalidError
	if errors.As(err, &invalid) {
		return fault("--for", fmt.Sprintf("is out of bounds: %v at least, %v at most.", domain.ShortestOff, domain.LongestOff), "It comes back by itself at the end; switch it off again then.")
	}
	if err != nil {
		return err
	}
	for _, e := range change.Entries {
		if s, ok := e.(domain.SwitchedOff); ok {
			a.printf("%s is switched off until %s. On again: goodcatch provider on %s\n", c.Channel, s.Until.In(org.Zone).Format("2 Jan 15:04"), c.Channel)
		}
	}
	if len(change.Notices) == 0 {
		a.printf("No administrator could be told.\n")
	}
	return nil
}

type providerOnCmd struct {
	Channel string `arg:"" enum:"slack,sms,voice" help:"slack, sms or voice."`
}

// Run switches on.
func (c providerOnCmd) Run(ctx context.Context, a *app) error {
	db, _, err := a.openToExport(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	waiting, err := db.Waiting(ctx)
	if err != nil {
		return err
	}
	change, err := db.Do(ctx, operatorActor, domain.SwitchProviderOn{Channel: domain.Channel(c.Channel)})
	if err != nil {
		return err
	}
	if len(change.Entries) == 0 {
		a.printf("%s was not switched off.\n", c.Channel)
		return nil
	}
	a.printf("%s is used again. Messages that waited: %d.\n", c.Channel, waiting[domain.Channel(c.Channel)])
	return nil
}

type providerListCmd struct{}

// mostSwitches is how many the list shows.
const mostSwitches = 20

// Run lists the last switches, the newest first.
func (providerListCmd) Run(ctx context.Context, a *app) error {
	db, org, err := a.openToExport(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	waiting, err := db.Waiting(ctx)
	if err != nil {
		return err
	}
	list, err := db.Switches(ctx, mostSwitches)
	if err != nil {
		return err
	}
	if len(org.Off) == 0 {
		a.printf("No provider is switched off.\n")
	}
	for _, s := range org.OffNow() {
		a.printf("%s\n", offLine(s, org, waiting[s.Channel]))
	}
	for _, s := range list {
		end := "off now"
		if !s.OnAt.IsZero() {
			end = "on " + s.OnAt.In(org.Zone).Format("2 Jan 15:04") + " by " + s.OnBy
		}
		a.printf("%-6s off %s, %s  %s\n", s.Channel, s.At.In(org.Zone).Format("2 Jan 2006 15:04"), end, s.Why)
	}
	return nil
}

// offLine says of one provider that it is off, until when, by whom, why, and what waits.
func offLine(s domain.SwitchOff, org *domain.Organisation, waiting int) string {
	by := org.NameOf(s.By)
	if by == "" {
		by = "the operator"
	}
	line := fmt.Sprintf("%s is switched off by %s until %s", s.Channel, by, s.Until.In(org.Zone).Format("2 Jan 15:04"))
	if s.Why != "" {
		line += ": " + strings.TrimSuffix(s.Why, ".")
	}
	return fmt.Sprintf("%s. Messages that wait for it: %d", line, waiting)
}

// checkProviders tells what is switched off: it looks like a fault to whoever waits for a message.
func checkProviders(ctx context.Context, db *store.DB) (found []finding) {
	org, err := db.Organisation(ctx)
	if err != nil {
		return nil // told already
	}
	waiting, err := db.Waiting(ctx)
	if err != nil {
		return []finding{{bad, "provider", reason(err), "See the findings above."}}
	}
	for _, s := range org.OffNow() {
		found = append(found, finding{note, "provider", offLine(s, org, waiting[s.Channel]), fmt.Sprintf("It comes back by itself. Sooner: goodcatch provider on %s", s.Channel)})
	}
	return found
}
