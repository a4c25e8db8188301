//! What is generated from `proto/sidecar.proto` and committed, so that neither users nor authors of guests need `protoc`:
//! the Rust of the host, and the descriptor that the Python SDK reads.
//!
//! `PACK=1 cargo test -p microcore-sidecars --test generated` writes both anew.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::fmt::Write as _;
use std::path::Path;

/// The file as it is, or written where `PACK` asks for it.
#[track_caller]
fn is_up_to_date(file: &Path, made: &str) {
    if std::env::var_os("PACK").is_some() {
        std::fs::write(file, made).unwrap();
    }
    let there = std::fs::read_to_string(file).unwrap_or_default();
    assert!(there == made, "{} is stale: PACK=1 cargo test -p microcore-sidecars --test generated", file.display());
}

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_rust_of_the_host_is_that_of_the_protocol() {
    let described = protox::compile(["sidecar.proto"], [folder().join("proto")]).unwrap();
    let out = tempfile::tempdir().unwrap();
    tonic_prost_build::configure()
        .build_client(false)
        .build_transport(false)
        .out_dir(out.path())
        .compile_fds(described)
        .unwrap();
    let made = std::fs::read_to_string(out.path().join("microcore.sidecar.v1.rs")).unwrap();
    is_up_to_date(&folder().join("proto/generated.in"), &made);
}

#[test]
fn the_descriptor_in_the_python_sdk_is_that_of_the_protocol() {
    // The fields of FileDescriptorSet: each file is field 1, of the kind that has a length.
    let mut compiler = protox::Compiler::new([folder().join("proto")]).unwrap();
    compiler.open_file("sidecar.proto").unwrap();
    let set = compiler.encode_file_descriptor_set();
    let mut length = 0_usize;
    let mut at = 1;
    loop {
        let byte = set[at];
        length |= usize::from(byte & 0x7f) << (7 * (at - 1));
        at += 1;
        if byte & 0x80 == 0 {
            break;
        }
    }
    assert_eq!((set[0], at + length), (10, set.len()), "one file");
    let file = &set[at..];
    let mut text = String::from("DESCRIPTOR = bytes.fromhex(\n");
    for line in file.chunks(48) {
        let hex = line.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let _ = writeln!(text, "    \"{hex}\"");
    }
    text.push_str(")\n");
    let sdk = folder().join("sdk/python/microcore_sidecar.py");
    let whole = std::fs::read_to_string(&sdk).unwrap();
    let begin = whole.find("DESCRIPTOR = bytes.fromhex(").unwrap();
    let end = begin + whole[begin..].find("\n)\n").unwrap() + 3;
    is_up_to_date(&sdk, &format!("{}{text}{}", &whole[..begin], &whole[end..]));
}
