CREATE TABLE orders (
    id       INTEGER PRIMARY KEY,
    customer TEXT NOT NULL,
    total    INTEGER NOT NULL
);
CREATE TABLE order_lines (
    order_id INTEGER NOT NULL REFERENCES orders (id),
    item     TEXT NOT NULL,
    amount   INTEGER NOT NULL,
    UNIQUE (order_id, item)
);
