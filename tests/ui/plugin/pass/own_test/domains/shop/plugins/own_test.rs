use crate::prelude::*;

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[get("/own")]
    async fn show(&self) {
        self.logger.info(helpers::name());
    }
}

mod helpers {
    use super::Feature;

    pub(super) fn name() -> &'static str {
        std::any::type_name::<Feature>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[microcore::test]
    async fn builds(logger: Logger) {
        Feature::new(logger).show().await;
    }
}
