//! POST /users/login gives a token, in the answer and in a cookie.
use std::time::Duration;

use crate::domains::users::models::address::plain;
use crate::domains::users::models::claims::{Claims, roles};
use crate::domains::users::models::link::now;
use crate::prelude::*;

/// Tries for one address from one client within the window; from all clients together, ten times as many.
const TRIES: i64 = 5;
const WINDOW: Duration = Duration::from_secs(15 * 60);

#[derive(Deserialize, Schema, Validate)]
pub struct Credentials {
    #[validate(length(min = 1, max = 254))]
    pub email: String,
    #[validate(length(min = 1, max = 1000))]
    pub password: String,
}

#[derive(Serialize, Schema)]
pub struct Token {
    pub token: String,
}

#[derive(Row)]
struct Known {
    id: String,
    password_hash: String,
    roles: String,
}

#[plugin]
pub struct LogIn {
    db: Db,
    auth: Auth,
    state: State,
}

#[plugin]
impl LogIn {
    /// The answer is the same for an unknown address and a wrong password.
    #[post("/users/login", tag = "Users")]
    async fn execute(&self, body: Credentials, ctx: &Context) -> Result<With<Token>> {
        let email = plain(&body.email);
        let client = ctx.client_network().map(|client| client.to_string()).unwrap_or_default();
        let here = format!("{email} {client}");
        // Counted before the password is looked at: many at once get no more tries than one after the other.
        self.attempt(&here, TRIES).await?;
        self.attempt(&email, TRIES * 10).await?;
        let sql = "SELECT id, password_hash, roles FROM users WHERE email = $1";
        let known: Option<Known> = self.db.query_one(sql, (&email,)).await?;
        let hash = known.as_ref().map(|known| known.password_hash.as_str());
        let right = self.auth.verify_password(&body.password, hash).await?;
        let Some(known) = known.filter(|_| right) else {
            return Err(Error::unauthorized("wrong email or password"));
        };
        self.state.namespace("log_in").delete(&here).await?;
        let claims = Claims { sub: known.id, roles: roles(&known.roles), iat: now() };
        let token = self.auth.create_token(&claims)?;
        let reply = With::new(Token { token: token.clone() }).header("cache-control", "no-store");
        Ok(reply.cookie(self.auth.cookie(token)))
    }

    async fn attempt(&self, who: &str, most: i64) -> Result<()> {
        let tries = self.state.namespace("log_in").increment_for(who, 1, WINDOW).await?;
        if tries > most { Err(Error::too_many_requests("too many tries; try again later")) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use microcore::testing::Running;

    use super::*;
    use crate::App;

    /// The token of the mail with this number, once it is there.
    async fn token(mail: &Mail, number: usize) -> String {
        let deadline = std::time::Instant::now() + Duration::from_secs(30);
        while mail.sent().len() < number {
            assert!(std::time::Instant::now() < deadline, "there is no mail {number}");
            tokio::task::yield_now().await;
        }
        let text = mail.sent()[number - 1].text.clone().unwrap();
        text.split_once("#token=").unwrap().1.split_whitespace().next().unwrap().to_owned()
    }

    fn json(pairs: &[(&str, &str)]) -> serde_json::Value {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), serde_json::Value::from(*value))).collect()
    }

    #[microcore::test]
    async fn from_a_sign_up_to_another_password(app: Running<App>, mail: Mail) {
        let log_in = async |password: &str| {
            app.post("/users/login", json(&[("email", "ada@example.com"), ("password", password)])).await
        };
        assert_eq!(app.post("/users", json(&[("email", "nobody")])).await.status, 422);
        assert_eq!(app.post("/users", json(&[("email", "Ada@example.com")])).await.status, 202);
        let link = token(&mail, 1).await;
        assert_eq!(log_in("correct horse").await.status, 401, "nobody has confirmed it");
        let used = json(&[("token", link.as_str()), ("password", "correct horse")]);
        assert_eq!(app.post("/users/confirm", used).await.status, 204);
        let signed_in = log_in("correct horse").await.data()["token"].as_str().unwrap().to_owned();
        let me = app.with_header("authorization", &format!("Bearer {signed_in}")).get("/users/me").await;
        assert_eq!(me.data()["email"], "ada@example.com");
        assert_eq!(app.get("/users/me").await.status, 401);

        for email in ["eve@example.com", "ada@example.com"] {
            assert_eq!(app.post("/users/reset", json(&[("email", email)])).await.status, 202);
        }
        let link = token(&mail, 2).await;
        let used = json(&[("token", link.as_str()), ("password", "battery staple")]);
        assert_eq!(app.post("/users/password", used).await.status, 204);
        assert_eq!(log_in("correct horse").await.status, 401);
        assert_eq!(log_in("battery staple").await.status, 200);
        assert_eq!(mail.sent().len(), 2, "a stranger gets none");
        app.stop().await;
    }

    #[microcore::test]
    async fn passwords_can_not_be_tried_without_end(app: Running<App>) {
        let tried = json(&[("email", "ada@example.com"), ("password", "guess")]);
        for _ in 0..TRIES {
            assert_eq!(app.post("/users/login", tried.clone()).await.status, 401);
        }
        assert_eq!(app.post("/users/login", tried).await.status, 429);
        app.stop().await;
    }
}
