use crate::prelude::*;

#[plugin]
pub struct Feature {}

#[plugin]
impl Feature {
    #[mount("/a")]
    const TEXT: &'static str = "public";
}
