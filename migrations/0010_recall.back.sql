-- The way back from 0010.
ALTER TABLE study_groups DROP COLUMN recall_goal;
ALTER TABLE answers DROP COLUMN misled;
ALTER TABLE answers DROP COLUMN asked_on;
ALTER TABLE answers DROP COLUMN difficulty;
ALTER TABLE answers DROP COLUMN stability;
