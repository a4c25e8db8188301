-- depends: users/001_user.sql, teams/001_teams.sql
CREATE TABLE audit (user_id INTEGER REFERENCES users (id));
