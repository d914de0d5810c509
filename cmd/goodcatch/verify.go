package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"goodcatch/store"
)

type verifyCmd struct {
	Head string `placeholder:"LINK:HASH" help:"A head that verify or backup printed earlier: it must still be in the chain."`
}

// Help is shown by goodcatch verify --help.
func (verifyCmd) Help() string {
	return `Computes the hash of every event of the audit again, and of every link of the chain that seals them. Ends with 1 at the first that
differs, and names it. It needs the database only, no keys, and changes nothing.

Whoever owns the database could cut the end of the chain off, or write all of it anew. So keep the head somewhere else, from time to
time, and ask for it:

  goodcatch verify
  goodcatch verify --head 4711:9f86d081884c7d65…`
}

// sealingTakes is how long an event may wait for its link while a worker runs.
const sealingTakes = 5 * time.Second

// Run verifies and says what it found.
func (c verifyCmd) Run(ctx context.Context, a *app) error {
	noted, err := parseHead(c.Head)
	if err != nil {
		return err
	}
	if err := a.require(a.needsDatabase); err != nil {
		return err
	}
	db, err := a.openWith(ctx, store.Options{Log: a.log})
	if err != nil {
		return err
	}
	defer db.Close()
	return a.verify(ctx, db, noted)
}

// verify prints what became of the audit.
func (a *app) verify(ctx context.Context, db *store.DB, noted store.Head) error {
	v, err := db.Verify(ctx, noted, func(events int64) { fmt.Fprintf(a.err, "%d events …\n", events) })
	if err != nil {
		return err
	}
	a.printf("sealed    %d events, head %s\n", v.Sealed, showHead(v.Head))
	if v.Mismatch != nil {
		a.printf("MISMATCH  %s\nThe audit was changed there, or the storage is damaged. Keep the database as it is and compare it with a backup.\n", v.Mismatch)
		return errReported
	}
	a.printf("unsealed  %d events", v.Unsealed)
	if v.Unsealed > 0 {
		a.printf(", the oldest for %s", v.UnsealedFor.Round(time.Second))
	}
	a.printf("\n")
	if v.UnsealedFor > sealingTakes {
		a.printf("note      no worker is sealing: run \"goodcatch serve\". Until then the last events could be changed unseen.\n")
	}
	a.printf("Everything matches.\n")
	return nil
}

func showHead(h store.Head) string {
	if h.Link == 0 {
		return "none yet"
	}
	return fmt.Sprintf("%d:%s", h.Link, h.Hash)
}

// parseHead reads what showHead wrote.
func parseHead(text string) (h store.Head, err error) {
	if text == "" {
		return h, nil
	}
	number, hash, ok := strings.Cut(text, ":")
	h.Hash = strings.ToLower(hash)
	if h.Link, err = strconv.ParseInt(number, 10, 64); err != nil || !ok || h.Link < 1 || len(hash) != 64 {
		return h, fault("--head", "is no head.", "Give it as verify printed it: the number, a colon, 64 hexadecimal digits.")
	}
	return h, nil
}
