-- safe: before
-- How well each question is remembered, so that it comes back when it is about to be forgotten; what a group aims at.
-- In whole thousandths (of a day; of a step of difficulty), so that every engine has the same numbers. NULL: it was answered before
-- such things were kept, or by somebody who has not agreed to them.

ALTER TABLE answers ADD COLUMN stability BIGINT CHECK (stability > 0);
ALTER TABLE answers ADD COLUMN difficulty BIGINT CHECK (difficulty > 0);

-- The day of the latest answer, no hour. When it is due follows from these three and the group's goal.
ALTER TABLE answers ADD COLUMN asked_on TEXT;

-- 1: the latest answer was wrong, and the learner had said that they were certain of it.
ALTER TABLE answers ADD COLUMN misled SMALLINT NOT NULL DEFAULT 0 CHECK (misled IN (0, 1));

-- In percent: how likely an answer should still be known when it is asked again.
ALTER TABLE study_groups ADD COLUMN recall_goal SMALLINT NOT NULL DEFAULT 90 CHECK (recall_goal BETWEEN 70 AND 97);
