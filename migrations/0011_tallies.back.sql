-- The way back from 0011.
DROP TABLE group_tallies;
DROP TABLE tallies;
