//! The battery on every backend, and what each shows alone: a bound, an outage, values for several processes.
//!
//! The server is redis-server. Without it the cases of `Redis` are skipped, unless `MICROCORE_REQUIRE_SERVICES` is set.

#![allow(clippy::unwrap_used, reason = "tests")]

mod server;

use std::time::{Duration, Instant};

use microcore::error::Error;
use microcore::settings::Environment;
use microcore_cache::battery::{Bench, open, run};
use microcore_cache::{Cache, CacheError, Memory, Redis};
use server::Server;

const LONG: Duration = Duration::from_secs(60);

struct InMemory(&'static str);

impl Bench for InMemory {
    type Backend = Memory;

    async fn begin() -> Option<Self> {
        Some(Self("1MiB"))
    }

    fn environment(&self) -> Environment {
        Environment::of([("CACHE_SIZE", self.0)])
    }
}

struct OnServer(Server);

impl Bench for OnServer {
    type Backend = Redis;

    async fn begin() -> Option<Self> {
        Server::start().map(Self)
    }

    fn environment(&self) -> Environment {
        Environment::of([("CACHE_URL", self.0.url()), ("CACHE_TIMEOUT", "5s".to_owned())])
    }
}

mod memory {
    use super::*;

    microcore_cache::battery!(InMemory);

    #[test]
    fn it_never_takes_more_than_its_size() {
        run(async {
            let cache = open(&InMemory("100KiB")).await;
            let value = "x".repeat(1_000);
            for number in 0..2_000 {
                cache.set(&format!("key:{number}"), &value, LONG).await.unwrap();
            }
            cache.set("large", &"x".repeat(200_000), LONG).await.unwrap();
            // moka evicts a little later, when it is used.
            let mut kept = usize::MAX;
            let deadline = Instant::now() + LONG;
            while kept > 100 && Instant::now() < deadline {
                kept = 0;
                for number in 0..2_000 {
                    kept += usize::from(cache.get::<String>(&format!("key:{number}")).await.unwrap().is_some());
                }
            }
            assert!((1..=100).contains(&kept), "{kept} values of a kilobyte in 100 KiB");
            assert_eq!(cache.get::<String>("large").await.unwrap(), None, "it is larger than all there is");
        });
    }
}

mod redis {
    use super::*;

    microcore_cache::battery!(OnServer);

    #[test]
    fn two_processes_share_it_and_two_applications_do_not() {
        run(async {
            let Some(bench) = OnServer::begin().await else { return };
            let (one, other) = (open(&bench).await, open(&bench).await);
            one.set("a", &1, LONG).await.unwrap();
            assert_eq!(other.get::<i64>("a").await.unwrap(), Some(1));
            other.forget("a").await.unwrap();
            assert_eq!(one.get::<i64>("a").await.unwrap(), None);
            one.set("a", &1, LONG).await.unwrap();
            let apart = Apart(bench.environment().with("CACHE_PREFIX", "shop"));
            assert_eq!(open(&apart).await.get::<i64>("a").await.unwrap(), None);
        });
    }

    struct Apart(Environment);

    impl Bench for Apart {
        type Backend = Redis;

        async fn begin() -> Option<Self> {
            None
        }

        fn environment(&self) -> Environment {
            self.0.clone()
        }
    }

    #[test]
    fn an_outage_costs_the_cache_and_no_answer() {
        run(async {
            let Some(bench) = OnServer::begin().await else { return };
            let environment = bench.environment().with("CACHE_TIMEOUT", "200ms");
            let cache = open(&Apart(environment)).await;
            cache.set("a", &1, LONG).await.unwrap();
            drop(bench);
            assert!(matches!(cache.get::<i64>("a").await, Err(CacheError::Unavailable(_))));
            assert_eq!(cache.health_check().await.unwrap_err().status(), 503);
            let begun = Instant::now();
            let loaded = cache.get_or("a", LONG, || async { Ok::<_, Error>(2_i64) }).await;
            assert_eq!(loaded.unwrap(), 2);
            assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
        });
    }
}

#[test]
fn the_fake_is_an_empty_memory() {
    run(async {
        let cache = Cache::<Redis>::fake().await.unwrap();
        assert_eq!(cache.get_or("a", LONG, || async { Ok::<_, Error>(1_i64) }).await.unwrap(), 1);
        assert_eq!(cache.get::<i64>("a").await.unwrap(), Some(1));
        cache.set("a", &2, Duration::ZERO).await.unwrap();
        assert_eq!(cache.get::<i64>("a").await.unwrap(), None);
        cache.set("a", &2, Duration::MAX).await.unwrap();
        cache.forget("a").await.unwrap();
        assert_eq!(cache.get::<i64>("a").await.unwrap(), None);
    });
}
