package store

import (
	"context"
	"fmt"

	"goodcatch/domain"
)

// loadSystems queues, or reads, what commands of the single systems need: tasks, document versions, courses, attempts.
func (tx *Tx) loadSystems(ctx context.Context, f *domain.Facts, n domain.Needs) error {
	tx.loadPIN(f, n)
	tx.loadSwap(f, n)
	tx.lockCampaign(n)
	tx.loadTasks(f, n.Tasks)
	tx.loadDocuments(f, n)
	tx.loadCards(f, n)
	tx.newFile(f, n.NewFile)
	if err := tx.loadFile(ctx, f, n.File); err != nil {
		return err
	}
	tx.loadCourse(f, n)
	tx.loadRecalls(f, n.Recalls)
	tx.loadRuns(f, n)
	tx.loadDrills(f, n.Drills)
	tx.loadRollCall(f, n.RollCall)
	tx.loadAlert(f, n.Alert)
	tx.loadDisruption(f, n.Disruption)
	tx.loadWards(f, n.Ward)
	if err := tx.loadProposals(ctx, f, n); err != nil {
		return err
	}
	return tx.loadCompetence(ctx, f, n)
}

// saveSystemEntry queues an entry of one of the systems.
func (tx *Tx) saveSystemEntry(ctx context.Context, e domain.Entry) error {
	switch e := e.(type) {
	case domain.SavedTask:
		tx.saveTask(e.Task)
		return nil
	case domain.Mailing:
		return tx.mail(ctx, e)
	case domain.KeptFile:
		return tx.keepFile(ctx, e)
	case domain.PublishedDocument:
		return tx.publish(ctx, e)
	case domain.OpenedDocument:
		return tx.openDocument(ctx, e.Task)
	case domain.Attestation:
		return tx.sign(ctx, e)
	case domain.Tending:
		return tx.tend(ctx, e)
	case domain.EditedCard:
		return tx.editCard(e)
	case domain.Nudged:
		tx.nudge(e)
		return nil
	case domain.ConsoleLink:
		tx.saveLinkTo("console", e.Person, e.Token)
		return nil
	case domain.StaleCampaigns:
		tx.queue(staleMark)
		return nil
	case domain.SavedLeave:
		tx.saveOwnLeave(e)
		return nil
	case domain.SavedSwap:
		tx.saveSwap(e.Swap)
		return nil
	case domain.SavedPIN:
		tx.savePIN(e.PIN)
		return nil
	case domain.ForgottenPIN:
		tx.forgetPIN(e.Person)
		return nil
	}
	if tx.saveSwitchEntry(e) {
		return nil
	}
	if ok, err := tx.saveLifeEntry(ctx, e); ok || err != nil {
		return err
	}
	if ok, err := tx.saveRollCallEntry(ctx, e); ok || err != nil {
		return err
	}
	for _, save := range []func(domain.Entry) (bool, error){tx.saveCourseEntry, tx.saveRecallEntry, tx.saveProposalEntry, tx.saveAlertEntry, tx.saveRunEntry, tx.saveDisruptionEntry, tx.saveWardEntry} {
		if ok, err := save(e); ok || err != nil {
			return err
		}
	}
	return fmt.Errorf("entry %T: nobody writes it", e)
}
