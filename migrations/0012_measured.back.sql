-- The way back from 0012.
DROP TABLE measured;
