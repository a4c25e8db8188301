use crate::prelude::*;

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[get("/carts/{id}", tag = "Carts")]
    async fn cart(&self, id: i64) {}

    #[before(domain = "shpo")]
    async fn by_domain(&self, head: &Head) -> Result<()> {
        Ok(())
    }

    #[before(tag = "Cart")]
    async fn by_tag(&self, head: &Head) -> Result<()> {
        Ok(())
    }

    #[before(path = "/cart")]
    async fn by_path(&self, head: &Head) -> Result<()> {
        Ok(())
    }

    #[before(events, domain = "shop")]
    async fn by_event(&self, work: &Work) -> Result<()> {
        Ok(())
    }
}
