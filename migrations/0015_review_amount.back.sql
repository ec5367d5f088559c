ALTER TABLE study_groups DROP COLUMN review_amount;
