-- safe: stopped
-- What of a learner's rows is in a publication already, so that a figure moves only when k learners have changed in that very
-- figure; and the number of learners as it was told, which is counted once a week.

-- 1: this lesson is in the figure of its theme as it was published.
ALTER TABLE lessons_read ADD COLUMN told SMALLINT NOT NULL DEFAULT 0 CHECK (told IN (0, 1));

-- was_right as it is in the figure of this question as it was published; NULL: it is in none.
ALTER TABLE answers ADD COLUMN told SMALLINT CHECK (told IN (0, 1));

-- Rounded down to fives; nothing finer is kept.
ALTER TABLE study_groups ADD COLUMN counted BIGINT NOT NULL DEFAULT 0;
ALTER TABLE study_groups ADD COLUMN counted_on TEXT;

-- One row for each figure that a publication told anew: the lessons of a theme (question 0), or one question. What stands of a
-- figure is its latest row. It was a row for each theme before, with all of the theme's questions in one figure.
DROP TABLE publications;

CREATE TABLE publications (
    group_id BIGINT NOT NULL REFERENCES study_groups (group_id) ON DELETE CASCADE,
    made_on TEXT NOT NULL,
    theme TEXT NOT NULL,
    question SMALLINT NOT NULL,
    made_from SMALLINT NOT NULL CHECK (made_from >= 3),
    told TEXT NOT NULL,
    PRIMARY KEY (group_id, made_on, theme, question)
);
