//! Everything that can go wrong in a handler.
use crate::prelude::*;

#[plugin]
pub struct Faults {
    journal: Journal,
}

#[plugin]
impl Faults {
    #[get("/panic")]
    async fn execute(&self) -> Result<()> {
        self.journal.note("panicking");
        panic!("secret: 1234")
    }

    #[get("/sync-panic")]
    fn sync_panic(&self) -> Result<()> {
        panic!("secret: 1234")
    }

    #[get("/stuck")]
    fn stuck(&self) -> Result<()> {
        loop {
            std::thread::park();
        }
    }

    #[get("/error")]
    async fn error(&self) -> Result<()> {
        let _: u8 = "secret".parse()?;
        Ok(())
    }
}
