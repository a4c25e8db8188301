//! Rules beyond a field, errors with fields, a response of its own making: the guide quotes this file.
use crate::prelude::*;
use microcore::error::{FieldError, InputPlace};
use microcore::response::Content;
use microcore::tools::db::{DbError, DbErrorKind};

#[derive(Deserialize, Schema, Validate)]
pub struct NewOrder {
    #[validate(length(min = 1, max = 9))]
    #[validate(custom(function = no_spaces))]
    pub code: String,
    #[validate(email)]
    pub email: String,
    #[validate(must_match(other = email, message = "must be the same address"))]
    pub again: String,
    #[validate(nested)]
    pub lines: Vec<Line>,
    pub from: Date,
    pub until: Date,
}

#[derive(Deserialize, Schema, Validate)]
pub struct Line {
    #[validate(range(min = 1, max = 99))]
    pub count: u32,
}

fn no_spaces(code: &str) -> Result<(), &'static str> {
    if code.contains(' ') { Err("must have no spaces") } else { Ok(()) }
}

#[plugin]
pub struct Orders {
    db: Db,
}

#[plugin]
impl Orders {
    #[post("/shop/orders", status = 204)]
    async fn order(&self, body: NewOrder) -> Result<()> {
        if body.from > body.until {
            let field = FieldError::new(InputPlace::Body, "until", "order", "must not be before `from`");
            return Err(Error::unprocessable("the dates are wrong").with_fields(vec![field]));
        }
        Ok(())
    }

    #[get("/shop/orders/{id}")]
    async fn one(&self, id: i64) -> Result<i64> {
        let found: Result<i64, DbError> = self.db.query_scalar("SELECT $1 + 0", (id,)).await;
        found.map_err(|error| match error.kind() {
            DbErrorKind::NoRows => Error::not_found("order"),
            DbErrorKind::Busy => Error::unavailable("the database is busy").with_source(error),
            _ => error.into(),
        })
    }

    #[get("/shop/receipt", media = "text/plain")]
    async fn receipt(&self) -> Response {
        let mut response = Response::new(Content::from("one pen\n"));
        response.headers_mut().insert("content-type", "text/plain".parse().expect("a media type"));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[microcore::test]
    async fn a_response_is_read_by_its_parts(db: Db) {
        let response = Orders::new(db).receipt().await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/plain");
    }

    #[microcore::test]
    async fn what_no_rule_of_a_field_can_say_has_the_field_as_well(db: Db) {
        let (from, until) = ("2026-02-01".parse().unwrap(), "2026-01-01".parse().unwrap());
        let [email, again] = ["ana@example.com".to_owned(), "ana@example.com".to_owned()];
        let body = NewOrder { code: "a".into(), email, again, lines: Vec::new(), from, until };
        let error = Orders::new(db).order(body).await.unwrap_err();
        assert_eq!((error.status(), &*error.fields()[0].field), (422, "until"));
    }
}
