CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    item TEXT NOT NULL,
    cents INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'placed'
);
