//! Folders of files: one for everybody, one for some.
use crate::prelude::*;

#[plugin]
pub struct Pages {}

#[plugin]
impl Pages {
    /// The pages of an application that routes in the browser.
    #[mount("/site", tag = "Site")]
    const PAGES: Folder = Folder::at("tests/app/site/public").endings(&["html", "css"]).pages();

    /// What only keepers read.
    #[mount("/site/inside", roles("keeper"))]
    const INSIDE: Folder = Folder::at("tests/app/site/inside");

    #[post("/site/notes")]
    async fn note(&self) {}

    /// Beside a file of that name.
    #[post("/site/notes.html")]
    async fn replace(&self) {}
}
