-- safe: before
-- Everything the bot keeps, as of its first evening. Days are ISO texts; there is no time of day of a person.
-- ("groups" is a reserved word of newer SQL, hence study_groups.)

CREATE TABLE study_groups (
    group_id BIGINT PRIMARY KEY,
    server_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    home_channel BIGINT NOT NULL UNIQUE,
    home_kind TEXT NOT NULL CHECK (home_kind IN ('text', 'announcement', 'forum')),
    moderators_channel BIGINT,
    facilitators_role BIGINT,
    time_zone TEXT NOT NULL,
    language TEXT NOT NULL,
    created_on TEXT NOT NULL
);

CREATE INDEX study_groups_by_server ON study_groups (server_id);

CREATE TABLE learners (
    group_id BIGINT NOT NULL REFERENCES study_groups (group_id) ON DELETE CASCADE,
    learner_key TEXT NOT NULL,
    joined_on TEXT NOT NULL,
    consent_version SMALLINT NOT NULL,
    PRIMARY KEY (group_id, learner_key)
);

CREATE TABLE lessons_read (
    group_id BIGINT NOT NULL,
    learner_key TEXT NOT NULL,
    theme TEXT NOT NULL,
    lesson TEXT NOT NULL,
    PRIMARY KEY (group_id, learner_key, theme, lesson),
    FOREIGN KEY (group_id, learner_key) REFERENCES learners (group_id, learner_key) ON DELETE CASCADE
);

-- One row of present state for each question; no log of answers, no times.
CREATE TABLE answers (
    group_id BIGINT NOT NULL,
    learner_key TEXT NOT NULL,
    theme TEXT NOT NULL,
    question SMALLINT NOT NULL,
    times_asked BIGINT NOT NULL CHECK (times_asked > 0),
    was_right SMALLINT NOT NULL CHECK (was_right IN (0, 1)),
    PRIMARY KEY (group_id, learner_key, theme, question),
    FOREIGN KEY (group_id, learner_key) REFERENCES learners (group_id, learner_key) ON DELETE CASCADE
);

-- claimed_at is in Unix seconds: when the bot, not a person, began.
CREATE TABLE postings (
    posting_id BIGINT PRIMARY KEY,
    group_id BIGINT NOT NULL REFERENCES study_groups (group_id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('welcome', 'prompt')),
    theme TEXT,
    item TEXT,
    channel_id BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('claimed', 'posted', 'failed')),
    claimed_at BIGINT NOT NULL,
    message_id BIGINT,
    thread_id BIGINT,
    trouble TEXT
);

CREATE INDEX postings_by_group ON postings (group_id);

CREATE INDEX postings_by_state ON postings (state);

-- What this database was made with: one mark of the operator's secret, so that a wrong secret is noticed at the start.
CREATE TABLE marks (
    name TEXT PRIMARY KEY,
    mark TEXT NOT NULL
);
