package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"goodcatch/domain"
)

// What of a file is sealed, by the place that binds it.
const (
	filePlace        = "file"
	fileNamePlace    = "file name"
	fileReadingPlace = "file reading"
)

// A fileReading is what was read of a file when it was handed in.
type fileReading struct {
	Text   string                 `json:"text"`
	Says   domain.DocumentVersion `json:"says"`
	Faults []string               `json:"faults,omitempty"`
}

// newFile queues the handing out of a file's number.
func (tx *Tx) newFile(f *domain.Facts, wanted bool) {
	if wanted {
		tx.queue(`SELECT nextval(pg_get_serial_sequence('files', 'id'))`).QueryRow(scanning(&f.NextFile))
	}
}

// keepFile writes a file under a key of its own: deleting the key erases it.
func (tx *Tx) keepFile(ctx context.Context, e domain.KeptFile) error {
	f := e.File
	subject, err := tx.subject(ctx, f.ID.Subject(), true)
	if err != nil {
		return err
	}
	reading, err := json.Marshal(fileReading{f.Text, f.Says, f.Faults})
	if err != nil {
		return err
	}
	sealed := make([][]byte, 3)
	for i, part := range []struct {
		place string
		plain []byte
	}{{fileNamePlace, []byte(f.Name)}, {filePlace, f.Data}, {fileReadingPlace, reading}} {
		if sealed[i], err = subject.Seal(part.plain, []byte(part.place)); err != nil {
			return err
		}
	}
	tx.queue(`INSERT INTO files (id, person_id, at, kind, size, sha256, name, content, reading) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		int64(f.ID), nullable(f.Person), f.At, string(f.Kind), f.Size, f.SHA256, sealed[0], sealed[1], sealed[2])
	return nil
}

// fileColumns are those of a file without its content and reading.
const fileColumns = `f.id, coalesce(f.person_id, 0), f.at, f.kind, f.size, f.sha256, f.name`

func scanFile(row pgx.Row, more ...any) (f domain.File, name []byte, err error) {
	err = row.Scan(append([]any{&f.ID, &f.Person, &f.At, &f.Kind, &f.Size, &f.SHA256, &name}, more...)...)
	f.At = f.At.UTC()
	return f, name, err
}

// loadFile reads a file's facts and reading, and the document it speaks of, as that stands: f.File is nil when there is none.
func (tx *Tx) loadFile(ctx context.Context, f *domain.Facts, id domain.FileID) error {
	if id == 0 {
		return nil
	}
	var name, reading []byte
	tx.many(`SELECT `+fileColumns+`, f.reading FROM files f WHERE f.id = $1`, []any{int64(id)}, func(rows pgx.Rows) error {
		file, sealed, err := scanFile(rows, &reading)
		name, f.File = sealed, &file
		return err
	})
	if err := tx.flush(ctx); err != nil || f.File == nil {
		return err
	}
	subject, err := tx.subject(ctx, id.Subject(), false)
	if err != nil {
		return err
	}
	if err := openFileName(f.File, subject.Open, name); err != nil {
		return err
	}
	plain, err := subject.Open(reading, []byte(fileReadingPlace))
	if err != nil {
		return fmt.Errorf("%s of %s: %w", fileReadingPlace, id.Subject(), err)
	}
	var r fileReading
	if err := json.Unmarshal(plain, &r); err != nil {
		return fmt.Errorf("%s of %s: %w", fileReadingPlace, id.Subject(), err)
	}
	f.File.Text, f.File.Says, f.File.Faults = r.Text, r.Says, r.Faults
	tx.many(`SELECT `+versionColumns(false)+` FROM documents d JOIN document_versions v ON v.id = d.current WHERE d.code = $1`, []any{r.Says.Code}, func(rows pgx.Rows) (err error) {
		f.Standing, err = scanVersion(rows)
		return err
	})
	return nil
}

func openFileName(f *domain.File, open func(sealed, place []byte) ([]byte, error), sealed []byte) error {
	name, err := open(sealed, []byte(fileNamePlace))
	if err != nil {
		return fmt.Errorf("%s of %s: %w", fileNamePlace, f.ID.Subject(), err)
	}
	f.Name = string(name)
	return nil
}

// FileFacts returns what is known of a file, without its content.
func (db *DB) FileFacts(ctx context.Context, id domain.FileID) (domain.File, error) {
	return db.file(ctx, id, false)
}

// File returns a file whole, as it was handed in. domain.ErrNotFound: there is none, or it was erased.
func (db *DB) File(ctx context.Context, id domain.FileID) (domain.File, error) {
	return db.file(ctx, id, true)
}

func (db *DB) file(ctx context.Context, id domain.FileID, whole bool) (domain.File, error) {
	content := `''::bytea`
	if whole {
		content = `f.content`
	}
	var wrapped, sealed []byte
	f, name, err := scanFile(db.Pool.QueryRow(ctx, `SELECT `+fileColumns+`, k.wrapped, `+content+` FROM files f JOIN subject_keys k ON k.subject = 'f' || f.id WHERE f.id = $1`, int64(id)), &wrapped, &sealed)
	if errors.Is(err, pgx.ErrNoRows) {
		return f, domain.ErrNotFound
	}
	if err != nil {
		return f, fmt.Errorf("read file %d: %w", id, err)
	}
	subject, err := db.Keys.OpenSubject(id.Subject(), wrapped)
	if err != nil {
		return f, fmt.Errorf("read file %d: %w", id, err)
	}
	if err := openFileName(&f, subject.Open, name); err != nil || !whole {
		return f, err
	}
	if f.Data, err = subject.Open(sealed, []byte(filePlace)); err != nil {
		return f, fmt.Errorf("read file %d: %w", id, err)
	}
	return f, nil
}

// VersionBefore returns the version of the same document that was in force before this one, with its text. domain.ErrNotFound: it is the
// first.
func (db *DB) VersionBefore(ctx context.Context, v *domain.DocumentVersion) (*domain.DocumentVersion, error) {
	before, err := scanVersion(db.Pool.QueryRow(ctx, `
		SELECT `+versionColumns(true)+` FROM document_versions v
		WHERE v.code = $1 AND v.number < $2 AND v.published_at IS NOT NULL ORDER BY v.number DESC LIMIT 1`, v.Code, v.Number))
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, domain.ErrNotFound
	}
	return before, err
}
