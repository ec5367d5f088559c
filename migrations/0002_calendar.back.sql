-- The way back from 0002: the calendar goes; of the postings stay those that the first evening knew.
CREATE TABLE postings_before (
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

-- What waits for another try won't get one there.
INSERT INTO postings_before
       (posting_id, group_id, kind, theme, item, channel_id, state, claimed_at, message_id, thread_id, trouble)
SELECT posting_id, group_id, kind, theme, item, channel_id, CASE WHEN state = 'waiting' THEN 'failed' ELSE state END,
       claimed_at, message_id, thread_id, trouble
  FROM postings
 WHERE kind IN ('welcome', 'prompt') AND state IN ('claimed', 'posted', 'failed', 'waiting');

DROP TABLE postings;

ALTER TABLE postings_before RENAME TO postings;

CREATE INDEX postings_by_group ON postings (group_id);

CREATE INDEX postings_by_state ON postings (state);

DROP TABLE waiting_cards;

DROP TABLE own_prompts;

DROP TABLE plan_runs;

DROP TABLE slots;

ALTER TABLE study_groups DROP COLUMN prompts_numbered;
ALTER TABLE study_groups DROP COLUMN replies;
ALTER TABLE study_groups DROP COLUMN guide_hours;
ALTER TABLE study_groups DROP COLUMN archive_after;
ALTER TABLE study_groups DROP COLUMN quiet_until;
ALTER TABLE study_groups DROP COLUMN quiet_from;
