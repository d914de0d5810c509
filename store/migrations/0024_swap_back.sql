-- A shift may be offered for one of the colleague's: the half that goes back.

-- +goose Up

ALTER TABLE swaps ADD back_role text;           -- null: the shift is given for nothing
ALTER TABLE swaps ADD back_unit text;
ALTER TABLE swaps ADD back_from_at timestamptz;
ALTER TABLE swaps ADD back_until_at timestamptz;
ALTER TABLE swaps ADD CONSTRAINT swaps_back CHECK (
	back_role IS NULL AND back_unit IS NULL AND back_from_at IS NULL AND back_until_at IS NULL
	OR back_role IS NOT NULL AND back_unit IS NOT NULL AND back_from_at < back_until_at);
