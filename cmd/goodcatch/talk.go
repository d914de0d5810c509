package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"goodcatch/cmd/demo"
)

type talkCmd struct {
	As     string `placeholder:"NAME" help:"Whose phone to hold, by name or its beginning. Default: a nurse on a ward."`
	Script string `type:"existingfile" placeholder:"FILE" help:"Read the lines from a file instead of the terminal, and print them too."`
	Yes    bool   `help:"Install PostgreSQL with this machine's package client without asking, if there is none."`
}

// Help is shown by goodcatch talk --help.
func (talkCmd) Help() string {
	return `Plays any conversation in the terminal, with the people of the demo's hospital and the providers played by the program. A line is a
text from the phone; what reaches any phone or Slack account is printed.

  /as NAME         hold another phone
  /dm TEXT         write to goodcatch in Slack
  /press WORDS     press the newest button with these words in Slack
  /step            move the clock to the next due thing
  /quit

  goodcatch talk --as "Ana Ruiz"
  printf 'NM wet floor\n2\n' > nm.txt && goodcatch talk --script nm.txt`
}

// Run starts a hospital without a past and talks until the lines end.
func (c talkCmd) Run(ctx context.Context, a *app) error {
	o := a.demoOptions(c.Yes)
	o.NoHistory = true
	if c.Script != "" {
		o.Say = nil
	}
	d, err := startDemo(ctx, a, o)
	if err != nil {
		return err
	}
	return errors.Join(c.talk(ctx, a, d), d.Close())
}

func (c talkCmd) talk(ctx context.Context, a *app, d *demo.Demo) error {
	t, err := d.Talk(ctx, c.As)
	if err != nil {
		return err
	}
	in := a.in
	if c.Script != "" {
		f, err := os.Open(c.Script)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	lines := readLines(in)
	for {
		if c.Script == "" {
			a.printf("%s > ", t.Name())
		}
		select {
		case <-ctx.Done():
			return nil
		case line, ok := <-lines:
			if !ok || line == "/quit" {
				return nil
			}
			if c.Script != "" {
				a.printf("%s > %s\n", t.Name(), line)
			}
			heard, err := t.Say(ctx, line)
			if err != nil {
				fmt.Fprintln(a.err, "goodcatch:", scrub(err.Error()))
				if c.Script != "" {
					return errReported
				}
			}
			for _, one := range heard {
				a.printf("%s\n", one)
			}
		}
	}
}

// readLines hands out lines, so that the end of the program need not wait for one. What reads it ends with the program.
func readLines(in io.Reader) <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(in); s.Scan(); {
			lines <- s.Text()
		}
	}()
	return lines
}
