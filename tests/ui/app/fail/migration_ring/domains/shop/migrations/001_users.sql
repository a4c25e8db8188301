-- depends: stock/001_items.sql
CREATE TABLE users (id INTEGER PRIMARY KEY);
