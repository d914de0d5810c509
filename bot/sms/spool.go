package sms

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"goodcatch/bot"
	"goodcatch/store/seal"
)

// A Spool keeps inbound texts on disk, sealed, while the record store is out of reach: one file a text, named after its MessageSid, safe
// before the provider gets its 200. It is the last resort of a process of its own, which the provider calls when the program does not
// answer (a fallback URL). Taking a text in twice, here or there, makes one record: the store knows its MessageSid.
type Spool struct {
	Dir  string
	Keys *seal.Keys
}

const spooled = ".text"

// Take puts a text into the spool. When it returns without an error the text survives a power cut.
func (s Spool) Take(_ context.Context, in bot.Inbound) (bot.Outcome, error) {
	plain, err := json.Marshal(in)
	if err != nil {
		return bot.Outcome{}, fmt.Errorf("spool: %w", err)
	}
	sealed, err := s.Keys.Seal(plain, []byte("spool:"+in.ID))
	if err != nil {
		return bot.Outcome{}, fmt.Errorf("spool: %w", err)
	}
	name := filepath.Join(s.Dir, in.ID)
	if err := writeSynced(name+".part", sealed); err != nil {
		return bot.Outcome{}, fmt.Errorf("spool: %w", err)
	}
	if err := os.Rename(name+".part", name+spooled); err != nil {
		return bot.Outcome{}, fmt.Errorf("spool: %w", err)
	}
	return bot.Outcome{Fresh: true}, syncDir(s.Dir)
}

// Drain hands every spooled text to receive and forgets those that were taken. It stops at the first that was not: the rest wait too.
func (s Spool) Drain(ctx context.Context, receive func(context.Context, bot.Inbound) (bot.Outcome, error)) (taken int, err error) {
	files, err := os.ReadDir(s.Dir) // by name; the order of texts is not kept, as with any late webhook
	if err != nil {
		return 0, fmt.Errorf("drain: %w", err)
	}
	for _, f := range files {
		id, ok := strings.CutSuffix(f.Name(), spooled)
		if !ok {
			continue
		}
		name := filepath.Join(s.Dir, f.Name())
		in, err := s.read(name, id)
		if err != nil {
			return taken, fmt.Errorf("drain %s: %w", id, err)
		}
		if _, err := receive(ctx, in); err != nil {
			return taken, fmt.Errorf("drain %s: %w", id, err)
		}
		if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			return taken, fmt.Errorf("drain %s: %w", id, err)
		}
		taken++
	}
	return taken, nil
}

func (s Spool) read(name, id string) (in bot.Inbound, err error) {
	sealed, err := os.ReadFile(name)
	if err != nil {
		return in, err
	}
	plain, err := s.Keys.Open(sealed, []byte("spool:"+id))
	if err != nil {
		return in, err
	}
	err = json.Unmarshal(plain, &in)
	in.FoundBy = "spool"
	return in, err
}

func writeSynced(name string, data []byte) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

func syncDir(name string) error {
	d, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
