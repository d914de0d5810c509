package seal

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Parameters of argon2id. Source: OWASP Password Storage Cheat Sheet, 2025: 19 MiB, two passes, one lane.
const (
	pinMemory = 19 * 1024 // KiB
	pinPasses = 2
	pinLanes  = 1
	pinBytes  = 32
	pinSalt   = 16
)

// hashing bounds how many hashes are computed at a time: each takes 19 MiB and tens of milliseconds of one core.
var hashing = make(chan struct{}, max(2, runtime.GOMAXPROCS(0)))

var unpadded = base64.RawStdEncoding

// HashPIN returns a salted hash of a PIN in the PHC form. There are too few PINs for a hash to protect them from whoever holds the
// database: the PIN is keyed before, so that without the keyset nobody can try them out. It takes tens of milliseconds.
func (k *Keys) HashPIN(holder, pin string) string {
	salt := make([]byte, pinSalt)
	_, _ = rand.Read(salt) // never fails: see crypto/rand
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, pinMemory, pinPasses, pinLanes,
		unpadded.EncodeToString(salt), unpadded.EncodeToString(k.stretch(holder, pin, salt, pinMemory, pinPasses, pinLanes)))
}

// MatchPIN reports whether a PIN is the one that was hashed for this holder, by whichever parameters. It takes as long as HashPIN.
func (k *Keys) MatchPIN(hash, holder, pin string) bool {
	var version, memory, passes int
	var lanes uint8
	fields := strings.Split(hash, "$")
	if len(fields) != 6 || fields[1] != "argon2id" {
		return false
	}
	if _, err := fmt.Sscanf(fields[2]+" "+fields[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &passes, &lanes); err != nil || version != argon2.Version || passes < 1 || lanes < 1 {
		return false
	}
	salt, err := unpadded.DecodeString(fields[4])
	if err != nil {
		return false
	}
	want, err := unpadded.DecodeString(fields[5])
	if err != nil || len(want) != pinBytes {
		return false
	}
	return subtle.ConstantTimeCompare(want, k.stretch(holder, pin, salt, uint32(memory), uint32(passes), lanes)) == 1
}

func (k *Keys) stretch(holder, pin string, salt []byte, memory, passes uint32, lanes uint8) []byte {
	hashing <- struct{}{}
	defer func() { <-hashing }()
	return argon2.IDKey(k.Fingerprint("pin", holder+"|"+pin), salt, passes, memory, lanes, pinBytes)
}
