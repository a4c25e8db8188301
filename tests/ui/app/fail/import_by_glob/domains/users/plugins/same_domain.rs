use crate::prelude::*;

use super::target::*;

#[plugin]
pub struct Importer {
    logger: Logger,
}

#[plugin]
impl Importer {
    #[get("/import")]
    async fn show(&self) {
        self.logger.info(std::any::type_name::<Target>());
    }
}
