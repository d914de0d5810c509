// Command goodcatch is the chat and SMS front end of hospital safety reporting: one program with a subcommand for each task.
//
// It is the only place with configuration, flags and signals. Each subcommand is one struct in a file of its own and one field of cli;
// its Run gets the context, which ends with SIGINT or SIGTERM, and the app.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // an image without time zones must know them too

	"github.com/alecthomas/kong"
	"github.com/redis/go-redis/v9"
)

// cli is the command line: settings that every subcommand shares, and the subcommands in the order of --help.
type cli struct {
	Settings

	Demo     demoCmd     `cmd:"" help:"Try everything on this machine: no accounts, no Docker, no network."`
	Talk     talkCmd     `cmd:"" help:"Play any conversation in the terminal."`
	Serve    serveCmd    `cmd:"" help:"Run: take messages in, deliver, remind, escalate."`
	Spool    spoolCmd    `cmd:"" help:"Take texts while goodcatch does not answer, and hand them on later."`
	Init     initCmd     `cmd:"" help:"Write a starter pack of files that describe an organisation."`
	Import   importCmd   `cmd:"" help:"Import organisation, units, people, leave, rotas, activities, policies, documents and courses."`
	Rota     rotaCmd     `cmd:"" help:"Print who is on duty in the next days, and where nobody is."`
	Export   exportCmd   `cmd:"" help:"Print what the record holds: who signed what, and the proof that a ward knew a document."`
	Rollcall rollcallCmd `cmd:"" help:"Ask many people at once where they are: as an exercise, or live."`
	Provider providerCmd `cmd:"" help:"Switch Slack, SMS or voice off for a while, and on again."`
	Drills   drillsCmd   `cmd:"" help:"Print the drill calendar: what was held last, what is due, what is late."`
	Playbook playbookCmd `cmd:"" help:"Run a playbook: what the house does when power, water, systems or staff fail."`

	Activities activitiesCmd `cmd:"" help:"Print the business-impact table."`
	Recovery   recoveryCmd   `cmd:"" help:"What does not run as it should, and by when it is restored: as an exercise, or live."`

	Admin   adminCmd   `cmd:"" help:"Add the first administrators; reset a PIN."`
	Keys    keysCmd    `cmd:"" help:"Make and rotate the keys that seal what people wrote."`
	Migrate migrateCmd `cmd:"" help:"Bring the database schema up to this program's version."`
	Slack   slackCmd   `cmd:"" help:"Print what Slack needs to make the app."`
	Verify  verifyCmd  `cmd:"" help:"Compute the audit's hashes again, and name the first event that was changed."`
	Backup  backupCmd  `cmd:"" help:"Dump the database into a folder, without the keys."`
	Restore restoreCmd `cmd:"" help:"Take a backup into an empty database, and verify it."`
	Doctor  doctorCmd  `cmd:"" help:"Check everything goodcatch needs, and say how to put it right."`
	Health  healthCmd  `cmd:"" help:"Ask the server on this machine whether it is ready, for container health checks."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

// app is what a subcommand works with.
type app struct {
	*Settings
	in       io.Reader
	out, err io.Writer
	log      *slog.Logger
}

func (a *app) printf(format string, args ...any) { fmt.Fprintf(a.out, format, args...) }

const description = `The chat and SMS front end of hospital safety reporting.

To try it: goodcatch demo

To run it:
  goodcatch keys new > keys.json             # keep a copy elsewhere
  goodcatch migrate                          # needs DATABASE_URL
  goodcatch init hospital ./hospital         # then edit the files
  goodcatch import ./hospital
  goodcatch doctor                           # what is missing, and how to put it right
  goodcatch serve

Each setting is a flag, an environment variable (in brackets below), or a file named by the variable with _FILE behind it.
"goodcatch COMMAND --help" has examples.`

func main() { os.Exit(run(os.Args[1:])) }

// run executes one command line and returns the exit code: 0 done, 1 not done, 2 wrong usage or configuration.
func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c cli
	files := secretFiles{lookup: os.LookupEnv}
	parser, err := kong.New(&c, kong.Name("goodcatch"), kong.Description(description), kong.Resolvers(&files),
		kong.ExplicitGroups([]kong.Group{{Key: "settings", Title: "Settings"}}), kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}), kong.BindTo(ctx, (*context.Context)(nil)))
	if err != nil {
		panic(err) // a mistake in the structs
	}
	cmd, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(os.Stderr, "goodcatch: %v\nRun \"goodcatch --help\".\n", err)
		return 2
	}
	c.unread = files.faults
	a := &app{Settings: &c.Settings, in: os.Stdin, out: os.Stdout, err: os.Stderr, log: newLogger(os.Stderr, c.LogFormat, c.LogLevel)}
	redis.SetLogger(redisLog{a.log})
	return exitCode(cmd.Run(a))
}

// errReported ends a command that has told what is wrong already.
var errReported = errors.New("reported")

// exitCode prints an error and says how the program ends.
func exitCode(err error) int {
	var faults configFaults
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errReported):
		return 1
	case errors.As(err, &faults):
		fmt.Fprintln(os.Stderr, faults.Error())
		return 2
	default:
		fmt.Fprintf(os.Stderr, "goodcatch: %s\n", scrub(err.Error()))
		return 1
	}
}
