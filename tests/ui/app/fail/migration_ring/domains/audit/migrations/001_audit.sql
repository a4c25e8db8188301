-- depends: users/002_roles
CREATE TABLE audit (id INTEGER PRIMARY KEY);
