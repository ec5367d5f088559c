-- The way back from 0003. A version that knows no closing would open closed groups again, so these go with their rows.
-- (Foreign keys are off while SQLite migrates, so their rows are named one by one.)
DELETE FROM answers WHERE group_id IN (SELECT group_id FROM study_groups WHERE closed_on IS NOT NULL);
DELETE FROM lessons_read WHERE group_id IN (SELECT group_id FROM study_groups WHERE closed_on IS NOT NULL);
DELETE FROM learners WHERE group_id IN (SELECT group_id FROM study_groups WHERE closed_on IS NOT NULL);
DELETE FROM postings WHERE group_id IN (SELECT group_id FROM study_groups WHERE closed_on IS NOT NULL);
DELETE FROM slots WHERE group_id IN (SELECT group_id FROM study_groups WHERE closed_on IS NOT NULL);
DELETE FROM plan_runs WHERE group_id IN (SELECT group_id FROM study_groups WHERE closed_on IS NOT NULL);
DELETE FROM own_prompts WHERE group_id IN (SELECT group_id FROM study_groups WHERE closed_on IS NOT NULL);
DELETE FROM waiting_cards WHERE group_id IN (SELECT group_id FROM study_groups WHERE closed_on IS NOT NULL);
DELETE FROM study_groups WHERE closed_on IS NOT NULL;

ALTER TABLE study_groups DROP COLUMN gone_on;
ALTER TABLE study_groups DROP COLUMN closed_on;
ALTER TABLE learners DROP COLUMN active_on;
ALTER TABLE learners DROP COLUMN paused;
