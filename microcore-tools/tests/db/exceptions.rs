//! Where an engine can't do what the other does: it says so, and never stores or gives something else instead.

use microcore_tools::db::{Date, DbErrorKind, Decimal, Timestamp};

use crate::fixture;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_refuses_a_decimal_that_it_would_round() {
    let db = fixture::sqlite_memory().await.unwrap().db;
    db.execute("CREATE TABLE prices (exact NUMERIC(30, 10), text TEXT)", ()).await.unwrap();
    let long: Decimal = "1234567890123456.75".parse().unwrap();
    let error = db.execute("INSERT INTO prices (exact) VALUES ($1)", (long,)).await.unwrap_err();
    assert_eq!(error.kind(), DbErrorKind::Type);
    assert!(error.to_string().contains("SQLite keeps 15 digits"), "{error}");
    // The way out that the error names.
    db.execute("INSERT INTO prices (text) VALUES ($1)", (long.to_string(),)).await.unwrap();
    assert_eq!(db.query_scalar::<Decimal>("SELECT text FROM prices", ()).await.unwrap(), long);
    // A whole number has as many digits as an integer.
    let whole = Decimal::from(i64::MAX);
    assert_eq!(db.query_scalar::<Decimal>("SELECT $1", (whole,)).await.unwrap(), whole);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_refuses_what_a_column_would_round_or_cut() {
    let Some(place) = fixture::postgres().await else { return };
    let db = &place.db;
    db.execute("CREATE TABLE narrow (small SMALLINT, short INTEGER, single REAL, whole BIGINT, bytes BYTEA)", ())
        .await
        .unwrap();
    let refused = [
        db.execute("INSERT INTO narrow (small) VALUES ($1)", (40_000,)).await,
        db.execute("INSERT INTO narrow (short) VALUES ($1)", (i64::MAX,)).await,
        db.execute("INSERT INTO narrow (single) VALUES ($1)", (0.1,)).await,
        db.execute("INSERT INTO narrow (whole) VALUES ($1)", (1.5,)).await,
        db.execute("INSERT INTO narrow (bytes) VALUES ($1)", ("text",)).await,
        db.execute("INSERT INTO narrow (whole) VALUES ($1)", (Timestamp::UNIX_EPOCH,)).await,
        db.execute("INSERT INTO narrow (whole) VALUES ($1)", ("x",)).await,
        // A text can't contain the character NUL here; on SQLite it can.
        db.execute("INSERT INTO users (name) VALUES ($1)", ("a\0b",)).await,
    ];
    for refused in refused {
        let error = refused.unwrap_err();
        assert_eq!(error.kind(), DbErrorKind::Type, "{error}");
    }
    let error = db.execute("INSERT INTO narrow (single, small) VALUES ($1, $2)", (0.5_f32, true)).await;
    assert_eq!(error.unwrap(), 1);
    assert_eq!(db.query_one("SELECT single, small FROM narrow", ()).await.unwrap(), Some((0.5_f32, 1_i8)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_types_without_a_rust_form_say_how_to_read_them() {
    let Some(place) = fixture::postgres().await else { return };
    let db = &place.db;
    let error = db.query_scalar::<String>("SELECT '10.0.0.1'::inet", ()).await.unwrap_err();
    assert_eq!(error.kind(), DbErrorKind::Type);
    assert!(error.to_string().contains("cast it in SQL, as in `column::text`"), "{error}");
    // They are written as their text, as a literal is.
    db.execute("CREATE TYPE mood AS ENUM ('calm', 'merry')", ()).await.unwrap();
    let sql = "SELECT $1::mood, ($2::inet)::text, ($3::interval)::text, $4::date";
    let params = ("merry", "10.0.0.1", "2 days", "2026-01-31");
    let row: Option<(String, String, String, Date)> = db.query_one(sql, params).await.unwrap();
    assert_eq!(row, Some(("merry".into(), "10.0.0.1/32".into(), "2 days".into(), "2026-01-31".parse().unwrap())));
    let error = db.query_one::<String>("SELECT $1::mood", ("angry",)).await.unwrap_err();
    assert_eq!(error.kind(), DbErrorKind::Type);
}
