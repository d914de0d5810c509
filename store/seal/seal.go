// Package seal encrypts what must not be readable in the database, and computes the audit chain.
//
// One keyset (Tink, AES-256-GCM) belongs to the installation. Each subject, a record or a person, has
// its own key, stored wrapped by the keyset; deleting that row erases every text sealed under it while
// counts and the audit chain stay. The package does no I/O and keeps no texts. No key bytes appear in
// its errors or printed values. Everything may be used by many goroutines at once.
package seal

import (
	"bytes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/aead/aesgcm"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/insecuresecretdataaccess"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

var (
	// ErrRefused says that a sealed text does not open: altered, of another place, or under a key we lack.
	ErrRefused = errors.New("sealed text does not open: altered, of another place, or its key is gone")
	// ErrKeyset says that the text given as keys is not a keyset of ours. It never quotes the text.
	ErrKeyset = errors.New(`not a keyset: want the JSON that "goodcatch keys new" prints, or its base64`)
)

// Keys are the installation's keys.
type Keys struct {
	handle  *keyset.Handle
	aead    tink.AEAD
	primary [prefixSize]byte // what a text sealed today begins with
	prf     []byte
}

// prefixSize is the length of Tink's key prefix: one byte of version, four of key id.
const prefixSize = 5

// NewKeyset makes a keyset with one fresh key, as JSON in the clear. It belongs into a file readable by
// its owner only, or a secret store; whoever loses it loses every sealed text.
func NewKeyset() ([]byte, error) {
	h, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("new keyset: %w", err)
	}
	return export(h)
}

// Rotate adds a fresh key that seals from now on. The older keys stay and open what they sealed; the
// oldest must never be removed, for the fingerprints are derived from it.
func Rotate(text []byte) ([]byte, error) {
	h, err := read(text)
	if err != nil {
		return nil, err
	}
	m := keyset.NewManagerFromHandle(h)
	id, err := m.Add(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("rotate keyset: %w", err)
	}
	if err := m.SetPrimary(id); err != nil {
		return nil, fmt.Errorf("rotate keyset: %w", err)
	}
	if h, err = m.Handle(); err != nil {
		return nil, fmt.Errorf("rotate keyset: %w", err)
	}
	return export(h)
}

// Parse reads a keyset as NewKeyset and Rotate write it, in JSON or base64 of it. Space around it is
// ignored.
func Parse(text []byte) (*Keys, error) {
	h, err := read(text)
	if err != nil {
		return nil, err
	}
	a, err := aead.New(h)
	if err != nil {
		return nil, ErrKeyset
	}
	prf, err := deriveFingerprintKey(h)
	if err != nil {
		return nil, err
	}
	k := &Keys{handle: h, aead: a, prf: prf}
	probe, err := k.Seal(nil, nil)
	if err != nil {
		return nil, err
	}
	copy(k.primary[:], probe)
	return k, nil
}

func read(text []byte) (*keyset.Handle, error) {
	text = bytes.TrimSpace(text)
	if !bytes.HasPrefix(text, []byte("{")) {
		plain, err := base64.StdEncoding.DecodeString(string(text))
		if err != nil {
			return nil, ErrKeyset
		}
		text = plain
	}
	h, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(text)))
	if err != nil { // not wrapped: it may quote what it read
		return nil, ErrKeyset
	}
	for i := range h.Len() {
		e, err := h.Entry(i)
		if err != nil {
			return nil, ErrKeyset
		}
		if _, ok := e.Key().(*aesgcm.Key); !ok {
			return nil, ErrKeyset
		}
	}
	return h, nil
}

func export(h *keyset.Handle) ([]byte, error) {
	var b bytes.Buffer
	if err := insecurecleartextkeyset.Write(h, keyset.NewJSONWriter(&b)); err != nil {
		return nil, fmt.Errorf("write keyset: %w", err)
	}
	return b.Bytes(), nil
}

// deriveFingerprintKey takes the oldest key, so that fingerprints stay the same when keys rotate.
func deriveFingerprintKey(h *keyset.Handle) ([]byte, error) {
	e, err := h.Entry(0)
	if err != nil {
		return nil, ErrKeyset
	}
	oldest, ok := e.Key().(*aesgcm.Key)
	if !ok {
		return nil, ErrKeyset
	}
	secret := oldest.KeyBytes()
	prf, err := hkdf.Key(sha256.New, secret.Data(insecuresecretdataaccess.Token{}), nil, "goodcatch fingerprint v1", sha256.Size)
	if err != nil {
		return nil, fmt.Errorf("derive the fingerprint key: %w", err)
	}
	return prf, nil
}

// Seal encrypts under the newest key. The text opens only with the same aad, which names its place
// (table, column, row) and is stored nowhere.
func (k *Keys) Seal(plain, aad []byte) ([]byte, error) {
	sealed, err := k.aead.Encrypt(plain, aad)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return sealed, nil
}

// Open decrypts what Seal made, under any key of the set; else ErrRefused.
func (k *Keys) Open(sealed, aad []byte) ([]byte, error) {
	plain, err := k.aead.Decrypt(sealed, aad)
	if err != nil {
		return nil, ErrRefused
	}
	return plain, nil
}

// Fingerprint is a keyed hash (HMAC-SHA-256, 32 bytes) by which a phone number can be looked up, or a
// proof word made, without being readable. Equal values under different purposes do not match. It is
// the same for all rotations of a keyset.
func (k *Keys) Fingerprint(purpose, value string) []byte {
	h := hmac.New(sha256.New, k.prf)
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(len(purpose)))
	h.Write(n[:])
	h.Write([]byte(purpose))
	h.Write([]byte(value))
	return h.Sum(nil)
}

// Len is the number of keys in the set.
func (k *Keys) Len() int { return k.handle.Len() }

// String says how many keys there are and nothing else.
func (k *Keys) String() string { return fmt.Sprintf("seal.Keys(%d)", k.handle.Len()) }

// GoString is String.
func (k *Keys) GoString() string { return k.String() }
