use crate::prelude::*;

#[plugin]
pub struct Pages {}

#[plugin]
impl Pages {
    #[mount("/")]
    const PAGES: Folder = Folder::at("pages").pages();

    #[mount("/images")]
    const IMAGES: Folder = Folder::at("images").endings(&["png"]);

    #[get("/logo")]
    async fn logo(&self) {}

    #[get("/users/{id}")]
    async fn user(&self, id: i64) {}

    #[post("/{name}")]
    async fn make(&self, name: String) {}

    #[post("/images/{*rest}")]
    async fn upload(&self, rest: String) {}
}
