//! Answers requests: one with nothing to do, and one with two statements and an event, whose times and records are all
//! that they cost.
use microcore_runtime::meter::StatementMeter;
use microcore_runtime::record;

use crate::prelude::*;

static STATEMENTS: [StatementMeter; 2] = [const { StatementMeter::NEW }; 2];

#[plugin]
pub struct Desk {
    bus: Bus,
}

#[plugin]
impl Desk {
    #[get("/nothing")]
    async fn nothing(&self) -> NoContent {
        NoContent
    }

    #[get("/whole")]
    async fn whole(&self) -> Result<NoContent> {
        for meter in &STATEMENTS {
            record::statement(meter.begin().end_at(0));
        }
        self.bus.publish(Ticked { by: 1 }).await?;
        Ok(NoContent)
    }
}
