-- depends: stock/001_items.sql
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE);
CREATE VIEW stocked AS SELECT orders.id, items.name FROM orders JOIN items ON items.id = orders.id;
CREATE TRIGGER noted AFTER INSERT ON orders BEGIN INSERT INTO items (name) VALUES ('noted'); END;
