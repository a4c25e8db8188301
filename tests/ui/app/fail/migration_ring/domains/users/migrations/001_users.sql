-- depends: audit/001_audit.sql
CREATE TABLE users (id INTEGER PRIMARY KEY);
