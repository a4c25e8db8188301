//! Interceptors of a path, a tag and a domain, in a declared order.
use crate::prelude::*;

#[plugin]
pub struct Gate {
    journal: Journal,
}

#[plugin]
impl Gate {
    #[before(path = "/watch/vault", order = 5)]
    async fn check(&self, head: &Head) -> Result<()> {
        self.journal.note("check");
        if head.headers.contains_key("x-key") { Ok(()) } else { Err(Error::forbidden("the vault is shut")) }
    }

    #[after(tag = "Rooms")]
    async fn stamp(&self, head: &Head, mut response: Response) -> Response {
        self.journal.note(&format!("stamp {}", head.uri.path()));
        response.headers_mut().insert("x-stamp", "seen".parse().unwrap());
        response
    }

    #[around(domain = "watch", order = -1)]
    async fn outer(&self, _head: &Head, next: impl Next) -> Response {
        self.journal.note("outer in");
        let response = next.await;
        self.journal.note("outer out");
        response
    }

    #[around(domain = "watch", order = 1)]
    async fn inner(&self, _head: &Head, next: impl Next) -> Response {
        self.journal.note("inner in");
        let response = next.await;
        self.journal.note("inner out");
        response
    }
}
