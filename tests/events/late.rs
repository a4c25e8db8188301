//! Servers that start after the application: it boots without them, says so, and comes up with them.

use microcore::application::Application;
use microcore::prelude::Error;
use microcore::testing::{Running, boot};

use crate::App;
use crate::battery::stage::{until, until_async};
use crate::cluster::Cluster;
use crate::domains::yard::events::Paid;
use crate::redis_server::RedisServer;
use crate::tools::log::page;

/// The tools that are not healthy, and why.
async fn unhealthy(app: &Running<App>) -> Vec<&'static str> {
    app.app().health().await.into_iter().filter(|tool| !tool.healthy).map(|tool| tool.name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_start_later_bring_their_plugins_along_whichever_comes_first() {
    for database_first in [true, false] {
        let name = if database_first { "database_first" } else { "bus_first" };
        let Some(mut cluster) = Cluster::start() else { return };
        let Some(redis) = RedisServer::later() else { return };
        cluster.kill();
        let mut circumstances = boot::<App>();
        let settings = [("PAGE", name), ("BOOT_RETRY_PAUSE", "20ms")];
        for (key, value) in settings {
            circumstances.environment = circumstances.environment.with(key, value);
        }
        circumstances.environment =
            circumstances.environment.with("PG_URL", cluster.url()).with("REDIS_URL", redis.url());
        // A test's own database would be made at the boot.
        circumstances.test = false;
        let app = Running::boot(&circumstances).await.expect("it boots without them");
        assert_eq!(unhealthy(&app).await, ["db", "bus"]);
        let down: Vec<String> = app.app().report().iter().map(ToString::to_string).collect();
        assert!(down.iter().any(|line| line.starts_with("plugin yard.ledger is off: tool ")), "{down:?}");

        let mut start_database = || cluster.restart();
        if database_first {
            start_database();
            until_async("the database", async || unhealthy(&app).await == ["bus"]).await;
            assert!(app.app().report().iter().any(|down| down.what == "plugin yard.ledger"), "it needs both");
            redis.start_now();
        } else {
            redis.start_now();
            until_async("the bus", async || unhealthy(&app).await == ["db"]).await;
            start_database();
        }
        until("everything", || app.app().report().is_empty()).await;
        assert!(unhealthy(&app).await.is_empty());

        // The migrations have run, the relay hands on, subscribers hear.
        let (db, page) = (page(name).db(), page(name));
        let committed = db.transaction(async |tx| {
            tx.publish(Paid { number: 1, fails: 0 }).await?;
            Ok::<(), Error>(())
        });
        committed.await.unwrap();
        until("the event", || page.all("booked") == ["1 true"]).await;
        assert_eq!(db.query_scalar::<i64>("SELECT count(*) FROM effects", ()).await.unwrap(), 1);
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strict_boot_does_not_wait_for_a_server() {
    let Some(redis) = RedisServer::later() else { return };
    let Some(cluster) = Cluster::shared() else { return };
    let mut circumstances = boot::<App>();
    let environment = circumstances.environment.with("PAGE", "strict").with("STRICT_BOOT", "true");
    circumstances.environment = environment.with("PG_URL", cluster.url()).with("REDIS_URL", redis.url());
    let refused = Running::<App>::boot(&circumstances).await.err().expect("the boot ends");
    assert!(refused.to_string().contains("tool bus is off"), "{}", refused.to_string());
}
