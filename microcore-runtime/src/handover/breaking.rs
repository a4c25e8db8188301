//! Migrations that code of before can't live with: for a while the old process and the new one share the database.
//!
//! In: SQL. Out: the first thing in it that drops, renames or tightens. Words are looked at and no grammar, because both
//! dialects are read and a migration may hold what no parser knows; what looks like such a thing is taken for one.

use crate::application::Application;
use crate::database::{Migrated as _, MigrationState};
use crate::error::{Error, Result};
use crate::lifecycle::Boot;
use crate::manifest::Migration;
use crate::settings::Settings as _;
use crate::tool::Tool;

/// Fails where one that is not applied yet is of that kind.
pub(crate) async fn refuse<A: Application>(boot: &Boot) -> Result<()> {
    let migrations = const { &A::MANIFEST }.migrations;
    if migrations.iter().all(|migration| breaks(migration.sql).is_none()) {
        return Ok(());
    }
    let settings = <A::Database as Tool>::Settings::load(&boot.environment)?;
    let states = A::Database::status(settings, boot).await?;
    for (name, _) in states.iter().filter(|(_, state)| *state == MigrationState::Pending) {
        let is_this = |migration: &&Migration| *name == format!("{}/{}", migration.domain, migration.file);
        if let Some(what) = migrations.iter().find(is_this).and_then(|migration| breaks(migration.sql)) {
            return Err(Error::internal(format!(
                "migration `{name}` is not applied, and has `{what}`, which the code that still runs may not live with; \
                 deploy it in steps (expand, deploy, contract), or allow it with --allow-breaking"
            )));
        }
    }
    Ok(())
}

/// The words that do it.
pub(crate) fn breaks(sql: &str) -> Option<String> {
    let words = words(sql);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.split(|word| *word == ";").find_map(breaks_in)
}

fn breaks_in(statement: &[&str]) -> Option<String> {
    let has = |word: &str| statement.contains(&word);
    let at = |sequence: &[&str]| statement.windows(sequence.len()).any(|window| window == sequence);
    let made =
        ["TABLE", "VIEW", "SCHEMA", "DATABASE", "COLUMN", "TYPE", "DOMAIN", "FUNCTION", "SEQUENCE", "MATERIALIZED"];
    match statement {
        ["DROP", what, ..] if made.contains(what) => return Some(format!("DROP {what}")),
        ["TRUNCATE", ..] => return Some("TRUNCATE".to_owned()),
        ["CREATE", "UNIQUE", "INDEX", ..] => return Some("CREATE UNIQUE INDEX".to_owned()),
        ["ALTER", ..] => {}
        _ => return None,
    }
    let only = |words: &[&str]| at(words).then(|| words.join(" "));
    // `DROP CONSTRAINT`, `DROP DEFAULT` of a nullable column and `DROP NOT NULL` loosen; the default is needed by the old
    // code's INSERT.
    if has("DROP") && !at(&["DROP", "CONSTRAINT"]) && !at(&["DROP", "NOT", "NULL"]) {
        return Some("ALTER … DROP".to_owned());
    }
    if has("RENAME") {
        return Some("ALTER … RENAME".to_owned());
    }
    if has("ADD") && at(&["NOT", "NULL"]) && !has("DEFAULT") && !has("GENERATED") {
        return Some("ADD … NOT NULL without a DEFAULT".to_owned());
    }
    let tighter = only(&["SET", "NOT", "NULL"]).or_else(|| only(&["SET", "DATA", "TYPE"]));
    let tighter = tighter.or_else(|| only(&["ADD", "CONSTRAINT"])).or_else(|| only(&["SET", "SCHEMA"]));
    tighter
        .or_else(|| (has("ADD") && (has("UNIQUE") || has("CHECK"))).then(|| "ADD … UNIQUE or CHECK".to_owned()))
        .or_else(|| {
            let altered = statement.iter().position(|word| *word == "ALTER").is_some();
            (altered && at(&["TYPE"]) && has("COLUMN")).then(|| "ALTER COLUMN … TYPE".to_owned())
        })
}

/// Words in capitals, without comments, texts, and what is quoted; `;` is a word.
fn words(sql: &str) -> Vec<String> {
    let (mut words, mut rest) = (Vec::new(), sql);
    while let Some(first) = rest.chars().next() {
        let skip = match first {
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |at| at + 2),
            '\'' | '"' | '`' => rest[1..].find(first).map_or(rest.len(), |at| at + 2),
            '$' => dollar_quoted(rest),
            ';' => {
                words.push(";".to_owned());
                1
            }
            letter if letter.is_alphanumeric() || letter == '_' => {
                let end = rest.find(|char: char| !char.is_alphanumeric() && char != '_').unwrap_or(rest.len());
                words.push(rest[..end].to_uppercase());
                end
            }
            other => other.len_utf8(),
        };
        rest = &rest[skip..];
    }
    words
}

/// The length of `$tag$ … $tag$`, or of the sign where it is none.
fn dollar_quoted(text: &str) -> usize {
    let tag = text[1..].find('$').map(|at| &text[..at + 2]);
    let tag = tag.filter(|tag| tag[1..tag.len() - 1].chars().all(|char| char.is_alphanumeric() || char == '_'));
    tag.map_or(1, |tag| text[tag.len()..].find(tag).map_or(text.len(), |at| at + 2 * tag.len()))
}

#[cfg(test)]
mod tests {
    use super::breaks;

    #[test]
    fn what_old_code_lives_with_is_let_through() {
        for sql in [
            "CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE CHECK (name <> 'DROP TABLE'))",
            "ALTER TABLE a ADD COLUMN b TEXT",
            "ALTER TABLE a ADD COLUMN b TEXT NOT NULL DEFAULT ''",
            "CREATE INDEX a_b ON a (b); DROP INDEX a_c;",
            "-- ALTER TABLE a RENAME TO b\n/* DROP TABLE a */ INSERT INTO a VALUES (1);",
            "ALTER TABLE a ALTER COLUMN b DROP NOT NULL",
            "ALTER TABLE a DROP CONSTRAINT a_b_check",
            "CREATE FUNCTION f() RETURNS void AS $body$ DROP TABLE a; $body$ LANGUAGE sql;",
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END;",
            r#"CREATE TABLE "DROP TABLE a;" (id INT)"#,
        ] {
            assert_eq!(breaks(sql), None, "{sql}");
        }
    }

    #[test]
    fn what_drops_renames_or_tightens_is_named() {
        for (sql, named) in [
            ("CREATE TABLE b (id INT);\n drop table a;", "DROP TABLE"),
            ("DROP VIEW v", "DROP VIEW"),
            ("ALTER TABLE a DROP COLUMN b", "ALTER … DROP"),
            ("alter table a rename column b to c", "ALTER … RENAME"),
            ("ALTER TABLE a RENAME TO b", "ALTER … RENAME"),
            ("ALTER TABLE a ADD COLUMN b TEXT NOT NULL", "ADD … NOT NULL without a DEFAULT"),
            ("ALTER TABLE a ALTER COLUMN b SET NOT NULL", "SET NOT NULL"),
            ("ALTER TABLE a ALTER COLUMN b TYPE BIGINT", "ALTER COLUMN … TYPE"),
            ("ALTER TABLE a ADD CONSTRAINT c CHECK (b > 0)", "ADD CONSTRAINT"),
            ("ALTER TABLE a ADD UNIQUE (b)", "ADD … UNIQUE or CHECK"),
            ("CREATE UNIQUE INDEX a_b ON a (b)", "CREATE UNIQUE INDEX"),
            ("TRUNCATE a", "TRUNCATE"),
        ] {
            assert_eq!(breaks(sql).as_deref(), Some(named), "{sql}");
        }
    }
}
