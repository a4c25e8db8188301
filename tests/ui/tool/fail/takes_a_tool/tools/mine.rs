use microcore::prelude::*;

#[derive(Clone)]
pub struct Mine;

#[tool]
impl Mine {
    pub async fn setup(db: Mine, settings: ()) -> Result<Self> {
        let _ = (db, settings);
        Ok(Self)
    }
}
