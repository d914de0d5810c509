package bot

import (
	"errors"
	"strconv"

	"goodcatch/domain"
	"goodcatch/domain/words"
)

// A subject is what a code names, as this caller may address it: a record, a document version. One letter after the code is resolved
// through the newest message about it that offered this caller that letter; the rest differs from kind to kind.
type subject struct {
	name   string // what its messages are about: r7, v12
	code   domain.Code
	status func() error            // K7R?
	other  func(words.Order) error // more words than a letter
	// unoffered takes a letter that no message offered. Nil: there is none.
	unoffered func(letter string) (done bool, err error)
}

// subjects find what codes stand for beside records, by the first letter of the subject. They return domain.ErrNotFound to whom it is none
// of their business, so that a code that does not exist and one that is not for this caller are answered alike.
var subjects = map[byte]func(*turn, int64) (subject, error){
	'd': (*turn).recoverySubject,
	'm': (*turn).rollCallSubject,
	'n': (*turn).alertSubject,
	'q': (*turn).proposalSubject,
	'v': (*turn).versionSubject,
	'y': (*turn).runSubject,
}

// addressed finds what a code stands for. errGone: it was offered to the caller once and went elsewhere.
func (t *turn) addressed(code domain.Code) (subject, error) {
	s, err := t.named(code)
	if !errors.Is(err, domain.ErrNotFound) || s.name == "" || t.caller.Person == nil {
		return s, err
	}
	if _, asked := t.tx.LastOffering(t.ctx, s.name, "A", t.caller.ID, t.caller.Person.ID); asked == nil {
		return s, errGone // the code is no secret to them
	} else if !errors.Is(asked, domain.ErrNotFound) {
		return s, asked
	}
	return s, err
}

// errGone says that something was offered to the caller and is no longer theirs to address.
var errGone = errors.New("no longer theirs")

// named finds a code's subject; one with a name and domain.ErrNotFound is there, but not for this caller.
func (t *turn) named(code domain.Code) (subject, error) {
	r, err := t.tx.RecordByCode(t.ctx, code)
	if err == nil {
		return t.recordSubject(r)
	}
	if !errors.Is(err, domain.ErrNotFound) {
		return subject{}, err
	}
	name, err := t.tx.SubjectByCode(t.ctx, code)
	if err != nil {
		return subject{}, err
	}
	find, known := subjects[name[0]]
	id, bad := strconv.ParseInt(name[1:], 10, 64)
	if !known || bad != nil {
		return subject{}, domain.ErrNotFound
	}
	s, err := find(t, id)
	s.name, s.code = name, code
	return s, err
}
