//! The little of SQL's grammar that both engines share: where words, placeholders and ends of statements are.
//!
//! In: SQL text. Out: tokens, with nothing from inside literals, quoted names and comments.

/// What matters of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// A keyword or a name, and how deep in parentheses.
    Word(&'a str, usize),
    /// `$7`.
    Placeholder(usize),
    /// `,`, and how deep in parentheses.
    Comma(usize),
    /// `;`
    End,
}

/// The tokens of a text.
pub(crate) fn tokens(sql: &str) -> Tokens<'_> {
    Tokens { sql, at: 0, depth: 0 }
}

/// Walks over the text.
#[derive(Debug)]
pub(crate) struct Tokens<'a> {
    sql: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let rest = &self.sql[self.at..];
            let first = rest.chars().next()?;
            match first {
                '(' => self.depth += 1,
                ')' => self.depth = self.depth.saturating_sub(1),
                ';' => {
                    self.at += 1;
                    return Some(Token::End);
                }
                ',' => {
                    self.at += 1;
                    return Some(Token::Comma(self.depth));
                }
                '\'' | '"' | '`' => {
                    self.at += quoted(rest, first, false);
                    continue;
                }
                '-' if rest.starts_with("--") => {
                    self.at += rest.find('\n').unwrap_or(rest.len());
                    continue;
                }
                '/' if rest.starts_with("/*") => {
                    self.at += comment(rest);
                    continue;
                }
                '$' => {
                    let digits = length(&rest[1..], |char| char.is_ascii_digit());
                    if digits == 0 {
                        self.at += dollar_quoted(rest);
                        continue;
                    }
                    self.at += 1 + digits;
                    return Some(Token::Placeholder(rest[1..=digits].parse().unwrap_or(usize::MAX)));
                }
                // A string with escapes, as PostgreSQL has it; to SQLite, `e` in front of a literal is an error.
                'e' | 'E' if rest[1..].starts_with('\'') => {
                    self.at += 1 + quoted(&rest[1..], '\'', true);
                    continue;
                }
                _ if first.is_alphabetic() || first == '_' => {
                    let word = &rest[..length(rest, |char| char.is_alphanumeric() || char == '_' || char == '$')];
                    self.at += word.len();
                    return Some(Token::Word(word, self.depth));
                }
                // A number and what is glued to it.
                _ if first.is_ascii_digit() => {
                    self.at += length(rest, |char| char.is_alphanumeric() || char == '.' || char == '_');
                    continue;
                }
                _ => {}
            }
            self.at += first.len_utf8();
        }
    }
}

fn length(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|char| !belongs(char)).unwrap_or(text.len())
}

/// From the opening to the closing mark; a doubled one is inside.
fn quoted(text: &str, mark: char, escapes: bool) -> usize {
    let mut inside = text.char_indices().skip(1).peekable();
    while let Some((at, char)) = inside.next() {
        if escapes && char == '\\' {
            inside.next();
        } else if char == mark && inside.next_if(|(_, next)| *next == mark).is_none() {
            return at + 1;
        }
    }
    text.len()
}

/// Comments nest on PostgreSQL; on SQLite nobody writes one inside another.
fn comment(text: &str) -> usize {
    let (mut at, mut depth) = (2, 1);
    while depth > 0 {
        let Some(next) = text[at..].find(['*', '/']) else { return text.len() };
        at += next;
        if text[at..].starts_with("*/") {
            (at, depth) = (at + 2, depth - 1);
        } else if text[at..].starts_with("/*") {
            (at, depth) = (at + 2, depth + 1);
        } else {
            at += 1;
        }
    }
    at
}

/// `$tag$ … $tag$`, or one character where it is none.
fn dollar_quoted(text: &str) -> usize {
    let tag = 1 + length(&text[1..], |char| char.is_alphanumeric() || char == '_');
    if !text[tag..].starts_with('$') {
        return 1;
    }
    let (tag, inside) = text.split_at(tag + 1);
    inside.find(tag).map_or(text.len(), |end| 2 * tag.len() + end)
}

/// The word that says what a statement does, as it is written: `insert`, also behind a `WITH`. Empty where there is none.
pub(crate) fn verb(sql: &str) -> &str {
    const MAIN: [&str; 7] = ["SELECT", "VALUES", "TABLE", "INSERT", "UPDATE", "DELETE", "MERGE"];
    // Most statements begin with it, and every call asks.
    let letters = sql.bytes().take_while(u8::is_ascii_alphabetic).count();
    let ends = sql.as_bytes().get(letters).is_none_or(u8::is_ascii_whitespace);
    if letters > 0 && ends && !sql[..letters].eq_ignore_ascii_case("WITH") {
        return &sql[..letters];
    }
    let mut words = tokens(sql).filter_map(|token| match token {
        Token::Word(word, depth) => Some((word, depth)),
        _ => None,
    });
    let Some((first, depth)) = words.next() else { return "" };
    if !first.eq_ignore_ascii_case("WITH") {
        return first;
    }
    words.find(|(word, at)| *at == depth && is_one_of(word, &MAIN)).map_or(first, |(word, _)| word)
}

/// Whether the text begins with `SELECT`, as most reads do: every call asks, and this is quick.
pub(crate) fn selects(sql: &str) -> bool {
    let word = sql.as_bytes().first_chunk::<7>();
    word.is_some_and(|word| word[..6].eq_ignore_ascii_case(b"SELECT") && word[6].is_ascii_whitespace())
}

/// Whether a statement changes nothing, as far as its words say. A `WITH` may write whatever its own verb is, and so does
/// an `EXPLAIN ANALYZE`.
pub(crate) fn reads(sql: &str) -> bool {
    if selects(sql) {
        return true;
    }
    let verb = verb(sql);
    if verb.eq_ignore_ascii_case("EXPLAIN") {
        return !words(sql).any(|word| is_one_of(word, &["ANALYZE", "ANALYSE"]));
    }
    if !is_one_of(verb, &["SELECT", "VALUES", "TABLE", "SHOW"]) {
        return false;
    }
    // What begins with its verb, as most do, has no `WITH` that could write.
    let begins = sql.trim_start();
    begins.get(..verb.len()).is_some_and(|first| first == verb) || !writes_within(sql)
}

/// Whether a part of the statement writes. `FOR UPDATE` only locks.
fn writes_within(sql: &str) -> bool {
    let mut before = "";
    words(sql).any(|word| {
        let locks = is_one_of(before, &["FOR", "KEY"]);
        before = word;
        !locks && is_one_of(word, &["INSERT", "UPDATE", "DELETE", "MERGE"])
    })
}

/// Whether a statement is an INSERT of one row, written out. No other one surely returns at most one.
#[cfg_attr(not(feature = "postgres"), allow(dead_code, reason = "only PostgreSQL asks"))]
pub(crate) fn inserts_one(sql: &str) -> bool {
    let mut outside = tokens(sql).filter(|token| matches!(token, Token::Word(_, 0) | Token::Comma(0) | Token::End));
    let is = |token: Option<Token<'_>>, listed: &[&str]| matches!(token, Some(Token::Word(word, _)) if is_one_of(word, listed));
    if !is(outside.next(), &["INSERT"]) || !outside.any(|token| is(Some(token), &["VALUES"])) {
        return false;
    }
    let next = outside.next();
    next.is_none() || next == Some(Token::End) || is(next, &["ON", "RETURNING"])
}

/// The statement without its questions whether a parameter is NULL, which tell nothing of its type; `None` where it has
/// none. `$1 IS NULL OR name = $1` → `TRUE OR name = $1`.
#[cfg_attr(not(feature = "postgres"), allow(dead_code, reason = "only PostgreSQL asks"))]
pub(crate) fn without_null_tests(sql: &str) -> Option<String> {
    let mut rest = tokens(sql);
    let (mut text, mut kept) = (String::new(), 0);
    while let Some(token) = rest.next() {
        if !matches!(token, Token::Placeholder(_)) {
            continue;
        }
        let start = sql[..rest.at].rfind('$')?;
        let mut ahead = Tokens { sql, at: rest.at, depth: rest.depth };
        let mut next = || match ahead.next() {
            Some(Token::Word(word, _)) => word,
            _ => "",
        };
        let is_null = next().eq_ignore_ascii_case("IS") && {
            let word = next();
            word.eq_ignore_ascii_case("NULL")
                || (word.eq_ignore_ascii_case("NOT") && next().eq_ignore_ascii_case("NULL"))
        };
        if is_null {
            text.push_str(&sql[kept..start]);
            text.push_str("TRUE");
            kept = ahead.at;
            rest.at = ahead.at;
        }
    }
    (kept > 0).then(|| text + &sql[kept..])
}

fn words(sql: &str) -> impl Iterator<Item = &str> {
    tokens(sql).filter_map(|token| if let Token::Word(word, _) = token { Some(word) } else { None })
}

/// Whether a statement begins or ends a transaction.
pub(crate) fn controls(sql: &str) -> bool {
    const CONTROL: [&str; 9] =
        ["BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "PREPARE"];
    is_one_of(verb(sql), &CONTROL)
}

fn is_one_of(word: &str, list: &[&str]) -> bool {
    list.iter().any(|listed| word.eq_ignore_ascii_case(listed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_or_commented_is_no_token() {
        let sql = "SELECT '$1;''', \"$2\", E'\\'$3', $$ $4; $$, $a$ $5 $b$ $a$ /* $6 /* ; */ */ -- $7\n, $8, a$9, 1e$";
        let found: Vec<_> = tokens(sql).collect();
        let found: Vec<_> = found.into_iter().filter(|token| *token != Token::Comma(0)).collect();
        assert_eq!(found, [Token::Word("SELECT", 0), Token::Placeholder(8), Token::Word("a$9", 0)]);
        for open in ["'", "\"", "/*", "$$", "--", "e'", "$x$", "$"] {
            assert_eq!(tokens(open).next(), None, "{open}");
        }
    }

    #[test]
    fn a_verb_is_found_behind_comments_parentheses_and_with() {
        for (sql, expected) in [
            ("", ""),
            ("  -- x\n/* y */ insert into a values (1)", "insert"),
            ("(SELECT 1)", "SELECT"),
            ("WITH a (x) AS (SELECT 1), b AS (DELETE FROM c RETURNING 1) UPDATE d SET e = 1", "UPDATE"),
            ("WITH RECURSIVE n AS (SELECT 1) SELECT * FROM n", "SELECT"),
            ("commit", "commit"),
        ] {
            assert_eq!(verb(sql), expected, "{sql}");
        }
    }

    #[test]
    fn what_writes_behind_a_reading_word_does_not_read() {
        for (sql, expected) in [
            ("SELECT updated FROM a FOR UPDATE", true),
            ("WITH a AS (SELECT 1) SELECT * FROM b FOR NO KEY UPDATE", true),
            ("WITH a AS (DELETE FROM b RETURNING 1) SELECT * FROM a", false),
            ("/* x */ with a as (insert into b values (1) returning 1) select 1", false),
            ("EXPLAIN DELETE FROM a", true),
            ("EXPLAIN (ANALYZE, BUFFERS) DELETE FROM a", false),
            ("(SELECT 1) UNION SELECT 2", true),
        ] {
            assert_eq!(reads(sql), expected, "{sql}");
        }
    }

    #[test]
    fn an_insert_of_one_row_is_told_from_others() {
        for (sql, expected) in [
            ("INSERT INTO a (b, c) VALUES ($1, lower($2)) RETURNING id, b", true),
            ("INSERT INTO a DEFAULT VALUES RETURNING id;", true),
            ("insert into a values (1) on conflict (b) do nothing returning id", true),
            ("INSERT INTO a VALUES (1), (2) RETURNING id", false),
            ("INSERT INTO a VALUES (1) UNION ALL SELECT 2 RETURNING id", false),
            ("INSERT INTO a SELECT * FROM (VALUES (1), (2)) AS v RETURNING id", false),
            ("WITH x AS (DELETE FROM c) INSERT INTO a VALUES (1) RETURNING id", false),
            ("UPDATE a SET b = 1 RETURNING id", false),
        ] {
            assert_eq!(inserts_one(sql), expected, "{sql}");
        }
    }

    #[test]
    fn questions_for_null_are_left_out_and_nothing_else() {
        let masked = |sql| without_null_tests(sql);
        assert_eq!(masked("$1 IS NULL OR a = $1").as_deref(), Some("TRUE OR a = $1"));
        assert_eq!(masked("a = $12 AND ($12 is /* x */ not NULL)").as_deref(), Some("a = $12 AND (TRUE)"));
        assert_eq!(masked("SELECT '$1 IS NULL', a IS NULL, $1 IS DISTINCT FROM a"), None);
    }
}
