-- One row per delivery: one event on its way to one subscriber.
CREATE TABLE IF NOT EXISTS bus_delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    subscriber TEXT NOT NULL,
    envelope TEXT NOT NULL,
    payload TEXT NOT NULL,
    line TEXT,                              -- the key: deliveries of one line go one after the other
    priority INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL CHECK (state IN ('PUBLISHED', 'PROCESSING', 'COMPLETED', 'FAILED', 'RESUBMITTED')),
    delayed INTEGER NOT NULL DEFAULT 0,     -- not in its line yet
    ready INTEGER NOT NULL DEFAULT 1,       -- the first of its line, or without one
    entered INTEGER NOT NULL,               -- when it entered its line; all times are milliseconds of the store's clock
    due INTEGER NOT NULL,                   -- before this it is not attempted; 0: at once, whatever a clock says
    attempts INTEGER NOT NULL DEFAULT 0,    -- counted when an attempt begins
    claim TEXT,                             -- made anew for each claim
    owner TEXT,                             -- the process that claimed it
    error TEXT,
    ended INTEGER                           -- when it was completed or given up
);
CREATE INDEX IF NOT EXISTS bus_ready ON bus_delivery (subscriber, event, priority DESC, entered, id)
    WHERE ready = 1 AND delayed = 0 AND state IN ('PUBLISHED', 'RESUBMITTED');
-- What comes next for a subscriber is one step in this.
DROP INDEX IF EXISTS bus_due;
CREATE INDEX IF NOT EXISTS bus_wait ON bus_delivery (subscriber, event, due)
    WHERE ready = 1 AND delayed = 0 AND state IN ('PUBLISHED', 'RESUBMITTED');
CREATE INDEX IF NOT EXISTS bus_line ON bus_delivery (subscriber, event, line, entered, id)
    WHERE line IS NOT NULL AND delayed = 0 AND state IN ('PUBLISHED', 'RESUBMITTED', 'PROCESSING');
CREATE INDEX IF NOT EXISTS bus_subscriber ON bus_delivery (subscriber, event, state);
CREATE INDEX IF NOT EXISTS bus_delayed ON bus_delivery (due) WHERE delayed = 1;
DROP INDEX IF EXISTS bus_processing;
CREATE INDEX IF NOT EXISTS bus_owner ON bus_delivery (owner) WHERE state = 'PROCESSING';
CREATE INDEX IF NOT EXISTS bus_failed ON bus_delivery (id) WHERE state = 'FAILED';
CREATE INDEX IF NOT EXISTS bus_completed ON bus_delivery (ended) WHERE state = 'COMPLETED';
-- With `BUS_ARCHIVE`: what was completed, once it was kept as long as `BUS_KEEP_COMPLETED`. Nobody deletes from here.
CREATE TABLE IF NOT EXISTS bus_archive (
    id INTEGER PRIMARY KEY,
    event TEXT NOT NULL,
    subscriber TEXT NOT NULL,
    envelope TEXT NOT NULL,
    payload TEXT NOT NULL,
    line TEXT,
    attempts INTEGER NOT NULL,
    ended INTEGER NOT NULL
);
-- Broadcasts: read by every process that runs now, deleted after a minute.
CREATE TABLE IF NOT EXISTS bus_broadcast (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    envelope TEXT NOT NULL,
    payload TEXT NOT NULL,
    until INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS bus_until ON bus_broadcast (until);
-- A process that holds something counts on here. One that stands still for a lease is gone, by the monotonic clock of
-- whoever watches it: no wall clock takes anything away from anybody.
CREATE TABLE IF NOT EXISTS bus_process (owner TEXT PRIMARY KEY, beat INTEGER NOT NULL);
-- Claims that were taken away from a process that seemed gone, for a day: it is told so where it comes back.
CREATE TABLE IF NOT EXISTS bus_taken (claim TEXT PRIMARY KEY, time INTEGER NOT NULL);
-- The store's clock: the wall clock, and how far it went back since.
CREATE TABLE IF NOT EXISTS bus_clock (one INTEGER PRIMARY KEY CHECK (one = 1), last INTEGER NOT NULL, ahead INTEGER NOT NULL);
INSERT OR IGNORE INTO bus_clock (one, last, ahead) VALUES (1, 0, 0);
