//! The cases themselves. Each begins with an empty store.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};

use super::super::{Backend, Kind, OCTETS, Storage, StorageError};
use super::{Bench, open};

const MIB: usize = 1024 * 1024;

fn ok<T>(result: Result<T, StorageError>) -> T {
    result.unwrap_or_else(|error| panic!("{error:?}"))
}

async fn text<B: Backend>(storage: &Storage<B>, key: &str) -> Option<String> {
    ok(storage.get(key).await).map(|object| String::from_utf8_lossy(&object.bytes).into_owned())
}

async fn put<B: Backend>(storage: &Storage<B>, key: &str, text: &str) {
    ok(storage.put(key, Kind::of("text/plain"), text.to_owned()).await);
}

/// A case.
pub async fn gives_back_bytes_media_type_and_metadata<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let storage = open(&bench).await;
    let bytes: Vec<u8> = (0..=255).cycle().take(300_001).collect();
    let kind = Kind::of("image/png").with("taken-by", "Zoë, 50% ＆ co").with("n1", " a  b ");
    let stored = ok(storage.put("photos/1.png", kind.clone(), bytes.clone()).await);
    assert_eq!((stored.size, &stored.kind), (300_001, &kind));
    let object = ok(storage.get("photos/1.png").await).expect("it is there");
    assert!(object.bytes == bytes, "the bytes are others");
    assert_eq!((object.about.size, &object.about.kind), (300_001, &kind));
    assert!(!stored.version.is_empty() && stored.version == object.about.version);
    let about = ok(storage.head("photos/1.png").await).expect("it is there");
    assert_eq!(about, object.about);
    let age = about.modified.elapsed().unwrap_or_default();
    assert!(age < Duration::from_secs(3_600), "stored {age:?} ago");

    ok(storage.put("empty", Kind::default(), Bytes::new()).await);
    let empty = ok(storage.get("empty").await).expect("it is there");
    assert_eq!((empty.bytes.len(), empty.about.kind.media_type.as_str()), (0, OCTETS));
}

/// A case.
pub async fn replaces_and_deletes<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let storage = open(&bench).await;
    assert_eq!(text(&storage, "a").await, None);
    assert_eq!(ok(storage.head("a").await), None);
    assert!(ok(storage.range("a", 0..1).await).is_none());
    put(&storage, "a", "one").await;
    let first = ok(storage.head("a").await).expect("it is there");
    ok(storage.put("a", Kind::of("text/html").with("b", "c"), "another one").await);
    let second = ok(storage.head("a").await).expect("it is there");
    assert_eq!((second.size, second.kind), (11, Kind::of("text/html").with("b", "c")));
    assert_ne!(first.version, second.version);
    put(&storage, "a", "three").await;
    assert_eq!(ok(storage.head("a").await).expect("it is there").kind, Kind::of("text/plain"), "nothing is left over");
    for _ in 0..2 {
        ok(storage.delete("a").await);
        assert_eq!(text(&storage, "a").await, None);
    }
    put(&storage, "a", "four").await;
    assert_eq!(text(&storage, "a").await.as_deref(), Some("four"));
}

/// A case.
pub async fn keys_that_look_alike_are_two<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let storage = open(&bench).await;
    let longest = format!("long/{}/{}", "x".repeat(200), "y".repeat(200));
    let mut keys = vec![
        "b",
        "B",
        "b.txt",
        "b c",
        " b",
        "b+c",
        "b%2Fc",
        "b%",
        "b?c=d#e",
        "b&c",
        "b*",
        "ä",
        "a\u{308}",
        "日本/語",
        ".b",
        "...",
        "@about.json",
        "@@b",
        "~b",
        "d/e",
        "d/f/g",
        "d/f/h.txt",
        "'\"<b>",
        "b:c",
        "$HOME",
        &longest,
    ];
    for key in &keys {
        put(&storage, key, key).await;
    }
    for key in &keys {
        assert_eq!(text(&storage, key).await.as_deref(), Some(*key));
    }
    keys.sort_unstable();
    let listed = ok(storage.list("", None).await);
    let listed: Vec<&str> = listed.entries.iter().map(|entry| entry.key.as_str()).collect();
    assert_eq!(listed, keys);
    ok(storage.delete("d/f/g").await);
    assert_eq!(text(&storage, "d/f/h.txt").await.as_deref(), Some("d/f/h.txt"));
    assert_eq!(text(&storage, "d/e").await.as_deref(), Some("d/e"));
}

/// A case.
pub async fn refuses_keys_that_are_none<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let storage = open(&bench).await;
    let (long, segment) = ("a/".repeat(256) + "a", "a".repeat(201));
    for key in [
        "", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/..", "./a", "a/./b", "a\\b", "..\\a", "a\0",
        "a\nb", "\u{85}", &long, &segment,
    ] {
        let refused = |what: &str, result: Result<(), StorageError>| {
            assert!(matches!(result, Err(StorageError::Key { .. })), "{what} {key:?}: {result:?}");
        };
        refused("put", storage.put(key, Kind::default(), "x").await.map(drop));
        refused("get", storage.get(key).await.map(drop));
        refused("head", storage.head(key).await.map(drop));
        refused("range", storage.range(key, 0..1).await.map(drop));
        refused("delete", storage.delete(key).await);
        refused("copy", storage.copy(key, "a").await.map(drop));
        refused("copy to", storage.copy("a", key).await.map(drop));
        refused("presign", storage.presign(key, Duration::from_secs(1)).await.map(drop));
        assert!(ok(storage.open_presigned(key, u64::MAX, "00").await).is_none());
    }
    for folder in ["..", "a/../..", "/a", "a//", "/"] {
        assert!(matches!(storage.list(folder, None).await, Err(StorageError::Key { .. })), "{folder}");
    }
    assert!(ok(storage.list("", None).await).entries.is_empty(), "something was stored");
}

/// A case.
pub async fn refuses_what_cannot_be_kept<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let storage = open(&bench).await;
    for kind in [
        Kind::of(""),
        Kind::of("text"),
        Kind::of("text/plain\r\nx: y"),
        Kind::of("text/plain; charset=ü"),
        Kind::of("te xt/plain"),
        Kind::default().with("", "a"),
        Kind::default().with("A", "a"),
        Kind::default().with("a b", "a"),
        Kind::default().with("a\n", "a"),
        Kind::default().with("a", ""),
        Kind::default().with("a", "x".repeat(2_048)),
        Kind::default().with("a", "ä".repeat(400)),
    ] {
        let refused = storage.put("a", kind.clone(), "x").await;
        assert!(matches!(refused, Err(StorageError::Content(_))), "{kind:?}: {refused:?}");
    }
    for kind in [Kind::of("text/plain; charset=utf-8"), Kind::default().with("a", "x".repeat(2_000)).with("b", "\n")] {
        ok(storage.put("a", kind.clone(), "x").await);
        assert_eq!(ok(storage.head("a").await).expect("it is there").kind, kind);
    }
}

/// A case.
pub async fn a_stream_is_stored_as_a_whole<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let storage = open(&bench).await;
    let kind = Kind::of("video/mp4").with("a", "b");
    // Less than S3's least part, exactly one part, several, several and a rest.
    for size in [0, 3, 8 * MIB, 16 * MIB, 17 * MIB + 1] {
        let chunks: Vec<Bytes> = chunks_of(size);
        let stored = ok(storage.put_stream("film", kind.clone(), flowing(size)).await);
        assert_eq!(stored.size, size as u64);
        let object = ok(storage.get("film").await).expect("it is there");
        assert!(object.bytes == chunks.concat(), "{size} bytes came back as {}", object.bytes.len());
        assert_eq!((object.about.size, &object.about.kind), (size as u64, &kind));
    }
}

/// A stream that does not fail.
fn flowing(size: usize) -> impl Stream<Item = Result<Bytes, std::io::Error>> + Send + 'static {
    stream::iter(chunks_of(size).into_iter().map(Ok))
}

/// Chunks of a mebibyte, each of another byte.
fn chunks_of(size: usize) -> Vec<Bytes> {
    let starts = (0..size).step_by(MIB);
    starts.map(|start| vec![u8::try_from(start / MIB).unwrap_or(0); MIB.min(size - start)].into()).collect()
}

/// A case.
pub async fn a_stream_that_fails_or_is_too_long_stores_nothing<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let storage = open(&bench).await;
    put(&storage, "there", "before").await;
    for key in ["there", "new/one"] {
        for size in [1, 12 * MIB] {
            let chunks = flowing(size);
            let cut = chunks.chain(stream::iter([Err(std::io::Error::other("the client left"))]));
            let refused = storage.put_stream(key, Kind::default(), cut).await;
            assert!(matches!(refused, Err(StorageError::Cut(_))), "{refused:?}");
        }
        let long = flowing(20 * MIB + 1);
        let refused = storage.put_stream(key, Kind::default(), long).await;
        assert!(matches!(refused, Err(StorageError::TooLarge { .. })), "{refused:?}");
        let refused = storage.put(key, Kind::default(), vec![0; 20 * MIB + 1]).await;
        assert!(matches!(refused, Err(StorageError::TooLarge { .. })), "{refused:?}");
        assert!(matches!(storage.range(key, 0..u64::MAX).await, Err(StorageError::TooLarge { .. })));
    }
    assert_eq!(text(&storage, "there").await.as_deref(), Some("before"));
    let listed: Vec<String> = ok(storage.list("", None).await).entries.into_iter().map(|entry| entry.key).collect();
    assert_eq!(listed, ["there"]);
}

/// A case.
pub async fn reads_a_part_as_far_as_it_is_there<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let storage = open(&bench).await;
    ok(storage.put("a", Kind::of("text/plain").with("b", "c"), "0123456789").await);
    for (range, expected) in
        [(0..10, "0123456789"), (0..1, "0"), (3..7, "3456"), (7..100, "789"), (10..20, ""), (50..60, ""), (4..4, "")]
    {
        let part = ok(storage.range("a", range.clone()).await).expect("it is there");
        assert_eq!(part.bytes, expected, "{range:?}");
        assert_eq!((part.about.size, part.about.kind.metadata.len()), (10, 1), "of all of it: {range:?}");
    }
    ok(storage.put("empty", Kind::default(), "").await);
    assert_eq!(ok(storage.range("empty", 0..10).await).expect("it is there").bytes, "");
}

/// A case.
pub async fn lists_in_order_and_page_by_page<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let storage = open(&bench).await;
    // `-` and `.` are before the slash, `0` is behind it.
    let keys = ["l-1", "l.1", "l/1", "l/10", "l/2", "l/m/1", "l/m/2", "l/m0", "l0/1"];
    for key in keys.iter().rev() {
        put(&storage, key, key).await;
    }
    let inside = &keys[2..8];
    for folder in ["l", "l/"] {
        let page = ok(storage.list(folder, None).await);
        let listed: Vec<&str> = page.entries.iter().map(|entry| entry.key.as_str()).collect();
        assert_eq!((listed.as_slice(), &page.next), (inside, &None));
        assert!(page.entries.iter().all(|entry| entry.size == entry.key.len() as u64));
    }
    for most in [1, 2, 3, 7] {
        let (mut listed, mut after) = (Vec::new(), None::<String>);
        loop {
            let page = ok(storage.first("l/", after.as_deref(), most).await);
            assert!(page.len() <= most);
            let Some(last) = page.last() else { break };
            after = Some(last.key.clone());
            listed.extend(page.into_iter().map(|entry| entry.key));
        }
        assert_eq!(listed, inside, "{most} at a time");
    }
    // What is given as the last one need not be there.
    assert_eq!(ok(storage.list("l", Some("l/11")).await).entries[0].key, "l/2");
    assert!(ok(storage.list("l", Some("z")).await).entries.is_empty());
    assert!(ok(storage.list("nowhere", None).await).entries.is_empty());
}

/// A case.
pub async fn copies_with_all_that_is_known<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let storage = open(&bench).await;
    let kind = Kind::of("image/png").with("a", "ä");
    ok(storage.put("from", kind.clone(), "bytes").await);
    put(&storage, "to/here", "other").await;
    assert!(ok(storage.copy("from", "to/here").await));
    let copy = ok(storage.get("to/here").await).expect("it is there");
    assert_eq!((&copy.bytes[..], &copy.about.kind), (&b"bytes"[..], &kind));
    ok(storage.delete("from").await);
    assert_eq!(text(&storage, "to/here").await.as_deref(), Some("bytes"));
    assert!(!ok(storage.copy("from", "elsewhere").await));
    assert_eq!(text(&storage, "elsewhere").await, None);
}

/// A case.
pub async fn whoever_reads_reads_one_version<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let storage = open(&bench).await;
    let version = |letter: u8| {
        let (storage, name) = (storage.clone(), char::from(letter).to_string());
        async move { ok(storage.put("a", Kind::default().with("letter", name), vec![letter; 200_000]).await) }
    };
    version(b'a').await;
    let write = async {
        for letter in b'b'..=b'l' {
            version(letter).await;
        }
    };
    let read = async {
        let mut seen = 0;
        loop {
            let object = ok(storage.get("a").await).expect("it is always there");
            let letter = object.about.kind.metadata["letter"].as_bytes()[0];
            assert!(
                object.bytes.len() == 200_000 && object.bytes.iter().all(|byte| *byte == letter),
                "half of a version"
            );
            seen += 1;
            if letter == b'l' {
                break seen;
            }
        }
    };
    let ((), seen) = tokio::join!(write, read);
    assert!(seen > 0);
}

/// A case.
pub async fn an_address_opens_its_file_and_no_other<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let storage = open(&bench).await;
    put(&storage, "a b/ä+%.txt", "mine").await;
    put(&storage, "a b/other", "other").await;
    let link = ok(storage.presign("a b/ä+%.txt", Duration::from_secs(60)).await);
    assert_eq!(bench.follow(&storage, &link).await.as_deref(), Some(&b"mine"[..]), "{link}");
    let other = link.replacen("%C3%A4%2B%25.txt", "other", 1);
    assert_ne!(other, link);
    assert_eq!(bench.follow(&storage, &other).await, None, "{other}");
    let nothing = ok(storage.presign("nothing", Duration::from_secs(60)).await);
    assert_eq!(bench.follow(&storage, &nothing).await, None);
}

/// A case.
pub async fn an_address_for_an_upload_stores_its_file_and_no_other<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let storage = open(&bench).await;
    put(&storage, "a b/ä+%.txt", "old").await;
    let minute = Duration::from_secs(60);
    let link = ok(storage.presign_put("a b/ä+%.txt", minute).await);
    assert!(bench.upload(&storage, &link, "new").await, "{link}");
    let object = ok(storage.get("a b/ä+%.txt").await).expect("it is there");
    assert_eq!((&object.bytes[..], object.about.kind.media_type.as_str()), (&b"new"[..], "text/plain"));
    let other = link.replacen("%C3%A4%2B%25.txt", "other", 1);
    assert!(!bench.upload(&storage, &other, "new").await, "{other}");
    assert!(ok(storage.head("a b/other").await).is_none());
    let reading = ok(storage.presign("a b/ä+%.txt", minute).await);
    assert!(!bench.upload(&storage, &reading, "newer").await, "an address to read by is none to write by");
    assert_eq!(bench.follow(&storage, &link).await, None, "and the reverse");
    assert_eq!(text(&storage, "a b/ä+%.txt").await.as_deref(), Some("new"));
    assert!(matches!(storage.presign_put("../a", minute).await, Err(StorageError::Key { .. })));
}

/// A case.
pub async fn is_healthy<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let storage = open(&bench).await;
    storage.health_check().await.unwrap_or_else(|error| panic!("{error}"));
    let clone = storage.clone();
    drop(storage);
    put(&clone, "late", "late").await;
    assert_eq!(text(&clone, "late").await.as_deref(), Some("late"));
}
