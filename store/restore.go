package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// PrepareRestore makes an empty database ready to take in a dump: the role that the program works as is one of the server, not of the
// database, and no dump holds it. It needs the owner. A database that is not empty is domain.ErrConflict.
func PrepareRestore(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return errors.New("prepare restore: the database cannot be reached") // the driver's error may quote the password
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var tables int
	if err := conn.QueryRow(ctx, `SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`).Scan(&tables); err != nil {
		return fmt.Errorf("prepare restore: %w", err)
	}
	if tables > 0 {
		return fmt.Errorf("prepare restore: %d tables are there already: %w", tables, domain.ErrConflict)
	}
	_, err = conn.Exec(ctx, `
		DO $$
		BEGIN
			BEGIN
				CREATE ROLE `+appRole+` NOLOGIN;
			EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
			END;
			EXECUTE format('GRANT `+appRole+` TO %I', current_user);
		EXCEPTION WHEN insufficient_privilege THEN
			RAISE NOTICE 'the role is granted by somebody else';
		END $$`)
	if err != nil {
		return fmt.Errorf("prepare restore: %w", err)
	}
	return nil
}

// SchemaAt returns the version of the newest migration that a database has had. It needs the owner: the program's role does not see it.
func SchemaAt(ctx context.Context, url string) (version int64, err error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return 0, errors.New("schema: the database cannot be reached") // the driver's error may quote the password
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if err := conn.QueryRow(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&version); err != nil {
		return 0, fmt.Errorf("schema: %w", err)
	}
	return version, nil
}
