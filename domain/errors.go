package domain

import (
	"errors"
	"fmt"
	"time"
)

// What a decision can refuse. One table in conversations maps each to words, one in bot to an HTTP status.
var (
	ErrNotFound  = errors.New("not found")
	ErrForbidden = errors.New("forbidden")
	ErrConflict  = errors.New("conflict")
)

// An InvalidError names what a person can put right.
type InvalidError struct {
	Field  string // a question id
	Reason string // catalogue key
	Args   Args
}

func (e *InvalidError) Error() string { return fmt.Sprintf("%s: %s", e.Field, e.Reason) }

// Invalid returns an InvalidError.
func Invalid(field, reason string) error { return &InvalidError{Field: field, Reason: reason} }

// A TakenError says that somebody else owns the record already. It is a conflict.
type TakenError struct {
	Code  Code
	Owner PersonID
	At    time.Time
}

func (e *TakenError) Error() string { return fmt.Sprintf("record is owned by person %d", e.Owner) }

// Is makes a TakenError an ErrConflict.
func (e *TakenError) Is(target error) bool { return target == ErrConflict }

// A MoveError says that a record's state does not allow what was asked. It is a conflict.
type MoveError struct {
	Code Code
	From State
	To   State
}

func (e *MoveError) Error() string { return fmt.Sprintf("no move from %s to %s", e.From, e.To) }

// Is makes a MoveError an ErrConflict.
func (e *MoveError) Is(target error) bool { return target == ErrConflict }
