package demo

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"time"

	"github.com/goccy/go-yaml"

	"goodcatch/bot"
	"goodcatch/domain"
	"goodcatch/domain/scale"
)

// daysBack is how long ago the hospital began to use goodcatch.
const daysBack = 32

//go:embed history.yaml
var historyText []byte

// A past report is one of history.yaml.
type past struct {
	Day      int            `yaml:"day"`
	At       string         `yaml:"at"`
	Live     bool           `yaml:"live"`
	Who      string         `yaml:"who"`
	Text     string         `yaml:"text"`
	Own      *time.Duration `yaml:"own"`
	By       domain.Role    `yaml:"by"`
	Category string         `yaml:"category"`
	Factors  []string       `yaml:"factors"`
	Harm     string         `yaml:"harm"`
	Close    int            `yaml:"close"`
	Learning string         `yaml:"learning"`
	Useful   string         `yaml:"useful"`

	reporter *domain.Person
	owner    *domain.Person
	record   domain.RecordID
}

// An act is one thing somebody did.
type act struct {
	at time.Time
	do func(context.Context) error
}

// A chronicle makes the past happen.
type chronicle struct {
	demo  *Demo
	org   *domain.Organisation
	today time.Time // the day the demo is played
	bot   *bot.Bot
	acts  []act

	studied int // signatures and tests planned
}

// history makes the month, without sending anything: its texts were read long ago.
func (d *Demo) history(ctx context.Context) error {
	if d.o.NoHistory {
		return d.begin(ctx)
	}
	all, err := d.past(ctx)
	if err != nil {
		return err
	}
	c, err := d.chronicle(ctx)
	if err != nil {
		return err
	}
	c.bot = &bot.Bot{DB: d.Program.DB, Catalog: d.Program.Catalog, Log: d.o.Log}
	if err := c.study(ctx); err != nil {
		return err
	}
	made := 0
	for _, p := range all {
		if !p.Live {
			c.tell(p)
			made++
		}
	}
	if err := c.play(ctx); err != nil {
		return err
	}
	if err := d.begin(ctx); err != nil {
		return err
	}
	d.o.Say("History", fmt.Sprintf("%d reports, %d signatures and tests in %d days", made, c.studied, daysBack-2))
	return nil
}

// begin ends the quiet part: what still waits to be sent of it is not.
func (d *Demo) begin(ctx context.Context) error {
	_, err := d.Program.DB.Pool.Exec(ctx, `UPDATE outbox SET state = 'withdrawn', error_code = 'history' WHERE state = 'pending'`)
	return err
}

// recent makes what happened last through the running program, so that it stands on the phones and in Slack, and then sets the clock
// to when the demo is played.
func (d *Demo) recent(ctx context.Context) error {
	c, err := d.chronicle(ctx)
	if err != nil {
		return err
	}
	if !d.o.NoHistory {
		all, err := d.past(ctx)
		if err != nil {
			return err
		}
		for _, p := range all {
			if p.Live {
				c.tell(p)
			}
		}
		today := c.today.In(c.org.Zone)
		c.add(time.Date(today.Year(), today.Month(), today.Day(), 8, 10, 0, 0, c.org.Zone), func(ctx context.Context) error {
			_, err := d.hospital(ctx, true)
			return err
		})
	}
	if err := c.play(ctx); err != nil {
		return err
	}
	if err := c.passTo(ctx, c.today); err != nil {
		return err
	}
	return d.quiet(ctx)
}

func (d *Demo) chronicle(ctx context.Context) (*chronicle, error) {
	org, err := d.Program.DB.Organisation(ctx)
	if err != nil {
		return nil, err
	}
	return &chronicle{demo: d, org: org, today: opening(time.Now(), org.Zone)}, nil
}

// past reads history.yaml and finds its people.
func (d *Demo) past(ctx context.Context) ([]*past, error) {
	var all []*past
	if err := yaml.UnmarshalWithOptions(historyText, &all, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	org, err := d.Program.DB.Organisation(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		i := slices.IndexFunc(everyone(org), func(one *domain.Person) bool { return one.Name == p.Who })
		if i < 0 {
			return nil, fmt.Errorf("history: nobody is called %s: %w", p.Who, domain.ErrNotFound)
		}
		p.reporter = everyone(org)[i]
	}
	return all, nil
}

// tell puts a report and what followed from it on the line of time.
func (c *chronicle) tell(p *past) {
	day := c.today.In(c.org.Zone).AddDate(0, 0, -p.Day)
	var hour, minute int
	_, _ = fmt.Sscanf(p.At, "%d:%d", &hour, &minute) // a bad one is midnight, and seen at once
	at := time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, c.org.Zone)
	c.add(at, func(ctx context.Context) error { return c.report(ctx, p) })
	if p.Own == nil {
		return
	}
	owned := at.Add(*p.Own)
	c.add(owned, func(ctx context.Context) error { return c.own(ctx, p) })
	if p.Harm != "" {
		c.add(owned.Add(26*time.Hour), func(ctx context.Context) error { return c.triage(ctx, p) })
	}
	if p.Learning == "" {
		return
	}
	closed := owned.Add(time.Duration(p.Close) * 24 * time.Hour)
	c.add(closed, func(ctx context.Context) error {
		return c.do(ctx, p.owner, domain.CloseReport{Record: p.record, Learning: p.Learning, Textable: domain.Yes})
	})
	if p.Useful != "" {
		c.add(closed.Add(9*time.Hour), func(ctx context.Context) error {
			_, err := c.demo.Program.DB.Do(ctx, c.reporter(p), domain.RateFeedback{Record: p.record, Useful: domain.ParseAnswer(p.Useful)})
			return err
		})
	}
}

// add keeps what happened before the demo is played.
func (c *chronicle) add(at time.Time, do func(context.Context) error) {
	if at.Before(c.today) {
		c.acts = append(c.acts, act{at, do})
	}
}

// play does everything in its order, with the clock at its time.
func (c *chronicle) play(ctx context.Context) error {
	slices.SortStableFunc(c.acts, func(a, b act) int { return a.at.Compare(b.at) })
	for _, a := range c.acts {
		if err := c.passTo(ctx, a.at); err != nil {
			return err
		}
		if err := a.do(ctx); err != nil {
			return fmt.Errorf("history of %s: %w", a.at.Format(time.DateTime), err)
		}
		if c.bot == nil {
			if err := c.demo.quiet(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// passTo moves the clock to a moment, through every reminder and escalation on the way.
func (c *chronicle) passTo(ctx context.Context, at time.Time) error {
	db := c.demo.Program.DB
	for {
		next, ok, err := db.NextTimer(ctx)
		if err != nil {
			return err
		}
		if !ok || next.After(at) {
			break
		}
		c.demo.Clock.JumpTo(next)
		if _, err := db.Fire(ctx); err != nil {
			return err
		}
	}
	c.demo.Clock.JumpTo(at)
	return nil
}

// report sends the text: through the phone when the program runs, else straight to the bot.
func (c *chronicle) report(ctx context.Context, p *past) error {
	if c.bot == nil {
		if _, err := c.demo.Emulator.Phone(p.reporter.Phone.Value).Text(p.Text); err != nil {
			return err
		}
		id, err := c.newest(ctx)
		p.record = id
		return err
	}
	out, err := c.bot.Receive(ctx, bot.Inbound{
		Provider: "twilio", ID: fmt.Sprintf("history-%s-%s", p.reporter.External, c.demo.Clock.Now().Format(time.RFC3339)), Channel: domain.SMS, From: p.reporter.Phone.Value, Text: p.Text,
	})
	if err != nil {
		return err
	}
	if len(out.Change.Records) == 0 {
		return fmt.Errorf("%q made no report", p.Text)
	}
	p.record = out.Change.Records[0].ID
	return nil
}

// newest is the record made last.
func (c *chronicle) newest(ctx context.Context) (id domain.RecordID, err error) {
	err = c.demo.Program.DB.Pool.QueryRow(ctx, `SELECT max(id) FROM records`).Scan(&id)
	return id, err
}

func (c *chronicle) own(ctx context.Context, p *past) error {
	role := p.By
	if role == "" {
		role = domain.Manager
	}
	unit := p.reporter.Unit
	for _, one := range c.org.With(role, unit) {
		if one.ID != p.reporter.ID {
			p.owner = one
			return c.do(ctx, one, domain.Acknowledge{Record: p.record})
		}
	}
	return fmt.Errorf("%s has no %s: %w", unit, role, domain.ErrNotFound)
}

func (c *chronicle) triage(ctx context.Context, p *past) error {
	t := domain.Triage{Record: p.record, Category: p.Category, Factors: p.Factors, State: domain.InReview}
	for _, l := range scale.AHRQ.Levels {
		if l.Rank.String() == p.Harm {
			if g, ok := scale.AHRQ.Grade(l.Code); ok {
				t.Harm = &g
			}
		}
	}
	return c.do(ctx, p.owner, t)
}

// do runs a command as somebody in Slack.
func (c *chronicle) do(ctx context.Context, who *domain.Person, cmd domain.Command) error {
	_, err := c.demo.Program.DB.Do(ctx, domain.Actor{Person: who.ID, Address: who.Slack.ID, Channel: domain.Slack, Level: domain.A2}, cmd)
	return err
}

func (c *chronicle) reporter(p *past) domain.Actor {
	return domain.Actor{Person: p.reporter.ID, Address: p.reporter.Phone.ID, Channel: domain.SMS, Level: domain.A1, Reporter: true}
}
