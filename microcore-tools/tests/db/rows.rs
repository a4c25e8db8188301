//! Values and rows: what goes in comes back, what does not fit is an error.

use microcore_tools::db::{Backend, Database, DbErrorKind, Row};
use serde_json::json;

#[derive(Debug, PartialEq, Row)]
struct User {
    id: i64,
    #[row(rename = "name")]
    called: String,
    r#type: Option<bool>,
}

type Back = (i64, f64, bool, String, Vec<u8>, serde_json::Value, Option<i64>, f64);

pub(crate) async fn values_come_back_as_they_went_in<B: Backend>(db: Database<B>) {
    let bytes = vec![0_u8, 255];
    let params = (i64::MIN, 1.5, true, "é'", &bytes, json!({"a": [1, null]}), None::<i64>, f64::INFINITY);
    let back = db.query_one::<Back>("SELECT $1, $2, $3, $4, $5, $6, $7, $8", params).await.unwrap().unwrap();
    assert_eq!(back, (i64::MIN, 1.5, true, "é'".into(), bytes, json!({"a": [1, null]}), None, f64::INFINITY));
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
