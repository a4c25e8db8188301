use crate::prelude::*;

pub(crate) use crate::domains::users::plugins::target;

#[plugin]
pub struct Importer {
    logger: Logger,
}

#[plugin]
impl Importer {
    #[get("/mail")]
    async fn show(&self) {
        self.logger.info(std::any::type_name::<target::Target>());
    }
}
