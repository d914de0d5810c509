package bot

import "goodcatch/domain/words"

// systemKeyword hands the keywords of documents and courses to their systems.
func (t *turn) systemKeyword(said words.Said) (done bool, err error) {
	if done, err := t.documentKeyword(said); done || err != nil {
		return done, err
	}
	if done, err := t.leaveKeyword(said); done || err != nil {
		return done, err
	}
	if said.Word == words.PROGRESS {
		return true, t.progress(said.Rest)
	}
	return t.trainingKeyword(said)
}

// systemText hands texts without a keyword to the systems that may understand them.
func (t *turn) systemText(text string) (done bool, err error) {
	for _, understand := range []func(string) (bool, error){t.documentText, t.whoTopic, t.changed} {
		if done, err := understand(text); done || err != nil {
			return done, err
		}
	}
	return false, nil
}
