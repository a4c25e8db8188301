use crate::prelude::*;

#[plugin]
pub struct Importer {
    logger: Logger,
}

#[plugin]
impl Importer {
    #[get("/mail")]
    async fn show(&self) {
        self.logger.info(std::any::type_name::<crate::domains::users::plugins::target::Target>());
    }
}
