-- The way back from 0001: everything goes.
DROP TABLE marks;
DROP TABLE postings;
DROP TABLE answers;
DROP TABLE lessons_read;
DROP TABLE learners;
DROP TABLE study_groups;
