use crate::prelude::*;

#[plugin]
pub struct Use {
    of_a_trait: OfATrait,
}

#[plugin]
impl Use {
    #[get("/use")]
    async fn show(&self) -> usize {
        std::mem::size_of_val(&self.of_a_trait)
    }
}
