//! What a value may be, in a path, a query and a body.
use std::collections::BTreeMap;

use crate::prelude::*;

#[derive(Deserialize, Serialize, Schema)]
pub struct Values {
    pub day: Date,
    pub at: Timestamp,
    pub price: Decimal,
    pub id: Uuid,
    pub days: Vec<Date>,
    pub deep: Option<BTreeMap<String, Vec<i8>>>,
    pub pair: (u8, String),
}

#[derive(Deserialize, Serialize, Schema)]
pub struct Anything {
    pub any: serde_json::Value,
    pub all: Vec<serde_json::Value>,
    pub named: BTreeMap<String, serde_json::Value>,
    pub twice: Option<Option<u8>>,
}

#[derive(Deserialize, Serialize, Schema)]
pub struct Newtype(pub Vec<u32>);

#[derive(Deserialize, Serialize, Schema, Validate)]
pub struct Filter {
    #[validate(range(min = -90.0, max = 90.0))]
    pub lat: f64,
    pub since: Option<Date>,
    pub least: Option<Decimal>,
}

#[plugin]
pub struct Shown {}

#[plugin]
impl Shown {
    #[put("/values")]
    async fn all(&self, body: Values) -> Values {
        body
    }

    #[put("/values/list")]
    async fn list(&self, body: Newtype) -> Newtype {
        body
    }

    #[get("/values/{day}/{id}")]
    async fn path(&self, day: Date, id: Uuid, at: Option<Timestamp>, price: Vec<Decimal>, flag: bool) -> Vec<String> {
        vec![day.to_string(), id.to_string(), at.is_some().to_string(), price.len().to_string(), flag.to_string()]
    }

    #[get("/near")]
    async fn near(&self, query: Filter) -> Filter {
        query
    }

    /// Anything goes, and a thing may be none.
    #[put("/anything")]
    async fn anything(&self, body: Anything) -> Anything {
        body
    }

    /// A body that may be absent, because nothing is a value too.
    #[post("/anything")]
    async fn whatever(&self, body: serde_json::Value) -> bool {
        body.is_null()
    }
}
