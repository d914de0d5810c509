package bot

// linkCode takes a code that links this phone to a person.
func (t *turn) linkCode(text string) (done bool, err error) {
	return false, nil
}
