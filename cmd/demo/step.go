package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"goodcatch/bot/emulator/page"
	"goodcatch/store"
)

// settleTime bounds how long a movement of the clock waits for what it led to: a broken provider may keep it up.
const settleTime = 10 * time.Second

// newStage is the page over this demo.
func (d *Demo) newStage() *page.Stage {
	s := &page.Stage{Public: d.URL, Emulator: d.Emulator, Now: d.Clock.Now, Next: d.next, Step: d.Step, Advance: d.Advance, Healed: d.healed}
	if org, err := d.Program.DB.Organisation(context.Background()); err == nil {
		s.Hospital, s.Zone, s.People = org.Name, org.Zone.String(), people(org, d.Cast)
	}
	return s
}

// next is the next due thing in words.
func (d *Demo) next(ctx context.Context) (page.Due, bool, error) {
	u, ok, err := d.Program.DB.Upcoming(ctx)
	if err != nil || !ok {
		return page.Due{}, false, err
	}
	return page.Due{At: u.At, What: words(u)}, true, nil
}

// words says what an upcoming thing is.
func words(u store.Upcoming) string {
	name, _, _ := strings.Cut(u.Command, "@")
	said, known := dueWords[name]
	if !known {
		said = strings.ReplaceAll(name, "_", " ")
	}
	if u.Code != "" {
		said = string(u.Code) + ": " + said
	}
	return strings.ToUpper(said[:1]) + said[1:]
}

var dueWords = map[string]string{
	"":            "a message that waited goes out",
	"escalate":    "asks the next level, if nobody owns it by then",
	"nudge_owner": "its owner is reminded",

	"remind_document": "whoever has not signed a procedure is reminded",
	"remind_task":     "a reminder that was put off comes again",
	"ask_document":    "the question of a procedure is put again",
	"remind_course":   "whoever has not taken a test is reminded",

	"run_step_late":  "a step that is not done is told to who is accountable",
	"send_inject":    "the next question comes to the table",
	"remind_judge":   "who led it is asked again whether its objectives were met",
	"look_at_drills": "the drill calendar is looked at",
}

// Step moves the clock exactly to the next due thing, lets it happen, and waits until its messages are out.
func (d *Demo) Step(ctx context.Context) error {
	d.step.Lock()
	defer d.step.Unlock()
	u, ok, err := d.Program.DB.Upcoming(ctx)
	if err != nil || !ok {
		return err
	}
	return d.moveTo(ctx, u.At)
}

// Advance lets time pass, through every due thing on the way.
func (d *Demo) Advance(ctx context.Context, by time.Duration) error {
	d.step.Lock()
	defer d.step.Unlock()
	end := d.Clock.Now().Add(by)
	for {
		u, ok, err := d.Program.DB.Upcoming(ctx)
		if err != nil {
			return err
		}
		if !ok || u.At.After(end) {
			return d.moveTo(ctx, end)
		}
		if err := d.moveTo(ctx, u.At); err != nil {
			return err
		}
	}
}

// moveTo moves the clock to a moment and fires what is due then.
func (d *Demo) moveTo(ctx context.Context, at time.Time) error {
	d.Clock.JumpTo(at)
	if _, err := d.Program.DB.Fire(ctx); err != nil {
		return fmt.Errorf("move the clock: %w", err)
	}
	if err := d.Program.DB.OfferAgain(ctx, at); err != nil {
		return fmt.Errorf("move the clock: %w", err)
	}
	return d.quiet(ctx)
}

// healed lets what the providers had put back go out.
func (d *Demo) healed(ctx context.Context) error {
	return d.Program.DB.OfferAgain(ctx, d.Clock.Now())
}

// quiet waits until no message is due or under way, or for as long as a page may be kept waiting.
func (d *Demo) quiet(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, settleTime)
	defer cancel()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for {
		n, err := d.Program.DB.Unsent(ctx, d.Clock.Now())
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if n == 0 {
			_ = d.Emulator.Settled(ctx) // only ends early when time is over
			return nil
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return nil
		}
	}
}
