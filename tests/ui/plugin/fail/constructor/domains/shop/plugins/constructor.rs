use crate::prelude::*;

pub struct Constructor {
    pub db: Db,
    pub logger: Logger,
}

#[plugin]
impl Constructor {
    pub async fn new(db: Db, (logger, _): (Logger, Bus)) -> Self {
        Self { db, logger }
    }
}
