-- safe: before
-- What was published about a group, from how many learners on, and who has changed since the latest publication.

ALTER TABLE study_groups ADD COLUMN publish_from SMALLINT NOT NULL DEFAULT 5 CHECK (publish_from >= 3);

-- 1: something of this learner's reading or knowing is not yet in a publication. It says less than active_on beside it: that
-- there was something, since a day that the whole group sees. Two copies of the database around one act show that act in
-- lessons_read and answers anyhow.
ALTER TABLE learners ADD COLUMN changed SMALLINT NOT NULL DEFAULT 1 CHECK (changed IN (0, 1));

-- One row for each theme of a publication: nothing but what is shown. People are rounded down to fives; '' is hidden.
CREATE TABLE publications (
    group_id BIGINT NOT NULL REFERENCES study_groups (group_id) ON DELETE CASCADE,
    made_on TEXT NOT NULL,
    theme TEXT NOT NULL,
    made_from SMALLINT NOT NULL CHECK (made_from >= 3),
    people BIGINT NOT NULL,
    lessons TEXT NOT NULL,
    questions TEXT NOT NULL,
    PRIMARY KEY (group_id, made_on, theme)
);
