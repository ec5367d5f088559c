-- safe: before
-- What was erased lately, so that a restored backup is rid of it again: a keyed hash and the day; not whose, and not in which group.
CREATE TABLE erasures (
    trace TEXT PRIMARY KEY,
    erased_on TEXT NOT NULL
);
