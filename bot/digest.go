package bot

import (
	"slices"

	"goodcatch/domain"
)

// digest sends an open document as texts: the one that is named, or the most urgent, of those that can be read so. The phone is
// remembered: its next documents offer it.
func (t *turn) digest(code string) error {
	if t.caller.Person == nil {
		return t.say("doc.unlinked", nil)
	}
	if t.in.Channel != domain.SMS {
		return t.sign(code)
	}
	tasks, versions, err := t.openDocuments()
	if err != nil {
		return err
	}
	if !t.caller.Person.Phone.Digest {
		t.tx.PreferDigest(t.caller.ID)
	}
	if code != "" {
		tasks = slices.DeleteFunc(tasks, func(task domain.Task) bool { return !sameDocument(versions[task.Subject].Code, code) })
	}
	if len(tasks) == 0 {
		return t.say("doc.none", nil)
	}
	chosen := tasks[0]
	for _, task := range slices.Backward(tasks) {
		if len(versions[task.Subject].Digest) > 0 {
			chosen = task
		}
	}
	if len(versions[chosen.Subject].Digest) > 0 {
		if ok, err := t.do(t.actor(), domain.OpenDocument{Task: chosen.ID}); !ok || err != nil {
			return err
		}
	}
	_, err = t.do(t.actor(), domain.ReadDigest{Task: chosen.ID})
	return err
}
