//! What is read of a multipart body, however it is cut, and what is refused at once.

use bytes::Bytes;
use http::Request;
use http::header::CONTENT_TYPE;

use super::reader::Reader;
use super::{Files, MOST_HEAD};
use crate::error::Result;
use crate::request::{Body, Limits};

type Read = (String, Option<String>, Vec<u8>);

/// The parts until the end or the first error.
async fn parts(body: Body) -> (Vec<Read>, Result<()>) {
    let request = Request::post("/").header(CONTENT_TYPE, "multipart/form-data; boundary=x");
    let (head, ()) = request.body(()).unwrap().into_parts();
    let mut read = Vec::new();
    let ended = async {
        let mut files = Files::of(&head, body)?;
        while let Some(mut part) = files.next().await? {
            let (name, file) = (part.name().to_owned(), part.file_name().map(str::to_owned));
            read.push((name, file, Vec::new()));
            while let Some(chunk) = part.chunk().await? {
                read.last_mut().unwrap().2.extend_from_slice(&chunk);
            }
        }
        Ok(())
    };
    let ended = ended.await;
    (read, ended)
}

fn now<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
}

fn refusal(body: &[u8]) -> String {
    let (_, ended) = now(parts(Body::of(body.to_vec())));
    let error = ended.expect_err("it is refused");
    assert_eq!(error.status(), 400, "{error:?}");
    error.to_string()
}

/// The same bytes, cut after so many each time, the last number again and again.
fn cut(body: &[u8], sizes: &[usize]) -> Vec<Bytes> {
    let mut rest = body;
    let mut pieces = Vec::new();
    let mut sizes = sizes.iter().copied().chain(std::iter::repeat(sizes.last().copied().unwrap_or(1)));
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(sizes.next().unwrap_or(1).clamp(1, rest.len()));
        pieces.push(Bytes::copy_from_slice(piece));
        rest = after;
    }
    pieces
}

const HEAD: &[u8] = b"--x\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\n";

#[test]
fn what_is_no_content_is_bounded_and_refused_at_once() {
    let endless = vec![b'a'; MOST_HEAD * 2];
    let with = |before: &[u8], after: &[u8]| [before, &endless, after].concat();
    assert!(refusal(&with(b"--x\r\nx-a: ", b"")).contains("the head of a part may have at most 8192 bytes"));
    assert!(refusal(&with(b"", b"\r\n--x--")).contains("the first part must come sooner"));
    assert!(refusal(&with(b"--x--", b"")).contains("the body goes on after its last part"));
    assert!(refusal(&with(b"--x", b"\r\n")).contains("is none"));
    assert!(refusal(&[b"--x", &b" ".repeat(100)[..], b"\r\n"].concat()).contains("is none"));
    // Less is passed over, as RFC 2046 says.
    let whole = [b"preamble\r\n", HEAD, b"1\r\n--x--\r\nepilogue"].concat();
    assert_eq!(now(parts(Body::of(whole))).0, [("a".to_owned(), None, b"1".to_vec())]);
}

#[test]
fn a_head_of_exactly_the_most_bytes_is_read_and_one_more_is_not() {
    let head = |filler: usize| {
        let begin = "\r\ncontent-disposition: form-data; name=\"a\"\r\nx: ";
        format!("--x{begin}{}\r\n\r\n1\r\n--x--", "y".repeat(filler - begin.len()))
    };
    for sizes in [&[1][..], &[7], &[100_000]] {
        let read = |filler: usize| now(parts(Body::of_pieces(cut(head(filler).as_bytes(), sizes)))).1;
        assert!(read(MOST_HEAD).is_ok());
        assert!(read(MOST_HEAD + 1).is_err());
    }
}

#[test]
fn what_looks_like_a_delimiter_is_content_until_it_is_one() {
    for content in ["\r\n-", "\r\n--", "\r\n--y", "\r\r\n", "\r\n\r\n--\r\n", "--x", "\n--x", "\r\n-x"] {
        let body = [HEAD, content.as_bytes(), b"\r\n--x--"].concat();
        for sizes in [&[1][..], &[2], &[3], &[1000]] {
            let (read, ended) = now(parts(Body::of_pieces(cut(&body, sizes))));
            assert!(ended.is_ok(), "{content:?} {ended:?}");
            assert_eq!(read[0].2, content.as_bytes(), "{sizes:?}");
        }
    }
    assert!(refusal(&[HEAD, b"1\r\n--xy\r\n--x--"].concat()).contains("is none"));
}

#[test]
fn what_is_unread_of_a_part_is_passed_over() {
    let body = [HEAD, b"one\r\n", HEAD, b"two\r\n--x--"].concat();
    let request = Request::post("/").header(CONTENT_TYPE, "multipart/form-data; boundary=x");
    let (head, ()) = request.body(()).unwrap().into_parts();
    now(async {
        let mut files = Files::of(&head, Body::of_pieces(cut(&body, &[1]))).unwrap();
        assert_eq!(files.next().await.unwrap().unwrap().chunk().await.unwrap().unwrap(), "o");
        assert_eq!(files.next().await.unwrap().unwrap().value::<String>(9).await.unwrap(), "two");
        assert!(files.next().await.unwrap().is_none());
        assert!(files.next().await.unwrap().is_none());
    });
}

#[test]
fn a_text_field_is_a_value_as_in_the_query() {
    let read = |text: &str| {
        let body = [HEAD, text.as_bytes(), b"\r\n--x--"].concat();
        let request = Request::post("/").header(CONTENT_TYPE, "multipart/form-data; boundary=x");
        let (head, ()) = request.body(()).unwrap().into_parts();
        now(async {
            let mut files = Files::of(&head, Body::of(body)).unwrap();
            files.next().await.unwrap().unwrap().value::<f64>(100).await
        })
    };
    assert_eq!(read("-1.5e3").unwrap().to_bits(), (-1500.0_f64).to_bits());
    for wrong in ["NaN", "inf", "1e999", "+1", ".5", "1.", " 1", "", "0x10"] {
        let error = read(wrong).unwrap_err();
        assert_eq!((error.status(), error.to_string().as_str()), (422, "`a` must be a number"), "{wrong}");
    }
}

/// Of a body that does not say its length.
#[test]
fn the_limit_is_met_by_the_byte_wherever_the_body_is_cut() {
    static LIMITS: Limits = Limits { upload: 70, ..Limits::NONE };
    let body = [HEAD, &b"y".repeat(100)[..], b"\r\n--x--"].concat();
    for sizes in [&[1][..], &[69], &[71], &[1000]] {
        let (read, status) = now(async {
            let mut reader = Reader::new(Body::of_pieces(cut(&body, sizes)).within(&LIMITS), "x");
            assert!(reader.next().await.unwrap().is_some());
            let mut read = 0;
            loop {
                match reader.chunk().await {
                    Ok(chunk) => read += chunk.unwrap().len(),
                    Err(error) => return (read, error.status()),
                }
            }
        });
        assert_eq!((read, status), (70 - HEAD.len(), 413), "{sizes:?}");
    }
}

fn pieces_of_a_body() -> impl proptest::strategy::Strategy<Value = Vec<u8>> {
    use proptest::prelude::*;
    let piece = prop_oneof![
        Just(b"--x".to_vec()),
        Just(b"\r\n--x".to_vec()),
        Just(b"--x--".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b"\r\n\r\n".to_vec()),
        Just(HEAD.to_vec()),
        Just(b"Content-Disposition: FORM-DATA; NAME=\"b\"; filename=c\r\n".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..12),
        "[\r\n -x]{0,6}".prop_map(String::into_bytes),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest::proptest! {
    /// What was sent arrives, whatever bytes it has.
    #[test]
    fn every_byte_of_a_part_arrives(sent in proptest::collection::vec(proptest::collection::vec(0_u8.., 0..200), 0..4)) {
        let mut body = Vec::new();
        for (index, bytes) in sent.iter().enumerate() {
            body.extend(format!("--x\r\ncontent-disposition: form-data; name=\"{index}\"\r\n\r\n").into_bytes());
            body.extend(bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--x--\r\n");
        // A part that holds the delimiter itself is another body.
        proptest::prop_assume!(!sent.iter().any(|bytes| bytes.windows(5).any(|five| five == b"\r\n--x")));
        let expected: Vec<_> = sent.into_iter().enumerate().map(|(index, bytes)| (index.to_string(), None, bytes)).collect();
        let (read, ended) = now(parts(Body::of(body)));
        ended.unwrap();
        assert_eq!(read, expected);
    }

    /// Parts, bytes and error are those of the whole, wherever the body is cut.
    #[test]
    fn the_cuts_of_a_body_change_nothing(body in pieces_of_a_body(), sizes in proptest::collection::vec(1_usize..40, 1..20)) {
        let (whole, ended) = now(parts(Body::of(body.clone())));
        let (read, then) = now(parts(Body::of_pieces(cut(&body, &sizes))));
        assert_eq!(read, whole);
        let said = |ended: Result<()>| ended.map_err(|error| (error.status(), error.to_string()));
        assert_eq!(said(then), said(ended));
    }

    /// Nonsense is refused with a status of the client's fault.
    #[test]
    fn nonsense_is_refused(body in "(--x|\r\n|-|content-disposition: form-data; name=\"a\"|[:;=\"]|\\PC){0,20}") {
        if let (_, Err(error)) = now(parts(Body::of(body.into_bytes()))) {
            assert!((400..500).contains(&error.status()), "{error:?}");
        }
    }
}
