//! The order of migrations and the fingerprint of each. Engines run them; this is what they have in common.
//!
//! In: the files as `app!` found them. Out: the same files, each after what it depends on.

use std::collections::{BTreeMap, BTreeSet};

use microcore_runtime::database::{MigrationState, Progress, Step};
use microcore_runtime::manifest::Migration;
use microcore_runtime::settings::Problems;

use crate::db::lexer::{Token, tokens};
use crate::db::{DbError, DbErrorKind};

/// Where what was applied is written down.
pub(crate) const HISTORY: &str = "CREATE TABLE IF NOT EXISTS _microcore_migrations (
    name TEXT PRIMARY KEY NOT NULL, checksum TEXT NOT NULL, applied_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)";

/// What is written down, in the order in which it was applied.
pub(crate) const APPLIED: &str = "SELECT name, checksum FROM _microcore_migrations ORDER BY applied_at, name";

/// A file that is not what was applied.
const EDITED: &str =
    "was edited after it was applied; restore the file, and begin a new one with `microcore add migration`";

/// A file that is waiting where nobody applies it.
const PENDING: &str = "is not applied, and DB_AUTO_MIGRATE is false; run the command `migrate` before the application";

/// A file that ends the transaction that it is.
#[cfg(feature = "sqlite")]
pub(crate) const COMMITS: &str = "must not end its transaction: it is one, together with its row in the history";

/// What was written down: names and checksums.
pub(crate) type Applied = Vec<(String, String)>;

/// Those that are not applied. Edited ones stop everything, before anything is applied.
pub(crate) fn pending<'a>(migrations: &'a [Migration], applied: &Applied) -> Result<Vec<&'a Migration>, DbError> {
    let (mut pending, mut problems) = (Vec::new(), Problems::default());
    for migration in in_order(migrations)? {
        match state(migration, applied) {
            MigrationState::Pending => pending.push(migration),
            MigrationState::Edited => problems.add(quoted(migration), EDITED),
            _ => {}
        }
    }
    if problems.is_empty() { Ok(pending) } else { Err(DbError::migrations(problems)) }
}

/// Refuses a database that is not what the files say, for those who leave migrating to the command. What is in the
/// history without a file is fine: while a fleet is rolled over, the old version meets what the new one migrated.
pub(crate) fn all_applied(migrations: &[Migration], applied: &Applied) -> Result<(), DbError> {
    let mut problems = Problems::default();
    for migration in pending(migrations, applied)? {
        problems.add(quoted(migration), PENDING);
    }
    if problems.is_empty() { Ok(()) } else { Err(DbError::migrations(problems)) }
}

/// Every migration with its state; those without a file come last.
pub(crate) fn states(migrations: &[Migration], applied: &Applied) -> Result<Vec<(String, MigrationState)>, DbError> {
    let ordered = in_order(migrations)?;
    let mut states: Vec<_> = ordered.iter().map(|migration| (name(migration), state(migration, applied))).collect();
    let known: BTreeSet<String> = states.iter().map(|(name, _)| name.clone()).collect();
    let missing = applied.iter().filter(|(name, _)| !known.contains(name));
    states.extend(missing.map(|(name, _)| (name.clone(), MigrationState::Missing)));
    Ok(states)
}

fn state(migration: &Migration, applied: &Applied) -> MigrationState {
    let name = name(migration);
    match applied.iter().find(|(applied, _)| *applied == name) {
        None => MigrationState::Pending,
        Some((_, recorded)) if *recorded == checksum(text(migration)) => MigrationState::Applied,
        // Written down when the mark at the beginning of a file still counted.
        Some((_, recorded)) if *recorded == checksum(migration.sql) => MigrationState::Applied,
        Some(_) => MigrationState::Edited,
    }
}

/// The steps of one run, told as they happen.
pub(crate) struct Steps {
    pub(crate) progress: Progress,
    pub(crate) of: usize,
}

impl Steps {
    /// Tells that a migration begins or is applied.
    pub(crate) fn tell(&self, index: usize, migration: &Migration, done: bool) {
        self.progress.tell(Step { migration: name(migration), number: index + 1, of: self.of, done });
    }
}

/// `domain/file`.
pub(crate) fn name(migration: &Migration) -> String {
    format!("{}/{}", migration.domain, migration.file)
}

/// The error for a script that the engine refused. Where the engine was busy or away, the same may pass the next time.
pub(crate) fn failed(migration: &Migration, said: &str, error: DbError) -> DbError {
    match error.kind() {
        DbErrorKind::Unavailable | DbErrorKind::Busy => error.during(&format!("{} failed", quoted(migration))),
        _ => DbError::migration(quoted(migration), format!("failed: {said}")),
    }
}

/// As a sentence about it begins.
pub(crate) fn quoted(migration: &Migration) -> String {
    format!("migration `{}`", name(migration))
}

/// FNV-1a of the text, as hex. Line ends don't count: a checkout on Windows is not an edit.
pub(crate) fn checksum(sql: &str) -> String {
    let hash = sql
        .bytes()
        .filter(|byte| *byte != b'\r')
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{hash:016x}")
}

/// The file's text, without the mark that some editors begin a file with.
pub(crate) fn text(migration: &Migration) -> &'static str {
    migration.sql.strip_prefix('\u{feff}').unwrap_or(migration.sql)
}

/// The first lines that say something about the file: `-- depends: …`, `-- no-transaction`.
fn head(sql: &str) -> impl Iterator<Item = &str> {
    let comments = sql.lines().map_while(|line| line.trim().strip_prefix("--").map(str::trim));
    comments.take_while(|line| line.starts_with("depends:") || *line == "no-transaction")
}

/// Whether its one statement can't run inside a transaction.
pub(crate) fn is_bare(migration: &Migration) -> bool {
    head(text(migration)).any(|line| line == "no-transaction")
}

/// What the first lines `-- depends: other/001_x.sql, …` name.
fn depends(sql: &str) -> impl Iterator<Item = &str> {
    head(sql)
        .filter_map(|line| line.strip_prefix("depends:"))
        .flat_map(|names| names.split([',', ' ']))
        .map(str::trim)
        .filter(|name| !name.is_empty())
}

/// Refuses what can't be applied as a whole: a file that begins or ends a transaction, which would tear apart it and its
/// row in the history, several statements where none may be in a transaction, and a NUL, at which an engine stops to read.
fn readable(migration: &Migration) -> Result<(), DbError> {
    let wrong = |said: String| Err(DbError::migration(quoted(migration), said));
    let sql = text(migration);
    if sql.contains('\0') {
        return wrong("must not contain a NUL character".to_owned());
    }
    if is_bare(migration) && statements(sql).count() != 1 {
        return wrong(
            "must be one statement, because `-- no-transaction` leaves nothing to undo the others".to_owned(),
        );
    }
    let mut controls = statements(sql).filter_map(|words| control(&words));
    controls.next().map_or(Ok(()), |word| {
        wrong(format!("must not contain `{word}`: it is one transaction, together with its row in the history"))
    })
}

/// The words of each statement, outside of parentheses. The statements in the body of a trigger or a function are a part
/// of the one that makes it.
fn statements(sql: &str) -> impl Iterator<Item = Vec<&str>> {
    let mut tokens = tokens(sql);
    std::iter::from_fn(move || {
        let (mut words, mut starts, mut body) = (Vec::new(), true, false);
        for token in tokens.by_ref() {
            match token {
                Token::End if body || words.is_empty() => starts = true,
                Token::End => return Some(words),
                Token::Word(word, 0) => {
                    body = if body {
                        !(starts && word.eq_ignore_ascii_case("END"))
                    } else {
                        word.eq_ignore_ascii_case("BEGIN") && has_body(&words)
                    };
                    starts = false;
                    words.push(word);
                }
                _ => starts = false,
            }
        }
        (!words.is_empty()).then_some(words)
    })
}

/// `CREATE TRIGGER …`, `CREATE OR REPLACE FUNCTION …`
fn has_body(words: &[&str]) -> bool {
    let is = |word: &&str, listed: &[&str]| listed.iter().any(|listed| word.eq_ignore_ascii_case(listed));
    words.first().is_some_and(|first| is(first, &["CREATE"]))
        && words.iter().take(6).any(|word| is(word, &["TRIGGER", "FUNCTION", "PROCEDURE"]))
}

/// What begins or ends a transaction, in capitals.
fn control(words: &[&str]) -> Option<String> {
    const CONTROL: [&str; 8] = ["BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE"];
    let first = words.first()?.to_ascii_uppercase();
    let prepares = first == "PREPARE" && words.get(1).is_some_and(|word| word.eq_ignore_ascii_case("TRANSACTION"));
    (prepares || CONTROL.contains(&first.as_str())).then_some(first)
}

/// The domain, and where the file is in it.
type Key<'m> = (&'m str, (u64, &'m str));

/// Each migration after those that it depends on and after its domain's earlier files; else by domain and file.
pub(crate) fn in_order(migrations: &[Migration]) -> Result<Vec<&Migration>, DbError> {
    let by_name: BTreeMap<Key<'_>, &Migration> =
        migrations.iter().map(|migration| ((migration.domain, Migration::place(migration.file)), migration)).collect();
    let mut waiting: BTreeMap<Key<'_>, BTreeSet<Key<'_>>> = BTreeMap::new();
    let mut earlier: Option<Key<'_>> = None;
    for (&key, migration) in &by_name {
        readable(migration)?;
        let needs = waiting.entry(key).or_default();
        // Within a domain the number in the file's name is a promise.
        needs.extend(earlier.filter(|(domain, _)| *domain == key.0));
        earlier = Some(key);
        for named in depends(text(migration)) {
            let needed = by_name.keys().copied().find(|key| is_named(*key, named)).ok_or_else(|| {
                DbError::migration(quoted(migration), format!("depends on `{named}`, which does not exist"))
            })?;
            needs.insert(needed);
        }
    }
    let mut ordered = Vec::with_capacity(by_name.len());
    while !waiting.is_empty() {
        let ready = waiting.iter().find(|(_, needs)| needs.is_empty()).map(|(key, _)| *key);
        let Some(ready) = ready else { return Err(ring(&waiting)) };
        waiting.remove(&ready);
        for needs in waiting.values_mut() {
            needs.remove(&ready);
        }
        ordered.push(by_name[&ready]);
    }
    Ok(ordered)
}

/// `users/001_users.sql`, or without its ending.
fn is_named((domain, (_, file)): Key<'_>, named: &str) -> bool {
    let short = file.strip_suffix(".sql").unwrap_or(file);
    named.split_once('/').is_some_and(|(of, what)| of == domain && (what == file || what == short))
}

/// Names one ring among those that wait for each other.
fn ring(waiting: &BTreeMap<Key<'_>, BTreeSet<Key<'_>>>) -> DbError {
    let mut path: Vec<Key<'_>> = Vec::new();
    let mut next = waiting.keys().next().copied();
    while let Some(key) = next {
        if let Some(start) = path.iter().position(|seen| *seen == key) {
            path.drain(..start);
            path.push(key);
            break;
        }
        path.push(key);
        next = waiting[&key].first().copied();
    }
    let path: Vec<String> = path.iter().map(|(domain, (_, file))| format!("`{domain}/{file}`")).collect();
    DbError::migration("migrations", format!("depend on each other in a ring: {}", path.join(" → ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn migration(domain: &'static str, file: &'static str, sql: &'static str) -> Migration {
        Migration { domain, file, sql }
    }

    fn names(migrations: &[Migration]) -> Vec<String> {
        in_order(migrations).unwrap().into_iter().map(name).collect()
    }

    #[test]
    fn dependencies_beat_the_alphabet_and_files_keep_their_numbers() {
        let migrations = [
            migration("users", "002_b.sql", ""),
            migration("users", "001_a.sql", ""),
            migration("audit", "001_a.sql", "-- depends: users/002_b\n-- depends: zoo/001_z.sql\nSELECT 1"),
            migration("audit", "002_b.sql", ""),
            migration("zoo", "001_z.sql", ""),
        ];
        let expected = ["users/001_a.sql", "users/002_b.sql", "zoo/001_z.sql", "audit/001_a.sql", "audit/002_b.sql"];
        assert_eq!(names(&migrations), expected);
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        let files = ["10_c.sql", "9_b.sql", "later.sql", "1_a.sql"];
        let expected = ["a/1_a.sql", "a/9_b.sql", "a/10_c.sql", "a/later.sql"];
        assert_eq!(names(&files.map(|file| migration("a", file, ""))), expected);
    }

    #[test]
    fn what_begins_or_ends_a_transaction_is_refused_by_name_and_a_body_is_not() {
        let refused = |sql| readable(&migration("a", "1.sql", sql)).err().map(|error| error.to_string());
        for (sql, word) in [
            ("CREATE TABLE a (x INTEGER); END; CREATE TABLE b (x INTEGER);", "END"),
            ("begin; CREATE TABLE a (x INTEGER)", "BEGIN"),
            ("/* ; */ START TRANSACTION", "START"),
            ("SELECT 1;; commit", "COMMIT"),
            ("SAVEPOINT a", "SAVEPOINT"),
            ("ROLLBACK TO a", "ROLLBACK"),
            ("PREPARE TRANSACTION 'a'", "PREPARE"),
            ("CREATE TRIGGER a AFTER INSERT ON b BEGIN SELECT CASE x WHEN 1 THEN 2 END; END; END", "END"),
            ("CREATE TRIGGER a BEFORE INSERT ON b EXECUTE FUNCTION c(); COMMIT", "COMMIT"),
        ] {
            let said = refused(sql).unwrap_or_else(|| panic!("{sql}"));
            assert!(said.contains(&format!("must not contain `{word}`")), "{sql}: {said}");
        }
        for sql in [
            "INSERT INTO a VALUES ('x; COMMIT; y'), (\"; END\") -- ; ROLLBACK\n",
            "CREATE TRIGGER a AFTER INSERT ON b BEGIN DELETE FROM c; INSERT INTO c VALUES (1); END; CREATE TABLE d (x)",
            "CREATE FUNCTION a() RETURNS int LANGUAGE plpgsql AS $$ BEGIN COMMIT; END; $$; SELECT 1",
            "CREATE OR REPLACE FUNCTION a() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 1",
            "PREPARE a AS SELECT 1",
        ] {
            assert_eq!(refused(sql), None, "{sql}");
        }
        assert!(refused("SELECT 1; \0 DROP TABLE a").unwrap().contains("NUL"));
        assert_eq!(refused("-- no-transaction\nVACUUM;"), None);
        assert!(refused("-- depends: b/1\n-- no-transaction\nVACUUM; VACUUM").unwrap().contains("one statement"));
    }

    #[test]
    fn a_mark_at_the_beginning_is_no_part_of_the_text() {
        let marked = migration("a", "1.sql", "\u{feff}-- no-transaction\n-- depends: b/2.sql\nVACUUM");
        assert!(is_bare(&marked));
        assert_eq!(depends(text(&marked)).collect::<Vec<_>>(), ["b/2.sql"]);
        let plain = migration("a", "1.sql", text(&marked));
        for recorded in [marked.sql, plain.sql] {
            let applied = vec![("a/1.sql".to_owned(), checksum(recorded))];
            assert_eq!(state(&marked, &applied), MigrationState::Applied);
        }
        assert_eq!(state(&plain, &vec![("a/1.sql".to_owned(), checksum(plain.sql))]), MigrationState::Applied);
    }

    #[test]
    fn a_ring_and_an_unknown_name_are_errors() {
        let ring = [migration("a", "1.sql", "-- depends: b/1.sql"), migration("b", "1.sql", "-- depends: a/1.sql")];
        let message = in_order(&ring).unwrap_err().to_string();
        assert_eq!(message, "migrations depend on each other in a ring: `a/1.sql` → `b/1.sql` → `a/1.sql`");
        let unknown = [migration("a", "1.sql", "-- depends: b/1.sql")];
        let message = in_order(&unknown).unwrap_err().to_string();
        assert_eq!(message, "migration `a/1.sql` depends on `b/1.sql`, which does not exist");
    }

    #[test]
    fn a_checksum_is_stable_and_blind_to_line_ends() {
        assert_eq!(checksum("a"), "af63dc4c8601ec8c");
        assert_eq!(checksum("a\r\nb"), checksum("a\nb"));
        assert_ne!(checksum("a"), checksum("b"));
    }
}
