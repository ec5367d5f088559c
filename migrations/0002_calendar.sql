-- safe: before
-- The calendar: slots, the plan that a group runs, its own prompts, and cards that wait for a moderator's decision.
-- Still nothing about a learner.

ALTER TABLE study_groups ADD COLUMN quiet_from TEXT;
ALTER TABLE study_groups ADD COLUMN quiet_until TEXT;
ALTER TABLE study_groups ADD COLUMN archive_after BIGINT NOT NULL DEFAULT 1440;
ALTER TABLE study_groups ADD COLUMN guide_hours BIGINT NOT NULL DEFAULT 24;
ALTER TABLE study_groups ADD COLUMN replies SMALLINT NOT NULL DEFAULT 0 CHECK (replies IN (0, 1));
-- How many prompts of its own the group ever had, so that no number comes twice.
ALTER TABLE study_groups ADD COLUMN prompts_numbered BIGINT NOT NULL DEFAULT 0;

-- A place in a group's calendar. Hours are HH:MM in the group's own zone; due_at and guide_at are Unix seconds.
-- theme NULL: the whole course. item NULL: the next unused one. rule '': once, on starts_on. due_at NULL: no date is left.
CREATE TABLE slots (
    slot_id BIGINT PRIMARY KEY,
    group_id BIGINT NOT NULL REFERENCES study_groups (group_id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('prompt', 'lesson')),
    theme TEXT,
    item TEXT,
    rule TEXT NOT NULL,
    starts_on TEXT NOT NULL,
    hour TEXT NOT NULL,
    ends_on TEXT,
    ping BIGINT,
    grace BIGINT NOT NULL CHECK (grace >= 0),
    done_until TEXT,
    due_at BIGINT,
    plan_place BIGINT,
    guide_at BIGINT,
    paused SMALLINT NOT NULL CHECK (paused IN (0, 1)),
    why_paused TEXT
);

CREATE INDEX slots_by_group ON slots (group_id);

CREATE INDEX slots_by_due ON slots (due_at, slot_id) WHERE paused = 0;

CREATE INDEX slots_by_guide ON slots (guide_at, slot_id) WHERE guide_at IS NOT NULL;

-- One plan at a time in each group.
CREATE TABLE plan_runs (
    group_id BIGINT PRIMARY KEY REFERENCES study_groups (group_id) ON DELETE CASCADE,
    plan TEXT NOT NULL,
    first_day TEXT NOT NULL,
    hour TEXT NOT NULL,
    started_on TEXT NOT NULL
);

-- What moderators accepted from suggestions. Who suggested it is nowhere.
CREATE TABLE own_prompts (
    group_id BIGINT NOT NULL REFERENCES study_groups (group_id) ON DELETE CASCADE,
    number BIGINT NOT NULL CHECK (number > 0),
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    added_on TEXT NOT NULL,
    PRIMARY KEY (group_id, number)
);

-- A card in a moderators' channel that holds somebody's text until it is decided. Here is neither the text nor the author.
CREATE TABLE waiting_cards (
    message_id BIGINT PRIMARY KEY,
    group_id BIGINT NOT NULL REFERENCES study_groups (group_id) ON DELETE CASCADE,
    channel_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('reply', 'suggestion')),
    left_on TEXT NOT NULL
);

CREATE INDEX waiting_cards_by_group ON waiting_cards (group_id);

CREATE INDEX waiting_cards_by_day ON waiting_cards (left_on);

-- More kinds and states of postings; SQLite can't change a CHECK, so the table is made anew.
-- slot_id refers to nothing: what was posted outlives its slot. looks: how often it was taken up after a crash.
-- told is 0 while the moderators have not yet heard that it was missed or failed.
CREATE TABLE postings_anew (
    posting_id BIGINT PRIMARY KEY,
    group_id BIGINT NOT NULL REFERENCES study_groups (group_id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('welcome', 'prompt', 'lesson', 'guide', 'reply')),
    theme TEXT,
    item TEXT,
    channel_id BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('claimed', 'posted', 'failed', 'waiting', 'missed', 'skipped')),
    claimed_at BIGINT NOT NULL,
    message_id BIGINT,
    thread_id BIGINT,
    trouble TEXT,
    slot_id BIGINT,
    due_at BIGINT,
    ping BIGINT,
    tries BIGINT NOT NULL DEFAULT 0,
    retry_at BIGINT,
    looks BIGINT NOT NULL DEFAULT 0,
    replies SMALLINT NOT NULL DEFAULT 1 CHECK (replies IN (0, 1)),
    told SMALLINT NOT NULL DEFAULT 1 CHECK (told IN (0, 1))
);

INSERT INTO postings_anew
       (posting_id, group_id, kind, theme, item, channel_id, state, claimed_at, message_id, thread_id, trouble)
SELECT posting_id, group_id, kind, theme, item, channel_id, state, claimed_at, message_id, thread_id, trouble FROM postings;

DROP TABLE postings;

ALTER TABLE postings_anew RENAME TO postings;

CREATE INDEX postings_by_group ON postings (group_id);

-- What is looked for again and again is little, beside a history that grows: so each has a small index of its own.
CREATE INDEX postings_claimed ON postings (claimed_at) WHERE state = 'claimed';

CREATE INDEX postings_waiting ON postings (retry_at) WHERE state = 'waiting';

CREATE INDEX postings_missed ON postings (due_at) WHERE state = 'missed';

CREATE INDEX postings_untold ON postings (group_id) WHERE told = 0;
