//! GET /health says that the process lives, GET /ready whether requests should be sent to it.
use crate::prelude::*;

#[derive(Serialize, Schema)]
pub struct Health {
    /// Seconds since the epoch, by the application's own clock.
    pub now: u64,
}

/// The state of one tool.
#[derive(Serialize, Schema)]
pub struct ToolState {
    pub name: String,
    pub healthy: bool,
}

#[plugin]
pub struct HealthChecks {
    http: Http,
    clock: Clock,
    logger: Logger,
}

#[plugin]
impl HealthChecks {
    /// Answers as long as the process does.
    #[get("/health", tag = "System")]
    async fn health(&self) -> Health {
        Health { now: self.clock.now() }
    }

    /// 200 when every tool in use is healthy, and no stop has begun; else 503.
    #[get("/ready", tag = "System")]
    async fn ready(&self) -> Result<Vec<ToolState>> {
        let tools = self.http.health().await;
        for tool in &tools {
            if let Some(reason) = &tool.reason {
                self.logger.with("tool", tool.name).warn(format_args!("not ready: {reason}"));
            }
        }
        if !self.http.is_accepting() || tools.iter().any(|tool| !tool.healthy) {
            return Err(Error::unavailable("a tool is not healthy, or the application is stopping"));
        }
        Ok(tools.into_iter().map(|tool| ToolState { name: tool.name.to_owned(), healthy: tool.healthy }).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[microcore::test]
    async fn is_not_ready_before_the_application_is_online(http: Http, clock: Clock, logger: Logger) {
        let plugin = HealthChecks::new(http, clock, logger);
        assert!(plugin.health().await.now > 1_700_000_000);
        assert_eq!(plugin.ready().await.err().unwrap().status(), 503);
    }
}
