-- safe: before
-- A group's own content: files that its moderators uploaded. No member's data is in them; their form asks for none.
-- number: 1, 2, 3 … in each group, never given again; the theme in a file is known to buttons by it. in_use 0: a draft, for a day.

CREATE TABLE own_files (
    group_id BIGINT NOT NULL REFERENCES study_groups (group_id) ON DELETE CASCADE,
    number BIGINT NOT NULL CHECK (number > 0),
    theme TEXT NOT NULL,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    added_on TEXT NOT NULL,
    in_use SMALLINT NOT NULL CHECK (in_use IN (0, 1)),
    PRIMARY KEY (group_id, number)
);

CREATE UNIQUE INDEX own_files_in_use ON own_files (group_id, theme) WHERE in_use = 1;

CREATE INDEX own_files_drafts ON own_files (added_on) WHERE in_use = 0;

ALTER TABLE study_groups ADD COLUMN files_numbered BIGINT NOT NULL DEFAULT 0;

-- Goes up whenever what is in use changes, so that everybody who remembers it notices. 0: the group never had any.
ALTER TABLE study_groups ADD COLUMN own_version BIGINT NOT NULL DEFAULT 0;

-- A report of a wrong question of a group's own waits on a card like a reply; SQLite can't change a CHECK.
CREATE TABLE waiting_cards_anew (
    message_id BIGINT PRIMARY KEY,
    group_id BIGINT NOT NULL REFERENCES study_groups (group_id) ON DELETE CASCADE,
    channel_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('reply', 'suggestion', 'report')),
    left_on TEXT NOT NULL
);

INSERT INTO waiting_cards_anew (message_id, group_id, channel_id, kind, left_on)
SELECT message_id, group_id, channel_id, kind, left_on FROM waiting_cards;

DROP TABLE waiting_cards;

ALTER TABLE waiting_cards_anew RENAME TO waiting_cards;

CREATE INDEX waiting_cards_by_group ON waiting_cards (group_id);

CREATE INDEX waiting_cards_by_day ON waiting_cards (left_on);
