package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"goodcatch/bot/emulator"
)

// A Timing is how long one step of the smoke test took.
type Timing struct {
	What string
	Took time.Duration
}

// Smoke plays the main job once: a near miss by SMS, its card in Slack, Acknowledge, the reporter's answer. It returns how long each
// step took for whoever waits at the phone.
func (d *Demo) Smoke(ctx context.Context) (timings []Timing, err error) {
	phone, manager := d.Emulator.Phone(d.Cast.Reporter.Phone.Value), d.Emulator.SlackUser(d.Cast.Manager.Slack.Value)
	phone.Forget()
	manager.Forget()
	began := time.Now()
	lap := func(what string) {
		timings = append(timings, Timing{what, time.Since(began)})
		began = time.Now()
	}
	if _, err := phone.Text("NM wrong strength heparin in drawer B"); err != nil {
		return timings, err
	}
	lap("the text is taken")
	if _, err := phone.Expect(ctx); err != nil {
		return timings, err
	}
	lap("the receipt is on the phone")
	card, err := expectButton(ctx, manager, "Acknowledge")
	if err != nil {
		return timings, err
	}
	lap("the card is in Slack")
	if err := d.quiet(ctx); err != nil {
		return timings, err
	}
	phone.Forget()
	began = time.Now()
	if err := manager.Press(card, "Acknowledge"); err != nil {
		return timings, err
	}
	lap("Acknowledge is taken")
	if _, err := phone.Expect(ctx); err != nil {
		return timings, fmt.Errorf("no word for the reporter: %w", err)
	}
	lap("the reporter knows who has it")
	if bad := d.Emulator.Violations(); len(bad) > 0 {
		return timings, fmt.Errorf("a provider would have refused something: %+v", bad[0])
	}
	return timings, nil
}

// expectButton waits for a message with this button.
func expectButton(ctx context.Context, u *emulator.SlackUser, label string) (emulator.Message, error) {
	for {
		item, err := u.ExpectMessage(ctx)
		if err != nil {
			return emulator.Message{}, err
		}
		if slices.Contains(item.Message.Buttons(), label) {
			return item.Message, nil
		}
	}
}
