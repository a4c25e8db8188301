//! One route per kind of input.
use crate::prelude::*;

#[derive(Deserialize, Serialize, Schema)]
pub struct Filter {
    pub min: Option<u32>,
    pub word: Option<String>,
}

#[derive(Serialize, Schema)]
pub struct Values {
    pub id: Uuid,
    pub from: Date,
    pub until: Option<Timestamp>,
    pub price: Vec<Decimal>,
}

#[plugin]
pub struct Inputs {
    logger: Logger,
}

#[plugin]
impl Inputs {
    #[get("/inputs/lists")]
    async fn lists(&self, tag: Vec<String>, page: Option<u32>, exact: bool) -> (Vec<String>, Option<u32>, bool) {
        (tag, page, exact)
    }

    #[get("/inputs/struct")]
    async fn whole(&self, query: Filter) -> Filter {
        query
    }

    #[get("/values/{id}")]
    async fn values(&self, id: Uuid, from: Date, until: Option<Timestamp>, price: Vec<Decimal>) -> Values {
        Values { id, from, until, price }
    }

    #[get("/inputs/headers")]
    async fn headers(&self, headers: &Headers, ctx: Context) -> (Option<String>, String) {
        let agent = headers.get("user-agent").and_then(|value| value.to_str().ok()).map(str::to_owned);
        (agent, ctx.id.to_string())
    }

    #[get("/inputs/{name}")]
    async fn one(&self, name: String) -> String {
        self.logger.debug("one");
        format!("parameter {name}")
    }

    #[get("/inputs/{*rest}")]
    async fn rest(&self, rest: String) -> String {
        format!("rest {rest}")
    }

    #[get("/inputs/me")]
    async fn literal(&self) -> String {
        "literal".to_owned()
    }

    #[get("/inputs/me/{name}/x")]
    async fn deep(&self, name: String) -> String {
        format!("deep {name}")
    }

    #[put("/inputs/both")]
    #[patch("/inputs/both")]
    async fn both(&self) -> Result<NoContent> {
        Ok(NoContent)
    }

    #[post("/inputs/me")]
    async fn literal_posted(&self) -> String {
        "literal posted".to_owned()
    }

    #[post("/backtrack/me")]
    async fn backtrack_literal(&self) -> String {
        "literal".to_owned()
    }

    #[get("/backtrack/{id}")]
    async fn backtrack_parameter(&self, id: String) -> String {
        format!("parameter {id}")
    }

    #[delete("/backtrack/{*rest}")]
    async fn backtrack_rest(&self, rest: String) -> String {
        format!("rest {rest}")
    }
}
