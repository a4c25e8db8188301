use crate::prelude::*;

#[plugin]
pub struct Pages {}

#[plugin]
impl Pages {
    #[mount("/images")]
    const MORE: Folder = Folder::at("more");

    #[mount("/docs")]
    const DOCS: Folder = Folder::at("docs");

    #[get("/docs/{name}")]
    async fn one(&self, name: String) {}

    #[mount("/shop")]
    const SHOP: Folder = Folder::at("shop");

    #[get("/shop/{*rest}")]
    async fn all(&self, rest: String) {}
}
