-- safe: before
-- When a learner was last active (a day, no more), whether they have paused, and until when a group that ends is kept.

ALTER TABLE learners ADD COLUMN paused SMALLINT NOT NULL DEFAULT 0 CHECK (paused IN (0, 1));
ALTER TABLE learners ADD COLUMN active_on TEXT NOT NULL DEFAULT '';

-- For those who joined before there was such a day, the day on which they joined stands in, until they agree to more.
UPDATE learners SET active_on = joined_on;

-- The day on which moderators closed it; the day on which its server was first seen to have removed the bot.
ALTER TABLE study_groups ADD COLUMN closed_on TEXT;
ALTER TABLE study_groups ADD COLUMN gone_on TEXT;
