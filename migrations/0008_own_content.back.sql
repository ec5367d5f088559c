-- The way back from 0008. Reports that wait are forgotten: their cards stay, and nobody takes the text off them.
CREATE TABLE waiting_cards_before (
    message_id BIGINT PRIMARY KEY,
    group_id BIGINT NOT NULL REFERENCES study_groups (group_id) ON DELETE CASCADE,
    channel_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('reply', 'suggestion')),
    left_on TEXT NOT NULL
);

INSERT INTO waiting_cards_before (message_id, group_id, channel_id, kind, left_on)
SELECT message_id, group_id, channel_id, kind, left_on FROM waiting_cards WHERE kind IN ('reply', 'suggestion');

DROP TABLE waiting_cards;

ALTER TABLE waiting_cards_before RENAME TO waiting_cards;

CREATE INDEX waiting_cards_by_group ON waiting_cards (group_id);

CREATE INDEX waiting_cards_by_day ON waiting_cards (left_on);

DROP TABLE own_files;

ALTER TABLE study_groups DROP COLUMN own_version;
ALTER TABLE study_groups DROP COLUMN files_numbered;
