//! An interceptor of every request, those without a route included.
use crate::prelude::*;

#[plugin]
pub struct Audit {}

#[plugin]
impl Audit {
    #[after]
    async fn count(&self, _head: &Head, mut response: Response) -> Response {
        let status = response.status().as_u16();
        response.headers_mut().insert("x-audited", status.into());
        response
    }
}
