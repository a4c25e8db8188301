//! The tool `cache`: values that are expensive to make and may be lost at any moment.
//!
//! In: a key, how long the value is good, and how it is made. Out: the value, made once however many ask for it.
//! A backend is a file that implements [`Backend`] and [`Store`]; `app! { cache: Redis }` picks one.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use microcore::lifecycle::Boot;
use microcore::plugin::Identity;
use microcore::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

mod backend;
#[cfg(feature = "battery")]
pub mod battery;
mod error;
mod fake;
mod flights;
mod memory;
#[cfg(feature = "redis")]
mod redis;
pub mod slot;

pub use self::backend::{Backend, Store};
pub use self::error::CacheError;
use self::fake::Fake;
use self::flights::Flights;
pub use self::memory::{Memory, MemorySettings, MemoryStore};
#[cfg(feature = "redis")]
pub use self::redis::{Redis, RedisSettings, RedisStore};

/// The tool `cache` on the backend `B`. Cheap to clone.
///
/// All plugins share one space of keys, so a key begins with what it is about: `rates:eur`.
pub struct Cache<B: Backend = Memory> {
    shared: Arc<Shared<B>>,
}

struct Shared<B: Backend> {
    place: Place<B>,
    flights: Flights,
}

/// Where values are: behind the backend, or in the memory of a test.
enum Place<B: Backend> {
    Real(B::Store),
    Fake(Fake),
}

/// Values that may be lost.
#[tool(notes = "TOOL.md")]
impl<B: Backend> Cache<B> {
    /// Opens the backend.
    pub async fn setup(settings: B::Settings, boot: &Boot) -> Result<Self> {
        Ok(Self::on(Place::Real(B::open(settings, boot).await?)))
    }

    /// What a test gets: an empty memory.
    pub async fn fake() -> Result<Self> {
        Ok(Self::on(Place::Fake(Fake::default())))
    }

    /// The handle of one plugin.
    #[must_use]
    pub fn bind(&self, _: &'static Identity) -> Self {
        self.clone()
    }

    /// Whether the store can be reached.
    pub async fn health_check(&self) -> Result<()> {
        match &self.shared.place {
            Place::Real(store) => Ok(store.check().await?),
            Place::Fake(_) => Ok(()),
        }
    }

    /// The value, or what `load` makes, which is kept for `ttl`. However many ask at a time, one loads.
    ///
    /// A store that is away is no failure: the value is loaded, each time.
    pub async fn get_or<T, E, F, L>(&self, key: &str, ttl: Duration, load: L) -> Result<T>
    where
        T: Serialize + DeserializeOwned,
        E: Into<Error>,
        F: Future<Output = Result<T, E>> + Send,
        L: FnOnce() -> F + Send,
    {
        if let Some(value) = self.found(key).await {
            return Ok(value);
        }
        let flight = self.shared.flights.of(key);
        let mut turn = flight.turn().await?;
        // Whoever had the turn before may have brought it.
        if let Some(value) = self.found(key).await {
            return Ok(value);
        }
        match load().await.map_err(Into::into) {
            Ok(value) => {
                if let Err(error) = self.set(key, &value, ttl).await {
                    tracing::warn!(key, error = %Error::from(error), "the value is not kept");
                }
                Ok(value)
            }
            Err(error) => {
                turn.failed(&error);
                Err(error)
            }
        }
    }

    /// The value, where there is one.
    pub async fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, CacheError> {
        let text = match &self.shared.place {
            Place::Real(store) => store.get(key).await?,
            Place::Fake(fake) => fake.get(key),
        };
        let Some(text) = text else { return Ok(None) };
        serde_json::from_str(&text).map(Some).map_err(|source| CacheError::Decode { key: key.to_owned(), source })
    }

    /// Keeps a value for `ttl` at the longest.
    pub async fn set<T: Serialize + ?Sized>(&self, key: &str, value: &T, ttl: Duration) -> Result<(), CacheError> {
        let text = serde_json::to_string(value).map_err(|source| CacheError::Encode { key: key.to_owned(), source })?;
        match &self.shared.place {
            Place::Real(store) => store.set(key, text, ttl).await,
            Place::Fake(fake) => {
                fake.set(key, text, ttl);
                Ok(())
            }
        }
    }

    /// Removes a value: what it was made of has changed.
    pub async fn forget(&self, key: &str) -> Result<(), CacheError> {
        match &self.shared.place {
            Place::Real(store) => store.forget(key).await,
            Place::Fake(fake) => {
                fake.forget(key);
                Ok(())
            }
        }
    }
}

impl<B: Backend> Cache<B> {
    fn on(place: Place<B>) -> Self {
        Self { shared: Arc::new(Shared { place, flights: Flights::default() }) }
    }

    /// What is there and can be read. An older version of the application may have kept another type under the key.
    async fn found<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        self.get(key).await.unwrap_or_else(|error| {
            tracing::warn!(key, error = %Error::from(error), "the cache is passed by");
            None
        })
    }
}

impl<B: Backend> Clone for Cache<B> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<B: Backend> fmt::Debug for Cache<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cache")
    }
}
