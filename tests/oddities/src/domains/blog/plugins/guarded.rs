//! Routes that some may ask for, and one that tells as it happens.
use crate::prelude::*;

#[derive(Serialize, Deserialize, Schema)]
pub struct Claims {
    pub sub: String,
    #[serde(default)]
    pub roles: Vec<String>,
}

#[derive(Clone, Serialize, Schema)]
pub struct Tick {
    pub number: u64,
}

#[plugin]
pub struct Guarded {
    auth: Auth,
}

#[plugin]
impl Guarded {
    #[post("/tokens")]
    async fn token(&self, body: Claims) -> Result<With<String>> {
        let token = self.auth.create_token(&body)?;
        Ok(With::new(token.clone()).cookie(self.auth.cookie(token)))
    }

    #[get("/me")]
    async fn me(&self, claims: Claims) -> Claims {
        claims
    }

    #[get("/maybe")]
    async fn maybe(&self, claims: Option<Claims>, headers: &Headers, cookies: &Cookies, ctx: Context) -> Vec<String> {
        let known = [claims.is_some(), headers.contains_key("accept"), cookies.get("x").is_some()];
        known.iter().map(ToString::to_string).chain([ctx.id.to_string()]).collect()
    }

    #[get("/ticks", roles("reader"))]
    async fn once(&self) -> Tick {
        Tick { number: 1 }
    }

    #[sse("/ticks/live")]
    async fn live(&self, last_event_id: Option<u64>, events: EventStream<Tick>) -> Result<()> {
        let number = last_event_id.unwrap_or_default().saturating_add(1);
        events.send(Tick { number }).await
    }
}
