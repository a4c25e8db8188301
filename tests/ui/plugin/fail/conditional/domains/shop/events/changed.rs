use crate::prelude::*;

#[event("shop.changed")]
pub struct Changed {
    #[cfg(unix)]
    pub id: i64,
}
