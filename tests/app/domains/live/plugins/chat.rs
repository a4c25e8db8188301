//! Web sockets.
use crate::prelude::*;

#[derive(Deserialize, Schema, Validate)]
pub struct Said {
    #[validate(length(min = 1, max = 20))]
    pub text: String,
}

#[derive(Clone, Serialize, Schema)]
pub struct Heard {
    pub by: String,
    pub text: String,
}

#[derive(Deserialize)]
pub struct Speaker {
    pub sub: String,
}

/// What members speak.
pub struct Members;

impl Subprotocol for Members {
    const NAMES: &'static [&'static str] = &["members"];

    fn named(_: &str) -> Option<Self> {
        Some(Self)
    }
}

pub struct Chat {
    room: Feed<Heard>,
    bus: Bus,
    journal: Journal,
}

#[plugin]
impl Chat {
    pub fn new(bus: Bus, journal: Journal) -> Self {
        Self { room: Feed::default(), bus, journal }
    }

    #[on(Spoken)]
    async fn spoken(&self, event: &Spoken) {
        let origin = microcore::context::current().map(|context| context.origin.to_string()).unwrap_or_default();
        self.journal.note(&format!("{} said {} because of {origin}", event.by, event.text));
        self.room.send(Heard { by: event.by.clone(), text: event.text.clone() });
    }

    /// Everybody hears what anybody says.
    #[ws("/live/chat/{room}", tag = "Live")]
    async fn chat(&self, room: String, claims: Option<Speaker>, mut socket: Socket<Said, Heard>) -> Result<()> {
        let by = claims.map_or_else(|| room.clone(), |claims| claims.sub);
        socket.forward(self.room.subscribe());
        while let Some(said) = socket.receive().await {
            self.bus.publish(Spoken { by: by.clone(), text: said.text }).await?;
        }
        self.journal.note(&format!("{by} left"));
        Ok(())
    }

    #[ws("/live/members", roles("member"))]
    async fn members(&self, claims: Speaker, socket: Socket<Said, String, Members>) -> Result<()> {
        socket.send(claims.sub).await
    }

    #[ws("/live/echo")]
    async fn echo(&self, mut socket: Socket<Said, String>) -> Result<()> {
        while let Some(said) = socket.receive().await {
            match said.text.as_str() {
                "panic" => panic!("on purpose"),
                "refuse" => return Err(Error::forbidden("not that word")),
                "fail" => return Err(Error::internal("secret")),
                "bye" => return Ok(()),
                _ => socket.send(said.text).await?,
            }
        }
        self.journal.note("echo ended");
        Ok(())
    }

    /// Sends as fast as the client reads, and counts.
    #[ws("/live/flood")]
    async fn flood(&self, socket: Socket<(), String>) -> Result<()> {
        for number in 0_u64.. {
            if socket.send("x".repeat(1 << 16)).await.is_err() {
                self.journal.note("flood ended");
                break;
            }
            if number == 0 {
                self.journal.note("flood began");
            }
        }
        Ok(())
    }
}
