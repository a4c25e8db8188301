use crate::prelude::*;

#[queries]
pub async fn r#loop(db: &Db) -> Result<i64> {
    Ok(db.query_scalar("SELECT count(*) FROM things", ()).await?)
}
