-- Who is told, where, and by which secret what we tell is known to be ours.
CREATE TABLE webhook_endpoints (
    id            TEXT PRIMARY KEY,
    url           TEXT NOT NULL,
    secret        TEXT NOT NULL,
    former_secret TEXT NOT NULL DEFAULT '',
    former_until  BIGINT NOT NULL DEFAULT 0
);
