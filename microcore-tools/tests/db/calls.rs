//! Single calls: rows, counts, errors, placeholders.

use microcore_runtime::error::{Error, Result};
use microcore_runtime::tool::Tool;
use microcore_tools::db::{Backend, Database, DbError, DbErrorKind, OnViolation, Value};

const ADD: &str = "INSERT INTO users (name, email) VALUES ($1, $2)";

pub(crate) async fn counts_what_it_changes<B: Backend>(db: Database<B>) {
    assert_eq!(db.execute(ADD, ("Ana", "a@x")).await.unwrap(), 1);
    assert_eq!(db.execute(ADD, ("Bo", None::<&str>)).await.unwrap(), 1);
    assert_eq!(db.execute("UPDATE users SET age = $1", (3_u32,)).await.unwrap(), 2);
    assert_eq!(db.execute("UPDATE users SET age = 4 WHERE id = $1", (99,)).await.unwrap(), 0);
    assert_eq!(db.execute("CREATE TABLE more (id INTEGER)", ()).await.unwrap(), 0);
    assert_eq!(db.execute("DELETE FROM users WHERE name = $1", ["Bo"]).await.unwrap(), 1);
}

pub(crate) async fn an_insert_tells_its_count_whatever_the_key<B: Backend>(db: Database<B>) {
    let add = "INSERT INTO users (id, name) VALUES (42, 'Ana')";
    assert_eq!(db.execute(add, ()).await.unwrap(), 1);
    assert_eq!(
        db.execute("INSERT INTO users (id, name) VALUES (43, 'Bo'), (44, 'Cy') RETURNING id", ()).await.unwrap(),
        2
    );
    assert_eq!(db.execute("SELECT id FROM users", ()).await.unwrap(), 0);
    assert_eq!(db.query::<i64>("DELETE FROM users WHERE id > 42 RETURNING id", ()).await.unwrap().len(), 2);
    assert_eq!(db.query::<i64>("SELECT id FROM users", ()).await.unwrap(), [42]);
}

pub(crate) async fn finds_rows_or_says_that_there_are_none<B: Backend>(db: Database<B>) {
    let none: Vec<(i64, String)> = db.query("SELECT id, name FROM users", ()).await.unwrap();
    assert!(none.is_empty());
    let name = String::from("Ana");
    let id: i64 = db.query_scalar("INSERT INTO users (name) VALUES ($1) RETURNING id", (&name,)).await.unwrap();
    assert_eq!(db.query_one::<String>("SELECT name FROM users WHERE id = $1", (id,)).await.unwrap(), Some(name));
    assert_eq!(db.query_one::<String>("SELECT name FROM users WHERE id = $1", (id + 1,)).await.unwrap(), None);
    assert_eq!(db.query::<i64>("SELECT id FROM users", ()).await.unwrap(), [id]);
    let error = db.query_scalar::<i64>("SELECT id FROM users WHERE id = $1", (id + 1,)).await.unwrap_err();
    assert_eq!(error.kind(), DbErrorKind::NoRows);
    let error = db.query_scalar::<i64>("SELECT 1 UNION SELECT 2", ()).await.unwrap_err();
    assert_eq!(error.kind(), DbErrorKind::Usage);
}

pub(crate) async fn many_in_one_transaction_or_none<B: Backend>(db: Database<B>) {
    assert_eq!(db.execute_many(ADD, [("a", "1"), ("b", "2")]).await.unwrap(), 2);
    assert_eq!(db.execute_many(ADD, Vec::<(String, String)>::new()).await.unwrap(), 0);
    let error = db.execute_many(ADD, [("c", "3"), ("d", "1")]).await.unwrap_err();
    assert_eq!(error.kind(), DbErrorKind::Unique);
    assert_eq!(db.query_scalar::<i64>("SELECT count(*) FROM users", ()).await.unwrap(), 2);
}

pub(crate) async fn violations_tell_kind_table_and_columns<B: Backend>(db: Database<B>) {
    db.execute(ADD, ("Ana", "a@x")).await.unwrap();
    let cases = [
        (ADD, ("Ana", "a@x"), DbErrorKind::Unique, Some("users"), &["email"][..]),
        (
            "INSERT INTO users (name, email) VALUES (nullif($1, $2), $2)",
            ("x", "x"),
            DbErrorKind::NotNull,
            Some("users"),
            &["name"],
        ),
        ("INSERT INTO users (name, age) VALUES ($1, -length($2))", ("x", "y"), DbErrorKind::Check, None, &[]),
        (
            "INSERT INTO notes (user_id, body) VALUES (length($1) + 98, $2)",
            ("x", "y"),
            DbErrorKind::ForeignKey,
            None,
            &[],
        ),
        ("INSERT INTO nowhere VALUES ($1, $2)", ("x", "y"), DbErrorKind::Syntax, None, &[]),
    ];
    for (sql, params, kind, table, columns) in cases {
        let error = db.execute(sql, params).await.unwrap_err();
        assert_eq!((error.kind(), error.table()), (kind, table), "{sql}: {error}");
        assert_eq!(error.columns(), columns, "{sql}");
        let error = db.transaction(async |tx| tx.execute(sql, params).await).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{sql}");
    }
    let answer: Result<u64> = db
        .execute("INSERT INTO notes (user_id, body) VALUES (99, 'x')", ())
        .await
        .on_unique(|| Error::conflict("taken"))
        .on_foreign_key(|| Error::unprocessable("no such user"));
    assert_eq!(answer.unwrap_err().status(), 422);
}

pub(crate) async fn an_unavailable_database_answers_503<B: Backend>(db: Database<B>) {
    db.shutdown().await.unwrap();
    let error = db.query::<i64>("SELECT 1", ()).await.unwrap_err();
    assert_eq!(error.kind(), DbErrorKind::Unavailable);
    assert_eq!(Error::from(error).status(), 503);
}

pub(crate) async fn parameters_must_match_the_statement<B: Backend>(db: Database<B>) {
    for (sql, count) in [
        ("SELECT $1 + $2", 1),
        ("SELECT $1", 2),
        ("SELECT $2", 2),
        ("SELECT 1", 1),
        ("SELECT $1 + ?", 1),
        ("SELECT ?1", 1),
        ("SELECT :a", 1),
    ] {
        let error = db.query::<Option<i64>>(sql, vec![1; count]).await.unwrap_err();
        // What is no placeholder of the contract's is a mistake of syntax to PostgreSQL.
        let foreign = sql.contains(['?', ':']) && error.kind() == DbErrorKind::Syntax;
        assert!(foreign || error.kind() == DbErrorKind::Usage, "{sql}: {error}");
    }
    let error = db.execute("DELETE FROM notes; DELETE FROM users", ()).await.unwrap_err();
    assert_eq!(error.kind(), DbErrorKind::Usage);
    assert_eq!(db.execute("", ()).await.unwrap_err().kind(), DbErrorKind::Usage);
}

pub(crate) async fn what_has_no_type_of_its_own_takes_that_of_the_value<B: Backend>(db: Database<B>) {
    let number = "SELECT ($1 - (CASE WHEN ((0) = (0)) THEN $2 ELSE $3 END)) AS x";
    assert_eq!(db.query_scalar::<i64>(number, (7, 2, 3)).await.unwrap(), 5);
    let sql = "SELECT ($1 - (CASE WHEN ((0) = (0)) THEN $2 ELSE $3 END)) AS x, '' AS y FROM users
         WHERE (NOT (((CASE WHEN ((2) = id) THEN (55) ELSE $4 END) + coalesce(id, id)) = (3 * (length(name) - id))))
         ORDER BY id DESC LIMIT $5 OFFSET $6";
    db.execute("INSERT INTO users (id, name) VALUES (1, 'Ana')", ()).await.unwrap();
    let rows = db.query::<(i64, String)>(sql, (7, 2, 3, -832_281, 1, 0)).await.unwrap();
    assert_eq!(rows, [(5, String::new())]);
}

pub(crate) async fn one_value_needs_no_tuple<B: Backend>(db: Database<B>) {
    let name = String::from("Ana");
    db.execute("INSERT INTO users (name, email) VALUES ('Ana', $1)", "ana@example.com").await.unwrap();
    let id: i64 = db.query_scalar("SELECT id FROM users WHERE name = $1", &name).await.unwrap();
    #[allow(unused_parens, reason = "a tuple that was forgotten its comma")]
    let email: Option<String> = db.query_one("SELECT email FROM users WHERE id = $1", (id)).await.unwrap();
    assert_eq!(email.as_deref(), Some("ana@example.com"));
    let none = db.query_scalar::<bool>("SELECT CAST($1 AS TEXT) IS NULL", None::<&str>).await.unwrap();
    assert!(none);
    let error = db.query::<i64>("SELECT $1 + $2", 1).await.unwrap_err();
    assert_eq!(error.kind(), DbErrorKind::Usage);
}

pub(crate) async fn placeholders_in_literals_and_comments_are_text<B: Backend>(db: Database<B>) {
    let sql = "SELECT '$1 ?', $1 AS \"$2\" /* $3 */ -- $4";
    assert_eq!(db.query_one::<(String, i64)>(sql, (7,)).await.unwrap(), Some(("$1 ?".into(), 7)));
}

pub(crate) async fn numbers_repeat_and_pass_ten<B: Backend>(db: Database<B>) {
    let params = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    let sql = "SELECT $11, $10, $1, $2 + $3 + $4 + $5 + $6 + $7 + $8 + $9, $1";
    assert_eq!(db.query_one(sql, params).await.unwrap(), Some((11_i64, 10_i64, 1_i64, 44_i64, 1_i64)));
}

pub(crate) async fn a_reading_word_that_writes_is_written<B: Backend>(db: Database<B>) {
    let sql = "WITH new (name) AS (VALUES ($1)) INSERT INTO users (name) SELECT name FROM new RETURNING name";
    assert_eq!(db.query_scalar::<String>(sql, ("Ana",)).await.unwrap(), "Ana");
    assert_eq!(db.query_scalar::<i64>("SELECT count(*) FROM users", ()).await.unwrap(), 1);
}

pub(crate) async fn an_unreadable_returning_writes_nothing<B: Backend>(db: Database<B>) {
    let sql = "INSERT INTO users (name) VALUES ('Ana') RETURNING name";
    assert_eq!(db.query_scalar::<i64>(sql, ()).await.unwrap_err().kind(), DbErrorKind::Type);
    // The type is right, the value is not: NULL, a number that is too big.
    let sql = "INSERT INTO users (name) VALUES ('Ana') RETURNING email";
    assert_eq!(db.query_scalar::<String>(sql, ()).await.unwrap_err().kind(), DbErrorKind::Type);
    let sql = "INSERT INTO users (id, name) VALUES (1000, 'Ana') RETURNING id";
    assert_eq!(db.query_scalar::<i8>(sql, ()).await.unwrap_err().kind(), DbErrorKind::Type);
    assert_eq!(db.query_one::<(i64, String, String)>(sql, ()).await.unwrap_err().kind(), DbErrorKind::Type);
    let count = "SELECT count(*) FROM users";
    assert_eq!(db.query_scalar::<i64>(count, ()).await.unwrap(), 0);
    // Twice, the second time with everything known of the statement.
    for id in [1, 2] {
        let sql = "INSERT INTO users (id, name) VALUES ($1, 'Ana') RETURNING id, name";
        let made = db.query_one::<(i64, String)>(sql, (id,)).await.unwrap();
        assert_eq!(made, Some((id, "Ana".to_owned())));
        assert_eq!(db.query_one::<(i64, String)>(sql, (id,)).await.unwrap_err().kind(), DbErrorKind::Unique);
        assert_eq!(db.query_scalar::<i64>(count, ()).await.unwrap(), id);
    }
}

/// What is an error has written nothing: several rows where one value is wanted, a shape that does not fit, a value that
/// can't be read; by itself and in a transaction, which it ends.
pub(crate) async fn an_error_has_written_nothing<B: Backend>(db: Database<B>) {
    db.execute("INSERT INTO users (id, name, age) VALUES (1001, 'a', 1), (1002, 'b', 2)", ()).await.unwrap();
    let ages = async || db.query::<i64>("SELECT age FROM users ORDER BY id", ()).await.unwrap();
    let update = "UPDATE users SET age = age + 10 RETURNING id";
    let insert = "INSERT INTO users (name) VALUES ('c'), ('d') RETURNING id";
    for sql in [update, insert, "DELETE FROM users RETURNING id"] {
        let error = db.query_scalar::<i64>(sql, ()).await.unwrap_err();
        assert_eq!(error.kind(), DbErrorKind::Usage, "{sql}: {error}");
        assert_eq!(ages().await, [1, 2], "{sql}");
        // The error is not passed on, and the transaction is not committed all the same.
        let ended = db
            .transaction(async |tx| {
                assert!(tx.query_scalar::<i64>(sql, ()).await.is_err());
                Ok::<_, DbError>(())
            })
            .await;
        assert!(ended.is_err());
        assert_eq!(ages().await, [1, 2], "{sql}");
    }
    let named = "UPDATE users SET age = age + 10 RETURNING name";
    assert!(db.query_one::<(i64, i64)>(named, ()).await.is_err());
    assert!(db.query::<i64>(named, ()).await.is_err());
    let none = "UPDATE users SET age = 0 WHERE id = 99 RETURNING id";
    assert_eq!(db.query_scalar::<i64>(none, ()).await.unwrap_err().kind(), DbErrorKind::NoRows);
    assert_eq!(ages().await, [1, 2]);
    // The first row is what was asked for, and all of them are changed.
    assert!(db.query_one::<i64>(update, ()).await.unwrap().is_some());
    assert_eq!(ages().await, [11, 12]);
}

pub(crate) async fn a_parameter_may_be_asked_whether_it_is_null<B: Backend>(db: Database<B>) {
    db.execute("INSERT INTO users (id, name, age) VALUES (1, 'a', 1), (2, 'b', NULL)", ()).await.unwrap();
    let by_name =
        "SELECT id FROM users WHERE ($1 IS NULL OR name = $1) AND ($2 IS NOT NULL OR age IS NULL) ORDER BY id";
    let found = async |name: Option<&str>, any: Option<i64>| db.query::<i64>(by_name, (name, any)).await.unwrap();
    // Whatever was NULL the first time.
    for _ in 0..2 {
        assert_eq!(found(None, Some(1)).await, [1, 2]);
        assert_eq!(found(Some("a"), Some(1)).await, [1]);
        assert_eq!(found(None, None).await, [2]);
    }
    let by_age = "SELECT id FROM users WHERE $1 IS NULL OR age = $1 ORDER BY id";
    assert_eq!(db.query::<i64>(by_age, (None::<i64>,)).await.unwrap(), [1, 2]);
    assert_eq!(db.query::<i64>(by_age, (1,)).await.unwrap(), [1]);
    let changed =
        db.transaction(async |tx| tx.execute("UPDATE users SET age = 3 WHERE $1 IS NULL OR age = $1", (1,)).await);
    assert_eq!(changed.await.unwrap(), 1);
}

/// For SQL that is put together at run time.
pub(crate) async fn a_list_of_values_binds<B: Backend>(db: Database<B>) {
    let (name, age): (Option<&str>, Option<i64>) = (Some("Ana"), Some(3));
    let (mut columns, mut values) = (vec!["email"], vec![Value::from("a@x")]);
    if let Some(name) = name {
        columns.push("name");
        values.push(name.into());
    }
    columns.push("age");
    values.push(age.into());
    let numbers: Vec<String> = (1..=values.len()).map(|number| format!("${number}")).collect();
    let sql = format!("INSERT INTO users ({}) VALUES ({})", columns.join(", "), numbers.join(", "));
    assert_eq!(db.execute(&sql, &values).await.unwrap(), 1);
    let read = "SELECT name, email, age FROM users";
    let row = db.query_one::<(String, String, i64)>(read, ()).await.unwrap().unwrap();
    assert_eq!(row, ("Ana".to_owned(), "a@x".to_owned(), 3));
    let nan = vec![Value::Float(f64::NAN)];
    assert_eq!(db.execute("UPDATE users SET age = $1", nan).await.unwrap_err().kind(), DbErrorKind::Type);
}

pub(crate) async fn a_nul_is_refused<B: Backend>(db: Database<B>) {
    for sql in ["SELECT 1 \0 + 1", "DELETE FROM users \0 WHERE id = 1", "WITH a AS (SELECT 1) SELECT * FROM a\0"] {
        assert_eq!(db.query::<i64>(sql, ()).await.unwrap_err().kind(), DbErrorKind::Usage, "{sql:?}");
        let inside = db.transaction(async |tx| tx.execute(sql, ()).await).await;
        assert_eq!(inside.unwrap_err().kind(), DbErrorKind::Usage, "{sql:?}");
    }
}

pub(crate) async fn it_is_healthy_until_it_is_shut_down<B: Backend>(db: Database<B>) {
    assert!(db.health_check().await.is_ok());
    db.shutdown().await.unwrap();
    assert!(db.health_check().await.is_err());
}

/// The calls as DESIGN's handlers write them: no type is named where the handler's own type tells.
pub(crate) async fn handlers_infer_what_they_read<B: Backend>(db: Database<B>) {
    async fn add<B: Backend>(db: &Database<B>, name: &String, email: &String) -> Result<i64> {
        let id: i64 = db
            .query_scalar("INSERT INTO users (name, email) VALUES ($1, $2) RETURNING id", (name, email))
            .await
            .on_unique(|| Error::conflict("email already registered"))?;
        Ok(id)
    }
    async fn one<B: Backend>(db: &Database<B>, id: i64) -> Result<(i64, String)> {
        db.query_one("SELECT id, name FROM users WHERE id = $1", (id,)).await?.ok_or_else(|| Error::not_found("user"))
    }
    async fn many<B: Backend>(db: &Database<B>, limit: Option<u32>, offset: Option<u32>) -> Result<Vec<(i64, String)>> {
        let page = (limit.unwrap_or(20).min(100), offset.unwrap_or(0));
        db.query("SELECT id, name FROM users ORDER BY id LIMIT $1 OFFSET $2", page).await.map_err(Into::into)
    }
    let (name, email) = ("Ana".to_owned(), "a@x".to_owned());
    let id = add(&db, &name, &email).await.unwrap();
    assert_eq!(add(&db, &name, &email).await.unwrap_err().status(), 409);
    assert_eq!(one(&db, id).await.unwrap(), (id, name.clone()));
    assert_eq!(one(&db, id + 1).await.unwrap_err().status(), 404);
    assert_eq!(many(&db, None, None).await.unwrap(), [(id, name)]);
}
