//! What every backend must do, as cases over a [`Bench`]. A crate with a backend of its own mounts them with
//! [`battery!`](crate::battery!).
//!
//! In: a way to open the backend with an empty store and a limit of 20 MiB. Out: one test per case.
#![allow(clippy::missing_panics_doc, reason = "a case that does not hold panics")]

use std::future::Future;

use bytes::Bytes;
use futures_util::StreamExt;
use microcore::lifecycle::Boot;
use microcore::settings::{Environment, Settings};

mod cases;

pub use self::cases::*;
use super::{Backend, Kind, Storage};

/// A backend under test.
pub trait Bench: Sized {
    /// The backend.
    type Backend: Backend;

    /// Begins with an empty store; `None` where the machine lacks what it needs, and the case is skipped.
    fn begin() -> impl Future<Output = Option<Self>>;

    /// The settings with which it is opened, `STORAGE_LIMIT` of 20 MiB among them.
    fn environment(&self) -> Environment;

    /// What a client gets who has nothing but an address of `presign`. A store with a server of its own asks that server.
    fn follow(&self, storage: &Storage<Self::Backend>, link: &str) -> impl Future<Output = Option<Bytes>> {
        let (key, expires, signature) = parts(link);
        let storage = storage.clone();
        async move {
            let opened = storage.open_presigned(&key, expires, &signature).await;
            let mut chunks = opened.unwrap_or_else(|error| panic!("{error:?}"))?.chunks;
            let mut all = Vec::new();
            while let Some(chunk) = chunks.next().await {
                all.extend_from_slice(&chunk.unwrap_or_else(|error| panic!("{error:?}")));
            }
            Some(all.into())
        }
    }

    /// Whether a client can store bytes who has nothing but an address of `presign_put`. As above.
    fn upload(&self, storage: &Storage<Self::Backend>, link: &str, bytes: &'static str) -> impl Future<Output = bool> {
        let (key, expires, signature) = parts(link);
        let storage = storage.clone();
        async move {
            let stored = storage.put_presigned(&key, expires, &signature, Kind::of("text/plain"), bytes).await;
            stored.unwrap_or_else(|error| panic!("{error:?}")).is_some()
        }
    }
}

/// Key, end and signature of an address that the application serves.
fn parts(link: &str) -> (String, u64, String) {
    let (path, query) = link.split_once("?expires=").unwrap_or((link, ""));
    let (expires, signature) = query.split_once("&signature=").unwrap_or_default();
    let key = percent_encoding::percent_decode_str(path.trim_start_matches("/files/")).decode_utf8_lossy();
    (key.into_owned(), expires.parse().unwrap_or(0), signature.to_owned())
}

/// Runs a case on a runtime of its own.
pub fn run(case: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be built");
    runtime.block_on(case);
}

/// Mounts every case as a test: `microcore_storage::battery!(MyBench);` in a module of an integration test.
#[macro_export]
macro_rules! battery {
    ($bench:ty) => {
        $crate::battery!(@cases $bench:
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
            an_address_opens_its_file_and_no_other
            an_address_for_an_upload_stores_its_file_and_no_other
            is_healthy
        );
    };
    (@cases $bench:ty: $($case:ident)+) => {$(
        #[test]
        fn $case() {
            $crate::battery::run($crate::battery::$case::<$bench>());
        }
    )+};
}

/// Opens the store of a bench.
pub async fn open<B: Bench>(bench: &B) -> Storage<B::Backend> {
    let environment = bench.environment();
    let settings = <B::Backend as Backend>::Settings::load(&environment).unwrap_or_else(|wrong| panic!("{wrong}"));
    Storage::setup(settings, &Boot::new(environment)).await.unwrap_or_else(|error| panic!("{error}"))
}
