//! The battery on every backend, and what each shows alone: a folder that nobody leaves, a server that is away.
//!
//! The servers are `SeaweedFS`, which looks at signatures, and `moto`, which keeps keys as S3 does. Without one its cases are
//! skipped, unless `MICROCORE_REQUIRE_SERVICES` is set.

#![allow(clippy::unwrap_used, reason = "tests")]

mod local;
mod server;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use microcore::lifecycle::Boot;
use microcore::settings::{Environment, Problems, Settings};
use microcore_storage::battery::{Bench, open, run};
use microcore_storage::{Backend, Fake, Kind, Local, PAGE, S3, Storage, StorageError};
use server::Server;
use server::moto::Moto;
use tempfile::TempDir;

async fn opened<B: Backend>(environment: &Environment) -> Storage<B> {
    let settings = B::Settings::load(environment).unwrap();
    Storage::setup(settings, &Boot::new(environment.clone())).await.unwrap()
}

struct InMemory;

impl Bench for InMemory {
    type Backend = Fake;

    async fn begin() -> Option<Self> {
        Some(Self)
    }

    fn environment(&self) -> Environment {
        Environment::of([("STORAGE_LIMIT", "20MiB")])
    }
}

struct InFolder(TempDir);

impl Bench for InFolder {
    type Backend = Local;

    async fn begin() -> Option<Self> {
        Some(Self(TempDir::new().unwrap()))
    }

    fn environment(&self) -> Environment {
        let folder = self.0.path().join("files").to_str().unwrap().to_owned();
        Environment::of([("STORAGE_FOLDER", folder), ("STORAGE_LIMIT", "20MiB".to_owned())])
    }
}

struct OnServer {
    server: Arc<Server>,
    environment: Environment,
}

impl Bench for OnServer {
    type Backend = S3;

    async fn begin() -> Option<Self> {
        let server = Server::shared()?;
        let environment = server.environment().await;
        Some(Self { server, environment })
    }

    fn environment(&self) -> Environment {
        self.environment.clone()
    }

    async fn follow(&self, _: &Storage<S3>, link: &str) -> Option<Bytes> {
        assert!(link.starts_with(&self.server.endpoint()), "{link}");
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = client.get(link).send().await.unwrap();
        if answer.status().is_success() { Some(answer.bytes().await.unwrap()) } else { None }
    }

    async fn upload(&self, _: &Storage<S3>, link: &str, bytes: &'static str) -> bool {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let sent = client.put(link).header("content-type", "text/plain").body(bytes).send().await.unwrap();
        sent.status().is_success()
    }
}

struct OnMoto {
    _server: Arc<Moto>,
    environment: Environment,
}

impl Bench for OnMoto {
    type Backend = S3;

    async fn begin() -> Option<Self> {
        let server = Moto::shared()?;
        let environment = server.environment().await;
        Some(Self { _server: server, environment })
    }

    fn environment(&self) -> Environment {
        self.environment.clone()
    }
}

mod fake {
    use super::*;

    microcore_storage::battery!(InMemory);

    #[test]
    fn it_keeps_two_files_of_which_one_would_be_the_others_folder() {
        run(is_file_and_folder::<InMemory>());
    }
}

mod s3 {
    use super::*;

    microcore_storage::battery!(OnServer);

    #[test]
    fn a_list_goes_on_behind_what_one_answer_has() {
        run(async {
            let Some(bench) = OnServer::begin().await else { return };
            let storage = open(&bench).await;
            let numbers = 0..=PAGE;
            let put = |number: usize| {
                let storage = storage.clone();
                async move { storage.put(&format!("many/{number:04}"), Kind::default(), "x").await.unwrap() }
            };
            stream::iter(numbers).map(put).buffer_unordered(16).for_each(|_| async {}).await;
            let first = storage.list("many", None).await.unwrap();
            assert_eq!((first.entries.len(), first.next.as_deref()), (PAGE, Some("many/0999")));
            let second = storage.list("many", first.next.as_deref()).await.unwrap();
            assert_eq!((second.entries[0].key.as_str(), second.next), ("many/1000", None));
        });
    }

    #[test]
    fn two_applications_in_one_bucket_do_not_meet() {
        run(async {
            let (Some(one), Some(other)) = (OnServer::begin().await, OnServer::begin().await) else { return };
            let (one, other) = (open(&one).await, open(&other).await);
            one.put("a", Kind::default(), "x").await.unwrap();
            assert!(other.get("a").await.unwrap().is_none());
            assert!(other.list("", None).await.unwrap().entries.is_empty());
        });
    }

    #[test]
    fn who_may_not_is_refused_for_good_and_who_is_away_is_tried_again() {
        run(async {
            let Some(bench) = OnServer::begin().await else { return };
            let wrong = opened::<S3>(&bench.environment.clone().with("STORAGE_SECRET_KEY", "wrong")).await;
            let refused = wrong.put("a", Kind::default(), "x").await.unwrap_err();
            assert!(matches!(refused, StorageError::Refused(_)), "{refused:?}");
            assert!(microcore::error::Error::from(refused).is_permanent());
            let link = wrong.presign("a", Duration::from_secs(60)).await.unwrap();
            open(&bench).await.put("a", Kind::default(), "x").await.unwrap();
            assert_eq!(bench.follow(&wrong, &link).await, None, "signed with another key");

            let nowhere = bench
                .environment
                .clone()
                .with("STORAGE_ENDPOINT", "http://127.0.0.1:1")
                .with("STORAGE_TIMEOUT", "300ms");
            let away = opened::<S3>(&nowhere).await;
            let failed = away.put("a", Kind::default(), "x").await;
            assert!(matches!(failed, Err(StorageError::Unavailable(_))), "{failed:?}");
            assert_eq!(away.health_check().await.unwrap_err().status(), 503);
        });
    }

    #[test]
    fn wrong_settings_end_the_boot() {
        run(async {
            let environment = Environment::of([
                ("STORAGE_BUCKET", "files"),
                ("STORAGE_ACCESS_KEY", "shop"),
                ("STORAGE_SECRET_KEY", "s3cr3t"),
            ]);
            for (key, value) in [("STORAGE_ENDPOINT", "minio:9000"), ("STORAGE_PREFIX", "../other")] {
                let environment = environment.clone().with(key, value);
                let settings = <S3 as Backend>::Settings::load(&environment).unwrap();
                let error = Storage::<S3>::setup(settings, &Boot::new(environment)).await.unwrap_err();
                assert!(error.find::<Problems>().is_some_and(|wrong| wrong.to_string().contains(key)), "{error}");
            }
        });
    }
}

mod moto {
    use super::*;

    // All but the cases of addresses that are forged.
    microcore_storage::battery!(@cases OnMoto:
        gives_back_bytes_media_type_and_metadata
        replaces_and_deletes
        keys_that_look_alike_are_two
        refuses_keys_that_are_none
        refuses_what_cannot_be_kept
        a_stream_is_stored_as_a_whole
        a_stream_that_fails_or_is_too_long_stores_nothing
        reads_a_part_as_far_as_it_is_there
        lists_in_order_and_page_by_page
        copies_with_all_that_is_known
        whoever_reads_reads_one_version
        is_healthy
    );

    #[test]
    fn it_keeps_two_files_of_which_one_would_be_the_others_folder() {
        run(is_file_and_folder::<OnMoto>());
    }

    #[test]
    fn an_address_leads_to_a_file_and_takes_one() {
        run(async {
            let Some(bench) = OnMoto::begin().await else { return };
            let storage = open(&bench).await;
            let (key, minute) = ("a b/ä+%.txt", Duration::from_secs(60));
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            let link = storage.presign_put(key, minute).await.unwrap();
            let sent = client.put(link).header("content-type", "text/plain").body("mine").send().await.unwrap();
            assert!(sent.status().is_success(), "{}", sent.status());
            let object = storage.get(key).await.unwrap().unwrap();
            assert_eq!((&object.bytes[..], object.about.kind.media_type.as_str()), (&b"mine"[..], "text/plain"));
            let link = storage.presign(key, minute).await.unwrap();
            assert_eq!(client.get(link).send().await.unwrap().bytes().await.unwrap(), "mine");
        });
    }
}

/// What some servers of S3 can't keep, or list in another order, `SeaweedFS` among them; S3 itself does.
async fn is_file_and_folder<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let storage = open(&bench).await;
    for key in ["a", "a/b", "a/b/c", "a/b-/c"] {
        storage.put(key, Kind::default(), key).await.unwrap();
    }
    storage.delete("a/b").await.unwrap();
    assert_eq!(storage.get("a").await.unwrap().unwrap().bytes, "a");
    assert_eq!(storage.get("a/b/c").await.unwrap().unwrap().bytes, "a/b/c");
    let listed = storage.list("a", None).await.unwrap().entries;
    assert_eq!(listed.iter().map(|entry| entry.key.as_str()).collect::<Vec<_>>(), ["a/b-/c", "a/b/c"]);
}

#[test]
fn a_test_has_a_memory_that_goes_down_when_it_says_so() {
    run(async {
        let storage = Storage::<S3>::fake().await.unwrap();
        storage.goes_down();
        let failed = storage.put("a", Kind::default(), "x").await;
        assert!(matches!(failed, Err(StorageError::Unavailable(_))), "{failed:?}");
        storage.put("a", Kind::default(), "x").await.unwrap();
        assert_eq!(storage.get("a").await.unwrap().unwrap().bytes, "x");
    });
}

#[test]
fn whose_fault_it_is_decides_what_a_client_reads() {
    run(async {
        let storage = Storage::<Local>::fake().await.unwrap();
        let of = |error: StorageError| error.of_client().status();
        assert_eq!(of(storage.get("../etc").await.unwrap_err()), 422);
        assert_eq!(of(storage.put("a", Kind::of("x"), "").await.unwrap_err()), 422);
        assert_eq!(of(storage.put("a", Kind::default(), vec![0; 11 << 20]).await.unwrap_err()), 413);
        assert_eq!(of(StorageError::unavailable("away")), 503);
        assert_eq!(of(StorageError::refused("no bucket")), 500);
        let plain: microcore::error::Error = storage.get("../etc").await.unwrap_err().into();
        assert_eq!((plain.status(), plain.is_permanent()), (500, true));
    });
}
