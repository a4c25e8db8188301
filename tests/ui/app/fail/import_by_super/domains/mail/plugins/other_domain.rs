use crate::prelude::*;

use super::super::super::users::plugins::target::Target;

#[plugin]
pub struct Importer {
    logger: Logger,
}

#[plugin]
impl Importer {
    #[get("/mail")]
    async fn show(&self) {
        self.logger.info(std::any::type_name::<Target>());
    }
}
