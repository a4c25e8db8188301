//! Keys in a header of their own.
use microcore::prelude::*;
use microcore::request::{Authenticate, TokenPlaces};
use serde_json::{Value, json};

#[derive(Clone)]
pub struct Keys {
    places: TokenPlaces,
}

#[tool]
impl Keys {
    pub async fn setup() -> Result<Self> {
        Ok(Self { places: TokenPlaces::header("x-api-key".parse()?).or_cookie("key") })
    }
}

impl Authenticate for Keys {
    fn token_places(&self) -> &TokenPlaces {
        &self.places
    }

    fn authenticate(&self, token: &str) -> Result<Value> {
        if token == "open sesame" { Ok(json!({ "sub": "ali" })) } else { Err(Error::unauthorized("no such key")) }
    }
}
