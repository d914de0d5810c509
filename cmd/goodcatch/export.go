package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"goodcatch/domain"
	"goodcatch/store"
	"goodcatch/store/export"
)

type exportCmd struct {
	Proof      exportProofCmd      `cmd:"" help:"Can we prove that ward 4B knew IC-04? One row per person who had to."`
	Signatures exportSignaturesCmd `cmd:"" help:"Every signature, and who approved the documents."`

	Run      exportRunCmd      `cmd:"" help:"The report of a run of a playbook after ISO 22301: objectives met or not, participants, timeline, actions."`
	Rollcall exportRollCallCmd `cmd:"" help:"The report of a roll-call after ISO 22301: objectives, timeline, reach, who was not reached, debrief, actions."`

	Activities exportActivitiesCmd `cmd:"" help:"The business-impact table: evidence for ISO 22301 8.2.2."`
	Recovery   exportRecoveryCmd   `cmd:"" help:"The report of a disruption after ISO 22301: what was planned, what was achieved, what happened when."`

	Certificate exportCertificateCmd `cmd:"" help:"The certificate of a passed course, as a PDF of one page."`
}

// Help is shown by goodcatch export --help.
func (exportCmd) Help() string {
	return `  goodcatch export proof --document IC-04 --unit 4B
  goodcatch export proof --document IC-04 --unit 4B --format pdf --out ic04-4b.pdf
  goodcatch export signatures --document IC-04 --from 2026-01-01 --to 2026-12-31 --format json
  goodcatch export signatures --person S017 --out s017.csv
  goodcatch export rollcall K7R --out rollcall-k7r.pdf
  goodcatch export recovery K7R --out recovery-k7r.pdf
  goodcatch export activities --format json
  goodcatch export run K7R --format json
  goodcatch export certificate --course FALLS --person S017 --out falls-s017.pdf

All but the certificate are tables: CSV (RFC 4180, safe to open in a spreadsheet), JSON with a summary, or PDF with page numbers and the digest of the CSV.
The summary is printed beside the file. Names are those printed when somebody signed, opened with the keys. Whoever exports stands in the
audit, with the digest of what was taken. A PDF shows Latin, Greek and Cyrillic letters; CSV and JSON hold all.`
}

// output is where a table goes, and how.
type output struct {
	Format string `enum:"csv,json,pdf" default:"csv" help:"csv, json or pdf."`
	Out    string `placeholder:"FILE" help:"A new file for it. Default: standard output."`
}

// write writes a table and records who took it. The summary goes where the table does not.
func (o output) write(ctx context.Context, a *app, db *store.DB, t *export.Table, data map[string]string) error {
	var b bytes.Buffer
	if err := t.Write(&b, export.Format(o.Format)); err != nil {
		return err
	}
	data["format"], data["rows"], data["sha256"] = o.Format, strconv.Itoa(len(t.Rows)), t.Digest()
	if err := db.RecordExport(ctx, domain.Actor{Operator: true, Level: domain.A3}, data); err != nil {
		return err
	}
	summary := a.err
	if o.Out == "" {
		if _, err := a.out.Write(b.Bytes()); err != nil {
			return err
		}
	} else {
		if err := writeNew(o.Out, b.Bytes()); err != nil {
			return err
		}
		summary = a.out
	}
	for _, sentence := range t.Summary {
		fmt.Fprintln(summary, sentence)
	}
	if o.Out != "" {
		a.printf("%s: %d rows, SHA-256 of the data as CSV %s\n", o.Out, len(t.Rows), t.Digest())
	}
	return nil
}

// writeNew writes a file that its owner alone reads, and overwrites none.
func writeNew(name string, data []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("%w. An export wants a new file", err)
	}
	if _, err := f.Write(data); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

type exportProofCmd struct {
	Document string `required:"" placeholder:"CODE" help:"IC-04."`
	Version  int    `placeholder:"N" help:"Default: the version in force."`
	Unit     string `placeholder:"CODE" help:"With all units below it. Default: the whole house."`
	By       string `placeholder:"DATE" help:"Count who signed before the end of that day: 2026-12-01. Default: each by their own due day."`
	output   `embed:""`
}

// Run gathers and writes.
func (c exportProofCmd) Run(ctx context.Context, a *app) error {
	db, org, err := a.openToExport(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	by, err := endOf(c.By, "--by", org.Zone)
	if err != nil {
		return err
	}
	p, err := export.FindProof(ctx, db, export.ProofQuery{Document: c.Document, Number: c.Version, Unit: domain.UnitCode(c.Unit), By: by})
	if err != nil {
		return err
	}
	return c.write(ctx, a, db, p.Table(), map[string]string{"what": "proof", "code": p.Version.Code, "number": strconv.Itoa(p.Version.Number), "unit": string(p.Unit)})
}

type exportSignaturesCmd struct {
	Document string `placeholder:"CODE" help:"Only under this document."`
	Person   string `placeholder:"WHO" help:"Only of this person: staff number, e-mail, telephone or whole name."`
	From     string `placeholder:"DATE" help:"From this day: 2026-01-01."`
	To       string `placeholder:"DATE" help:"Until the end of this day."`
	output   `embed:""`
}

// Run gathers and writes.
func (c exportSignaturesCmd) Run(ctx context.Context, a *app) error {
	db, org, err := a.openToExport(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	from, err := day(c.From, "--from", org.Zone)
	if err != nil {
		return err
	}
	until, err := endOf(c.To, "--to", org.Zone)
	if err != nil {
		return err
	}
	s, err := export.FindSignatures(ctx, db, export.SignatureQuery{Document: c.Document, Person: c.Person, From: from, Until: until})
	if err != nil {
		return err
	}
	data := map[string]string{"what": "signatures", "code": c.Document, "from": c.From, "to": c.To}
	if p := export.PersonNamed(org, c.Person); c.Person != "" && p != nil {
		data["of"] = fmt.Sprintf("p%d", p.ID)
	}
	return c.write(ctx, a, db, s.Table(), data)
}

// openToExport opens the database with its keys.
func (a *app) openToExport(ctx context.Context) (*store.DB, *domain.Organisation, error) {
	db, err := a.openNeeded(ctx)
	if err != nil {
		return nil, nil, err
	}
	org, err := db.Organisation(ctx)
	if err != nil {
		db.Close()
		return nil, nil, err
	}
	return db, org, nil
}

// day is the beginning of a day in the house; empty is none.
func day(text, flag string, zone *time.Location) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	at, err := time.ParseInLocation(time.DateOnly, text, zone)
	if err != nil {
		return at, fault(flag, "is no day.", "Write it like 2026-12-01.")
	}
	return at, nil
}

// endOf is the end of a day in the house: the beginning of the next.
func endOf(text, flag string, zone *time.Location) (time.Time, error) {
	at, err := day(text, flag, zone)
	if err != nil || at.IsZero() {
		return at, err
	}
	return at.AddDate(0, 0, 1), nil
}
