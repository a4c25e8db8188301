use crate::prelude::*;

#[plugin]
pub struct Show {
    mail: Mail,
    geo: Geo,
    search: Search,
}

#[plugin]
impl Show {
    #[get("/show")]
    async fn show(&self) -> Result<bool> {
        let _: &crate::tools::mail::Mail<crate::tools::mail::Smtp> = &self.mail;
        let _: &crate::tools::search::Search<crate::tools::search::Folder> = &self.search;
        Ok(self.mail.is_there() && self.geo.is_there() && self.search.is_there())
    }
}
