//! POST /users begins a sign-up: whoever reads the mail to the address goes on.
use std::time::Duration;

use crate::domains::users::models::address::{Address, plain};
use crate::prelude::*;

/// Mails to one address within the window; what is more is passed over.
const MAILS: i64 = 5;
const WINDOW: Duration = Duration::from_secs(60 * 60);

#[plugin]
pub struct SignUp {
    db: Db,
    state: State,
}

#[plugin]
impl SignUp {
    /// The answer is the same whether the address has an account or not.
    #[post("/users", status = 202, tag = "Users")]
    async fn execute(&self, body: Address) -> Result<()> {
        let email = plain(&body.email);
        if self.state.namespace("sign_up").increment_for(&email, 1, WINDOW).await? > MAILS {
            return Ok(());
        }
        // Accepted means stored: a process that ends now does not forget it.
        self.db.transaction(async |tx| tx.publish(SignUpAsked { email }).await).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[microcore::test]
    async fn an_address_gets_a_few_mails_an_hour(db: Db, state: State, bus: Bus) {
        let plugin = SignUp::new(db, state);
        for email in ["ada@example.com", "Ada@Example.com"].iter().cycle().take(8) {
            plugin.execute(Address { email: (*email).to_owned() }).await.unwrap();
        }
        let asked = bus.published::<SignUpAsked>();
        assert_eq!(asked.len(), 5);
        assert!(asked.iter().all(|one| one.email == "ada@example.com"));
    }
}
