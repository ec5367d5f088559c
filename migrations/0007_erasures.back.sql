-- The way back from 0007: a restored backup then knows nothing of what was erased since.
DROP TABLE erasures;
