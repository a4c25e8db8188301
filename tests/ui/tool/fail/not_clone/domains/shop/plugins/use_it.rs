use crate::prelude::*;

#[plugin]
pub struct Use {
    mine: Mine,
}

#[plugin]
impl Use {
    #[get("/use")]
    async fn show(&self) -> usize {
        std::mem::size_of_val(&self.mine)
    }
}
