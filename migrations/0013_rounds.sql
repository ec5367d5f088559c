-- safe: before
-- A round is a few questions that a group answers together. Its row is there while it runs, and goes with its end.
-- asking: the question that is being asked, 1, 2, 3 …; below zero once its answers are closed; one more than there are: it is over.
-- told: for each question that was revealed, how many chose what, in rough words; the exact numbers are stored nowhere.

CREATE TABLE rounds (
    round_id BIGINT PRIMARY KEY,
    group_id BIGINT NOT NULL REFERENCES study_groups (group_id) ON DELETE CASCADE,
    channel_id BIGINT NOT NULL UNIQUE,
    theme TEXT NOT NULL,
    questions TEXT NOT NULL,
    asking BIGINT NOT NULL,
    salt TEXT NOT NULL,
    told TEXT NOT NULL,
    timer BIGINT NOT NULL CHECK (timer >= 0),
    reveal_at BIGINT,
    stirred_at BIGINT NOT NULL,
    shown TEXT NOT NULL,
    UNIQUE (round_id, asking)
);

CREATE INDEX rounds_by_group ON rounds (group_id);

-- An answer hangs on its question being asked: closing the question waits for the answers that are on their way, and none comes later.
CREATE TABLE round_answers (
    round_id BIGINT NOT NULL,
    asking BIGINT NOT NULL,
    group_id BIGINT NOT NULL,
    code TEXT NOT NULL,
    chosen TEXT NOT NULL,
    changed SMALLINT NOT NULL CHECK (changed IN (0, 1)),
    PRIMARY KEY (round_id, code),
    FOREIGN KEY (round_id, asking) REFERENCES rounds (round_id, asking) ON DELETE CASCADE ON UPDATE CASCADE
);
