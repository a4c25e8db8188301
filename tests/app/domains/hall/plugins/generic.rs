//! A plugin that is generic over its tool, so that its own tests can pass a hand-written one.
use crate::prelude::*;

pub trait Oracle: Send + Sync + 'static {
    fn ask(&self) -> u32;
}

impl Oracle for Flaky {
    fn ask(&self) -> u32 {
        self.answer()
    }
}

pub struct Generic<O> {
    flaky: O,
}

#[plugin]
impl<O: Oracle> Generic<O> {
    pub fn new(flaky: O) -> Self {
        Self { flaky }
    }

    #[get("/generic")]
    async fn execute(&self) -> u32 {
        self.flaky.ask()
    }
}

mod tests {
    use super::*;

    struct Seven;

    impl Oracle for Seven {
        fn ask(&self) -> u32 {
            7
        }
    }

    #[microcore::test]
    async fn a_hand_written_tool_takes_the_place_of_the_real_one() {
        assert_eq!(Generic::new(Seven).execute().await, 7);
    }
}
