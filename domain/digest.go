package domain

import (
	"fmt"
	"strings"

	"goodcatch/domain/gsm"
)

// Bounds of a digest, in texts and in GSM-7 units of a line.
const (
	mostDigest     = 4
	longestDigest  = 140
	digestLastRoom = 90 // of a line for the word and its meaning to stand behind it
)

// checkDigest reports what keeps a digest from being texted: an *InvalidError.
func (v *DocumentVersion) checkDigest() error {
	if len(v.Digest) > mostDigest {
		return &InvalidError{Field: "digest", Reason: "problem.digest", Args: Args{"limit": Number(mostDigest)}}
	}
	for i, line := range v.Digest {
		most := longestDigest
		if i == mostDigest-1 {
			most = digestLastRoom
		}
		if c := gsm.Segments(gsm.Plain(line)); line == "" || c.Units > most || c.Encoding == gsm.UCS2 && c.Units > most/3 {
			return &InvalidError{Field: "digest", Reason: "problem.too_long", Args: Args{"limit": Number(most)}}
		}
	}
	return nil
}

// ReadDigest sends the text of an open document to a phone without a browser: at most four texts, the personal word at the end of the
// last. It must have been opened before, so that it has its word.
type ReadDigest struct{ Task TaskID }

// CommandName is not registered: it answers a text.
func (ReadDigest) CommandName() string { return "read_digest@1" }

// Needs the task.
func (c ReadDigest) Needs() Needs { return Needs{Tasks: TaskQuery{ID: c.Task}} }

// Decide queues the texts in their order; one phone gets them in it. A document without a digest says so, and how else it can be read.
func (c ReadDigest) Decide(f Facts) (Change, error) {
	t, v, err := documentTask(f)
	if err != nil || t.State != TaskOpen {
		return Change{}, err
	}
	if len(v.Digest) == 0 {
		args := documentArgs(v, t)
		args["owner"] = Text(f.Org.NameOf(v.Owner))
		return Change{Notices: []Notice{toReader(f, t, "no_digest", "answer", "signature.no_digest", args)}}, nil
	}
	if t.Word == "" {
		return Change{}, ErrConflict
	}
	var change Change
	texts := digestTexts(v)
	for i, text := range texts {
		args := Args{"n": Number(i + 1), "of": Number(len(texts)), "text": Text(text.words), "doc": Text(v.Code), "word": Text(t.Word), "meaning": Term("signature.digest_meaning")}
		change.Notices = append(change.Notices, toReader(f, t, fmt.Sprintf("digest/%d", i+1), "document_digest", text.key, args))
	}
	change.Events = []Event{taskEvent(t, v, "document_digest_sent", "texts", fmt.Sprint(len(texts)))}
	return change, nil
}

type digestText struct{ key, words string }

// digestTexts are the texts of a digest. Where the last line leaves no room for the word and what it means, these get a text of their own.
func digestTexts(v *DocumentVersion) []digestText {
	var texts []digestText
	for _, l := range v.Digest[:min(len(v.Digest), mostDigest)] {
		texts = append(texts, digestText{"signature.digest", l})
	}
	if last := &texts[len(texts)-1]; len(texts) == mostDigest || gsm.Segments(gsm.Plain(last.words)).Units <= digestLastRoom {
		last.key = "signature.digest_last"
		return texts
	}
	return append(texts, digestText{"signature.digest_word", ""})
}

// readsDigests reports whether a person is reached by texts alone, on a phone that asked for digests before.
func readsDigests(p *Person) bool {
	return p != nil && p.Phone.Digest && !p.Slack.Usable()
}

// OfferDigest turns a message about a document into one that offers its digest, for a phone that asked for one before.
func OfferDigest(n Notice, v *DocumentVersion, p *Person) Notice {
	if v == nil || len(v.Digest) == 0 || !readsDigests(p) {
		return n
	}
	switch {
	case n.Key == "doc.new":
		n.Key = "signature.new_digest"
	case strings.HasPrefix(n.Key, "doc.remind"):
		n.Key = "signature.remind_digest"
	}
	return n
}
