-- safe: before
-- A plan's closing card is a posting with a row of its own, so that a crash between claim and post doesn't lose it. SQLite can't change
-- a CHECK, so the table is made anew.

CREATE TABLE postings_anew (
    posting_id BIGINT PRIMARY KEY,
    group_id BIGINT NOT NULL REFERENCES study_groups (group_id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('welcome', 'prompt', 'lesson', 'scenario', 'round', 'review', 'guide', 'reply', 'closing')),
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
