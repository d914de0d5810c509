package demo

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/jackc/pgx/v5"

	"goodcatch/store"
	"goodcatch/store/localpg"
)

const (
	databaseName = "goodcatch_demo"
	ownMark      = "demo" // stands in a given database once the demo has used it
)

// ErrNotOurs says that a given database holds something the demo did not make.
var ErrNotOurs = errors.New("this database is neither empty nor the demo's own")

// database makes an empty, migrated database and returns its owner's address.
func (d *Demo) database(ctx context.Context) (url string, err error) {
	if d.o.DatabaseURL != "" {
		url, err = d.o.DatabaseURL, emptyGiven(ctx, d.o.DatabaseURL)
	} else {
		url, err = d.private(ctx)
	}
	if err != nil {
		return "", err
	}
	_, err = store.Migrate(ctx, url)
	return url, err
}

// private starts a PostgreSQL of our own, with a new database in it.
func (d *Demo) private(ctx context.Context) (string, error) {
	o := localpg.Options{Yes: d.o.Yes, Ask: d.o.Ask, Log: lines{d.o.Say}}
	if d.o.Dir != "" {
		o.Dir = filepath.Join(d.o.Dir, "postgres")
	}
	cluster, err := localpg.Start(ctx, o)
	if err != nil {
		return "", err
	}
	d.later(cluster.Stop)
	d.o.Say("PostgreSQL", cluster.Rung())
	if err := execute(ctx, cluster.URL(""), `DROP DATABASE IF EXISTS `+databaseName+` WITH (FORCE)`); err != nil {
		return "", err
	}
	return cluster.URL(databaseName), cluster.Ensure(ctx, databaseName)
}

// emptyGiven refuses a database that holds anything but an earlier demo, which it clears away.
func emptyGiven(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return errors.New("DATABASE_URL cannot be reached") // the driver's error may quote the password
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var tables, ours bool
	if err := conn.QueryRow(ctx, `
		SELECT EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace), to_regclass('public.marks') IS NOT NULL`).Scan(&tables, &ours); err != nil {
		return fmt.Errorf("look into DATABASE_URL: %w", err)
	}
	if ours {
		if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM marks WHERE name = $1)`, ownMark).Scan(&ours); err != nil {
			return fmt.Errorf("look into DATABASE_URL: %w", err)
		}
	}
	switch {
	case !tables:
		return nil
	case !ours:
		return ErrNotOurs
	}
	_, err = conn.Exec(ctx, `DROP SCHEMA public CASCADE; CREATE SCHEMA public`)
	return err
}

func execute(ctx context.Context, url, sql string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, sql)
	return err
}

// lines hands what PostgreSQL's installation says on as progress.
type lines struct{ say func(what, text string) }

func (l lines) Write(p []byte) (int, error) {
	l.say("PostgreSQL", string(p[:max(0, len(p)-1)]))
	return len(p), nil
}
