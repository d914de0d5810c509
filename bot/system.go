package bot

import "goodcatch/domain/words"

// systemKeyword hands the keywords of documents and courses to their systems.
func (t *turn) systemKeyword(said words.Said) (done bool, err error) {
	return false, nil
}
