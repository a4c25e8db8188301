//! The battery on every backend, and what each shows alone: a folder that nobody leaves, a server that is away.
//!
//! The server is `SeaweedFS`. Without it the cases of `S3` are skipped, unless `MICROCORE_REQUIRE_SERVICES` is set.

#![allow(clippy::unwrap_used, reason = "tests")]

mod server;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use microcore::lifecycle::Boot;
use microcore::settings::{Environment, Problems, Settings};
use microcore_storage::battery::{Bench, open, run};
use microcore_storage::{Backend, Fake, Kind, Local, PAGE, S3, Storage, StorageError};
use proptest::prelude::*;
use server::Server;
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

mod fake {
    use super::*;

    microcore_storage::battery!(InMemory);

    #[test]
    fn it_keeps_two_files_of_which_one_would_be_the_others_folder() {
        run(is_file_and_folder::<InMemory>());
    }
}

mod local {
    use super::*;

    microcore_storage::battery!(InFolder);

    #[test]
    fn it_keeps_two_files_of_which_one_would_be_the_others_folder() {
        run(is_file_and_folder::<InFolder>());
    }

    #[test]
    fn nothing_is_left_of_what_is_replaced_cut_or_deleted() {
        run(async {
            let bench = InFolder::begin().await.unwrap();
            let storage = open(&bench).await;
            for text in ["one", "two", "three"] {
                storage.put("a/b.txt", Kind::default(), text).await.unwrap();
            }
            let cut = stream::iter([Ok(Bytes::from("x")), Err(std::io::Error::other("cut"))]);
            storage.put_stream("a/b.txt", Kind::default(), cut).await.unwrap_err();
            // A caller that leaves while the bytes come.
            let endless = stream::iter([Ok::<_, StorageError>(Bytes::from("x"))]).chain(stream::pending());
            let left = tokio::time::timeout(
                Duration::from_millis(50),
                storage.put_stream("a/b.txt", Kind::default(), endless),
            );
            assert!(left.await.is_err());
            let place = bench.0.path().join("files/a/b.txt");
            let mut files = names(&place);
            files.sort();
            assert_eq!(files.len(), 2, "{files:?}");
            assert_eq!((Path::new(&files[0]).extension(), &*files[1]), (Some("txt".as_ref()), "@about.json"));
            assert_eq!(std::fs::read(place.join(&files[0])).unwrap(), b"three", "anybody can open it");
            storage.delete("a/b.txt").await.unwrap();
            assert!(names(&bench.0.path().join("files")).is_empty());
        });
    }

    #[test]
    fn whoever_has_begun_to_read_reads_to_the_end() {
        run(async {
            let bench = InFolder::begin().await.unwrap();
            let storage = open(&bench).await;
            storage.put("a", Kind::default(), vec![1; 1_000_000]).await.unwrap();
            let mut chunks = storage.get_stream("a").await.unwrap().unwrap().chunks;
            let mut read = chunks.next().await.unwrap().unwrap().len();
            storage.put("a", Kind::default(), "other").await.unwrap();
            storage.delete("a").await.unwrap();
            while let Some(chunk) = chunks.next().await {
                read += chunk.unwrap().len();
            }
            assert_eq!(read, 1_000_000);
        });
    }

    #[test]
    fn writers_and_removers_of_one_key_lose_nothing() {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
        runtime.block_on(async {
            let bench = InFolder::begin().await.unwrap();
            let storage = open(&bench).await;
            let tasks: Vec<_> = (0..8)
                .map(|task| {
                    let storage = storage.clone();
                    tokio::spawn(async move {
                        for round in 0..20 {
                            if task % 4 == 0 {
                                storage.delete("x/y/z").await.unwrap();
                            } else {
                                storage.put("x/y/z", Kind::default(), format!("{task} {round}")).await.unwrap();
                            }
                        }
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
            storage.put("x/y/z", Kind::default(), "last").await.unwrap();
            assert_eq!(storage.get("x/y/z").await.unwrap().unwrap().bytes, "last");
            assert_eq!(names(&bench.0.path().join("files/x/y/z")).len(), 2);
        });
    }

    #[test]
    fn a_link_outlives_the_process_where_there_is_a_secret() {
        run(async {
            let bench = InFolder::begin().await.unwrap();
            let with =
                bench.environment().with("STORAGE_SECRET", "s3cr3t").with("STORAGE_LINKS", "https://shop.example/f/");
            let one = opened::<Local>(&with).await;
            one.put("a", Kind::default(), "x").await.unwrap();
            let link = one.presign("a", Duration::from_secs(60)).await.unwrap();
            let (path, query) = link.split_once("?expires=").unwrap();
            assert_eq!(path, "https://shop.example/f/a");
            let (expires, signature) = query.split_once("&signature=").unwrap();
            let expires = expires.parse().unwrap();
            let other = opened::<Local>(&with).await;
            assert!(other.open_presigned("a", expires, signature).await.unwrap().is_some());
            assert!(other.open_presigned("a", expires + 1, signature).await.unwrap().is_none());
            let without = opened::<Local>(&bench.environment()).await;
            assert!(without.open_presigned("a", expires, signature).await.unwrap().is_none());
        });
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_an_outage() {
        run(async {
            let folder = TempDir::new().unwrap();
            let file = folder.path().join("file");
            std::fs::write(&file, "").unwrap();
            let storage = opened::<Local>(&Environment::of([("STORAGE_FOLDER", file.to_str().unwrap())])).await;
            let failed = storage.put("a", Kind::default(), "x").await;
            assert!(matches!(failed, Err(StorageError::Unavailable(_))), "{failed:?}");
            assert_eq!(storage.health_check().await.unwrap_err().status(), 503);
        });
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

        /// The folder is what a map is, whatever the keys, and nothing is written beside it.
        #[test]
        fn no_key_leaves_the_folder_and_no_two_are_one(
            steps in prop::collection::vec((key(), prop::option::weighted(0.8, "[a-z]{0,4}")), 1..12),
        ) {
            let folder = TempDir::new().unwrap();
            let root = folder.path().join("files");
            run(async {
                let storage = opened::<Local>(&Environment::of([("STORAGE_FOLDER", root.to_str().unwrap())])).await;
                let mut model = BTreeMap::new();
                for (key, content) in steps {
                    match content {
                        Some(text) => match storage.put(&key, Kind::of("text/plain"), text.clone()).await {
                            Ok(_) => drop(model.insert(key, text)),
                            Err(error) => assert!(matches!(error, StorageError::Key { .. }), "{key:?}: {error:?}"),
                        },
                        None => {
                            if storage.delete(&key).await.is_ok() {
                                model.remove(&key);
                            }
                        }
                    }
                }
                let listed = storage.list("", None).await.unwrap().entries.into_iter().map(|entry| entry.key);
                assert_eq!(listed.collect::<Vec<_>>(), model.keys().cloned().collect::<Vec<_>>());
                for (key, text) in &model {
                    assert_eq!(storage.get(key).await.unwrap().unwrap().bytes, text.as_bytes(), "{key:?}");
                }
                let beside = names(folder.path());
                assert!(beside.is_empty() || beside == ["files"], "{beside:?}");
            });
        }
    }

    /// Segments that mean something, and any other text.
    fn key() -> impl Strategy<Value = String> {
        let segment = prop_oneof![
            4 => "[ab]",
            1 => prop::sample::select(vec!["..", ".", "", "@", "@a", "@@about.json", "@about.json", "a.txt", "\\", "%2e%2e", "~", "C:"])
                .prop_map(str::to_owned),
            1 => any::<String>(),
        ];
        prop::collection::vec(segment, 1..4).prop_map(|segments| segments.join("/"))
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

/// What some servers of S3 can't keep, or list in another order, `SeaweedFS` among them; S3 itself does.
async fn is_file_and_folder<B: Bench>() {
    let bench = B::begin().await.unwrap();
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

/// The names in a folder; none where there is no folder.
fn names(folder: &Path) -> Vec<String> {
    let listed = std::fs::read_dir(folder).into_iter().flatten();
    listed.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
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
