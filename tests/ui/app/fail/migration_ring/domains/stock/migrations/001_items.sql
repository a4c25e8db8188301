-- depends: shop/001_users.sql
CREATE TABLE items (id INTEGER PRIMARY KEY);
