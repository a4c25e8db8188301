//! The files: what they weigh, what they may not hold, and that the libraries are those of their README.

use std::io::Read as _;

use flate2::read::GzDecoder;
use http::Request;
use http_body_util::BodyExt as _;

use super::*;

const VENDORED: &str = include_str!("files/vendor/README.md");

fn head(method: Method, path: &str, headers: &[(&str, &str)]) -> Head {
    let request = Request::builder().method(method).uri(path);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.body(()).unwrap().into_parts().0
}

async fn body(response: Response) -> Vec<u8> {
    response.into_body().collect().await.unwrap().to_bytes().to_vec()
}

#[test]
fn all_of_it_is_sixty_kilobytes_at_most() {
    let packed: usize = PARCEL.files.iter().chain([&PARCEL.index]).map(|file| file.gzip.len()).sum();
    let plain: usize = PARCEL.files.iter().chain([&PARCEL.index]).map(|file| file.plain.len()).sum();
    assert!(packed <= 60_000, "{packed} bytes are sent");
    assert!(plain <= 250_000, "{plain} bytes are in the binary");
}

#[tokio::test]
async fn a_file_is_sent_packed_or_plain_and_once_per_version() {
    for path in paths() {
        let plain = answer(&head(Method::GET, &path, &[])).unwrap();
        let packed = answer(&head(Method::GET, &path, &[("accept-encoding", "br, gzip")])).unwrap();
        assert_eq!((plain.status().as_u16(), packed.headers()["content-encoding"].as_bytes()), (200, &b"gzip"[..]));
        assert!(plain.headers().get("content-encoding").is_none(), "{path}");
        let etag = packed.headers()["etag"].to_str().unwrap().to_owned();
        assert_ne!(plain.headers()["etag"], etag.as_str(), "{path}: other bytes are another version");
        let lasts = packed.headers()["cache-control"].to_str().unwrap().contains("immutable");
        assert_eq!(lasts, path != "/system/", "{path}");
        let (plain, packed) = (body(plain).await, body(packed).await);
        let mut unpacked = Vec::new();
        GzDecoder::new(packed.as_slice()).read_to_end(&mut unpacked).unwrap();
        assert!(unpacked == plain, "{path}");
        let known = [("accept-encoding", "gzip"), ("if-none-match", etag.as_str())];
        let known = answer(&head(Method::GET, &path, &known)).unwrap();
        assert_eq!(known.status(), StatusCode::NOT_MODIFIED, "{path}");
        assert!(body(known).await.is_empty(), "{path}");
        assert_eq!(answer(&head(Method::POST, &path, &[])).unwrap().status(), 405, "{path}");
    }
    for path in ["/system/page/", "/system/page/0000000000000000/app.js", "/system/page/app.js", "/system/other"] {
        assert!(answer(&head(Method::GET, path, &[])).is_none(), "{path}");
    }
    let hash = &PARCEL.hash;
    for path in [format!("/system/page/{hash}/"), format!("/system/page/{hash}/vendor/README.md")] {
        assert!(answer(&head(Method::GET, &path, &[])).is_none(), "{path}");
    }
}

#[test]
fn nothing_is_inline_and_nothing_comes_from_elsewhere() {
    let index = std::str::from_utf8(&PARCEL.index.plain).unwrap();
    for forbidden in ["<style", " style=", " onclick", "javascript:"] {
        assert!(!index.contains(forbidden), "{forbidden}");
    }
    for script in index.split("<script").skip(1) {
        assert!(script.split("</script>").next().unwrap().ends_with('>'), "a script in the page: {script}");
    }
    for file in &PARCEL.files {
        let text = std::str::from_utf8(&file.plain).unwrap();
        for forbidden in [" style=", "innerHTML=", "dangerouslySetInnerHTML=", "eval(", "new Function", "@import"] {
            let is_preacts = file.name == "vendor/preact.mjs" && forbidden.starts_with("innerHTML");
            assert!(!text.contains(forbidden) || is_preacts, "{}: {forbidden}", file.name);
        }
        for address in text.split("://").skip(1) {
            assert!(
                address.starts_with("www.w3.org/"),
                "{}: {}",
                file.name,
                address.chars().take(30).collect::<String>()
            );
        }
    }
}

#[test]
fn every_import_is_a_file_that_is_served() {
    let mut count = 0;
    for file in PARCEL.files.iter().filter(|file| file.name.ends_with("js")) {
        let text = std::str::from_utf8(&file.plain).unwrap();
        let imports = text.split("from'").chain(text.split("from '")).chain(text.split("from\"")).skip(1);
        for import in imports.filter_map(|rest| rest.split(['\'', '"']).next()).filter(|path| path.starts_with('.')) {
            let folder = file.name.rsplit_once('/').map_or("", |(folder, _)| folder);
            let path = match import.strip_prefix("../") {
                Some(above) => above.to_owned(),
                None => format!("{folder}/{}", import.trim_start_matches("./")).trim_start_matches('/').to_owned(),
            };
            assert!(PARCEL.files.iter().any(|file| file.name == path), "{} imports {import}: {path}", file.name);
            count += 1;
        }
    }
    assert!(count > 20, "{count}");
}

/// The table of the README says of each file what it is and what it hashes to.
#[test]
fn the_libraries_are_those_that_their_readme_names() {
    let vendored: Vec<_> = FILES.iter().filter(|(name, _)| name.starts_with("vendor/")).collect();
    assert_eq!(vendored.len(), 3);
    for (name, bytes) in vendored {
        let hash = Sha256::digest(bytes).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        let name = name.trim_start_matches("vendor/");
        let row = VENDORED.lines().find(|line| line.contains(&format!("`{name}`"))).expect(name);
        assert!(row.contains(&hash), "{name} hashes to {hash}, and the README says {row}");
    }
}
