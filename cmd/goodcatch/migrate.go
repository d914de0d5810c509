package main

import (
	"context"

	"goodcatch/store"
)

type migrateCmd struct{}

// Help is shown by goodcatch migrate --help.
func (migrateCmd) Help() string {
	return `Runs as the owner of the database (MIGRATE_DATABASE_URL, else DATABASE_URL). It may run while the previous release works, and twice.
The program itself then works as the limited role goodcatch_app, which the first migration makes.

  MIGRATE_DATABASE_URL=postgres://owner:…@db/goodcatch goodcatch migrate`
}

// Run migrates and prints the version reached.
func (migrateCmd) Run(ctx context.Context, a *app) error {
	if err := a.require(a.needsOwner); err != nil {
		return err
	}
	url := a.MigrateDatabaseURL
	if url == "" {
		url = a.DatabaseURL
	}
	version, err := store.Migrate(ctx, url)
	if err != nil {
		return err
	}
	a.printf("schema version %d\n", version)
	return nil
}
