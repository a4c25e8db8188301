//! A folder: the battery, and what only a folder can show: nothing is left over, and no key leads out of it.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;

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
        let left =
            tokio::time::timeout(Duration::from_millis(50), storage.put_stream("a/b.txt", Kind::default(), endless));
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

/// The names in a folder; none where there is no folder.
fn names(folder: &Path) -> Vec<String> {
    let listed = std::fs::read_dir(folder).into_iter().flatten();
    listed.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}
