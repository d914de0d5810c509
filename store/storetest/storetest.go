// Package storetest gives each test a database of its own: a clone of a migrated template on the server that all tests share.
//
// The template is made once per content of the migrations, a clone costs some tens of milliseconds, and is dropped when the test
// ends. The store works as its limited role, as in production. Only tests may import it.
package storetest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/store"
	"goodcatch/store/localpg"
	"goodcatch/store/seal"
)

// Open returns a store on a fresh, migrated, empty database. Both vanish when the test ends.
func Open(tb testing.TB) *store.DB {
	tb.Helper()
	return OpenAt(tb, nil)
}

// OpenAt is Open with a business clock of the test's own; nil is PostgreSQL's.
func OpenAt(tb testing.TB, now func() time.Time) *store.DB {
	tb.Helper()
	return Connect(tb, Database(tb), store.Options{Now: now})
}

// Connect opens a store on a database of Database, with the test's keys unless o has its own. It is closed when the test ends.
func Connect(tb testing.TB, url string, o store.Options) *store.DB {
	tb.Helper()
	if o.Keys == nil {
		o.Keys = Keys(tb)
	}
	if o.Connections == 0 {
		o.Connections = 6 // many tests share one server
	}
	db, err := store.Open(tb.Context(), url, o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(db.Close)
	return db
}

// Database returns the owner's connection string of a fresh, migrated, empty database, dropped when the test ends. It is for whole
// programs under test and for looking at tables; the store itself is Open's.
func Database(tb testing.TB) string {
	tb.Helper()
	template, err := templateOnce()
	if err != nil {
		giveUp(tb, err)
	}
	return create(tb, " TEMPLATE "+pgx.Identifier{template}.Sanitize())
}

// Cluster returns a server of the test's own, for it to stop and start, and the owner's connection string of a migrated, empty database on
// it. It ends with the test.
func Cluster(tb testing.TB, o localpg.Options) (*localpg.Cluster, string) {
	tb.Helper()
	cluster, err := localpg.Start(tb.Context(), o)
	if err != nil {
		giveUp(tb, err)
	}
	tb.Cleanup(func() {
		if err := cluster.Stop(); err != nil {
			tb.Error(err)
		}
	})
	const name = "goodcatch"
	if err := cluster.Ensure(tb.Context(), name); err != nil {
		tb.Fatal(err)
	}
	if _, err := store.Migrate(tb.Context(), cluster.URL(name)); err != nil {
		tb.Fatal(err)
	}
	return cluster, cluster.URL(name)
}

// EmptyDatabase is Database without the migrations: a database as an operator makes it.
func EmptyDatabase(tb testing.TB) string {
	tb.Helper()
	if _, err := localpg.Shared(tb.Context()); err != nil {
		giveUp(tb, err)
	}
	return create(tb, "")
}

// Keys returns the keys of all tests of this process.
func Keys(tb testing.TB) *seal.Keys {
	tb.Helper()
	k, err := seal.Parse([]byte(Keyset(tb)))
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

// Keyset returns Keys as GOODCATCH_KEYS wants them.
func Keyset(tb testing.TB) string {
	tb.Helper()
	text, err := keysetOnce()
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

var keysetOnce = sync.OnceValues(seal.NewKeyset)

// giveUp skips the test on a machine without PostgreSQL, saying so, and fails it where CI promises one.
func giveUp(tb testing.TB, err error) {
	tb.Helper()
	var missing *localpg.MissingError
	if errors.As(err, &missing) && os.Getenv("CI") != "true" {
		tb.Skipf("needs PostgreSQL: %v", err)
	}
	tb.Fatal(err)
}

// create makes a database with a random name and drops it with the test.
func create(tb testing.TB, template string) string {
	tb.Helper()
	name := "test_" + strings.ToLower(rand.Text())
	admin(tb, `CREATE DATABASE `+name+template)
	tb.Cleanup(func() { admin(tb, `DROP DATABASE IF EXISTS `+name+` WITH (FORCE)`) })
	cluster, err := localpg.Shared(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	return cluster.URL(name)
}

func admin(tb testing.TB, sql string) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := withAdmin(ctx, func(conn *pgx.Conn, _ *localpg.Cluster) error {
		_, err := conn.Exec(ctx, sql)
		return err
	}); err != nil {
		tb.Fatal(err)
	}
}

// withAdmin connects to the server's maintenance database.
func withAdmin(ctx context.Context, f func(*pgx.Conn, *localpg.Cluster) error) error {
	cluster, err := localpg.Shared(ctx)
	if err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, cluster.URL(""))
	if err != nil {
		return fmt.Errorf("test server: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return f(conn, cluster)
}

// templateOnce returns the name of the migrated template, making it if no test of any process has. It is made under another name and
// renamed when complete, so that a killed test leaves no half of one.
var templateOnce = sync.OnceValues(func() (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	digest, err := store.SchemaDigest()
	if err != nil {
		return "", err
	}
	name := "template_" + digest[:24]
	err = withAdmin(ctx, func(conn *pgx.Conn, cluster *localpg.Cluster) error {
		// one maker at a time, over all processes; the lock goes with the connection
		if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock(hashtext('goodcatch template'))`); err != nil {
			return err
		}
		var exists bool
		if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)`, name).Scan(&exists); err != nil || exists {
			return err
		}
		draft := "draft_" + strings.ToLower(rand.Text())
		if _, err := conn.Exec(ctx, `CREATE DATABASE `+draft); err != nil {
			return err
		}
		if _, err := store.Migrate(ctx, cluster.URL(draft)); err != nil {
			_, dropErr := conn.Exec(ctx, `DROP DATABASE `+draft+` WITH (FORCE)`)
			return errors.Join(err, dropErr)
		}
		_, err := conn.Exec(ctx, `ALTER DATABASE `+draft+` RENAME TO `+name)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("template database: %w", err)
	}
	return name, nil
})
