use crate::prelude::*;

#[plugin]
pub struct Feature {}

#[plugin]
impl Feature {
    #[mount("/a")]
    fn folder(&self) -> Folder {
        Folder::at("a")
    }

    #[mount("/b/{id}")]
    const PARAMETER: Folder = Folder::at("b");

    #[mount("/c/")]
    const SLASH: Folder = Folder::at("c");

    #[mount("/d", status = 201)]
    const STATUS: Folder = Folder::at("d");
}
