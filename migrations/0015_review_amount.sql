-- safe: before
-- How many questions a review asks in a day, if the learner doesn't say.
ALTER TABLE study_groups ADD COLUMN review_amount SMALLINT NOT NULL DEFAULT 12 CHECK (review_amount BETWEEN 3 AND 20);
