//! Values and rows: what goes in comes back, what does not fit is an error.

use microcore_tools::db::{Backend, Database, Date, DbErrorKind, Decimal, Json, Row, Timestamp, Uuid};
use serde_json::json;

#[derive(Debug, PartialEq, Row)]
struct User {
    id: i64,
    #[row(rename = "name")]
    called: String,
    r#type: Option<bool>,
}

type Back = (i64, f64, bool, String, Vec<u8>, serde_json::Value, Option<i64>, f64);
type Typed = (bool, i64, f64, String, Vec<u8>, Timestamp, Date, Uuid, Decimal, serde_json::Value);
type Nulls = (Option<bool>, Option<i64>, Option<f64>, Option<String>, Option<Vec<u8>>, Option<Timestamp>, Option<Date>);
type MoreNulls = (Option<Uuid>, Option<Decimal>, Option<serde_json::Value>);

const KINDS: &str = "CREATE TABLE kinds (truth BOOLEAN, big BIGINT, float DOUBLE PRECISION, words TEXT, bytes BYTEA,
    instant TIMESTAMP, day DATE, number UUID, exact NUMERIC(20, 4), document JSON)";
const ADD: &str = "INSERT INTO kinds VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

fn typed() -> Typed {
    (
        true,
        i64::MAX,
        -0.1,
        "a 'quoted' $1 ✓".to_owned(),
        vec![0, 255, b'x'],
        "2026-01-31T12:00:00.123456Z".parse().unwrap(),
        "0001-12-31".parse().unwrap(),
        "67e55044-10b1-426f-9247-bb680e5fe0c8".parse().unwrap(),
        "-1234567890.1234".parse().unwrap(),
        json!({"a": [1, null, "é"], "b": {"c": 1.5}}),
    )
}

pub(crate) async fn values_come_back_as_they_went_in<B: Backend>(db: Database<B>) {
    let bytes = vec![0_u8, 255];
    let params = (i64::MIN, 1.5, true, "é'", &bytes, json!({"a": [1, null]}), None::<i64>, f64::INFINITY);
    let back = db.query_one::<Back>("SELECT $1, $2, $3, $4, $5, $6, $7, $8", params).await.unwrap().unwrap();
    assert_eq!(back, (i64::MIN, 1.5, true, "é'".into(), bytes, json!({"a": [1, null]}), None, f64::INFINITY));
    let back = db.query_one("SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10", typed()).await.unwrap();
    assert_eq!(back, Some(typed()));
}

pub(crate) async fn every_type_comes_back_from_its_column<B: Backend>(db: Database<B>) {
    db.execute(KINDS, ()).await.unwrap();
    db.execute(ADD, typed()).await.unwrap();
    assert_eq!(db.query_one("SELECT * FROM kinds", ()).await.unwrap(), Some(typed()));
    let (truth, big, float, words, bytes, instant, day, number, exact, _) = typed();
    // Each is found by itself as well.
    let sql = "SELECT count(*) FROM kinds WHERE truth = $1 AND big = $2 AND float = $3 AND words = $4 AND bytes = $5
        AND instant = $6 AND day = $7 AND number = $8 AND exact = $9 AND instant < $10 AND exact < $11";
    let later: Timestamp = "2026-01-31T12:00:00.2Z".parse().unwrap();
    let params = (truth, big, float, words, bytes, instant, day, number, exact, later, Decimal::from(-1));
    assert_eq!(db.query_scalar::<i64>(sql, params).await.unwrap(), 1);
    // As text, both engines say the same.
    let texts: Option<(String, String, String)> =
        db.query_one("SELECT instant, day, number FROM kinds", ()).await.unwrap();
    let [instant, day, number] = ["2026-01-31 12:00:00.123456", "0001-12-31", "67e55044-10b1-426f-9247-bb680e5fe0c8"];
    assert_eq!(texts, Some((instant.into(), day.into(), number.into())));
}

pub(crate) async fn null_is_null_in_every_column_and_nothing_else_is<B: Backend>(db: Database<B>) {
    db.execute(KINDS, ()).await.unwrap();
    let nulls: [Option<i64>; 10] = [None; 10];
    db.execute(ADD, nulls).await.unwrap();
    let first = "SELECT truth, big, float, words, bytes, instant, day FROM kinds";
    assert_eq!(db.query_one::<Nulls>(first, ()).await.unwrap(), Some((None, None, None, None, None, None, None)));
    let rest = "SELECT number, exact, document FROM kinds";
    assert_eq!(db.query_one::<MoreNulls>(rest, ()).await.unwrap(), Some((None, None, None)));
    assert_eq!(db.query_scalar::<i64>("SELECT big FROM kinds", ()).await.unwrap_err().kind(), DbErrorKind::Type);
    // The JSON document `null` is no NULL.
    db.execute("UPDATE kinds SET document = $1, words = $2", (serde_json::Value::Null, "")).await.unwrap();
    let there = "SELECT count(*) FROM kinds WHERE document IS NOT NULL AND words IS NOT NULL";
    assert_eq!(db.query_scalar::<i64>(there, ()).await.unwrap(), 1);
}

pub(crate) async fn times_of_the_engine_itself_are_in_utc<B: Backend>(db: Database<B>) {
    db.execute("CREATE TABLE made (at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)", ()).await.unwrap();
    let before = Timestamp::now();
    db.execute("INSERT INTO made DEFAULT VALUES", ()).await.unwrap();
    let at: Timestamp = db.query_scalar("SELECT at FROM made", ()).await.unwrap();
    // SQLite's own clock counts seconds.
    assert!(at.as_second() >= before.as_second() && at.as_second() <= Timestamp::now().as_second(), "{at}");
}

pub(crate) async fn finer_than_a_microsecond_is_cut_and_other_calendars_are_refused<B: Backend>(db: Database<B>) {
    let fine: Timestamp = "2026-01-31T12:00:00.123456789Z".parse().unwrap();
    let kept: Timestamp = "2026-01-31T12:00:00.123456Z".parse().unwrap();
    assert_eq!(db.query_scalar::<Timestamp>("SELECT $1", (fine,)).await.unwrap(), kept);
    let early: Date = "-000044-03-15".parse().unwrap();
    assert_eq!(db.query_scalar::<Date>("SELECT $1", (early,)).await.unwrap_err().kind(), DbErrorKind::Type);
}

pub(crate) async fn a_number_as_text_finds_the_row_of_that_number<B: Backend>(db: Database<B>) {
    db.execute("INSERT INTO users (id, name) VALUES (42, 'Ana')", ()).await.unwrap();
    let named = "SELECT name FROM users WHERE id = $1";
    assert_eq!(db.query_one::<String>(named, ("42",)).await.unwrap().as_deref(), Some("Ana"));
    assert_eq!(db.query_one::<String>(named, ("43",)).await.unwrap(), None);
    // What is no number finds nothing: SQLite compares, PostgreSQL refuses to.
    let none = db.query_one::<String>(named, ("Ana",)).await;
    assert!(none.as_ref().is_ok_and(Option::is_none) || none.is_err_and(|error| error.kind() == DbErrorKind::Type));
}

pub(crate) async fn numbers_that_a_column_adds_up_keep_their_type<B: Backend>(db: Database<B>) {
    db.execute("CREATE TABLE prices (big BIGINT, exact NUMERIC(12, 2))", ()).await.unwrap();
    let rows = [(1_i64 << 40, "0.10"), (1, "0.20")].map(|(big, exact)| (big, exact.parse::<Decimal>().unwrap()));
    db.execute_many("INSERT INTO prices VALUES ($1, $2)", rows).await.unwrap();
    let sums: Option<(i64, Decimal)> = db.query_one("SELECT sum(big), sum(exact) FROM prices", ()).await.unwrap();
    assert_eq!(sums, Some(((1 << 40) + 1, "0.3".parse().unwrap())));
}

pub(crate) async fn structs_are_read_by_name<B: Backend>(db: Database<B>) {
    let sql = "SELECT $1 AS name, NULL AS type, 5 AS extra, 7 AS ID";
    let user = User { id: 7, called: "Ana".into(), r#type: None };
    assert_eq!(db.query::<User>(sql, ("Ana",)).await.unwrap(), [user]);
    for (sql, message) in [
        (
            "SELECT 1 AS id, 'x' AS nom, NULL AS type",
            "no column `name`, which `User` reads; it has `id`, `nom`, `type`",
        ),
        ("SELECT 1 AS id, 2 AS id, 'x' AS name, NULL AS type", "more than one column `id`"),
        ("SELECT NULL AS id, 'x' AS name, NULL AS type", "column `id` must be an integer, and is NULL"),
    ] {
        let error = db.query::<User>(sql, ()).await.unwrap_err();
        assert_eq!(error.kind(), DbErrorKind::Type);
        assert!(error.to_string().contains(message), "{error}");
    }
}

pub(crate) async fn what_does_not_fit_is_an_error<B: Backend>(db: Database<B>) {
    assert_eq!(db.query_scalar::<u8>("SELECT 256", ()).await.unwrap_err().kind(), DbErrorKind::Type);
    assert_eq!(db.query_scalar::<i64>("SELECT 1.5", ()).await.unwrap_err().kind(), DbErrorKind::Type);
    assert_eq!(db.query_scalar::<i64>("SELECT '1'", ()).await.unwrap_err().kind(), DbErrorKind::Type);
    assert_eq!(db.query_scalar::<bool>("SELECT 2", ()).await.unwrap_err().kind(), DbErrorKind::Type);
    assert_eq!(db.query::<(i64, i64)>("SELECT 1", ()).await.unwrap_err().kind(), DbErrorKind::Type);
    assert_eq!(db.query::<i64>("SELECT 1, 2", ()).await.unwrap_err().kind(), DbErrorKind::Type);
}

pub(crate) async fn values_without_an_exact_form_are_refused<B: Backend>(db: Database<B>) {
    assert_eq!(db.execute("SELECT $1", (u64::MAX,)).await.unwrap_err().kind(), DbErrorKind::Type);
    assert_eq!(db.execute("SELECT $1", (f64::NAN,)).await.unwrap_err().kind(), DbErrorKind::Type);
}

#[derive(Debug, PartialEq, Clone, serde::Serialize, serde::Deserialize)]
struct Address {
    city: String,
    floor: u8,
}

pub(crate) async fn a_document_is_read_into_a_type<B: Backend>(db: Database<B>) {
    let ty = if std::any::type_name::<B>().contains("postgres") { "JSONB" } else { "TEXT" };
    db.execute(&format!("CREATE TABLE places (id BIGINT, address {ty}, words TEXT)"), ()).await.unwrap();
    let address = Address { city: "Porto".to_owned(), floor: 2 };
    let add = "INSERT INTO places VALUES ($1, $2, $3)";
    db.execute(add, (1, Json(&address), Json(["a", "b"]))).await.unwrap();
    db.execute(add, (2, None::<Json<Address>>, "{}")).await.unwrap();
    let read = "SELECT address, words FROM places WHERE id = $1";
    let one: (Json<Address>, Json<Vec<String>>) = db.query_one(read, (1,)).await.unwrap().unwrap();
    assert_eq!((one.0.0, one.1.0), (address.clone(), vec!["a".to_owned(), "b".to_owned()]));
    let two: Option<(Option<Json<Address>>, String)> = db.query_one(read, (2,)).await.unwrap();
    assert_eq!(two, Some((None, "{}".to_owned())));
    let alone: Json<Address> = db.query_scalar("SELECT address FROM places WHERE id = 1", ()).await.unwrap();
    assert_eq!(alone.0, address);
    let error = db.query_scalar::<Json<Address>>("SELECT words FROM places WHERE id = 2", ()).await.unwrap_err();
    assert_eq!(error.kind(), DbErrorKind::Type);
    assert!(error.to_string().contains("`Address`"), "{error}");
    // A text in a document keeps its quotes.
    db.execute("UPDATE places SET words = $1", (serde_json::json!("a"),)).await.unwrap();
    let quoted: String = db.query_scalar("SELECT words FROM places WHERE id = 1", ()).await.unwrap();
    assert_eq!(quoted, "\"a\"");
}

#[derive(Debug, PartialEq, Row)]
struct Person {
    name: String,
    #[row(flatten)]
    reach: Reach,
    id: i64,
}

#[derive(Debug, PartialEq, Row)]
struct Reach {
    #[row(rename = "email")]
    mail: Option<String>,
}

pub(crate) async fn a_row_is_flattened_into_another<B: Backend>(db: Database<B>) {
    db.execute("INSERT INTO users (id, name, email) VALUES (7, 'Ana', 'a@x')", ()).await.unwrap();
    let person = Person { name: "Ana".to_owned(), reach: Reach { mail: Some("a@x".to_owned()) }, id: 7 };
    let sql = "SELECT email, id, name FROM users";
    assert_eq!(db.query::<Person>(sql, ()).await.unwrap(), [person]);
    let error = db.query::<Person>("SELECT id, name FROM users", ()).await.unwrap_err();
    assert!(error.to_string().contains("`email`, which `Reach` reads"), "{error}");
}
