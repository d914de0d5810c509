package seal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
)

// A Subject seals the texts of one record or person under a key of their own. The zero value seals
// nothing.
type Subject struct{ aead cipher.AEAD }

// format is the first byte of a text sealed under a subject's key: AES-256-GCM, 96-bit random nonce in
// front. A key may seal 2^32 texts; a record has a few dozen.
const format = 1

var errNoKey = errors.New("subject has no key")

// NewSubjectKey makes a key for a subject and returns it ready for use, and wrapped for its row. The
// wrapped form opens only for the same subject.
func (k *Keys) NewSubjectKey(subject string) (Subject, []byte, error) {
	var key [32]byte
	if _, err := rand.Read(key[:]); err != nil {
		return Subject{}, nil, fmt.Errorf("new subject key: %w", err)
	}
	wrapped, err := k.Seal(key[:], place(subject))
	if err != nil {
		return Subject{}, nil, err
	}
	s, err := newSubject(key[:])
	return s, wrapped, err
}

// OpenSubject unwraps a subject's key; ErrRefused when it is not of this subject.
func (k *Keys) OpenSubject(subject string, wrapped []byte) (Subject, error) {
	key, err := k.Open(wrapped, place(subject))
	if err != nil {
		return Subject{}, err
	}
	return newSubject(key)
}

// Rewrap wraps a subject's key under the newest key of the set. changed is false, and the result the
// same bytes, when it is already.
func (k *Keys) Rewrap(subject string, wrapped []byte) (fresh []byte, changed bool, err error) {
	key, err := k.Open(wrapped, place(subject))
	if err != nil {
		return nil, false, err
	}
	if bytes.HasPrefix(wrapped, k.primary[:]) {
		return wrapped, false, nil
	}
	fresh, err = k.Seal(key, place(subject))
	return fresh, err == nil, err
}

func place(subject string) []byte { return []byte("subject key v1:" + subject) }

func newSubject(key []byte) (Subject, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return Subject{}, ErrRefused
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return Subject{}, fmt.Errorf("subject key: %w", err)
	}
	return Subject{gcm}, nil
}

// Seal encrypts a text of the subject. It opens only with the same aad, which names its place.
func (s Subject) Seal(plain, aad []byte) ([]byte, error) {
	if s.aead == nil {
		return nil, errNoKey
	}
	out := make([]byte, 1, 1+len(plain)+s.aead.Overhead())
	out[0] = format
	return s.aead.Seal(out, nil, plain, aad), nil
}

// Open decrypts what Seal made; else ErrRefused.
func (s Subject) Open(sealed, aad []byte) ([]byte, error) {
	if s.aead == nil {
		return nil, errNoKey
	}
	if len(sealed) == 0 || sealed[0] != format {
		return nil, ErrRefused
	}
	plain, err := s.aead.Open(nil, nil, sealed[1:], aad)
	if err != nil {
		return nil, ErrRefused
	}
	return plain, nil
}

// String shows nothing of the key.
func (s Subject) String() string { return "seal.Subject" }

// GoString is String.
func (s Subject) GoString() string { return s.String() }
