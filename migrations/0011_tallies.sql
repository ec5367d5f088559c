-- safe: before
-- Counts of first answers, without whose: what authors mend questions by. They stay after an erasure, since nobody's part can be
-- told from the others'. about: theme, number and a mark of the wording. what: 'answered', 'right', 'option 0' and so on.
-- told: how many of n were told at the latest telling, which moves only with k new answers; told_on: its day, '' before the first.
CREATE TABLE tallies (
    about TEXT NOT NULL,
    what TEXT NOT NULL,
    n BIGINT NOT NULL CHECK (n >= 0),
    told BIGINT NOT NULL DEFAULT 0 CHECK (told >= 0),
    told_on TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (about, what)
);

-- The same of a group's own questions, and of the questions with which its plan opens and closes; they go with the group.
CREATE TABLE group_tallies (
    group_id BIGINT NOT NULL REFERENCES study_groups (group_id) ON DELETE CASCADE,
    about TEXT NOT NULL,
    what TEXT NOT NULL,
    n BIGINT NOT NULL CHECK (n >= 0),
    told BIGINT NOT NULL DEFAULT 0 CHECK (told >= 0),
    told_on TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (group_id, about, what)
);
