package store

import (
	"context"
	"fmt"

	"goodcatch/domain"
)

// loadSystems queues, or reads, what commands of the single systems need: tasks, document versions, courses, attempts.
func (tx *Tx) loadSystems(ctx context.Context, f *domain.Facts, n domain.Needs) error {
	return nil
}

// saveSystemEntry queues an entry of one of the systems.
func (tx *Tx) saveSystemEntry(ctx context.Context, e domain.Entry) error {
	return fmt.Errorf("entry %T: nobody writes it", e)
}
