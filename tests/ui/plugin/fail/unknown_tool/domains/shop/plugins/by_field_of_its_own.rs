use std::sync::atomic::AtomicI64;

use crate::prelude::*;

/// What is no tool is made in `new`.
#[plugin]
pub struct ByFieldOfItsOwn {
    total: AtomicI64,
}

#[plugin]
impl ByFieldOfItsOwn {
    #[get("/total")]
    async fn show(&self) -> i64 {
        0
    }
}
