-- The way back from 0006.
DROP TABLE publications;

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

ALTER TABLE study_groups DROP COLUMN counted_on;
ALTER TABLE study_groups DROP COLUMN counted;
ALTER TABLE answers DROP COLUMN told;
ALTER TABLE lessons_read DROP COLUMN told;
