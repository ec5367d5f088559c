-- safe: before
-- Who has answered a plan's questions at its beginning or its end: that, and nothing of what. The answers are in group_tallies.
CREATE TABLE measured (
    group_id BIGINT NOT NULL,
    learner_key TEXT NOT NULL,
    about TEXT NOT NULL,
    PRIMARY KEY (group_id, learner_key, about),
    FOREIGN KEY (group_id, learner_key) REFERENCES learners (group_id, learner_key) ON DELETE CASCADE
);
