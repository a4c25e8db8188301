//! DELETE /users/{id} removes a user.
use crate::domains::users::events::UserDeleted;
use crate::prelude::*;

#[plugin]
pub struct DeleteUser {
    db: Db,
    bus: Bus,
}

#[plugin]
impl DeleteUser {
    /// Removes a user and tells the others.
    #[delete("/users/{id}", tag = "Users")]
    async fn execute(&self, id: i64) -> Result<NoContent> {
        if self.db.execute("DELETE FROM users WHERE id = $1", (id,)).await? == 0 {
            return Err(Error::not_found("user"));
        }
        self.bus.publish(UserDeleted { id }).await?;
        Ok(NoContent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[microcore::test]
    async fn tells_once_and_only_who_was_there(db: Db, bus: Bus) {
        db.execute("INSERT INTO users (name, email) VALUES ('Ana', 'ana@example.com')", ()).await.unwrap();
        let plugin = DeleteUser::new(db, bus.clone());
        plugin.execute(1).await.unwrap();
        assert_eq!(plugin.execute(1).await.err().unwrap().status(), 404);
        assert_eq!(bus.published::<UserDeleted>().len(), 1);
    }
}
