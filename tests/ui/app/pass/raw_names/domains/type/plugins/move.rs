use crate::domains::r#type::models::r#loop;
use crate::prelude::*;

#[derive(Serialize, Deserialize, Schema, Row, Validate)]
pub struct Thing {
    pub id: i64,
    #[validate(length(min = 1))]
    pub r#type: String,
}

#[plugin]
pub struct Move {
    db: Db,
    bus: Bus,
    r#loop: Loop,
}

#[plugin]
impl Move {
    #[mount("/static")]
    const STATIC: Folder = Folder::at("src");

    #[get("/things/{type}")]
    async fn r#match(&self, r#type: String, r#where: Option<i64>) -> Result<Vec<Thing>> {
        let _ = (r#where, r#loop(&self.db).await?, self.r#loop.turns());
        Ok(self.db.query("SELECT id, type FROM things WHERE type = $1", (r#type,)).await?)
    }

    #[post("/things")]
    async fn r#struct(&self, body: Thing) -> Result<()> {
        self.bus.publish(Returned { r#fn: body.id }).await?;
        Ok(())
    }

    #[on(Returned)]
    async fn r#loop(&self, event: &Returned) {
        let _ = event.r#fn;
    }
}
