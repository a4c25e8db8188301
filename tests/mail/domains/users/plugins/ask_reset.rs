//! POST /users/reset begins a password reset: whoever reads the mail to the address goes on.
use std::time::Duration;

use crate::domains::users::models::address::{Address, plain};
use crate::prelude::*;

/// Mails to one address within the window; what is more is passed over.
const MAILS: i64 = 5;
const WINDOW: Duration = Duration::from_secs(60 * 60);

#[plugin]
pub struct AskReset {
    db: Db,
    state: State,
}

#[plugin]
impl AskReset {
    /// The answer is the same whether the address has an account or not.
    #[post("/users/reset", status = 202, tag = "Users")]
    async fn execute(&self, body: Address) -> Result<()> {
        let email = plain(&body.email);
        if self.state.namespace("ask_reset").increment_for(&email, 1, WINDOW).await? > MAILS {
            return Ok(());
        }
        // Accepted means stored: a process that ends now does not forget it.
        self.db.transaction(async |tx| tx.publish(ResetAsked { email }).await).await?;
        Ok(())
    }
}
