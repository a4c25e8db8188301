use crate::prelude::*;

#[plugin]
pub struct Images {}

#[plugin]
impl Images {
    #[mount("/images")]
    const IMAGES: Folder = Folder::at("images");
}
