-- safe: before
-- A round and a review hour are two more kinds of things that a slot posts. SQLite can't change a CHECK, so both tables are made anew.
CREATE TABLE slots_anew (
    slot_id BIGINT PRIMARY KEY,
    group_id BIGINT NOT NULL REFERENCES study_groups (group_id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('prompt', 'lesson', 'scenario', 'round', 'review')),
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

INSERT INTO slots_anew
       (slot_id, group_id, kind, theme, item, rule, starts_on, hour, ends_on, ping, grace, done_until, due_at, plan_place, guide_at, paused,
       why_paused)
SELECT slot_id, group_id, kind, theme, item, rule, starts_on, hour, ends_on, ping, grace, done_until, due_at, plan_place, guide_at, paused,
       why_paused
  FROM slots;

DROP TABLE slots;

ALTER TABLE slots_anew RENAME TO slots;

CREATE INDEX slots_by_group ON slots (group_id);

CREATE INDEX slots_by_due ON slots (due_at, slot_id) WHERE paused = 0;

CREATE INDEX slots_by_guide ON slots (guide_at, slot_id) WHERE guide_at IS NOT NULL;

CREATE TABLE postings_anew (
    posting_id BIGINT PRIMARY KEY,
    group_id BIGINT NOT NULL REFERENCES study_groups (group_id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('welcome', 'prompt', 'lesson', 'scenario', 'round', 'review', 'guide', 'reply')),
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
       (posting_id, group_id, kind, theme, item, channel_id, state, claimed_at, message_id, thread_id, trouble, slot_id, due_at, ping,
       tries, retry_at, looks, replies, told)
SELECT posting_id, group_id, kind, theme, item, channel_id, state, claimed_at, message_id, thread_id, trouble, slot_id, due_at, ping,
       tries, retry_at, looks, replies, told
  FROM postings;

DROP TABLE postings;

ALTER TABLE postings_anew RENAME TO postings;

CREATE INDEX postings_by_group ON postings (group_id);

CREATE INDEX postings_claimed ON postings (claimed_at) WHERE state = 'claimed';

CREATE INDEX postings_waiting ON postings (retry_at) WHERE state = 'waiting';

CREATE INDEX postings_missed ON postings (due_at) WHERE state = 'missed';

CREATE INDEX postings_untold ON postings (group_id) WHERE told = 0;
