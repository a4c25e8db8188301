//! Streams of server-sent events.
use crate::prelude::*;

#[derive(Clone, Serialize, Schema)]
pub struct Tick {
    pub number: u64,
}

pub struct Ticker {
    ticks: Feed<Tick>,
    bus: Bus,
    journal: Journal,
}

/// Says that the handler is gone, however it ended.
struct Gone(Journal);

impl Drop for Gone {
    fn drop(&mut self) {
        self.0.note("gone");
    }
}

#[plugin]
impl Ticker {
    pub fn new(bus: Bus, journal: Journal) -> Self {
        Self { ticks: Feed::keeping(4), bus, journal }
    }

    #[post("/live/ticks/{number}")]
    async fn tick(&self, number: u64) -> usize {
        self.ticks.send(Tick { number })
    }

    /// Everything that ticks from now on.
    #[sse("/live/ticks", tag = "Live")]
    async fn ticks(&self, events: EventStream<Tick>) -> Result<()> {
        let _gone = Gone(self.journal.clone());
        events.forward(self.ticks.subscribe()).await
    }

    /// What the client has not seen yet.
    #[sse("/live/missed/{until}")]
    async fn missed(&self, until: u64, last_event_id: Option<u64>, events: EventStream<Tick>) -> Result<()> {
        for number in last_event_id.unwrap_or_default() + 1..=until {
            events.send_as(number, Tick { number }).await?;
        }
        Ok(())
    }

    #[sse("/live/fails/{after}")]
    async fn fails(&self, after: u64, events: EventStream<Tick>) -> Result<()> {
        for number in 0..after {
            events.send(Tick { number }).await?;
        }
        Err(Error::not_found("ticks"))
    }

    #[sse("/live/panics")]
    async fn panics(&self, events: EventStream<Tick>) {
        let _ = events.send(Tick { number: 1 }).await;
        panic!("on purpose");
    }

    #[sse("/live/mine", roles("listener"))]
    async fn mine(&self, claims: Caller, headers: &Headers, ctx: &Context, events: EventStream<String>) -> Result<()> {
        events.send(claims.sub).await?;
        events.send(ctx.origin.to_string()).await?;
        events.send(headers["x-request-id"].to_str().unwrap().to_owned()).await?;
        self.bus.publish(Spoken { by: "stream".into(), text: "mine".into() }).await?;
        Ok(())
    }
}

#[derive(Deserialize)]
pub struct Caller {
    pub sub: String,
}
