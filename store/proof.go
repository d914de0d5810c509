package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// A Signature is one attestation as it was written, with the document it stands under and its printed name opened.
type Signature struct {
	Person   domain.PersonID
	External string // staff number
	Name     string // as printed then; empty when its key was erased
	Unit     domain.UnitCode
	Roles    []domain.Role
	Code     string
	Number   int
	Title    string
	Hash     string
	Receipt  domain.Ref
	Meaning  domain.Meaning
	Sentence string
	At       time.Time
	Zone     string
	Channel  domain.Channel
	Level    domain.Assurance
	Inbound  string // the provider's id of the message that signed, or of the request
	OpenedAt time.Time
	Dwell    time.Duration
	Fast     bool
	Tries    int
	Reached  int
	Parts    int
	ReadAs   domain.ReadAs
}

const signatureColumns = `a.person_id, coalesce(p.external_id, ''), a.printed_name, coalesce(k.wrapped, ''), a.unit, a.roles, v.code, v.number, v.title, a.sha256, a.receipt, a.meaning, a.sentence,
	a.at, a.zone, a.channel, a.level, a.inbound, a.opened_at, a.dwell_ms, a.fast, a.tries, a.reached, a.parts, a.read_as`

const signatureTables = `attestations a JOIN people p ON p.id = a.person_id JOIN document_versions v ON v.id = a.version_id LEFT JOIN subject_keys k ON k.subject = 'p' || a.person_id`

func (db *DB) scanSignature(row pgx.Row) (Signature, error) {
	var s Signature
	var name, key []byte
	var dwell int64
	err := row.Scan(&s.Person, &s.External, &name, &key, &s.Unit, &s.Roles, &s.Code, &s.Number, &s.Title, &s.Hash, &s.Receipt, &s.Meaning, &s.Sentence,
		&s.At, &s.Zone, &s.Channel, &s.Level, &s.Inbound, &s.OpenedAt, &dwell, &s.Fast, &s.Tries, &s.Reached, &s.Parts, &s.ReadAs)
	if err != nil {
		return s, err
	}
	s.At, s.OpenedAt, s.Dwell = s.At.UTC(), s.OpenedAt.UTC(), time.Duration(dwell)*time.Millisecond
	if len(key) == 0 {
		return s, nil
	}
	holder, err := db.Keys.OpenSubject(holderOf(s.Person), key)
	if err != nil {
		return s, err
	}
	text, err := holder.Open(name, []byte("printed name"))
	s.Name = string(text)
	return s, err
}

// A SignatureQuery narrows Signatures. Zero fields narrow nothing.
type SignatureQuery struct {
	Code   string
	Person domain.PersonID
	From   time.Time
	Until  time.Time // not included
}

// Signatures lists what was signed, in the order it was.
func (db *DB) Signatures(ctx context.Context, q SignatureQuery) ([]Signature, error) {
	rows, err := db.Pool.Query(ctx, `
		SELECT `+signatureColumns+` FROM `+signatureTables+`
		WHERE ($1 = '' OR v.code = $1) AND ($2 = 0 OR a.person_id = $2) AND ($3::timestamptz IS NULL OR a.at >= $3) AND ($4::timestamptz IS NULL OR a.at < $4)
		ORDER BY a.id`, q.Code, int64(q.Person), maybe(q.From), maybe(q.Until))
	if err != nil {
		return nil, fmt.Errorf("signatures: %w", err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Signature, error) { return db.scanSignature(row) })
}

// A Reader is one person for whom it has to be proved that they knew a document version.
type Reader struct {
	Person  domain.PersonID
	Unit    domain.UnitCode // where they worked when they were asked; else now
	Roles   []domain.Role
	Task    *domain.Task // nil: never asked
	Signed  *Signature   // nil: not
	PINLock time.Time    // their PIN is locked until then
}

// Readers lists whoever works in one of the units now, and whoever did when they were asked for the version or signed it, by name.
func (db *DB) Readers(ctx context.Context, version int64, units []domain.UnitCode) ([]Reader, error) {
	names := make([]string, len(units))
	for i, u := range units {
		names[i] = string(u)
	}
	rows, err := db.Pool.Query(ctx, `
		SELECT p.id, coalesce(nullif(t.unit, ''), nullif(a.unit, ''), p.unit), CASE WHEN t.id IS NULL THEN p.roles ELSE t.roles END, coalesce(t.id, 0), n.locked_until
		FROM people p
		LEFT JOIN tasks t ON t.person_id = p.id AND t.kind = 'document' AND t.subject = $1
		LEFT JOIN attestations a ON a.person_id = p.id AND a.version_id = $1
		LEFT JOIN pins n ON n.person_id = p.id
		WHERE p.active AND p.unit = ANY($2) OR t.unit = ANY($2) OR a.unit = ANY($2)
		ORDER BY p.name, p.id`, version, names)
	if err != nil {
		return nil, fmt.Errorf("readers: %w", err)
	}
	var readers []Reader
	index := map[domain.TaskID]int{}
	var r Reader
	var task domain.TaskID
	var locked *time.Time
	_, err = pgx.ForEachRow(rows, []any{&r.Person, &r.Unit, &r.Roles, &task, &locked}, func() error {
		if task != 0 {
			index[task] = len(readers)
		}
		r.PINLock = moment(locked)
		readers = append(readers, r)
		r.Roles = nil
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("readers: %w", err)
	}
	if err := db.readersTasks(ctx, version, readers, index); err != nil {
		return nil, fmt.Errorf("readers: %w", err)
	}
	return readers, nil
}

// readersTasks adds the tasks and signatures of readers.
func (db *DB) readersTasks(ctx context.Context, version int64, readers []Reader, index map[domain.TaskID]int) error {
	rows, err := db.Pool.Query(ctx, `SELECT `+taskColumns+` FROM tasks t WHERE t.kind = 'document' AND t.subject = $1`, version)
	if err != nil {
		return err
	}
	tasks, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (domain.Task, error) { return scanTask(row) })
	if err != nil {
		return err
	}
	for _, t := range tasks {
		if i, ok := index[t.ID]; ok {
			readers[i].Task = &t
		}
	}
	rows, err = db.Pool.Query(ctx, `SELECT `+signatureColumns+` FROM `+signatureTables+` WHERE a.version_id = $1`, version)
	if err != nil {
		return err
	}
	signed, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Signature, error) { return db.scanSignature(row) })
	if err != nil {
		return err
	}
	by := map[domain.PersonID]*Signature{}
	for i := range signed {
		by[signed[i].Person] = &signed[i]
	}
	for i := range readers {
		readers[i].Signed = by[readers[i].Person]
	}
	return nil
}

// A DocumentName is a document that there is, with the numbers of its versions.
type DocumentName struct {
	Code, Title string
	Numbers     []int
}

// DocumentNames lists the documents, by code.
func (db *DB) DocumentNames(ctx context.Context) ([]DocumentName, error) {
	rows, err := db.Pool.Query(ctx, `
		SELECT code, (array_agg(title ORDER BY number DESC))[1], array_agg(number ORDER BY number) FROM document_versions GROUP BY code ORDER BY code`)
	if err != nil {
		return nil, fmt.Errorf("documents: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[DocumentName])
}

// VersionToProve finds a document version by its code, in any spelling, and number; 0 means the one in force, else the newest that was.
// domain.ErrNotFound: there is none.
func (db *DB) VersionToProve(ctx context.Context, code string, number int) (*domain.DocumentVersion, error) {
	bare := strings.NewReplacer("-", "", " ", "")
	v, err := scanVersion(db.Pool.QueryRow(ctx, `
		SELECT `+versionColumns(true)+` FROM document_versions v
		WHERE replace(v.code, '-', '') = $1 AND ($2 = 0 AND v.published_at IS NOT NULL OR v.number = $2)
		ORDER BY v.state = 'effective' DESC, v.number DESC LIMIT 1`, strings.ToUpper(bare.Replace(code)), number))
	if err == pgx.ErrNoRows {
		return nil, domain.ErrNotFound
	}
	return v, err
}

// RecordExport writes into the audit that somebody took data out.
func (db *DB) RecordExport(ctx context.Context, actor domain.Actor, data map[string]string) error {
	return db.InTx(ctx, func(tx *Tx) error {
		if _, _, err := tx.Now(ctx); err != nil {
			return err
		}
		tx.Audit(actor, domain.Event{Name: "exported", Data: data})
		return nil
	})
}

// Tree lists a unit and all below it.
func Tree(o *domain.Organisation, top domain.UnitCode) []domain.UnitCode {
	var units []domain.UnitCode
	for code := range o.Units {
		if o.Within(code, top) {
			units = append(units, code)
		}
	}
	slices.Sort(units)
	return units
}
