-- Who has an account. A row is there once its address is confirmed, and never before.
CREATE TABLE users (
    id            TEXT PRIMARY KEY,
    email         TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    roles         TEXT NOT NULL DEFAULT 'user',
    -- When the password was set, in seconds since 1970: a token that is older is good no more.
    password_set  BIGINT NOT NULL
);

-- Links that were sent and not used yet. Whoever reads this table can't use them: they are stored as their hash.
CREATE TABLE user_links (
    hash    TEXT PRIMARY KEY,
    email   TEXT NOT NULL,
    -- `confirm` or `reset`.
    purpose TEXT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX user_links_by_email ON user_links (email);
