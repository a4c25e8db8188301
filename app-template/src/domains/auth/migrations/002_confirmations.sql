-- An account that has a row here was not confirmed yet. `asked` is in milliseconds since 1970.
CREATE TABLE confirmations (
    email TEXT PRIMARY KEY REFERENCES accounts (email) ON DELETE CASCADE,
    asked BIGINT NOT NULL
);
