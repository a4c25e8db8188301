use crate::prelude::*;

#[derive(Deserialize)]
pub struct Caller {
    pub sub: String,
}

#[plugin]
pub struct Channels {}

#[plugin]
impl Channels {
    #[sse("/a/{id}", roles("x"))]
    async fn a(
        &self,
        id: i64,
        page: Option<u32>,
        claims: Caller,
        headers: &Headers,
        cookies: &Cookies,
        ctx: &Context,
        last_event_id: Option<String>,
        events: EventStream<Vec<i64>>,
    ) -> Result<()> {
        let _ = (page, claims.sub, headers.len(), cookies, ctx.id.to_string(), last_event_id);
        events.send(vec![id]).await
    }

    #[ws("/b/{*rest}")]
    async fn b(&self, rest: String, headers: Headers, cookies: Cookies, ctx: Context, mut socket: Socket<i64, String>) {
        let _ = (headers.len(), cookies, ctx);
        while socket.receive().await.is_some() {
            let _ = socket.send(rest.clone()).await;
        }
    }

    #[get("/c")]
    async fn events(&self, socket: u8, last_event_id: u8) -> u8 {
        socket + last_event_id
    }
}
