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
    entered INTEGER NOT NULL,               -- when it entered its line; all times are milliseconds since 1970
    due INTEGER NOT NULL,                   -- before this it is not attempted
    attempts INTEGER NOT NULL DEFAULT 0,    -- counted when an attempt begins
    claim TEXT,                             -- made anew for each claim
    owner TEXT,                             -- the process that claimed it
    lease INTEGER,                          -- until then nobody else may
    error TEXT,
    ended INTEGER                           -- when it was completed or given up
);
CREATE INDEX IF NOT EXISTS bus_ready ON bus_delivery (subscriber, event, priority DESC, entered, id)
    WHERE ready = 1 AND delayed = 0 AND state IN ('PUBLISHED', 'RESUBMITTED');
CREATE INDEX IF NOT EXISTS bus_due ON bus_delivery (due)
    WHERE ready = 1 AND delayed = 0 AND state IN ('PUBLISHED', 'RESUBMITTED');
CREATE INDEX IF NOT EXISTS bus_line ON bus_delivery (subscriber, event, line, entered, id)
    WHERE line IS NOT NULL AND delayed = 0 AND state IN ('PUBLISHED', 'RESUBMITTED', 'PROCESSING');
CREATE INDEX IF NOT EXISTS bus_subscriber ON bus_delivery (subscriber, event, state);
CREATE INDEX IF NOT EXISTS bus_delayed ON bus_delivery (due) WHERE delayed = 1;
CREATE INDEX IF NOT EXISTS bus_processing ON bus_delivery (lease) WHERE state = 'PROCESSING';
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
