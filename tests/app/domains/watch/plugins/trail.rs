//! Who changed what: a line for every change that a route answers.
use crate::prelude::*;

#[derive(Deserialize)]
pub struct Who {
    pub sub: String,
}

#[plugin]
pub struct Trail {
    journal: Journal,
}

#[plugin]
impl Trail {
    #[after(domain = "watch", methods("POST", "DELETE"))]
    async fn note(&self, route: &Route, claims: Option<Who>, response: Response) -> Response {
        let who = claims.map_or_else(|| "somebody".to_owned(), |who| who.sub);
        let Route { method, path, domain, plugin, .. } = *route;
        self.journal.note(&format!("trail {who} {method} {path} {domain}.{plugin} {}", response.status().as_u16()));
        response
    }

    #[around(order = -9)]
    async fn mark(&self, route: Option<&Route>, next: impl Next) -> Response {
        let mut response = next.await;
        if let Ok(path) = route.map_or("none", |route| route.path).parse() {
            response.headers_mut().insert("x-route", path);
        }
        response
    }

    #[after(routes)]
    async fn tell(&self, route: &Route, mut response: Response) -> Response {
        response.headers_mut().insert("x-plugin", route.plugin.parse().expect("a file's name"));
        response
    }

    #[before(path = "/watch/desk", methods("delete"))]
    async fn known(&self, claims: Who, route: &Route) -> Result<()> {
        self.journal.note(&format!("{} at {}", claims.sub, route.handler));
        Ok(())
    }
}
