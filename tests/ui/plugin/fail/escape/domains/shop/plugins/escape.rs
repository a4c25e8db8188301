#![allow(unused, deprecated)]
use crate::prelude::*;

include!("greeting.txt");

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[get("/escape")]
    #[expect(warnings)]
    async fn show(&self) {
        self.logger.info(GREETING);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn harmless() {
        let path = std::path::Path::new("include!");
        assert!(path.exists() || !(path == path) || vec![path].is_empty());
        Some(1).expect("no warnings");
    }
}
