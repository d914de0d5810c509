package store

// makes says that this transaction makes the record of the subject: nothing can be queued about it yet.
func (tx *Tx) makes(subject string) {
	if tx.anew == nil {
		tx.anew = map[string]bool{}
	}
	tx.anew[subject] = true
}

// first reports whether nothing of the key can stand in the record store yet: its subject was made in this transaction, which queues the
// key for the first time. Such a row is written without looking for one like it, which costs PostgreSQL a quarter less.
func (tx *Tx) first(subject, key string) bool {
	if !tx.anew[subject] || tx.anew[subject+" "+key] {
		return false
	}
	tx.anew[subject+" "+key] = true
	return true
}
