-- The way back from 0013: rounds that run end.
DROP TABLE round_answers;

DROP TABLE rounds;
