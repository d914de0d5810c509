package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// Organisation returns the current snapshot of the organisation.
func (db *DB) Organisation(ctx context.Context) (*domain.Organisation, error) {
	var version int64
	if err := db.Pool.QueryRow(ctx, "SELECT version FROM organisation").Scan(&version); err != nil {
		return nil, fmt.Errorf("organisation: %w", err)
	}
	return db.organisation(ctx, version)
}

// organisation returns the snapshot of at least this version, reading it anew when ours is older.
func (db *DB) organisation(ctx context.Context, version int64) (*domain.Organisation, error) {
	if o := db.org.Load(); o != nil && o.Version >= version {
		return o, nil
	}
	db.loading.Lock()
	defer db.loading.Unlock()
	if o := db.org.Load(); o != nil && o.Version >= version {
		return o, nil
	}
	var o *domain.Organisation
	err := pgx.BeginTxFunc(ctx, db.side, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		var err error
		o, err = readOrganisation(ctx, tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("organisation: %w", err)
	}
	db.org.Store(o)
	return o, nil
}

func readOrganisation(ctx context.Context, tx pgx.Tx) (*domain.Organisation, error) {
	o := &domain.Organisation{Units: map[domain.UnitCode]*domain.Unit{}, People: map[domain.PersonID]*domain.Person{}, Holders: map[domain.AddressID]domain.PersonID{}}
	var zone string
	var settings, ladders []byte
	err := tx.QueryRow(ctx, `SELECT version, name, emergency, region, language, zone, quiet_from, quiet_until, settings, ladders FROM organisation`).
		Scan(&o.Version, &o.Name, &o.Emergency, &o.Region, &o.Language, &zone, &o.Quiet.From, &o.Quiet.Until, &settings, &ladders)
	if err != nil {
		return nil, err
	}
	if o.Zone, err = time.LoadLocation(zone); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(settings, &o.Settings); err != nil {
		return nil, fmt.Errorf("settings: %w", err)
	}
	o.Ladders = domain.DefaultLadders()
	if ladders != nil {
		if err := json.Unmarshal(ladders, &o.Ladders); err != nil {
			return nil, fmt.Errorf("ladders: %w", err)
		}
	}
	if err := readUnits(ctx, tx, o); err != nil {
		return nil, err
	}
	if err := readPeople(ctx, tx, o); err != nil {
		return nil, err
	}
	o.Index()
	if err := readLeave(ctx, tx, o); err != nil {
		return nil, err
	}
	if err := readSwitches(ctx, tx, o); err != nil {
		return nil, err
	}
	if err := readActivities(ctx, tx, o); err != nil {
		return nil, err
	}
	return o, readRota(ctx, tx, o)
}

func readUnits(ctx context.Context, tx pgx.Tx, o *domain.Organisation) error {
	rows, err := tx.Query(ctx, `SELECT code, name, parent, kind FROM units`)
	if err != nil {
		return err
	}
	units, err := pgx.CollectRows(rows, pgx.RowToAddrOfStructByPos[domain.Unit])
	if err != nil {
		return err
	}
	for _, u := range units {
		o.Units[u.Code] = u
	}
	return nil
}

func readPeople(ctx context.Context, tx pgx.Tx, o *domain.Organisation) error {
	rows, err := tx.Query(ctx, `
		SELECT p.id, coalesce(p.external_id, ''), p.name, p.email, p.unit, p.roles, p.language, p.zone, p.active, p.start_on, p.channels,
		       a.id, a.channel, a.value, a.verified_at IS NOT NULL, a.stopped_at IS NOT NULL, a.dead_at IS NOT NULL, coalesce(a.digest, false)
		FROM people p LEFT JOIN addresses a ON a.person_id = p.id
		ORDER BY p.id, a.id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	zones := map[string]*time.Location{}
	for rows.Next() {
		var p domain.Person
		var zone string
		var id *domain.AddressID
		var start *time.Time
		var channel, value *string
		var verified, stopped, dead, digest bool
		if err := rows.Scan(&p.ID, &p.External, &p.Name, &p.Email, &p.Unit, &p.Roles, &p.Language, &zone, &p.Active, &start, &p.Takes, &id, &channel, &value, &verified, &stopped, &dead, &digest); err != nil {
			return err
		}
		if zone != "" && zones[zone] == nil {
			if zones[zone], err = time.LoadLocation(zone); err != nil {
				return err
			}
		}
		p.Zone = zones[zone]
		if start != nil {
			p.Start = start.UTC()
		}
		if o.People[p.ID] == nil {
			o.People[p.ID] = &p
		}
		if id == nil {
			continue
		}
		o.Holders[*id] = p.ID
		a := domain.Address{ID: *id, Value: *value, Verified: verified, Stopped: stopped, Dead: dead, Digest: digest}
		switch domain.Channel(*channel) {
		case domain.SMS:
			o.People[p.ID].Phone = a
		case domain.Slack:
			o.People[p.ID].Slack = a
		}
	}
	return rows.Err()
}

// touchOrganisation queues a new version, so that every process reads its snapshot anew.
func (tx *Tx) touchOrganisation() { tx.queue(`UPDATE organisation SET version = version + 1`) }
