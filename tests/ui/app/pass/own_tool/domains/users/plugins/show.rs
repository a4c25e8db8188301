use crate::prelude::*;

#[plugin]
pub struct Show {
    state: State,
    rate_limit: RateLimit,
}

#[plugin]
impl Show {
    #[get("/users")]
    async fn show(&self) -> i64 {
        if self.rate_limit.allows() { self.state.count() } else { 0 }
    }
}
