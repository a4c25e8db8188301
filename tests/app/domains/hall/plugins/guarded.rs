//! Routes that only some may ask for.
use crate::prelude::*;

#[derive(Serialize, Deserialize, Schema)]
pub struct Claims {
    pub sub: String,
    #[serde(default)]
    pub roles: Vec<String>,
}

#[plugin]
pub struct Guarded {
    auth: Auth,
}

#[plugin]
impl Guarded {
    #[post("/guarded/tokens")]
    async fn token(&self, body: Claims) -> Result<With<String>> {
        let token = self.auth.create_token(&body)?;
        Ok(With::new(token.clone()).cookie(self.auth.cookie(token)))
    }

    #[get("/guarded/me")]
    async fn me(&self, claims: Claims) -> String {
        claims.sub
    }

    #[get("/guarded/maybe")]
    async fn maybe(&self, claims: Option<Claims>) -> Option<String> {
        claims.map(|claims| claims.sub)
    }

    #[post("/guarded/change/{id}")]
    async fn change(&self, id: i64, claims: Claims) -> (i64, String) {
        (id, claims.sub)
    }

    #[get("/guarded/admin", roles("admin", "owner"))]
    async fn admin(&self) -> &'static str {
        "welcome"
    }

    #[get("/guarded/admin/name", roles("admin"))]
    async fn admin_name(&self, claims: Claims) -> String {
        claims.sub
    }
}
