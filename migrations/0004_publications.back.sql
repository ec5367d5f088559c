-- The way back from 0004.
DROP TABLE publications;

ALTER TABLE learners DROP COLUMN changed;
ALTER TABLE study_groups DROP COLUMN publish_from;
